//! `jeton user …`

use std::path::Path;

use super::arguments::{Attributes, UserCommand};
use super::audit::audit;
use super::context::Context;
use super::failure::Failure;
use super::import;
use super::output::{columns, line, user_json, user_lines, user_row};
use super::password;
use crate::authority::let_in;
use crate::clock::{Clock, SystemClock};
use crate::entropy::SystemEntropy;
use crate::id::UserId;
use crate::store::Access;
use crate::user::{
    FoldedName, HashParameters, Password, PasswordHash, User, UserChange, check_claims, check_hash, check_name,
    check_words, hash_now,
};

/// How many users are read from the store at a time.
const PAGE: u32 = 500;

/// Runs one of the user commands.
///
/// # Errors
/// [`Failure`], with nothing changed.
pub fn run(file: Option<&Path>, command: UserCommand) -> Result<(), Failure> {
    let access = match command {
        UserCommand::Show { .. } | UserCommand::List { .. } | UserCommand::Unlock { .. } => Access::Read,
        _ => Access::Write,
    };
    Context::run(file, access, |context| async move {
        if !matches!(command, UserCommand::Show { .. } | UserCommand::Unlock { .. }) {
            context.own_people()?;
        }
        match command {
            UserCommand::Import(import) => import::run(&context, &import).await,
            UserCommand::Add { name, password, attributes } => {
                check_attributes(&attributes)?;
                check_name(&name).map_err(Failure::misused)?;
                let password = password::read(&password, &name, context.config.password_min)?;
                let user = new_user(name, &password, attributes);
                add(&context, &user).await
            }
            UserCommand::Set { name, attributes, no_roles, no_scopes, no_claims } => {
                let change = UserChange {
                    roles: given(attributes.roles.clone(), no_roles),
                    scopes: given(attributes.scopes.clone(), no_scopes).map(|words| words.into_iter().collect()),
                    claims: attributes.claims.clone().or(no_claims.then(Default::default)),
                    ..UserChange::default()
                };
                if change.roles.is_none() && change.scopes.is_none() && change.claims.is_none() {
                    return Err(Failure::misused("nothing to set: see jeton user set --help"));
                }
                check_attributes(&attributes)?;
                apply(&context, &name, change, "user_changed").await
            }
            UserCommand::Show { name, json } => show(&context.user(&name).await?, json),
            UserCommand::List { json } => list(&context, json).await,
            UserCommand::Password { name, password } => {
                let user = context.user(&name).await?;
                let password = password::read(&password, &user.username, context.config.password_min)?;
                let change = UserChange { password: Some(hash(&password)), ..Default::default() };
                apply(&context, &user.username, change, "password_changed").await
            }
            UserCommand::Disable { name } => {
                apply(&context, &name, UserChange { disabled: Some(true), ..Default::default() }, "user_disabled").await
            }
            UserCommand::Enable { name } => {
                apply(&context, &name, UserChange { disabled: Some(false), ..Default::default() }, "user_enabled").await
            }
            UserCommand::Unlock { name } => unlock(&context, &name).await,
            UserCommand::Delete { name } => {
                let user = context.user(&name).await?;
                let deleted = context.stores.users.delete(&user.id).await.map_err(Failure::failed)?;
                if !deleted {
                    return Err(Failure::failed("there is no such user"));
                }
                audit("user_deleted", Some(&user.id), None);
                Ok(())
            }
        }
    })
}

/// A user who does not exist yet.
pub fn new_user(username: String, password: &Password, attributes: Attributes) -> User {
    User {
        id: UserId::random(&SystemEntropy),
        username,
        password: hash(password),
        roles: attributes.roles,
        scopes: attributes.scopes.into_iter().collect(),
        claims: attributes.claims.unwrap_or_default(),
        disabled: false,
        epoch: 0,
        created: SystemClock.now(),
    }
}

fn hash(password: &Password) -> PasswordHash {
    hash_now(password, &HashParameters::default(), &SystemEntropy)
}

async fn add(context: &Context, user: &User) -> Result<(), Failure> {
    if context.stores.users.insert(user).await.map_err(Failure::failed)? {
        audit("user_added", Some(&user.id), None);
        line(&format!("added {}", user.id))
    } else {
        Err(Failure::failed("the name is taken"))
    }
}

async fn apply(context: &Context, name: &str, change: UserChange, outcome: &'static str) -> Result<(), Failure> {
    let user = context.user(name).await?;
    let changed = context.stores.users.change(&user.id, &change, SystemClock.now()).await.map_err(Failure::failed)?;
    changed.ok_or_else(|| Failure::failed("there is no such user"))?;
    audit(outcome, Some(&user.id), None);
    Ok(())
}

/// Attempts are counted for the name as it is typed, which elsewhere need not be the name of the account.
async fn unlock(context: &Context, name: &str) -> Result<(), Failure> {
    let user = context.user(name).await?;
    let now = SystemClock.now();
    let_in(&*context.stores.places, &FoldedName::new(name), now).await.map_err(Failure::failed)?;
    audit("user_unlocked", Some(&user.id), None);
    Ok(())
}

/// What is said of the hash goes beside what is printed, which programs read.
fn show(user: &User, json: bool) -> Result<(), Failure> {
    if let Err(why) = check_hash(&user.password) {
        eprintln!("jeton: warning: nobody can sign in as this user: the stored password hash cannot be used: {why}");
    }
    if json {
        return line(&format!("{:#}", user_json(user)));
    }
    user_lines(user).iter().try_for_each(|(name, value)| line(format!("{name:8} {value}").trim_end()))
}

async fn list(context: &Context, json: bool) -> Result<(), Failure> {
    let mut users: Vec<User> = Vec::new();
    loop {
        let after = users.last().map(User::folded_name);
        let page = context.stores.users.list(after.as_ref(), PAGE).await.map_err(Failure::failed)?;
        if page.is_empty() {
            break;
        }
        users.extend(page);
    }
    if json {
        let users: Vec<_> = users.iter().map(user_json).collect();
        return line(&format!("{:#}", serde_json::Value::from(users)));
    }
    columns(&["NAME", "ID", "STATE", "ROLES"], &users.iter().map(user_row).collect::<Vec<_>>())
}

/// A list that was given, or an empty one where it is to be taken away.
fn given(words: Vec<String>, none: bool) -> Option<Vec<String>> {
    (none || !words.is_empty()).then_some(words)
}

fn check_attributes(attributes: &Attributes) -> Result<(), Failure> {
    check_words(&attributes.roles)
        .and_then(|()| check_words(&attributes.scopes))
        .and_then(|()| attributes.claims.as_ref().map_or(Ok(()), check_claims))
        .map_err(Failure::misused)
}
