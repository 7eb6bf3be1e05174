//! People in SQLite: one row each, the folded name beside the name as it was given.

use async_trait::async_trait;
use rusqlite::{Connection, Row, TransactionBehavior, params};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Durability, Sqlite};
use crate::clock::Timestamp;
use crate::id::UserId;
use crate::scope::Scope;
use crate::store::{Unavailable, UserStore};
use crate::user::{FoldedName, PasswordHash, User, UserChange};

/// A query of users, for [`read`].
macro_rules! select {
    ($which:literal) => {
        concat!("SELECT id, username, password, roles, scopes, claims, disabled, epoch, created FROM users ", $which)
    };
}

const INSERT: &str = "INSERT INTO users
    (id, name_key, username, password, roles, scopes, claims, disabled, epoch, created)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
    WHERE NOT EXISTS (SELECT 1 FROM deleted_users WHERE id = ?1) ON CONFLICT DO NOTHING";
const BY_NAME: &str = select!("WHERE name_key = ?1");
const BY_ID: &str = select!("WHERE id = ?1");
const CHANGE: &str = "UPDATE users
    SET password = ?2, roles = ?3, scopes = ?4, claims = ?5, disabled = ?6, epoch = ?7 WHERE id = ?1";
const REHASH: &str = "UPDATE users SET password = ?3 WHERE id = ?1 AND password = ?2";
const DELETE: &str = "DELETE FROM users WHERE id = ?1";
const SPEND: &str = "INSERT INTO deleted_users (id) VALUES (?1) ON CONFLICT DO NOTHING";
// Two statements and not one with an OR, so that each is a walk along the index from where it starts.
const FIRST_PAGE: &str = select!("ORDER BY name_key LIMIT ?1");
const NEXT_PAGE: &str = select!("WHERE name_key > ?2 ORDER BY name_key LIMIT ?1");

#[async_trait]
impl UserStore for Sqlite {
    async fn by_name(&self, name: &FoldedName) -> Result<Option<User>, Unavailable> {
        let name = name.clone();
        self.read(move |connection| one(connection, BY_NAME, name.as_str())).await
    }

    async fn by_id(&self, id: &UserId) -> Result<Option<User>, Unavailable> {
        let id = id.clone();
        self.read(move |connection| one(connection, BY_ID, id.as_str())).await
    }

    async fn insert(&self, user: &User) -> Result<bool, Unavailable> {
        let user = user.clone();
        self.write(Durability::PowerCut, move |connection| insert(connection, &user)).await
    }

    async fn insert_all(&self, users: &[User]) -> Result<Vec<bool>, Unavailable> {
        let users = users.to_vec();
        // One commit for all of them: waiting for the disk is what takes long.
        self.write(Durability::PowerCut, move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let stored = users.iter().map(|user| insert(&transaction, user)).collect::<Result<_, _>>()?;
            transaction.commit()?;
            Ok(stored)
        })
        .await
    }

    async fn change(&self, id: &UserId, change: &UserChange, now: Timestamp) -> Result<Option<User>, Unavailable> {
        let (id, change) = (id.clone(), change.clone());
        self.write(Durability::PowerCut, move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let Some(mut user) = one(&transaction, BY_ID, id.as_str())? else { return Ok(None) };
            change.apply(&mut user, now);
            transaction.prepare_cached(CHANGE)?.execute(params![
                user.id.as_str(),
                user.password.as_phc(),
                json_roles(&user),
                user.scopes.to_string(),
                json_claims(&user),
                user.disabled,
                user.epoch.cast_signed(),
            ])?;
            transaction.commit()?;
            Ok(Some(user))
        })
        .await
    }

    async fn rehash(&self, id: &UserId, old: &PasswordHash, new: &PasswordHash) -> Result<bool, Unavailable> {
        let (id, old, new) = (id.clone(), old.clone(), new.clone());
        self.write(Durability::PowerCut, move |connection| {
            let values = [id.as_str(), old.as_phc(), new.as_phc()];
            Ok(connection.prepare_cached(REHASH)?.execute(values)? == 1)
        })
        .await
    }

    async fn delete(&self, id: &UserId) -> Result<bool, Unavailable> {
        let id = id.clone();
        self.write(Durability::PowerCut, move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let deleted = transaction.prepare_cached(DELETE)?.execute([id.as_str()])? == 1;
            if deleted {
                transaction.prepare_cached(SPEND)?.execute([id.as_str()])?;
            }
            transaction.commit()?;
            Ok(deleted)
        })
        .await
    }

    async fn list(&self, after: Option<&FoldedName>, limit: u32) -> Result<Vec<User>, Unavailable> {
        let after = after.cloned();
        self.read(move |connection| {
            let page = if after.is_some() { NEXT_PAGE } else { FIRST_PAGE };
            let mut statement = connection.prepare_cached(page)?;
            let mut rows = match &after {
                Some(after) => statement.query(params![limit, after.as_str()])?,
                None => statement.query([limit])?,
            };
            let mut users = Vec::new();
            while let Some(row) = rows.next()? {
                users.push(read(row)?);
            }
            Ok(users)
        })
        .await
    }

    async fn ping(&self) -> Result<(), Unavailable> {
        self.answers().await
    }
}

fn insert(connection: &Connection, user: &User) -> Result<bool, Unavailable> {
    let mut statement = connection.prepare_cached(INSERT)?;
    Ok(statement.execute(params![
        user.id.as_str(),
        user.folded_name().as_str(),
        user.username,
        user.password.as_phc(),
        json_roles(user),
        user.scopes.to_string(),
        json_claims(user),
        user.disabled,
        user.epoch.cast_signed(),
        user.created.as_millis(),
    ])? == 1)
}

fn one(connection: &Connection, query: &str, key: &str) -> Result<Option<User>, Unavailable> {
    let mut statement = connection.prepare_cached(query)?;
    let mut rows = statement.query([key])?;
    rows.next()?.map(read).transpose()
}

fn json_roles(user: &User) -> String {
    Value::from(user.roles.clone()).to_string()
}

fn json_claims(user: &User) -> String {
    Value::Object(user.claims.clone()).to_string()
}

/// A row of the queries above. By position: a name is looked for among all columns each time, and a
/// user is read for every refresh.
fn read(row: &Row<'_>) -> Result<User, Unavailable> {
    let id = UserId::from(row.get::<_, String>(0)?);
    Ok(User {
        username: row.get(1)?,
        password: PasswordHash::from_phc(row.get(2)?),
        roles: parsed(&id, row, 3, "roles")?,
        scopes: Scope::parse(&row.get::<_, String>(4)?),
        claims: parsed(&id, row, 5, "claims")?,
        disabled: row.get(6)?,
        epoch: row.get::<_, i64>(7)?.cast_unsigned(),
        created: Timestamp::from_millis(row.get(8)?),
        id,
    })
}

/// A column's JSON. The reader's own text is left out: it may quote what it read.
fn parsed<T: DeserializeOwned>(id: &UserId, row: &Row<'_>, column: usize, name: &str) -> Result<T, Unavailable> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|_| Unavailable(format!("the {name} of user {id} cannot be read")))
}
