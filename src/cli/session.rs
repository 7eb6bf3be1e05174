//! `jeton session …`

use std::path::Path;

use super::arguments::SessionCommand;
use super::audit::audit;
use super::context::Context;
use super::failure::Failure;
use super::output::{columns, line, session_json, session_row};
use crate::clock::{Clock, SystemClock};
use crate::entropy::SystemEntropy;
use crate::id::SessionId;
use crate::session::{Revocation, Session, Standing};
use crate::store::{Access, Version};
use crate::user::{User, UserChange};

/// Runs one of the session commands.
///
/// # Errors
/// [`Failure`].
pub fn run(file: Option<&Path>, command: SessionCommand) -> Result<(), Failure> {
    let access = if matches!(command, SessionCommand::List { .. }) { Access::Read } else { Access::Write };
    Context::run(file, access, |context| async move {
        match command {
            SessionCommand::List { user, json } => list(&context, &context.user(&user).await?, json).await,
            SessionCommand::Revoke { user: Some(user), .. } => {
                let user = context.user(&user).await?;
                let change = UserChange { end_sessions: true, ..UserChange::default() };
                let changed = context.stores.users.change(&user.id, &change, SystemClock.now()).await;
                // Of another application's people only those are remembered who have signed in.
                let is_done = changed.map_err(Failure::failed)?.is_some() || context.stores.users.is_read_only();
                if !is_done {
                    return Err(Failure::failed("there is no such user"));
                }
                audit("sessions_revoked", Some(&user.id), None);
                Ok(())
            }
            SessionCommand::Revoke { id, user: None } => revoke(&context, &id.unwrap_or_default()).await,
        }
    })
}

async fn list(context: &Context, user: &User, json: bool) -> Result<(), Failure> {
    let now = SystemClock.now();
    let standing = if user.disabled { Standing::Disabled } else { Standing::Good { epoch: user.epoch } };
    let mut sessions = context.stores.sessions.list(&user.id).await.map_err(Failure::failed)?;
    sessions.retain(|session| session.is_live(standing, now));
    sessions.sort_by_key(|session| std::cmp::Reverse(session.created));
    if json {
        let sessions: Vec<_> = sessions.iter().map(session_json).collect();
        return line(&format!("{:#}", serde_json::Value::from(sessions)));
    }
    let rows: Vec<_> = sessions.iter().map(|session: &Session| session_row(session)).collect();
    columns(&["ID", "CREATED", "LAST USED", "CLIENT", "ADDRESS", "USER AGENT"], &rows)
}

async fn revoke(context: &Context, id: &str) -> Result<(), Failure> {
    let id = SessionId::parse(id).ok_or_else(|| Failure::misused("this is no session id"))?;
    let version = Version::random(&SystemEntropy);
    let revoked = context.stores.sessions.revoke(id, Revocation::Administrator, SystemClock.now(), version).await;
    if !revoked.map_err(Failure::failed)? {
        return Err(Failure::failed("there is no such session"));
    }
    audit("session_revoked", None, Some(id));
    Ok(())
}
