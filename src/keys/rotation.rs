//! The plan of rotation: what is to be done with the folder's files, as a function of what it holds,
//! the schedule and the time. No file is touched here.

use super::schedule::{Course, Schedule};
use crate::clock::Timestamp;
use crate::verify::Algorithm;

/// The beginning of time: from when a key signs whose file's name says no time.
pub const BEGINNING: Timestamp = Timestamp::from_millis(i64::MIN);

/// A key file as the plan sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held<T> {
    /// The file's name.
    pub file: String,
    /// From when on it signs or mints.
    pub from: Timestamp,
    /// Whether jeton made it. Only such files are moved in time and removed.
    pub is_ours: bool,
    /// The key; the plan needs to know a signing key's [`Signer`] and a refresh secret's number.
    pub key: T,
}

/// What a signing key is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Its name in tokens and in the JWKS.
    pub kid: String,
    /// Its one algorithm.
    pub algorithm: Algorithm,
}

/// All key files, each kind by the time from which it is active, earliest first; equal times by kid or
/// number, so that all instances agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// The signing keys.
    pub keys: Vec<Held<Signer>>,
    /// The refresh secrets.
    pub secrets: Vec<Held<u8>>,
}

impl Holdings {
    /// Whether an earlier start made keys here; keys that were brought have no time in their names.
    pub fn have_been_begun(&self) -> bool {
        self.keys.iter().any(|key| key.from > BEGINNING)
    }
}

/// What the plan goes by.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The spans.
    pub schedule: Schedule,
    /// What new keys are made for; HS256: none is made.
    pub algorithm: Algorithm,
    /// The number of the first refresh secret, where there is none.
    pub first_secret: u8,
}

/// Why a plan is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// A process starts, or somebody asks for what is missing.
    Start,
    /// Time has passed.
    Passing,
    /// Somebody wants the next keys now.
    ByHand,
    /// The signing keys are in the wrong hands.
    Emergency,
}

/// One thing to do. Each leaves a folder that works, in the order of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Make a signing key.
    AddKey {
        /// From when on it signs.
        from: Timestamp,
    },
    /// Make a refresh secret.
    AddSecret {
        /// Its number.
        id: u8,
        /// From when on it mints.
        from: Timestamp,
    },
    /// Let a key of ours be active earlier than its name says.
    Move {
        /// The file.
        file: String,
        /// From when on it is active instead.
        from: Timestamp,
    },
    /// Delete a file of ours.
    Remove {
        /// The file.
        file: String,
    },
    /// Take a key that was brought out of use; its bytes are kept.
    SetAside {
        /// The file.
        file: String,
    },
}

/// What is to be done now, in this order. Both kinds of key go the same way; in an emergency the
/// refresh secrets stay, so that clients can refresh.
///
/// | # | where | step |
/// |---|---|---|
/// | 1 | there is no key, at a start or by hand | add one from now on (nobody has cached a JWKS without it), and its next |
/// | 2 | no key comes after the active one, which has a time in its name, and there is a schedule | add one: a period after the active one, and no sooner than the lead from now |
/// | 3 | the next is ours and comes later than 2 says, or by hand than the lead from now | move it there |
/// | 4 | a next key of ours is for another algorithm than the one set, at a start or by hand, and nobody signs with it before all know | remove it |
/// | 5 | what then is newest is for another algorithm, at a start or by hand | add one, the lead from now |
/// | 6 | a key of ours has a successor that has been active for the stay | remove it |
/// | 7 | an emergency | add one from now on, and its next; take away all others |
///
/// A running server never begins with a first key (1): an empty folder is one that was not mounted.
/// A key without a time in its name was brought by the operator, and signs until they say otherwise.
pub fn plan(held: &Holdings, terms: &Terms, occasion: Occasion, now: Timestamp) -> Vec<Step> {
    let mut steps = match occasion {
        _ if terms.algorithm == Algorithm::Hs256 => Vec::new(),
        Occasion::Emergency => replace_all(&held.keys, &terms.schedule.signing(), now),
        _ => plan_keys(&held.keys, terms, occasion, now),
    };
    steps.extend(plan_secrets(&held.secrets, terms, occasion, now));
    steps
}

