//! Another application's people, where they are: found by the operator's own query, never written. What
//! jeton has to know beside, it keeps in a table of its own: under which names an account was found, for
//! whoever asks by id, and its session epoch. docs/decisions/0017-your-own-table.md says why.

use std::sync::Arc;

use async_trait::async_trait;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};

use super::complaints::Complaints;
use super::failure::Failure;
use super::link::Link;
use super::query::{UsersQuery, mistaken};
use super::row::{Answer, Unusable};
use super::url::PostgresUrl;
use super::{PostgresError, rights, start, types, within};
use crate::clock::{Clock, Timestamp};
use crate::entropy::Entropy;
use crate::id::UserId;
use crate::store::{Access, Unavailable, UserStore};
use crate::user::{FoldedName, PasswordHash, User, UserChange};

/// Whatever the query calls cannot write either; one that takes long is ended where it runs.
const READ: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; SET LOCAL statement_timeout = 400";
const WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = 400";

/// Whoever has no names here has never signed in: of them only the epoch is known.
const NAMES: &str = "SELECT typed, username FROM jeton.accounts WHERE id = $1 AND username <> ''";
const REMEMBER: &str = "INSERT INTO jeton.accounts AS a (id, typed, username) VALUES ($1, $2, $3)
    ON CONFLICT (id) DO UPDATE SET typed = excluded.typed, username = excluded.username
    WHERE (a.typed, a.username) IS DISTINCT FROM (excluded.typed, excluded.username)";
/// The epoch, locked. The row is made where there is none: a first sign-in may be under way, which has read
/// the account already and would else begin a session that nothing has ended.
const EPOCH: &str = "INSERT INTO jeton.accounts AS a (id, typed, username) VALUES ($1, '', '')
    ON CONFLICT (id) DO UPDATE SET epoch = a.epoch RETURNING epoch";
const RAISE: &str = "UPDATE jeton.accounts SET epoch = $2 WHERE id = $1";

/// Another application's people. Clones share the connections, which end with the last clone.
#[derive(Clone)]
pub struct ForeignUsers {
    link: Arc<Link>,
    statement: Arc<str>,
    complaints: Arc<Complaints>,
}

