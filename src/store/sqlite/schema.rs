//! The tables, and how a file of an earlier version comes up to date.

use rusqlite::{Connection, TransactionBehavior};

use super::open::Problem;

/// "jetn": marks a SQLite file as ours (`PRAGMA application_id`).
const APPLICATION: i32 = 0x6a65_746e;

/// The steps from an empty file to the present schema. A file's `user_version` is the number of
/// steps it has taken. Never change one that was released: add the next.
const MIGRATIONS: [&str; 3] = [
    include_str!("0001_sessions_and_users.sql"),
    include_str!("0002_places.sql"),
    include_str!("0003_deleted_users.sql"),
];

/// How many steps there are.
pub(super) const KNOWN: u32 = MIGRATIONS.len() as u32;

/// One statement, so that it sees one moment: another process may be taking a step just now.
const IDENTIFY: &str = "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
    FROM pragma_application_id, pragma_user_version";

/// The file's schema version, where the file is ours or empty. Changes nothing.
pub(super) fn check(connection: &Connection) -> Result<u32, Problem> {
    let (application, found, things): (i32, u32, u32) =
        connection.query_row(IDENTIFY, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    match (application, found, things) {
        (0, 0, 0) => Ok(0),
        (APPLICATION, found, _) if found <= KNOWN => Ok(found),
        (APPLICATION, found, _) => Err(Problem::Newer { found, known: KNOWN }),
        _ => Err(Problem::Foreign),
    }
}

/// Takes the steps that are missing, all or none. Looks again inside the transaction, so that of
/// several processes that open the file at once only one takes each step.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Problem> {
    if check(connection)? == KNOWN {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in MIGRATIONS.iter().skip(check(&transaction)? as usize) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", KNOWN)?;
    Ok(transaction.commit()?)
}
