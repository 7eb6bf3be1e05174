//! Refreshing against revoking: whichever way they cross, an acknowledged revocation holds at once and
//! for every token of the session, wherever it was handed out.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use jeton::config::{Config, SessionsUrl};
use jeton::store::UserStore;
use jeton::store::redis::RedisUrl;
use jeton::store::sqlite::Sqlite;
use jeton::user::{User, UserChange};
use serde_json::json;
use ureq::Agent;

use crate::app::{Plan, START, TestApp, block_on, seconds};
use crate::reply::{Reply, Tokens};
use crate::servers::{Server, eventually};

/// Rounds of each race on Redis; with three races, two thousand and more.
const ROUNDS: usize = 700;

/// And on SQLite, where revoking waits for the disk.
const SQLITE_ROUNDS: usize = 60;

/// How often each of the two clients refreshes in a round. At most three: the other one can get as many
/// generations ahead while a request is under way, and a fourth would be a replay.
const REFRESHES: usize = 2;

/// Two servers over the same stores, and the command line's own handle on the people.
struct Pair {
    servers: [TestApp; 2],
    people: Sqlite,
    user: User,
}

impl Pair {
    fn start(change: impl Fn(&mut Config)) -> Self {
        let first = Plan::new(&change);
        let folder = first.folder.clone();
        let people = Sqlite::open(&folder.path().join("jeton.db")).unwrap();
        let servers = [first, Plan::over(folder, &change)].map(|plan| {
            let mut server = plan.start();
            // Kept connections: there are not enough ports for a new one each time.
            let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(seconds(20)));
            server.agent = config.build().into();
            server
        });
        let user = servers[0].add_user("ada");
        Self { servers, people, user }
    }

    fn on(redis: &Server) -> Self {
        let url = RedisUrl::parse(&redis.url()).unwrap();
        Self::start(|config| config.sessions = SessionsUrl::Redis(url.clone()))
    }

    fn set_disabled(&self, disabled: bool) {
        let change = UserChange { disabled: Some(disabled), ..UserChange::default() };
        block_on(self.people.change(&self.user.id, &change, START)).unwrap().expect("there is such a user");
    }

    /// Runs a race that many times, each with the revocation a little later, and says how it went.
    fn race(&self, name: &str, rounds: usize, revoke: impl Fn(&Self, &Tokens) + Sync, after: impl Fn(&Self)) {
        let mut tally = Tally::default();
        for round in 0..rounds {
            self.round(round, &revoke, &after, &mut tally);
        }
        let Tally { crossed, handed_out, refused } = tally;
        println!("{name}: {rounds} rounds, {crossed} crossed, {handed_out} refreshes before, {refused} refused after");
        assert!(handed_out > 0 && refused > 0, "both sides of the revocation were seen");
    }

    /// One race: two clients refresh, each at a server of its own, while the session is revoked.
    fn round(
        &self,
        round: usize,
        revoke: &(impl Fn(&Self, &Tokens) + Sync),
        after: &impl Fn(&Self),
        tally: &mut Tally,
    ) {
        let first = answered(|| self.servers[round % 2].try_sign_in("ada", &json!({}))).tokens();
        let (begun, is_acknowledged, together) = (AtomicUsize::new(0), AtomicBool::new(false), Barrier::new(3));
        let refresh = |server: &TestApp| {
            together.wait();
            let (mut tokens, mut seen) = (vec![first.refresh.clone()], Tally::default());
            for _ in 0..REFRESHES {
                let is_late = is_acknowledged.load(Ordering::SeqCst);
                begun.fetch_add(1, Ordering::SeqCst);
                let reply = answered(|| server.refresh(&tokens[tokens.len() - 1]));
                if reply.status == 200 {
                    assert!(!is_late, "round {round}: a refresh that started after the acknowledgement succeeded");
                    seen.crossed += usize::from(is_acknowledged.load(Ordering::SeqCst));
                    seen.handed_out += 1;
                    tokens.push(reply.tokens().refresh);
                } else {
                    assert_eq!(reply.refusal(), "400 invalid_grant revoked", "round {round}");
                    seen.refused += 1;
                }
            }
            (tokens, seen)
        };
        let clients = std::thread::scope(|scope| {
            let clients = self.servers.each_ref().map(|server| scope.spawn(move || refresh(server)));
            together.wait();
            let is_over = || clients.iter().all(|client| client.is_finished());
            while begun.load(Ordering::SeqCst) < round % (2 * REFRESHES) && !is_over() {
                std::thread::yield_now();
            }
            revoke(self, &first);
            is_acknowledged.store(true, Ordering::SeqCst);
            clients.map(|client| client.join().unwrap())
        });
        after(self);
        let tokens: BTreeSet<&String> = clients.iter().flat_map(|(tokens, _)| tokens).collect();
        for (number, token) in tokens.into_iter().enumerate() {
            let reply = answered(|| self.servers[(round + number) % 2].refresh(token));
            assert_eq!(reply.refusal(), "400 invalid_grant revoked", "round {round}: a token that was handed out");
        }
        clients.iter().for_each(|(_, seen)| tally.add(seen));
    }

    fn against_logout(&self, rounds: usize) {
        let revoke = |pair: &Self, tokens: &Tokens| {
            let reply = answered(|| pair.servers[1].post("/logout", &json!({ "refresh_token": tokens.refresh })));
            assert_eq!(reply.status, 204, "{reply:?}");
        };
        self.race("refresh against logout", rounds, revoke, |_| {});
    }

    fn against_everywhere(&self, rounds: usize) {
        let revoke = |pair: &Self, tokens: &Tokens| {
            let bearer = format!("Bearer {}", tokens.access);
            let headers = [crate::app::JSON, ("authorization", bearer.as_str())];
            let reply = answered(|| pair.servers[0].send("POST", "/logout", &headers, br#"{"everywhere":true}"#));
            assert_eq!(reply.status, 204, "{reply:?}");
        };
        self.race("refresh against everywhere", rounds, revoke, |_| {});
    }

    /// As `jeton user disable` does it. Enabling again must revive no token.
    fn against_disable(&self, rounds: usize) {
        let revoke = |pair: &Self, _: &Tokens| pair.set_disabled(true);
        self.race("refresh against disable", rounds, revoke, |pair| pair.set_disabled(false));
    }
}

/// Asks until it is no 503, which says on an overloaded machine that nothing is known yet. Asking again is
/// what clients do, and gives no second successor.
fn answered(ask: impl Fn() -> Reply) -> Reply {
    let mut last = None;
    eventually("it is answered", || last.insert(ask()).status != 503);
    last.expect("it was asked")
}

/// What was seen of the rounds.
#[derive(Default)]
struct Tally {
    /// Refreshes that started before the acknowledgement and were answered after it.
    crossed: usize,
    /// Refreshes that gave a token.
    handed_out: usize,
    /// Refreshes that came too late.
    refused: usize,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.crossed += other.crossed;
        self.handed_out += other.handed_out;
        self.refused += other.refused;
    }
}

#[test]
fn no_refresh_outlives_a_logout_on_redis() {
    Pair::on(&Server::start(&[])).against_logout(ROUNDS);
}

#[test]
fn no_refresh_outlives_everywhere_on_redis() {
    Pair::on(&Server::start(&[])).against_everywhere(ROUNDS);
}

#[test]
fn no_refresh_outlives_disabling_the_user_on_redis() {
    Pair::on(&Server::start(&[])).against_disable(ROUNDS);
}

#[test]
fn no_refresh_outlives_a_revocation_on_one_file() {
    let pair = Pair::start(|_| {});
    pair.against_logout(SQLITE_ROUNDS);
    pair.against_everywhere(SQLITE_ROUNDS);
    pair.against_disable(SQLITE_ROUNDS);
}
