//! `kill -9` of the program at each point of a rotation, a sign-in and a sign-out (invariant 8 of
//! refresh.md): it ends itself there, is started again over the same stores, and whoever heard nothing
//! asks again. The points are in builds for tests only.

use serde_json::json;

use crate::client::{Reply, post, refresh};
use crate::home::{Home, PASSWORD};
use crate::process::{PATIENCE, Process};
use crate::server::Server;
use crate::servers::Server as Redis;

/// Each point of a rotation, and whether it has landed there.
const ROTATION: [(&str, bool); 3] = [("before-swap", false), ("after-swap", true), ("before-reply", true)];

/// A server that ends itself at a point.
fn armed(home: &Home, point: &str) -> Server {
    Server::of(Process::start(home.jeton(&["serve"]).env("JETON_FAIL_POINT", point)))
}

/// The request breaks off, because the server has ended as `kill -9` ends it.
fn breaks_off(server: Server, request: impl FnOnce(&str) -> Result<Reply, ureq::Error>) {
    request(&server.base).expect_err("no answer comes");
    let done = server.process.finish(PATIENCE);
    assert_eq!(done.code, None, "a signal ended it: {done:?}");
}

/// What two tabs get that refresh at once.
fn two_tabs(server: &Server, token: &str, key: Option<&str>) -> [Reply; 2] {
    std::thread::scope(|scope| {
        let other = scope.spawn(|| refresh(&server.base, token, key).unwrap());
        [refresh(&server.base, token, key).unwrap(), other.join().unwrap()]
    })
}

/// A rotation dies at each point; two tabs come back at once.
fn rotations_recover(home: &Home, key: Option<&str>) {
    home.add("ada");
    for (point, has_landed) in ROTATION {
        let first = home.serve().sign_in("ada").refresh;
        breaks_off(armed(home, point), |base| refresh(base, &first, key));

        let server = home.serve();
        let replies = two_tabs(&server, &first, key);
        let mut outcomes = replies.each_ref().map(|reply| reply.outcome.as_str());
        outcomes.sort_unstable();
        let expected = if has_landed { ["repeated"; 2] } else { ["repeated", "rotated"] };
        assert_eq!(outcomes, expected, "{point}: {replies:?}");
        let successors = replies.map(|reply| reply.tokens().refresh);
        assert_eq!(successors[0], successors[1], "{point}: one generation, two successors");

        let next = refresh(&server.base, &successors[0], key).unwrap();
        assert_eq!((next.status, next.outcome.as_str()), (200, "rotated"), "{point}: it goes on");
    }
}

/// With a key the window is not needed.
fn with_a_key(home: Home) {
    rotations_recover(&home.with("JETON_REUSE_WINDOW", "0"), Some("the-key-of-this-device"));
}

fn on_redis(redis: &Redis) -> Home {
    Home::new().with("JETON_SESSIONS_URL", redis.url())
}

#[test]
fn a_rotation_on_a_file_that_dies_at_any_point_recovers_with_a_key() {
    with_a_key(Home::new());
}

#[test]
fn a_rotation_on_a_file_that_dies_at_any_point_recovers_within_the_window() {
    rotations_recover(&Home::new(), None);
}

#[test]
fn a_rotation_on_redis_that_dies_at_any_point_recovers_with_a_key() {
    with_a_key(on_redis(&Redis::start(&[])));
}

#[test]
fn a_rotation_on_redis_that_dies_at_any_point_recovers_within_the_window() {
    rotations_recover(&on_redis(&Redis::start(&[])), None);
}

/// Nobody heard of the first session. The user sees it where it was stored, and signing in again works.
fn sign_ins_recover(home: &Home) {
    home.add("ada");
    let sign_in = |base: &str| post(base, "/login", &json!({ "username": "ada", "password": PASSWORD }));
    let mut stored = 0;
    for (point, is_stored) in [("before-insert", 0), ("after-insert", 1), ("before-reply", 1)] {
        breaks_off(armed(home, point), sign_in);
        let server = home.serve();
        let tokens = server.sign_in("ada");
        assert_eq!(refresh(&server.base, &tokens.refresh, None).unwrap().outcome, "rotated", "{point}");
        stored += is_stored + 1;
        let sessions = server.get("/sessions", Some(&tokens.access)).body["sessions"].clone();
        assert_eq!(sessions.as_array().map(Vec::len), Some(stored), "{point}: {sessions}");
    }
}

#[test]
fn a_sign_in_that_dies_at_any_point_leaves_nothing_half_done() {
    sign_ins_recover(&Home::new());
    sign_ins_recover(&on_redis(&Redis::start(&[])));
}

/// A sign-out that was not acknowledged is asked for again, and holds from then on.
fn sign_outs_recover(home: &Home) {
    home.add("ada");
    for (point, has_ended) in [("before-revoke", false), ("after-revoke", true), ("before-reply", true)] {
        let [signed_out, asked] = [home.serve(), home.serve()].map(|server| server.sign_in("ada").refresh);
        let sign_out = |base: &str, token: &str| post(base, "/logout", &json!({ "refresh_token": token }));
        breaks_off(armed(home, point), |base| sign_out(base, &asked));
        breaks_off(armed(home, point), |base| sign_out(base, &signed_out));

        let server = home.serve();
        let seen = refresh(&server.base, &asked, None).unwrap();
        assert_eq!(seen.status == 400, has_ended, "{point}: {seen:?}");
        assert_eq!(sign_out(&server.base, &signed_out).unwrap().status, 204, "{point}");
        let refused = refresh(&server.base, &signed_out, None).unwrap();
        assert_eq!(refused.refused(400), ("invalid_grant", "revoked"), "{point}");
    }
}

#[test]
fn a_sign_out_that_dies_at_any_point_can_be_asked_for_again() {
    sign_outs_recover(&Home::new());
    sign_outs_recover(&on_redis(&Redis::start(&[])));
}

/// Whoever uses a stolen token is not helped by our dying: the next use is judged as the first was.
#[test]
fn a_replay_that_dies_before_its_session_has_ended_is_caught_the_next_time() {
    let home = Home::new().with("JETON_REUSE_WINDOW", "0");
    home.add("ada");
    let server = home.serve();
    let stolen = server.sign_in("ada").refresh;
    let current = server.refresh(&stolen).tokens().refresh;
    server.stop().exits(0);
    breaks_off(armed(&home, "before-revoke"), |base| refresh(base, &stolen, None));
    let server = home.serve();
    let current = server.refresh(&current).tokens().refresh;
    assert_eq!(server.refresh(&stolen).refused(400), ("invalid_grant", "replayed"));
    assert_eq!(server.refresh(&current).refused(400), ("invalid_grant", "revoked"));
}