impl ForeignUsers {
    /// As [`Postgres::open_for`](super::Postgres::open_for); the query is tried as well, with a name that nobody has.
    /// By `clock` goes how often the log says the same.
    ///
    /// # Errors
    /// As there; and a query that PostgreSQL refuses.
    pub fn open(
        url: &PostgresUrl,
        query: &UsersQuery,
        access: Access,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, PostgresError> {
        let link = Arc::new(start(url, Some(query.clone()), access, entropy)?);
        Ok(Self { link, statement: query.statement(), complaints: Arc::new(Complaints::new(clock)) })
    }

    /// What the query yields for a name.
    async fn answers(&self, name: &str) -> Result<Vec<Answer>, Failure> {
        let (statement, name) = (Arc::clone(&self.statement), name.to_owned());
        self.link.ask(async move |client| looked_up(&client, ask(&client, &statement, &name)).await).await
    }

    /// Who is found under a name: nobody also where the row cannot be used or the query fails over it, which
    /// the log tells.
    async fn found(&self, name: &str) -> Result<Option<User>, Unavailable> {
        match self.answers(name).await {
            Ok(answers) => Ok(self.usable(answers)),
            // A value in the row; or the name itself, of which the query makes a number or a UUID.
            Err(failure) if failure.is_of_one_name() => {
                self.complaints.log(&format!("a name for which the query fails: {failure}"));
                Ok(None)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// At sign-in a row that cannot be used is nobody, as an unknown name is: the answer must not differ.
    fn usable(&self, answers: Vec<Answer>) -> Option<User> {
        let whose = whose(&answers);
        only(answers)?.map_err(|why| self.complaints.log(&format!("{whose}: {why}"))).ok()
    }
}

/// The row, by what names nobody's secrets.
fn whose(answers: &[Answer]) -> String {
    answers.first().and_then(Answer::id).map_or_else(|| "a row".to_owned(), |id| format!("the row of id {id}"))
}

/// The one row, if there are any.
fn only(mut answers: Vec<Answer>) -> Option<Result<User, Unusable>> {
    let answer = answers.pop()?;
    Some(if answers.is_empty() { answer.into_user() } else { Err(Unusable::Several) })
}

#[async_trait]
impl UserStore for ForeignUsers {
    fn is_read_only(&self) -> bool {
        true
    }

    async fn by_typed_name(&self, name: &str) -> Result<Option<User>, Unavailable> {
        self.found(name).await
    }

    async fn inspect(&self, name: &str) -> Result<Option<User>, Unavailable> {
        match self.answers(name).await {
            Ok(answers) => {
                let whose = whose(&answers);
                let unusable = |why| Unavailable(format!("JETON_USERS_QUERY: {whose} cannot be used: {why}"));
                only(answers).transpose().map_err(unusable)
            }
            Err(failure) if failure.is_of_one_name() => {
                Err(Unavailable(format!("JETON_USERS_QUERY fails for this name: {failure}")))
            }
            Err(failure) => Err(failure.into()),
        }
    }

    async fn by_name(&self, name: &FoldedName) -> Result<Option<User>, Unavailable> {
        self.found(name.as_str()).await
    }

    async fn by_id(&self, id: &UserId) -> Result<Option<User>, Unavailable> {
        let (statement, id) = (Arc::clone(&self.statement), id.clone());
        let found = self.link.ask(async move |client| looked_up(&client, again(&client, &statement, &id)).await);
        Ok(found.await.map_err(|failure| match failure {
            // Whoever is signed in stays so while somebody mends the row.
            failure if failure.is_of_one_name() => Failure::Down(format!("JETON_USERS_QUERY fails: {failure}")),
            failure => failure,
        })?)
    }

    async fn remember(&self, user: &User, typed: &str) -> Result<(), Unavailable> {
        let (id, username, typed) = (user.id.clone(), user.username.clone(), typed.to_owned());
        let done = self.link.ask(async move |client| {
            let id = id.as_str();
            let values: [(&(dyn ToSql + Sync), Type); 3] =
                [(&id, Type::TEXT), (&typed, Type::TEXT), (&username, Type::TEXT)];
            client.execute_typed(REMEMBER, &values).await?;
            Ok(())
        });
        Ok(done.await?)
    }

    async fn insert(&self, _: &User) -> Result<bool, Unavailable> {
        Err(not_ours())
    }

    async fn change(&self, id: &UserId, change: &UserChange, now: Timestamp) -> Result<Option<User>, Unavailable> {
        if !change.only_ends_sessions() {
            return Err(not_ours());
        }
        let (account, change) = (id.clone(), change.clone());
        let raised = self.link.ask(async move |client| {
            within(&client, WRITE, async {
                let id = account.as_str();
                let row = client.query_typed_one(EPOCH, &[(&id, Type::TEXT)]).await?;
                let epoch = change.epoch_after(row.try_get::<_, i64>(0)?.cast_unsigned(), now).cast_signed();
                client.execute_typed(RAISE, &[(&id, Type::TEXT), (&epoch, Type::INT8)]).await?;
                Ok(())
            })
            .await
        });
        raised.await?;
        self.by_id(id).await
    }

    async fn rehash(&self, _: &UserId, _: &PasswordHash, _: &PasswordHash) -> Result<bool, Unavailable> {
        Ok(false)
    }

    async fn delete(&self, _: &UserId) -> Result<bool, Unavailable> {
        Err(not_ours())
    }

    async fn list(&self, _: Option<&FoldedName>, _: u32) -> Result<Vec<User>, Unavailable> {
        Err(not_ours())
    }

    async fn ping(&self) -> Result<(), Unavailable> {
        Ok(self.link.ask(async move |client| Ok(client.batch_execute("").await?)).await?)
    }
}

fn not_ours() -> Unavailable {
    Unavailable(
        "people are another application's (JETON_USERS_QUERY): they are read by name, and not changed".to_owned(),
    )
}

/// Judges the query's types, and where jeton's own tables are there runs it with a name that nobody has, in
/// the way in which it will be run.
pub(super) async fn try_query(client: &Client, query: &UsersQuery, with_tables: bool) -> Result<(), Failure> {
    reading(client, types::check(client, query)).await?;
    if with_tables { reading(client, try_empty_name(client, query)).await } else { Ok(()) }
}

/// Work that cannot write, at the start.
async fn reading(client: &Client, work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    client.batch_execute(READ).await.map_err(|error| Failure::at_start(&error))?;
    let done = work.await;
    client.batch_execute("ROLLBACK").await.map_err(|error| Failure::at_start(&error))?;
    done
}

async fn try_empty_name(client: &Client, query: &UsersQuery) -> Result<(), Failure> {
    match client.query_typed(&query.statement(), &[(&"", Type::UNKNOWN)]).await {
        Ok(rows) => rows.iter().try_for_each(|row| read(row).map(drop)),
        // The empty name is no number, or whatever the query makes of it.
        Err(error) if error.code().is_some_and(|state| state.code().starts_with("22")) => Ok(()),
        Err(error) => Err(mistaken(&error)),
    }
}

/// Work with the query, which cannot write. Reading is what a standby allows as well, so that the one code
/// for both says that the query writes, unless the server takes no writes by now and is to be left.
async fn looked_up<T>(client: &Client, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let done = within(client, READ, work).await;
    let is_refused = matches!(done, Err(Failure::Refused(SqlState::READ_ONLY_SQL_TRANSACTION)));
    if is_refused && rights::takes_writes(client).await.is_ok() { Err(Failure::Writes) } else { done }
}

async fn ask(client: &Client, statement: &str, name: &str) -> Result<Vec<Answer>, Failure> {
    if name.contains('\0') {
        // PostgreSQL has no text with it, so that nobody is called so.
        return Ok(Vec::new());
    }
    // Of unknown type: PostgreSQL takes it for what the query compares it with.
    client.query_typed(statement, &[(&name, Type::UNKNOWN)]).await?.iter().map(read).collect()
}

/// Whoever has this id, by the names under which they were found before: the one they typed, and the one
/// that the row gave. A name that leads to somebody else by now leads nowhere.
async fn again(client: &Client, statement: &str, id: &UserId) -> Result<Option<User>, Failure> {
    let Some(names) = client.query_typed_opt(NAMES, &[(&id.as_str(), Type::TEXT)]).await? else { return Ok(None) };
    let (typed, username): (String, String) = (names.try_get(0)?, names.try_get(1)?);
    let second = Some(&username).filter(|username| **username != typed);
    for name in [Some(&typed), second].into_iter().flatten() {
        let answers = ask(client, statement, name).await?;
        if answers.iter().any(|answer| answer.id().as_ref() == Some(id)) {
            // Whoever is signed in stays so while somebody mends the row: this is no "gone".
            let unusable = |why| Failure::Down(format!("JETON_USERS_QUERY: the row of id {id} cannot be used: {why}"));
            return only(answers).transpose().map_err(unusable);
        }
    }
    Ok(None)
}

fn read(row: &Row) -> Result<Answer, Failure> {
    Ok(Answer {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        hash: row.try_get(2)?,
        roles: row.try_get(3)?,
        disabled: row.try_get(4)?,
        epoch: row.try_get::<_, Option<i64>>(5)?.unwrap_or(0).cast_unsigned(),
    })
}
