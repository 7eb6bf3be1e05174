//! People in tables of jeton's own: one row each, the folded name beside the name as it was given.

use async_trait::async_trait;
use serde_json::Value;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};

use super::failure::Failure;
use super::{Postgres, within};
use crate::clock::Timestamp;
use crate::id::UserId;
use crate::store::{Unavailable, UserStore};
use crate::user::{FoldedName, PasswordHash, User, UserChange};

/// A query of users, for [`read`].
macro_rules! select {
    ($which:literal) => {
        concat!(
            "SELECT id, username, password, roles, scopes, claims::text, disabled, epoch, created FROM jeton.users ",
            $which
        )
    };
}

const INSERT: &str = "INSERT INTO jeton.users
    (id, name_key, username, password, roles, scopes, claims, disabled, epoch, created)
    SELECT $1, $2, $3, $4, $5, $6, $7::json, $8, $9, $10
    WHERE NOT EXISTS (SELECT FROM jeton.deleted_users WHERE id = $1) ON CONFLICT DO NOTHING";
/// An insertion waits for a deletion of the same id that has begun before, and then does not see the id
/// among the deleted, because it looked there before it waited. A statement that follows it sees it.
const TAKE_BACK: &str = "DELETE FROM jeton.users
    WHERE id = ANY($1) AND id IN (SELECT id FROM jeton.deleted_users) RETURNING id";
const BY_NAME: &str = select!("WHERE name_key = $1");
const BY_ID: &str = select!("WHERE id = $1");
const TO_CHANGE: &str = select!("WHERE id = $1 FOR UPDATE");
const CHANGE: &str = "UPDATE jeton.users
    SET password = $2, roles = $3, scopes = $4, claims = $5::json, disabled = $6, epoch = $7 WHERE id = $1";
const REHASH: &str = "UPDATE jeton.users SET password = $3 WHERE id = $1 AND password = $2";
const DELETE: &str = "WITH gone AS (DELETE FROM jeton.users WHERE id = $1 RETURNING id),
    spent AS (INSERT INTO jeton.deleted_users SELECT id FROM gone ON CONFLICT DO NOTHING) SELECT FROM gone";
const FIRST_PAGE: &str = select!("ORDER BY name_key LIMIT $1");
const NEXT_PAGE: &str = select!("WHERE name_key > $2 ORDER BY name_key LIMIT $1");

/// A row that is locked must be let go of before we stop waiting for it. Does not ask for READ WRITE: where
/// the server takes no writes any more, the write must be told so, which ends the connection.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = 400";

/// How many new users share a commit.
const BATCH: usize = 50;

#[async_trait]
impl UserStore for Postgres {
    async fn by_name(&self, name: &FoldedName) -> Result<Option<User>, Unavailable> {
        self.one(BY_NAME, name.as_str()).await
    }

    async fn by_id(&self, id: &UserId) -> Result<Option<User>, Unavailable> {
        self.one(BY_ID, id.as_str()).await
    }

    async fn insert(&self, user: &User) -> Result<bool, Unavailable> {
        Ok(self.insert_all(std::slice::from_ref(user)).await? == [true])
    }

    async fn insert_all(&self, users: &[User]) -> Result<Vec<bool>, Unavailable> {
        let mut stored = Vec::with_capacity(users.len());
        // One commit for so many that they are surely answered in time: waiting for the disk is what takes long.
        for users in users.chunks(BATCH) {
            let users = users.to_vec();
            let some = self.link.ask(async move |client| within(&client, BEGIN, insert_some(&client, &users)).await);
            stored.extend(some.await?);
        }
        Ok(stored)
    }

    async fn change(&self, id: &UserId, change: &UserChange, now: Timestamp) -> Result<Option<User>, Unavailable> {
        let (id, change) = (id.clone(), change.clone());
        let changed = self.link.ask(async move |client| {
            within(&client, BEGIN, async {
                let Some(mut user) = one(&client, TO_CHANGE, id.as_str()).await? else { return Ok(None) };
                change.apply(&mut user, now);
                write(&client, &user).await?;
                Ok(Some(user))
            })
            .await
        });
        Ok(changed.await?)
    }

    async fn rehash(&self, id: &UserId, old: &PasswordHash, new: &PasswordHash) -> Result<bool, Unavailable> {
        let (id, old, new) = (id.clone(), old.clone(), new.clone());
        let done = self.link.ask(async move |client| {
            let (id, old, new) = (id.as_str(), old.as_phc(), new.as_phc());
            let values: [(&(dyn ToSql + Sync), Type); 3] = [(&id, Type::TEXT), (&old, Type::TEXT), (&new, Type::TEXT)];
            Ok(client.execute_typed(REHASH, &values).await? == 1)
        });
        Ok(done.await?)
    }

