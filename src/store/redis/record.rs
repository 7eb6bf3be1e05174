//! The value under a session's key: version and state, which scripts compare and replace, then the
//! record's bytes, which no script reads.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | the version |
//! | 1 | the state: `A` active, another letter the reason of the revocation |
//! | 8 | not while active: when it was revoked, milliseconds since 1970, big-endian |
//! | rest | `session_codec` |

use crate::clock::Timestamp;
use crate::id::SessionId;
use crate::session::{Revocation, Session, State};
use crate::store::{Unavailable, Version, session_codec};

/// The letter of the active state. The scripts know it too.
const ACTIVE: u8 = b'A';

/// The letters of the reasons. Never change one: sessions are stored under them.
const fn letter(reason: Revocation) -> u8 {
    match reason {
        Revocation::Logout => b'L',
        Revocation::Ended => b'E',
        Revocation::Replayed => b'R',
        Revocation::Administrator => b'M',
        Revocation::Epoch => b'P',
        Revocation::Disabled => b'D',
        Revocation::Gone => b'G',
    }
}

fn reason(of: u8) -> Option<Revocation> {
    use Revocation::{Administrator, Disabled, Ended, Epoch, Gone, Logout, Replayed};
    [Logout, Ended, Replayed, Administrator, Epoch, Disabled, Gone].into_iter().find(|reason| letter(*reason) == of)
}

/// A state as it stands between version and record.
pub(super) fn state(state: State) -> Vec<u8> {
    match state {
        State::Active => vec![ACTIVE],
        State::Revoked(reason, at) => [&[letter(reason)], at.as_millis().to_be_bytes().as_slice()].concat(),
    }
}

/// What a record of this version that can be swapped begins with.
pub(super) fn swappable(version: Version) -> Vec<u8> {
    [version.0.as_slice(), &[ACTIVE]].concat()
}

/// The whole value.
pub(super) fn encode(session: &Session, version: Version) -> Vec<u8> {
    [version.0.as_slice(), &state(session.state), &session_codec::encode(session)].concat()
}

/// The session of a value. Bytes that are none are the store's failure, never a panic.
pub(super) fn decode(id: SessionId, value: &[u8]) -> Result<(Session, Version), Unavailable> {
    let parts = || {
        let (version, rest) = value.split_first_chunk::<8>()?;
        let (letter, rest) = rest.split_first()?;
        if *letter == ACTIVE {
            return Some((*version, State::Active, rest));
        }
        let (at, record) = rest.split_first_chunk::<8>()?;
        let at = Timestamp::from_millis(i64::from_be_bytes(*at));
        Some((*version, State::Revoked(reason(*letter)?, at), record))
    };
    let unreadable = || Unavailable(format!("redis: the value of session {id} cannot be read"));
    let (version, state, record) = parts().ok_or_else(unreadable)?;
    Ok((session_codec::decode(id, state, record)?, Version(version)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conformance::sample::{NOW, session, version};

    #[test]
    fn a_value_survives_and_begins_with_what_the_scripts_expect() {
        use Revocation::{Administrator, Disabled, Ended, Epoch, Gone, Logout, Replayed};
        let reasons = [Logout, Ended, Replayed, Administrator, Epoch, Disabled, Gone];
        let revoked = reasons.map(|reason| State::Revoked(reason, NOW));
        for state in revoked.into_iter().chain([State::Active]) {
            let session = Session { state, ..session(1) };
            let value = encode(&session, version(7));
            assert_eq!(value.starts_with(&swappable(version(7))), state == State::Active);
            assert_eq!(decode(session.id, &value).unwrap(), (session, version(7)));
        }
    }

    #[test]
    fn a_damaged_value_is_a_failure_and_no_panic() {
        let whole = encode(&session(1), version(1));
        for length in 0..whole.len() {
            assert!(decode(session(1).id, &whole[..length]).is_err(), "{length} bytes");
        }
        let mut unknown = whole;
        unknown[8] = b'?';
        assert!(decode(session(1).id, &unknown).is_err());
    }
}
