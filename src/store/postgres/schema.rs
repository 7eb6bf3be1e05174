//! The tables, all in a schema of their own, and how those of an earlier version come up to date.

use tokio_postgres::Client;

use super::failure::Failure;
use super::rights;

/// The steps from nothing to the present tables. `jeton.migrations` has a row for each that was taken.
/// Never change one that was released: add the next.
const MIGRATIONS: [&str; 3] =
    [include_str!("0001_people.sql"), include_str!("0002_first_sign_in.sql"), include_str!("0003_deleted_users.sql")];

/// How many steps there are.
pub(super) const KNOWN: i32 = MIGRATIONS.len() as i32;

/// Whether there is a schema, whether it is ours, and what else is in it. One statement, so that it
/// sees one moment.
const IDENTIFY: &str = "SELECT to_regnamespace('jeton') IS NOT NULL,
    to_regclass('jeton.migrations') IS NOT NULL,
    EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('jeton'))";
const VERSION: &str = "SELECT coalesce(max(version), 0) FROM jeton.migrations";

/// "jeton" in ASCII: nobody else's lock. It ends with the transaction, so that it works through a pooler
/// and cannot be left behind.
const LOCK: &str = "SELECT pg_advisory_xact_lock(x'6a65746f6e'::bigint)";
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
const BOOKS: &str = "CREATE TABLE jeton.migrations (
    version integer PRIMARY KEY, taken timestamptz NOT NULL DEFAULT now())";

/// How many steps were taken; 0 where there is nothing. Changes nothing.
pub(super) async fn check(client: &Client) -> Result<i32, Failure> {
    let found = client.query_typed_one(IDENTIFY, &[]).await.map_err(|error| lacking(&error))?;
    let (_, is_ours, is_used): (bool, bool, bool) = (found.get(0), found.get(1), found.get(2));
    match (is_ours, is_used) {
        (false, false) => return Ok(0),
        (false, true) => {
            return Err(Failure::Misconfigured("the schema jeton holds another program's tables".to_owned()));
        }
        (true, _) => {}
    }
    let version = client.query_typed_one(VERSION, &[]).await.map_err(|error| lacking(&error))?.get(0);
    if version > KNOWN {
        let text = format!(
            "the schema jeton was changed by a newer jeton (its version is {version}, this program knows {KNOWN})"
        );
        return Err(Failure::Misconfigured(text));
    }
    Ok(version)
}

/// Takes the steps that are missing, all or none. Looks again under the lock, so that of several
/// processes that start at once only one takes each step.
pub(super) async fn migrate(client: &Client) -> Result<(), Failure> {
    if check(client).await? == KNOWN {
        return Ok(());
    }
    let at_start = |error| Failure::at_start(&error);
    client.batch_execute(BEGIN).await.map_err(at_start)?;
    let taken = take_steps(client).await;
    let end = if taken.is_ok() { "COMMIT" } else { "ROLLBACK" };
    client.batch_execute(end).await.map_err(at_start)?;
    if let Some(steps) = taken? {
        log::info!("postgres: took steps {steps} of the schema jeton");
    }
    Ok(())
}

async fn take_steps(client: &Client) -> Result<Option<String>, Failure> {
    let at_start = |error| Failure::at_start(&error);
    client.query_typed(LOCK, &[]).await.map_err(at_start)?;
    let before = check(client).await?;
    if before == KNOWN {
        return Ok(None);
    }
    if before == 0 {
        let is_there: bool = client.query_typed_one(IDENTIFY, &[]).await.map_err(at_start)?.get(0);
        // Even IF NOT EXISTS wants the right to make one.
        let make = if is_there { BOOKS.to_owned() } else { format!("CREATE SCHEMA jeton; {BOOKS}") };
        client.batch_execute(&make).await.map_err(|error| lacking(&error))?;
    }
    for (version, step) in (1..).zip(MIGRATIONS).skip(usize::try_from(before).unwrap_or(0)) {
        let step = format!("{step}; INSERT INTO jeton.migrations (version) VALUES ({version})");
        client.batch_execute(&step).await.map_err(|error| lacking(&error))?;
    }
    Ok(Some(format!("{} to {KNOWN}", before + 1)))
}

/// What is missing is mostly a right, and then what would give it.
fn lacking(error: &tokio_postgres::Error) -> Failure {
    match Failure::at_start(error) {
        Failure::Misconfigured(why) => Failure::Misconfigured(format!("{why}: {}", rights::HOW)),
        other => other,
    }
}
