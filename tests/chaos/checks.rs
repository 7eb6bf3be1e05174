//! What must hold of every use of a token, whoever used it (refresh.md, "What must hold").

use std::time::Duration;

use crate::family::{Family, Holder, Use, Verdict};
use crate::rollbacks::Rollbacks;

/// What the checks go by.
pub struct Checks<'a> {
    pub window: Duration,
    pub rollbacks: &'a Rollbacks,
}

impl Checks<'_> {
    /// Notes what came of a use, with the token that it got. What must not have happened, if it did.
    pub fn settle(
        &self,
        family: &Family,
        number: usize,
        now: Duration,
        verdict: Verdict,
        token: Option<&str>,
    ) -> Result<(), String> {
        let mut uses = family.uses.lock().unwrap();
        (uses[number].end, uses[number].verdict) = (now, verdict);
        let (it, all) = (&uses[number], uses.as_slice());
        let (Verdict::Granted(next, outcome), Some(token)) = (&it.verdict, token) else { return Ok(()) };
        let successor = match outcome.as_str() {
            "rotated" | "recovered" => *next == it.generation + 1,
            "repeated" => *next > it.generation,
            _ => false,
        };
        hold(successor, || format!("6: a later generation is answered: {it}"))?;
        let mut tokens = family.tokens.lock().unwrap();
        let known = tokens.entry(*next).or_insert_with(|| token.to_owned());
        hold(known == token, || format!("1: one generation, one token: {it}"))?;
        self.is_first_to_rotate(all, number)?;
        self.is_within_the_window(all, number)?;
        self.is_no_ghost(family, all, number)
    }

    /// 1: a token is exchanged for a successor once; everybody else gets the same.
    fn is_first_to_rotate(&self, all: &[Use], number: usize) -> Result<(), String> {
        let it = &all[number];
        let rotates = |it: &Use| matches!(&it.verdict, Verdict::Granted(_, outcome) if outcome == "rotated");
        let before = all.iter().enumerate().find(|(other, before)| {
            *other != number
                && before.generation == it.generation
                && rotates(before)
                && !self.rollbacks.between(before.start.min(it.start), before.end.max(it.end))
        });
        match before {
            Some((_, before)) if rotates(it) => Err(format!("1: rotated twice: {before}; {it}")),
            _ => Ok(()),
        }
    }

    /// 3 and 4: later than the window after somebody else has superseded it, a token is worth nothing.
    fn is_within_the_window(&self, all: &[Use], number: usize) -> Result<(), String> {
        let it = &all[number];
        let mut before = longer_ago_than(self.window, it, all);
        let before = before.find(|before| !self.rollbacks.between(before.start, it.end));
        before.map_or(Ok(()), |before| {
            Err(format!("4: two holders further apart than the window, and no end: {before}; {it}"))
        })
    }

    /// 11: once somebody was told that the session is over, nothing is granted any more.
    fn is_no_ghost(&self, family: &Family, all: &[Use], number: usize) -> Result<(), String> {
        let it = &all[number];
        let is_end = |it: &&Use| matches!(&it.verdict, Verdict::Refused(why) if why == "replayed" || why == "revoked");
        let told = all.iter().filter(is_end).map(|it| (it.start, it.end));
        let revived = told.chain(*family.left.lock().unwrap()).find(|(asked, acknowledged)| {
            it.start > *acknowledged && !self.rollbacks.may_have_undone(*asked, *acknowledged)
        });
        hold(revived.is_none(), || format!("11: the session was over at {revived:?}: {it}"))
    }
}

/// The uses after which, longer ago than the window, the token of `it` had been superseded, so that `it`
/// must be refused. Not where it may have been its owner who superseded it, with a key: that key is good at
/// any time.
pub fn longer_ago_than<'a>(window: Duration, it: &'a Use, all: &'a [Use]) -> impl Iterator<Item = &'a Use> {
    let of_it = all.iter().filter(|other| other.generation == it.generation);
    let owners_first = of_it.clone().filter(|other| other.holder != Holder::Thief).map(|other| other.start).min();
    let is_own = move |before: &Use| {
        it.keyed && it.holder != Holder::Thief && owners_first.is_some_and(|first| first <= before.end)
    };
    of_it.filter(move |before| {
        matches!(before.verdict, Verdict::Granted(..)) && before.end + window <= it.start && !is_own(before)
    })
}

fn hold(holds: bool, broken: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(broken()) }
}

#[cfg(test)]
mod tests;