    async fn delete(&self, id: &UserId) -> Result<bool, Unavailable> {
        let id = id.clone();
        let deleted = self
            .link
            .ask(async move |client| Ok(client.query_typed(DELETE, &[(&id.as_str(), Type::TEXT)]).await?.len() == 1));
        Ok(deleted.await?)
    }

    async fn list(&self, after: Option<&FoldedName>, limit: u32) -> Result<Vec<User>, Unavailable> {
        let after = after.cloned();
        let page = self.link.ask(async move |client| {
            let limit = i64::from(limit);
            let rows = match &after {
                None => client.query_typed(FIRST_PAGE, &[(&limit, Type::INT8)]).await?,
                Some(after) => {
                    client.query_typed(NEXT_PAGE, &[(&limit, Type::INT8), (&after.as_str(), Type::TEXT)]).await?
                }
            };
            rows.iter().map(read).collect()
        });
        Ok(page.await?)
    }

    async fn ping(&self) -> Result<(), Unavailable> {
        Ok(self.link.ask(async move |client| Ok(client.batch_execute("").await?)).await?)
    }
}

impl Postgres {
    async fn one(&self, query: &'static str, key: &str) -> Result<Option<User>, Unavailable> {
        let key = key.to_owned();
        Ok(self.link.ask(async move |client| one(&client, query, &key).await).await?)
    }
}

async fn one(client: &Client, query: &str, key: &str) -> Result<Option<User>, Failure> {
    if key.contains('\0') {
        // PostgreSQL has no text with it, so that nobody is called so.
        return Ok(None);
    }
    client.query_typed_opt(query, &[(&key, Type::TEXT)]).await?.as_ref().map(read).transpose()
}

async fn insert_some(client: &Client, users: &[User]) -> Result<Vec<bool>, Failure> {
    let mut stored = Vec::with_capacity(users.len());
    for user in users {
        stored.push(insert(client, user).await?);
    }
    let new: Vec<_> =
        users.iter().zip(&stored).filter(|(_, stored)| **stored).map(|(user, _)| user.id.as_str()).collect();
    let back = client.query_typed(TAKE_BACK, &[(&new, Type::TEXT_ARRAY)]).await?;
    let back = back.iter().map(|row| row.try_get(0)).collect::<Result<Vec<&str>, _>>()?;
    Ok(users.iter().zip(stored).map(|(user, stored)| stored && !back.contains(&user.id.as_str())).collect())
}

async fn insert(client: &Client, user: &User) -> Result<bool, Failure> {
    let (id, key, password) = (user.id.as_str(), user.folded_name(), user.password.as_phc());
    let (key, scopes, claims) = (key.as_str(), user.scopes.words(), json_claims(user));
    let (epoch, created) = (user.epoch.cast_signed(), user.created.as_millis());
    let values: [(&(dyn ToSql + Sync), Type); 10] = [
        (&id, Type::TEXT),
        (&key, Type::TEXT),
        (&user.username, Type::TEXT),
        (&password, Type::TEXT),
        (&user.roles, Type::TEXT_ARRAY),
        (&scopes, Type::TEXT_ARRAY),
        (&claims, Type::TEXT),
        (&user.disabled, Type::BOOL),
        (&epoch, Type::INT8),
        (&created, Type::INT8),
    ];
    Ok(client.execute_typed(INSERT, &values).await? == 1)
}

async fn write(client: &Client, user: &User) -> Result<(), Failure> {
    let (id, password, scopes) = (user.id.as_str(), user.password.as_phc(), user.scopes.words());
    let (claims, epoch) = (json_claims(user), user.epoch.cast_signed());
    let values: [(&(dyn ToSql + Sync), Type); 7] = [
        (&id, Type::TEXT),
        (&password, Type::TEXT),
        (&user.roles, Type::TEXT_ARRAY),
        (&scopes, Type::TEXT_ARRAY),
        (&claims, Type::TEXT),
        (&user.disabled, Type::BOOL),
        (&epoch, Type::INT8),
    ];
    client.execute_typed(CHANGE, &values).await?;
    Ok(())
}

fn json_claims(user: &User) -> String {
    Value::Object(user.claims.clone()).to_string()
}

/// A row of the queries above.
fn read(row: &Row) -> Result<User, Failure> {
    let id = UserId::from(row.try_get::<_, String>(0)?);
    // The reader's own text is left out: it may quote what it read.
    let claims = serde_json::from_str(row.try_get(5)?)
        .map_err(|_| Failure::Down(format!("the claims of user {id} cannot be read")))?;
    Ok(User {
        username: row.try_get(1)?,
        password: PasswordHash::from_phc(row.try_get(2)?),
        roles: row.try_get(3)?,
        scopes: row.try_get::<_, Vec<String>>(4)?.into_iter().collect(),
        claims,
        disabled: row.try_get(6)?,
        epoch: row.try_get::<_, i64>(7)?.cast_unsigned(),
        created: Timestamp::from_millis(row.try_get(8)?),
        id,
    })
}
