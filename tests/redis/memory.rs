//! What a session costs in Redis' memory, its place in the index included.

use std::time::Duration;

use jeton::entropy::SystemEntropy;
use jeton::id::{SessionId, UserId};
use jeton::scope::Scope;
use jeton::session::{Attempt, RefreshSecret, Session, Supersession};
use jeton::store::SessionStore;
use jeton::store::conformance::run;
use jeton::store::conformance::sample::{NOW, session, version};
use jeton::store::redis::{RedisSettings, RedisUrl};
use tokio::task::JoinSet;

use crate::servers::{Server, open};

const SESSIONS: usize = 10_000;

/// What a session may cost, in Debian's build of Redis 7.0, whose allocations are rounded up to 16 bytes:
/// how many of them a user has, whether they were refreshed with a key three times and more, and the bytes.
/// (Of that about 65 bytes are tables with room to grow and fixed buffers, and 33 at a million sessions.)
const COSTS: [(usize, bool, usize); 4] = [(1, false, 490), (1, true, 510), (3, false, 370), (3, true, 402)];

/// What Redis has taken, but for the buffers of connections: how many of them it has let go by now is
/// chance.
fn used(server: &Server) -> usize {
    let info: String = server.ask(&["INFO", "memory"]);
    let figure = |name: &str| info.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<usize>().ok());
    figure("used_memory:").unwrap() - figure("mem_clients_normal:").unwrap()
}

/// A session as they are in daily life, with an agent's name of 40 bytes; where it was refreshed, with a
/// full ring of attempts.
fn typical(refreshed: bool) -> Session {
    let id = SessionId::random(&SystemEntropy);
    let attempt = Attempt::new(&RefreshSecret::new(1, &[5; 32]), id, "key");
    let last_used = NOW + Duration::from_secs(8 * 86_400);
    let superseded = |days: u64| Supersession::At(last_used - Duration::from_secs(days * 86_400), Some(attempt));
    Session {
        id,
        user: UserId::random(&SystemEntropy),
        client: "default".into(),
        scope: Scope::parse("read write"),
        audience: "https://id.example".into(),
        ring: if refreshed { (0..3).map(superseded).collect() } else { Vec::new() },
        authenticated_at: NOW,
        amr: vec!["pwd".into()],
        last_used,
        user_agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)".into(),
        ..session(1)
    }
}

/// What each of [`SESSIONS`] costs where a user has `of` of them.
fn each(of: usize, refreshed: bool) -> usize {
    let server = Server::start(&[]);
    run(async {
        // The namespace as it is in service: keys are most of what this measures.
        let store = open(RedisSettings::new(RedisUrl::parse(&server.url()).unwrap()));
        store.insert(&typical(refreshed), version(1)).await.unwrap();
        let before = used(&server);
        let mut clients = JoinSet::new();
        for _ in 0..20 {
            let store = store.clone();
            clients.spawn(async move {
                let mut user = UserId::random(&SystemEntropy);
                for number in 0..SESSIONS / 20 {
                    if number % of == 0 {
                        user = UserId::random(&SystemEntropy);
                    }
                    let session = Session { user: user.clone(), ..typical(refreshed) };
                    assert!(store.insert(&session, version(1)).await.unwrap());
                }
            });
        }
        clients.join_all().await;
        (used(&server) - before) / SESSIONS
    })
}

#[test]
fn a_session_costs_what_it_is_said_to_cost() {
    assert_eq!(typical(true).user_agent.len(), 40);
    for (of, refreshed, most) in COSTS {
        let each = each(of, refreshed);
        println!("{each} bytes per session where a user has {of}, refreshed: {refreshed}");
        assert!(each <= most, "{each} bytes per session where a user has {of}, refreshed: {refreshed}");
    }
}
