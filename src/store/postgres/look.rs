//! A look at the server that changes nothing: for whoever wants to know before jeton starts.

use super::dial::{Dialer, danger};
use super::failure::Failure;
use super::query::UsersQuery;
use super::url::PostgresUrl;
use super::{Postgres, foreign, rights, schema};
use crate::store::Access;

/// The tables outside of our schema that our role can write.
const WRITABLE: &str = "SELECT count(*), coalesce(min(format('%I.%I', n.nspname, c.relname)), '')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('jeton', 'information_schema') AND n.nspname !~ '^pg_'
        AND has_schema_privilege(n.oid, 'USAGE')
        AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')";
const PEOPLE: &str = "SELECT count(*) FROM jeton.users";
const DURABLE: &str = "SELECT current_setting('synchronous_commit') <> 'off' AND current_setting('fsync') <> 'off'";

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The servers that the URL names.
    pub servers: String,
    /// Whether the tables are this program's; otherwise the next start brings them up to date.
    pub is_current: bool,
    /// How many people are in them; `None` where they are another application's.
    pub people: Option<i64>,
    /// What an operator should look at.
    pub warnings: Vec<String>,
}

impl Postgres {
    /// Looks at the server, and tries the query where there is one. Changes and makes nothing. `Err`
    /// says what [`Self::open`] would fail on, or that nobody answers.
    ///
    /// # Errors
    /// The text holds no secret.
    pub async fn look(url: &PostgresUrl, query: Option<&UsersQuery>) -> Result<Looked, String> {
        let dialer = Dialer::new(url, None, Access::Write).map_err(|useless| useless.to_string())?;
        let looked = look(&dialer, url, query).await;
        looked.map_err(|failure| format!("postgres: {}: {failure}", dialer.servers))
    }
}

async fn look(dialer: &Dialer, url: &PostgresUrl, query: Option<&UsersQuery>) -> Result<Looked, Failure> {
    let at_start = |error| Failure::at_start(&error);
    let (client, _closed) = dialer.dial().await?;
    rights::takes_writes(&client).await?;
    let version = schema::check(&client).await?;
    if version == schema::KNOWN {
        rights::may(&client, Access::Write, query.is_some()).await?;
    } else {
        rights::may_migrate(&client).await?;
    }
    let mut looked = Looked {
        servers: url.servers(),
        is_current: version == schema::KNOWN,
        people: None,
        warnings: danger(url).iter().map(|danger| format!("the connection {danger}; see sslmode")).collect(),
    };
    if !client.query_typed_one(DURABLE, &[]).await.map_err(at_start)?.get::<_, bool>(0) {
        looked.warnings.push(
            "synchronous_commit or fsync is off: a crash of the server can undo an acknowledged sign-out everywhere"
                .to_owned(),
        );
    }
    match query {
        None if version > 0 => {
            looked.people = Some(client.query_typed_one(PEOPLE, &[]).await.map_err(at_start)?.get(0));
        }
        None => looked.people = Some(0),
        Some(query) => {
            foreign::try_query(&client, query, looked.is_current).await?;
            let row = client.query_typed_one(WRITABLE, &[]).await.map_err(at_start)?;
            let (count, first): (i64, String) = (row.get(0), row.get(1));
            if count > 0 {
                looked.warnings.push(format!(
                    "the role can write tables of the application's (how many: {count}; one of them: {first}): \
                     it needs no more than SELECT"
                ));
            }
        }
    }
    Ok(looked)
}
