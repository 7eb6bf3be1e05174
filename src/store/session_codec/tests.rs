//! The format must not drift: what an older jeton wrote is read for as long as a session can live.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::*;
use crate::session::RefreshSecret;
use crate::store::conformance::sample;

const EVERYDAY: &str = "\
    0000a664aaf079364e7ea747363155bd1cd780d8c1a28c34000a7265616420777269746515687474703a2f2f3132372e30\
    2e302e313a3830383001ac02f6c887d7bf68000080d4d4ab0180e0e2f7398090e4c0040302003b9d30b1e712090602ff9e\
    49f9139a386ca7b72d02ffbd92016c38a11a228ffa55284d6f7a696c6c612f352e3020285831313b204c696e7578207838\
    365f3634292046697265666f782f01007f000001";
const OTHER: &str = "\
    00010f616461406578616d706c652e6f726780d8c1a28c3401036170700015687474703a2f2f3132372e302e302e313a38\
    30383001ac02f6c887d7bf6800010080d4d4ab0180e0e2f7398090e4c0040201000000010120010db80000000000000000\
    00000007";
const WITHOUT_ADDRESS: &str = "\
    00010f616461406578616d706c652e6f726780d8c1a28c3401036170700015687474703a2f2f3132372e302e302e313a38\
    30383001ac02f6c887d7bf6800010080d4d4ab0180e0e2f7398090e4c004020100000000";

/// A session as most are: one browser, a full ring, attempts with keys, rotated every ten minutes.
fn everyday() -> Session {
    let id = SessionId::from_bytes([7; 16]);
    let attempt = |key| Some(Attempt::new(&RefreshSecret::new(1, &[9; 32]), id, key));
    let created = Timestamp::from_millis(1_795_253_400_123);
    let minutes = |n: u64| created + Duration::from_secs(n * 60);
    Session {
        id,
        user: UserId::from("pmSq8Hk2Tn6nRzYxVb0c1w".to_owned()),
        epoch: 1_790_000_000_000,
        client: "default".into(),
        scope: Scope::parse("read write"),
        audience: "http://127.0.0.1:8080".into(),
        secret_id: 1,
        generation: 300,
        ring: vec![
            Supersession::At(minutes(3000), attempt("c")),
            Supersession::At(minutes(2990), attempt("b")),
            Supersession::At(minutes(2980), attempt("a")),
        ],
        created,
        authenticated_at: created,
        amr: vec!["pwd".into()],
        last_used: minutes(3000),
        expires: created + Duration::from_secs(90 * 86_400),
        idle: Duration::from_secs(14 * 86_400),
        state: State::Active,
        user_agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/".into(),
        ip: Some(Ipv4Addr::LOCALHOST.into()),
    }
}

#[test]
fn every_field_survives() {
    let odd = Session {
        epoch: u64::MAX,
        generation: u32::MAX,
        secret_id: u8::MAX,
        created: Timestamp::from_millis(i64::MAX),
        last_used: Timestamp::from_millis(i64::MIN),
        authenticated_at: Timestamp::from_millis(0),
        expires: Timestamp::from_millis(-1),
        idle: Duration::from_millis(u64::MAX),
        scope: Scope::default(),
        amr: vec![],
        user_agent: "\0é\u{1F600}".into(),
        ip: Some(Ipv6Addr::LOCALHOST.into()),
        ring: vec![
            Supersession::Lost,
            Supersession::At(Timestamp::from_millis(5), None),
            Supersession::At(Timestamp::from_millis(i64::MAX), everyday_attempt()),
        ],
        ..everyday()
    };
    for session in [everyday(), odd, sample::session(1), Session { ip: None, ring: vec![], ..everyday() }] {
        assert_eq!(decode(session.id, session.state, &encode(&session)).unwrap(), session);
    }
}

fn everyday_attempt() -> Option<Attempt> {
    match everyday().ring[0] {
        Supersession::At(_, attempt) => attempt,
        Supersession::Lost => None,
    }
}

#[test]
fn an_everyday_record_is_under_two_hundred_bytes() {
    let full = encode(&everyday()).len();
    let fresh = encode(&Session { ring: vec![], generation: 0, ..everyday() }).len();
    assert_eq!((fresh, full), (131, 167));
}

#[test]
fn records_of_format_1_stay_readable() {
    let other = Session {
        user: UserId::from("ada@example.org".to_owned()),
        client: "app".to_owned(),
        ring: vec![Supersession::At(everyday().last_used, None), Supersession::Lost],
        scope: Scope::default(),
        amr: vec![],
        user_agent: String::new(),
        ip: Some(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7).into()),
        ..everyday()
    };
    let without_address = Session { ip: None, ..other.clone() };
    for (session, pinned) in [(everyday(), EVERYDAY), (other, OTHER), (without_address, WITHOUT_ADDRESS)] {
        let bytes: Vec<u8> = (0..pinned.len() / 2)
            .map(|place| u8::from_str_radix(&pinned[2 * place..2 * place + 2], 16).unwrap())
            .collect();
        let written: String = encode(&session).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(written, pinned);
        assert_eq!(decode(session.id, State::Active, &bytes).unwrap(), session);
    }
}

#[test]
fn broken_bytes_name_the_session_and_never_panic() {
    let session = everyday();
    let bytes = encode(&session);
    let refused = |bytes: &[u8]| {
        let Unavailable(text) = decode(session.id, State::Active, bytes).unwrap_err();
        assert_eq!(text, "the record of session BwcHBwcHBwcHBwcHBwcHBw cannot be read");
    };
    for length in 0..bytes.len() {
        refused(&bytes[..length]);
    }
    refused(&[bytes.clone(), vec![0]].concat());
    refused(&[vec![1], bytes[1..].to_vec()].concat());
    for position in 0..bytes.len() {
        for other in [0, 1, 0x7f, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[position] = other;
            // Most of these are another record; what counts is that each has an answer.
            let _ = decode(session.id, State::Active, &changed);
        }
    }
}

#[test]
fn a_state_is_a_word_and_a_time_or_neither() {
    let id = everyday().id;
    assert_eq!(state(id, None, None).unwrap(), State::Active);
    for (reason, word) in [
        (Revocation::Logout, "logout"),
        (Revocation::Ended, "ended"),
        (Revocation::Replayed, "replayed"),
        (Revocation::Administrator, "administrator"),
        (Revocation::Epoch, "epoch"),
        (Revocation::Disabled, "disabled"),
        (Revocation::Gone, "gone"),
    ] {
        assert_eq!(reason.as_str(), word);
        let revoked = State::Revoked(reason, Timestamp::from_millis(7));
        assert_eq!(state(id, Some(word), Some(7)).unwrap(), revoked);
    }
    for (word, at) in [(Some("logout"), None), (None, Some(7)), (Some("Logout"), Some(7))] {
        assert!(state(id, word, at).is_err());
    }
}
