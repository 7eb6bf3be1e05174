//! Two servers that count sign-ins together, in Redis.

use jeton::config::{Config, SessionsUrl};
use jeton::store::redis::RedisUrl;
use serde_json::json;

use crate::app::{JSON, PASSWORD, Plan, TestApp, at_once};
use crate::home::Home;
use crate::reply::Reply;
use crate::servers::Server;

/// Two servers over one Redis, behind a trusted proxy. The user is ada.
fn pair(redis: &Server) -> [TestApp; 2] {
    let url = RedisUrl::parse(&redis.url()).unwrap();
    let change = |config: &mut Config| {
        config.sessions = SessionsUrl::Redis(url.clone());
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        config.login_queue = 1_000;
    };
    let first = Plan::new(change);
    let folder = first.folder.clone();
    let servers = [first, Plan::over(folder, change)].map(Plan::start);
    servers[0].add_user("ada");
    servers
}

fn from(app: &TestApp, address: &str, password: &str) -> Reply {
    let body = json!({ "username": "ada", "password": password }).to_string();
    app.send("POST", "/login", &[JSON, ("x-forwarded-for", address)], body.as_bytes())
}

#[test]
fn of_a_thousand_guesses_at_two_servers_not_one_more_than_the_limit_is_hashed() {
    let redis = Server::start(&[]);
    let servers = pair(&redis);
    let replies = at_once(50, |client| {
        let guess = |turn: usize| from(&servers[(client + turn) % 2], &format!("192.0.2.{client}"), "wrong").refusal();
        (0..20).map(guess).collect::<Vec<_>>()
    });
    let answered = |refusal: &str| replies.iter().flatten().filter(|reply| *reply == refusal).count();
    assert_eq!((answered("401 invalid_credentials"), answered("429 too_many_attempts")), (10, 990));
    let hashed: u64 = servers.iter().map(|server| server.edge.authority.hasher.begun()).sum();
    assert_eq!(hashed, 10);
}

#[test]
fn a_place_that_one_server_knows_the_other_knows() {
    let redis = Server::start(&[]);
    let servers = pair(&redis);
    assert_eq!(from(&servers[0], "192.0.2.1", PASSWORD).status, 200);
    let attack = || from(&servers[0], "203.0.113.1", "wrong").status;
    while attack() != 429 {}
    assert_eq!(from(&servers[1], "203.0.113.1", "wrong").status, 429, "both count together");
    assert_eq!(from(&servers[1], "192.0.2.2", PASSWORD).status, 200, "and both know where the owner is");
}

#[test]
fn whom_an_operator_lets_in_is_let_in_by_every_server() {
    let redis = Server::start(&[]);
    let servers = pair(&redis);
    while from(&servers[0], "203.0.113.1", "wrong").status != 429 {}
    assert_eq!(from(&servers[1], "203.0.113.1", PASSWORD).status, 429);
    let home = Home::new().with("JETON_SESSIONS_URL", redis.url());
    let home = home.with("JETON_USERS_URL", format!("sqlite://{}/jeton.db", servers[0].folder.path().display()));
    home.run(&["user", "unlock", "ada"]).exits(0);
    for server in &servers {
        assert_eq!(from(server, "203.0.113.1", PASSWORD).status, 200);
    }
}

#[test]
fn what_is_counted_names_nobody_and_goes_by_itself() {
    let redis = Server::start(&[]);
    let servers = pair(&redis);
    assert_eq!(from(&servers[0], "192.0.2.1", PASSWORD).status, 200);
    assert_eq!(from(&servers[0], "203.0.113.1", "wrong").status, 401);
    let keys: Vec<String> = redis.ask(&["KEYS", "*"]);
    let kinds = |kind: &str| keys.iter().filter(|key| key.starts_with(kind)).collect::<Vec<_>>();
    assert_eq!((kinds("jeton:c:").len(), kinds("jeton:p:").len()), (2, 1), "{keys:?}");
    for key in kinds("jeton:c:") {
        let (value, left): (String, i64) = (redis.ask(&["GET", key]), redis.ask(&["PTTL", key]));
        assert!(!key.contains("ada") && !key.contains("203") && !value.contains("ada"), "{key}: {value}");
        assert!((900_000..=960_000).contains(&left), "{key}: {left} ms");
    }
    let left: i64 = redis.ask(&["TTL", kinds("jeton:p:")[0]]);
    assert!((2_591_000..=2_592_000).contains(&left), "{left} s");
}

#[test]
fn without_redis_nothing_is_hashed() {
    let mut redis = Server::start(&[]);
    let servers = pair(&redis);
    assert_eq!(from(&servers[0], "192.0.2.1", PASSWORD).status, 200);
    redis.kill();
    for _ in 0..20 {
        assert_eq!(from(&servers[0], "192.0.2.1", PASSWORD).refusal(), "503 temporarily_unavailable");
    }
    assert_eq!(servers[0].edge.authority.hasher.begun(), 1);
}
