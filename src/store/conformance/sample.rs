//! Records to try a store with: no field is empty or like another.

use std::net::Ipv4Addr;
use std::time::Duration;

use serde_json::json;

use crate::clock::Timestamp;
use crate::id::{SessionId, UserId};
use crate::scope::Scope;
use crate::session::{Attempt, RefreshSecret, Session, State, Supersession};
use crate::store::Version;
use crate::user::{PasswordHash, User};

/// When the samples were made: 2026-11-21T09:30:00.123Z.
pub const NOW: Timestamp = Timestamp::from_millis(1_795_253_400_123);

/// The version of this number.
pub fn version(number: u64) -> Version {
    Version(number.to_be_bytes())
}

/// An active session of Ada's; each number is another one.
pub fn session(number: u8) -> Session {
    let id = SessionId::from_bytes([number; 16]);
    let attempt = Attempt::new(&RefreshSecret::new(1, &[5; 32]), id, "a key");
    Session {
        id,
        user: UserId::from("ada-id".to_owned()),
        epoch: 1_790_000_000_001,
        client: "app".into(),
        scope: Scope::parse("read write"),
        audience: "https://api.example".into(),
        secret_id: 3,
        generation: 2,
        ring: vec![Supersession::At(NOW + Duration::from_secs(700), Some(attempt)), Supersession::Lost],
        created: NOW,
        authenticated_at: NOW - Duration::from_secs(1),
        amr: vec!["pwd".into(), "otp".into()],
        last_used: NOW + Duration::from_secs(700),
        expires: NOW + Duration::from_secs(90 * 86_400),
        idle: Duration::from_secs(14 * 86_400),
        state: State::Active,
        user_agent: "Mozilla/5.0 (X11; Linux x86_64)".into(),
        ip: Some(Ipv4Addr::new(192, 0, 2, 7).into()),
    }
}

/// The same session, one rotation later.
pub fn rotated(session: &Session) -> Session {
    let last_used = session.last_used + Duration::from_secs(600);
    let mut ring = vec![Supersession::At(last_used, None)];
    ring.extend(session.ring.iter().take(2).cloned());
    Session { generation: session.generation + 1, ring, last_used, ..session.clone() }
}

/// A user of this name, whose id is the name and `-id`.
pub fn user(name: &str) -> User {
    let claims = json!({"tenant": {"id": 7, "plan": "über"}, "beta": true, "quota": 0.5, "none": null});
    User {
        id: UserId::from(format!("{name}-id")),
        username: name.to_owned(),
        password: PasswordHash::from_phc(format!("$test${name}")),
        roles: vec!["admin".into(), "ops:eu/1".into()],
        scopes: Scope::parse("write read"),
        claims: claims.as_object().cloned().unwrap_or_default(),
        disabled: false,
        epoch: 5,
        created: NOW,
    }
}
