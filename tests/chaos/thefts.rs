//! What became of each theft, and how fast.

use std::time::Duration;

use crate::checks::longer_ago_than;
use crate::family::{Holder, Use, Verdict};
use crate::thief::{Manner, Theft};
use crate::world::World;

/// How a theft ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The session was revoked so long after the first use that the promise is about, when the thief had
    /// lived by it for so long.
    Caught { after: Duration, rode: Duration },
    /// The thief got nowhere, or is still at large, and why no promise covers that.
    NotCovered(&'static str),
    /// It should have been caught.
    Missed,
}

impl Theft {
    /// What became of it, read from the uses of the session's tokens.
    pub fn fate(&self, world: &World) -> Fate {
        let uses = self.family.uses.lock().unwrap();
        let refused = |reason: &str| {
            let is_refused = |it: &&Use| matches!(&it.verdict, Verdict::Refused(found) if found == reason);
            uses.iter().filter(is_refused).min_by_key(|it| it.end)
        };
        let is_thiefs = |it: &&Use| it.holder == Holder::Thief;
        let granted = |it: &&Use| matches!(it.verdict, Verdict::Granted(..));
        let first_ride = uses.iter().filter(is_thiefs).find(granted).map(|it| it.start);
        // Where the answer that told of the replay was lost, the next one tells that the session is over.
        let end = refused("replayed").or_else(|| refused("revoked").filter(|_| !self.family.is_leaving()));
        if let Some(end) = end {
            let second = second_use(&uses, world.plan.window).unwrap_or(end.start).min(end.start);
            let rode = first_ride.map_or(Duration::ZERO, |first| end.end.saturating_sub(first));
            return Fate::Caught { after: end.end - second, rode };
        }
        let stolen = uses.iter().find(is_thiefs).map_or(Duration::MAX, |it| it.start);
        let until = uses.iter().map(|it| it.end).max().unwrap_or_default();
        if self.family.is_leaving() {
            Fate::NotCovered("the owner signed out first")
        } else if refused("unknown").is_some() || world.rollbacks.between(stolen.min(until), until) {
            Fate::NotCovered("the store went back to an older state")
        } else if !self.owner_is_there {
            Fate::NotCovered("the owner never came back")
        } else if self.manner == Manner::InStep {
            Fate::NotCovered("in step inside every window to the end")
        } else {
            Fate::Missed
        }
    }
}

/// When a generation was first used that the other holder had used longer ago than the window.
fn second_use(uses: &[Use], window: Duration) -> Option<Duration> {
    let is_second = |it: &&Use| {
        let is_thief = |of: &Use| of.holder == Holder::Thief;
        it.verdict != Verdict::Unsent
            && longer_ago_than(window, it, uses).any(|before| is_thief(before) != is_thief(it))
    };
    uses.iter().filter(is_second).map(|it| it.start).min()
}
