//! What becomes of a batch in the store.

use super::record::Record;
use super::refused::LineRefused;
use super::report::{Outcome, Report};
use crate::cli::audit::{audit, audit_people};
use crate::clock::{Clock, SystemClock};
use crate::entropy::SystemEntropy;
use crate::store::{Unavailable, UserStore};
use crate::user::{FoldedName, User};

/// Stores new users in one go, then looks at those whose name or id is there already.
///
/// # Errors
/// The store does not answer. New users of the batch may be stored without being reported.
pub async fn all(
    users: &dyn UserStore,
    replace: bool,
    batch: Vec<(u64, Record)>,
    report: &mut Report<'_>,
) -> Result<(), Unavailable> {
    let now = SystemClock.now();
    let new: Vec<User> = batch.iter().map(|(_, record)| record.user(now, &SystemEntropy)).collect();
    let stored = users.insert_all(&new).await?;
    // At once: whatever ends the import early, what was done has its line.
    let added = stored.iter().filter(|stored| **stored).count();
    if added > 0 {
        report.audited(|| audit_people("users_imported", added));
    }
    for ((number, record), stored) in batch.iter().zip(stored) {
        let outcome = if stored { Ok(Outcome::Added) } else { existing(users, replace, record, report).await? };
        match outcome {
            Ok(outcome) => report.done(*number, outcome),
            Err(why) => report.refused(*number, &why),
        }
    }
    Ok(())
}

/// A user who is there already, as far as the name says.
async fn existing(
    users: &dyn UserStore,
    replace: bool,
    record: &Record,
    report: &Report<'_>,
) -> Result<Result<Outcome, LineRefused>, Unavailable> {
    let Some(user) = users.by_name(&FoldedName::new(&record.username)).await? else {
        return Ok(Err(without_name(users, record).await?));
    };
    if record.id.as_ref().is_some_and(|id| *id != user.id) {
        return Ok(Err(LineRefused::OtherId));
    }
    let Some(change) = record.change_of(&user) else { return Ok(Ok(Outcome::Unchanged)) };
    if !replace {
        return Ok(Err(LineRefused::NameTaken));
    }
    if users.change(&user.id, &change, SystemClock.now()).await?.is_none() {
        return Ok(Err(LineRefused::Gone));
    }
    report.audited(|| audit("user_replaced", Some(&user.id), None));
    Ok(Ok(Outcome::Replaced))
}

/// Why a user was not stored whose name nobody has.
///
/// | the line's id | why |
/// |---|---|
/// | somebody's | it is taken |
/// | nobody's | it was a deleted user's |
/// | not given, so a new one | whoever had the name was deleted since |
async fn without_name(users: &dyn UserStore, record: &Record) -> Result<LineRefused, Unavailable> {
    let Some(id) = &record.id else { return Ok(LineRefused::Gone) };
    let taken = users.by_id(id).await?.is_some();
    Ok(if taken { LineRefused::IdTaken } else { LineRefused::IdSpent })
}
