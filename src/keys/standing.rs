//! Where each key stands in its life, and what happens to keys from one look to the next.

use std::fmt;

use super::rotation::{BEGINNING, Held, Holdings, Signer, active};
use super::schedule::{Course, Schedule};
use crate::clock::Timestamp;
use crate::verify::Algorithm;

/// Where a key stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Published, but it does not sign yet.
    Next,
    /// It signs.
    Active,
    /// It has a successor and only verifies.
    Retired,
}

/// Which key it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyName {
    /// A signing key.
    Signing {
        /// Its name in tokens and in the JWKS.
        kid: String,
        /// What it signs with.
        algorithm: Algorithm,
    },
    /// A refresh secret.
    Refresh {
        /// Its number.
        id: u8,
    },
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signing { kid, .. } => f.write_str(kid),
            Self::Refresh { id } => write!(f, "refresh-{id}"),
        }
    }
}

/// A key as an operator sees it; nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which key it is.
    pub key: KeyName,
    /// The file that holds it.
    pub file: String,
    /// Where it stands.
    pub stage: Stage,
    /// From when on it is active; `None`: its file's name says no time.
    pub from: Option<Timestamp>,
    /// When its file will be removed; `None`: no successor is known, or jeton did not make it.
    pub leaves: Option<Timestamp>,
}

impl Holdings {
    /// Every key, the signing keys first, earliest first.
    pub fn standings(&self, schedule: &Schedule, now: Timestamp) -> Vec<Standing> {
        let signing = |signer: &Signer| KeyName::Signing { kid: signer.kid.clone(), algorithm: signer.algorithm };
        let mut standings = line(&self.keys, schedule.signing(), signing, now);
        standings.extend(line(&self.secrets, schedule.minting(), |id| KeyName::Refresh { id: *id }, now));
        standings
    }
}

fn line<T>(held: &[Held<T>], course: Course, name: impl Fn(&T) -> KeyName, now: Timestamp) -> Vec<Standing> {
    let active = active(held, |key| key.from, now);
    let standing = |(index, key): (usize, &Held<T>)| Standing {
        key: name(&key.key),
        file: key.file.clone(),
        stage: match index.cmp(&active) {
            std::cmp::Ordering::Less => Stage::Retired,
            std::cmp::Ordering::Equal => Stage::Active,
            std::cmp::Ordering::Greater => Stage::Next,
        },
        from: (key.from > BEGINNING).then_some(key.from),
        leaves: held.get(index + 1).filter(|_| key.is_ours).map(|successor| successor.from + course.stay),
    };
    held.iter().enumerate().map(standing).collect()
}

/// What happened to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// It came into the folder, and so into the JWKS.
    Published,
    /// It will be active at another time than it was said.
    Rescheduled,
    /// It signs or mints from now on.
    Active,
    /// It left the folder, and so the JWKS: what it signed is refused.
    Gone,
}

/// Something that happened to a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEvent {
    /// The key as it stands, or as it last stood.
    pub standing: Standing,
    /// What happened.
    pub happening: Happening,
}

/// What happened between two looks at the folder.
pub fn happenings(before: &[Standing], after: &[Standing]) -> Vec<KeyEvent> {
    let event = |happening, standing: &Standing| KeyEvent { standing: standing.clone(), happening };
    let find = |all: &[Standing], key: &KeyName| all.iter().find(|other| other.key == *key).cloned();
    let mut events = Vec::new();
    for now in after {
        let earlier = find(before, &now.key);
        match &earlier {
            None => events.push(event(Happening::Published, now)),
            Some(earlier) if earlier.from != now.from => events.push(event(Happening::Rescheduled, now)),
            Some(_) => {}
        }
        if now.stage == Stage::Active && earlier.is_none_or(|earlier| earlier.stage != Stage::Active) {
            events.push(event(Happening::Active, now));
        }
    }
    let gone = before.iter().filter(|earlier| find(after, &earlier.key).is_none());
    events.extend(gone.map(|earlier| event(Happening::Gone, earlier)));
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(id: u8, stage: Stage, from: i64) -> Standing {
        let (key, file) = (KeyName::Refresh { id }, format!("{from}-refresh-{id}.key"));
        Standing { key, file, stage, from: Some(Timestamp::from_secs(from)), leaves: None }
    }

    #[test]
    fn what_happened_is_told_from_two_looks() {
        let before = [standing(1, Stage::Retired, 0), standing(2, Stage::Active, 10), standing(3, Stage::Next, 20)];
        let after = [standing(2, Stage::Retired, 10), standing(3, Stage::Active, 15), standing(4, Stage::Next, 30)];
        let told: Vec<_> =
            happenings(&before, &after).into_iter().map(|event| (event.standing.key, event.happening)).collect();
        let expected =
            [(3, Happening::Rescheduled), (3, Happening::Active), (4, Happening::Published), (1, Happening::Gone)];
        assert_eq!(told, expected.map(|(id, happening)| (KeyName::Refresh { id }, happening)));
        assert_eq!(happenings(&after, &after), []);
    }
}