fn plan_keys(held: &[Held<Signer>], terms: &Terms, occasion: Occasion, now: Timestamp) -> Vec<Step> {
    let course = terms.schedule.signing();
    let line = Line { held: held.iter().collect(), course, now };
    let add = |from| Some(Step::AddKey { from });
    if occasion == Occasion::Passing || held.is_empty() {
        return line.steps(occasion, add);
    }
    // All instances know of a change by then.
    let known = now + terms.schedule.minting().lead;
    let is_other = |key: &Held<Signer>| key.key.algorithm != terms.algorithm;
    let active = line.active();
    let (withdrawn, kept): (Vec<_>, Vec<_>) = held
        .iter()
        .enumerate()
        .partition(|(index, key)| *index > active && key.is_ours && is_other(key) && key.from > known);
    let line = Line { held: kept.into_iter().map(|(_, key)| key).collect(), course, now };
    let mut steps = if line.newest().is_some_and(is_other) {
        add(line.soonest()).into_iter().chain(line.over()).collect()
    } else {
        line.steps(occasion, add)
    };
    steps.extend(withdrawn.into_iter().map(|(_, key)| Step::Remove { file: key.file.clone() }));
    steps
}

fn plan_secrets(held: &[Held<u8>], terms: &Terms, occasion: Occasion, now: Timestamp) -> Vec<Step> {
    let line = Line { held: held.iter().collect(), course: terms.schedule.minting(), now };
    let mut taken: Vec<u8> = held.iter().map(|secret| secret.key).collect();
    line.steps(occasion, |from| {
        let after = taken.last().map_or(terms.first_secret, |newest| newest.wrapping_add(1));
        let id = (0..=u8::MAX).map(|steps| after.wrapping_add(steps)).find(|id| !taken.contains(id))?;
        taken.push(id);
        Some(Step::AddSecret { id, from })
    })
}

/// Row 7. What is alone signs at once, whatever its name says.
fn replace_all(held: &[Held<Signer>], course: &Course, now: Timestamp) -> Vec<Step> {
    let first = Line::<Signer> { held: Vec::new(), course: *course, now };
    let mut steps = first.steps(Occasion::Start, |from| Some(Step::AddKey { from }));
    steps.extend(held.iter().map(|key| {
        let file = key.file.clone();
        if key.is_ours { Step::Remove { file } } else { Step::SetAside { file } }
    }));
    steps
}

/// The keys of one kind, one after the other in time.
struct Line<'a, T> {
    held: Vec<&'a Held<T>>,
    course: Course,
    now: Timestamp,
}

impl<T> Line<'_, T> {
    /// Rows 1, 2, 3 and 6.
    fn steps(&self, occasion: Occasion, mut add: impl FnMut(Timestamp) -> Option<Step>) -> Vec<Step> {
        let by_hand = occasion == Occasion::ByHand;
        let Some(active) = self.held.get(self.active()) else {
            let first = self.now.to_next_second();
            let begins = by_hand || occasion == Occasion::Start;
            let both = begins.then_some(first).into_iter().chain(self.due(first).filter(|_| begins));
            return both.filter_map(add).collect();
        };
        let due = if by_hand { Some(self.soonest()) } else { self.due(active.from) };
        let step = match (due, self.held.get(self.active() + 1)) {
            (Some(from), None) => add(from),
            (Some(from), Some(next)) if next.is_ours && next.from > from => {
                Some(Step::Move { file: next.file.clone(), from })
            }
            _ => None,
        };
        step.into_iter().chain(self.over()).collect()
    }

    /// When the successor of a key that is active from `from` on is due, if the schedule has one.
    fn due(&self, from: Timestamp) -> Option<Timestamp> {
        let period = self.course.period.filter(|_| from > BEGINNING)?;
        Some((from + period).max(self.soonest()).to_next_second())
    }

    /// When a key that is published now may be active.
    fn soonest(&self) -> Timestamp {
        (self.now + self.course.lead).to_next_second()
    }

    /// The latest that is ours, or the active one.
    fn newest(&self) -> Option<&Held<T>> {
        let next = self.held.iter().skip(self.active() + 1).rfind(|key| key.is_ours);
        next.or_else(|| self.held.get(self.active())).copied()
    }

    /// Row 6.
    fn over(&self) -> impl Iterator<Item = Step> {
        let retired = self.held.windows(2).take(self.active());
        let over = retired.filter(|pair| pair[0].is_ours && self.now >= pair[1].from + self.course.stay);
        over.map(|pair| Step::Remove { file: pair[0].file.clone() })
    }

    fn active(&self) -> usize {
        active(&self.held, |key| key.from, self.now)
    }
}

/// The index of the active one of several that are sorted by time: the last whose time has come, or
/// the first where none has.
pub fn active<T>(sorted: &[T], from: impl Fn(&T) -> Timestamp, now: Timestamp) -> usize {
    sorted.partition_point(|key| from(key) <= now).saturating_sub(1)
}

#[cfg(test)]
mod tests;
