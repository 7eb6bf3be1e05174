//! What an operator did, for the audit log: who could change it must leave a trace.

use crate::authority::{Audit, AuditEvent, Caller};
use crate::clock::{Clock, SystemClock};
use crate::id::{SessionId, UserId};

/// Writes the line of a command that has done its work: to a user, a session, or to neither.
pub fn audit(outcome: &'static str, user: Option<&UserId>, session: Option<SessionId>) {
    let caller = Caller::default();
    let line = command(outcome, &caller).user(user);
    session.into_iter().fold(line, Audit::session).write();
}

/// Writes the line of so many users at once.
pub fn audit_people(outcome: &'static str, people: usize) {
    command(outcome, &Caller::default()).people(people).write();
}

fn command<'a>(outcome: &'static str, caller: &'a Caller) -> Audit<'a> {
    Audit::new(AuditEvent::Command, outcome, caller, SystemClock.now()).operator(rustix::process::getuid().as_raw())
}
