//! Whether the server takes our writes, and whether our role may do what jeton does.

use tokio_postgres::Client;

use super::failure::Failure;
use crate::store::Access;

/// The rights that are missing, as a text; of (table, right).
macro_rules! missing {
    ($needed:literal) => {
        concat!(
            "SELECT coalesce(string_agg(format('%s on jeton.%s', needed.act, needed.place), ', '), '') FROM (VALUES ",
            $needed,
            ") AS needed (place, act) WHERE NOT has_table_privilege('jeton.' || needed.place, needed.act)"
        )
    };
}

/// Outside of a transaction, so that it is what the next one would be.
const TAKES_WRITES: &str = "SELECT pg_is_in_recovery(), current_setting('transaction_read_only')::boolean";

/// What people kept here need, and what is kept of another application's people.
const OWN: &str = missing!(
    "('users', 'SELECT'), ('users', 'INSERT'), ('users', 'UPDATE'), ('users', 'DELETE'),
     ('deleted_users', 'SELECT'), ('deleted_users', 'INSERT')"
);
const FOREIGN: &str = missing!("('accounts', 'SELECT'), ('accounts', 'INSERT'), ('accounts', 'UPDATE')");

/// What looking people up needs of the same.
const OWN_READ: &str = missing!("('users', 'SELECT')");
const FOREIGN_READ: &str = missing!("('accounts', 'SELECT')");

/// Whether the steps that are missing can be taken: everything that they touch has to be the role's.
const MAY_MIGRATE: &str = "SELECT CASE WHEN to_regnamespace('jeton') IS NULL
    THEN has_database_privilege(current_database(), 'CREATE')
    ELSE has_schema_privilege(to_regnamespace('jeton'), 'CREATE')
        AND NOT EXISTS (SELECT FROM pg_class
            WHERE relnamespace = to_regnamespace('jeton') AND relkind = 'r' AND NOT pg_has_role(relowner, 'USAGE'))
        AND NOT EXISTS (SELECT FROM pg_proc
            WHERE pronamespace = to_regnamespace('jeton') AND NOT pg_has_role(proowner, 'USAGE'))
    END";

/// How a role comes to have every right.
pub(super) const HOW: &str =
    "jeton keeps its tables in the schema jeton, which its role must own: CREATE SCHEMA jeton AUTHORIZATION the_role";

/// Nothing, where the server takes writes, and transactions.
///
/// A standby is treated as a server that is down, and asked again until it is promoted: what is read there
/// may be older than a sign-out everywhere that was acknowledged, so that a session which is over would go
/// on. With several hosts in the URL it is passed over for the same reason (target_session_attrs). It stops
/// no start, as a server that is down does not.
pub(super) async fn takes_writes(client: &Client) -> Result<(), Failure> {
    let row = client.query_typed_one(TAKES_WRITES, &[]).await.map_err(|error| Failure::at_start(&error))?;
    match (row.get(0), row.get(1)) {
        (true, _) => return Err(Failure::Down("it is a standby, which takes no writes (SQLSTATE 25006)".to_owned())),
        (false, true) => {
            let text = "it takes no writes: default_transaction_read_only is on (SQLSTATE 25006)";
            return Err(Failure::Down(text.to_owned()));
        }
        (false, false) => {}
    }
    client.batch_execute("BEGIN").await.map_err(|error| no_transaction(Failure::at_start(&error)))?;
    client.batch_execute("ROLLBACK").await.map_err(|error| Failure::at_start(&error))
}

/// The words are PgBouncer's; the code is that of many other things.
fn no_transaction(failure: Failure) -> Failure {
    match failure {
        Failure::Down(why) if why.contains("statement pooling") => Failure::Misconfigured(format!(
            "{why}: jeton needs transactions: pool_mode = transaction or session in PgBouncer"
        )),
        other => other,
    }
}

/// Nothing, where the role may do to jeton's own tables what it has to. They have to be up to date.
pub(super) async fn may(client: &Client, access: Access, is_foreign: bool) -> Result<(), Failure> {
    let (question, done) = match (access, is_foreign) {
        (Access::Write, false) => (OWN, "written"),
        (Access::Write, true) => (FOREIGN, "written"),
        (Access::Read, false) => (OWN_READ, "read"),
        (Access::Read, true) => (FOREIGN_READ, "read"),
    };
    let missing: String =
        client.query_typed_one(question, &[]).await.map_err(|error| Failure::at_start(&error))?.get(0);
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::Misconfigured(format!("the schema jeton cannot be {done}: the role lacks {missing}: {HOW}")))
}

/// Nothing, where the next start may make the tables or bring them up to date.
pub(super) async fn may_migrate(client: &Client) -> Result<(), Failure> {
    let may = client.query_typed_one(MAY_MIGRATE, &[]).await.map_err(|error| Failure::at_start(&error))?.get(0);
    if may {
        return Ok(());
    }
    let text = "the schema jeton is not there or of an older version, and the role may not make or change it";
    Err(Failure::Misconfigured(format!("{text}: {HOW}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pooler_without_transactions_stops_the_start() {
        // What PgBouncer 1.18 says.
        let said = "transaction blocks not allowed in statement pooling mode (SQLSTATE 08P01)".to_owned();
        let Failure::Misconfigured(why) = no_transaction(Failure::Down(said)) else { panic!("it starts") };
        assert!(why.contains("pool_mode = transaction or session"), "{why}");
        let other = Failure::Down("the database system is starting up (SQLSTATE 57P03)".to_owned());
        assert_eq!(no_transaction(other.clone()), other);
    }
}
