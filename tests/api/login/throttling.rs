//! Too many attempts: what is counted, for whom, and what is not hashed any more.

use jeton::authority::let_in;
use jeton::throttle::Limit;
use jeton::user::FoldedName;
use serde_json::{Value, json};

use crate::app::{JSON, PASSWORD, TestApp, at_once, block_on, seconds};
use crate::reply::Reply;
use crate::wire::{Wire, request};

fn limit(attempts: usize) -> Option<Limit> {
    Some(Limit { attempts, window: seconds(900) })
}

/// With so many attempts for an account and for an address, behind a trusted proxy.
fn app(account: Option<Limit>, address: Option<Limit>) -> TestApp {
    let app = TestApp::with(|config| {
        config.login_limit_account = account;
        config.login_limit_address = address;
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    });
    app.add_user("ada");
    app
}

/// Tries to sign in from an address.
fn from(app: &TestApp, address: &str, username: &str, password: &str) -> Reply {
    let body = json!({ "username": username, "password": password }).to_string();
    app.send("POST", "/login", &[JSON, ("x-forwarded-for", address)], body.as_bytes())
}

const WRONG: &str = "wrong";
const REFUSED: &str = "429 too_many_attempts";

#[test]
fn of_a_thousand_guesses_at_once_not_one_more_than_the_limit_is_hashed() {
    let app = TestApp::with(|config| config.login_queue = 1_000);
    app.add_user("ada");
    let guess = json!({ "username": "ada", "password": WRONG });
    let replies = at_once(100, |_| (0..10).map(|_| app.post("/login", &guess).refusal()).collect::<Vec<_>>()).concat();
    let answered = |refusal: &str| replies.iter().filter(|reply| *reply == refusal).count();
    assert_eq!((answered("401 invalid_credentials"), answered(REFUSED)), (10, 990));
    assert_eq!(app.edge.authority.hasher.begun(), 10);
    assert_eq!(app.try_sign_in("ada", &json!({})).refusal(), REFUSED, "the right one comes too late as well");
    assert_eq!(app.edge.authority.hasher.begun(), 10);
}

#[test]
fn many_right_passwords_at_once_are_told_to_come_back_in_a_moment() {
    let app = TestApp::with(|config| config.login_limit_account = limit(2));
    app.add_user("ada");
    for _ in 0..5 {
        for reply in at_once(20, |_| app.try_sign_in("ada", &json!({}))) {
            let wait = reply.header("retry-after");
            assert!(reply.status == 200 || (reply.refusal() == REFUSED && wait == "2"), "{reply:?}");
        }
    }
    app.sign_in("ada");
}

#[test]
fn attempts_count_for_fifteen_minutes_and_the_answer_says_how_long() {
    let app = app(limit(3), None);
    for _ in 0..3 {
        assert_eq!(from(&app, "192.0.2.1", "ada", WRONG).status, 401);
        app.clock.advance(seconds(60));
    }
    let reply = from(&app, "192.0.2.1", "ada", WRONG);
    assert_eq!((reply.refusal().as_str(), reply.header("retry-after")), (REFUSED, "720"));
    app.clock.advance(seconds(719));
    assert_eq!(from(&app, "192.0.2.1", "ada", WRONG).header("retry-after"), "1");
    app.clock.advance(seconds(1));
    assert_eq!(from(&app, "192.0.2.1", "ada", PASSWORD).status, 200);
}

#[test]
fn each_lock_out_in_a_row_is_longer_and_a_success_ends_the_row() {
    let app = app(limit(2), None);
    let wait = || loop {
        let reply = from(&app, "192.0.2.1", "ada", WRONG);
        if reply.status == 429 {
            break reply.header("retry-after").parse().unwrap();
        }
    };
    let mut waits = Vec::new();
    for _ in 0..6 {
        waits.push(wait());
        app.clock.advance(seconds(waits[waits.len() - 1]));
    }
    assert_eq!(waits, [900, 1_800, 3_600, 7_200, 14_400, 14_400]);
    assert_eq!(from(&app, "192.0.2.1", "ada", PASSWORD).status, 200);
    assert_eq!(wait(), 900);
}

#[test]
fn one_account_is_one_counter_whatever_spelling_is_tried_and_from_wherever() {
    let app = app(limit(3), None);
    for (number, spelling) in ["ada", "ADA", "\u{ff21}da"].into_iter().enumerate() {
        assert_eq!(from(&app, &format!("192.0.{number}.1"), spelling, WRONG).status, 401);
    }
    assert_eq!(from(&app, "198.51.100.1", "Ada", WRONG).refusal(), REFUSED);
    assert_eq!(from(&app, "198.51.100.1", "bob", WRONG).status, 401, "another one is not");
}

#[test]
fn a_success_clears_the_account_s_counter() {
    let app = app(limit(3), None);
    for _ in 0..3 {
        for _ in 0..2 {
            assert_eq!(from(&app, "192.0.2.1", "ada", WRONG).status, 401);
        }
        assert_eq!(from(&app, "192.0.2.1", "ada", PASSWORD).status, 200);
    }
}

#[test]
fn a_success_that_is_refused_for_its_scope_is_a_success() {
    let app = app(limit(3), None);
    for _ in 0..6 {
        let reply = app.try_sign_in("ada", &json!({ "scope": "root" }));
        assert_eq!(reply.refusal(), "400 invalid_scope");
    }
}

#[test]
fn guesses_from_elsewhere_do_not_lock_the_owner_out() {
    let app = app(limit(3), None);
    assert_eq!(from(&app, "192.0.2.1", "ada", PASSWORD).status, 200);
    let attack = || (0..5).map(|_| from(&app, "203.0.113.1", "ada", WRONG).status).collect::<Vec<_>>();
    assert_eq!(attack(), [401, 401, 401, 429, 429]);
    assert_eq!(from(&app, "192.0.2.77", "ada", PASSWORD).status, 200, "the owner's network is known");
    assert_eq!(from(&app, "203.0.113.1", "ada", WRONG).status, 429, "and its success is nothing to the attacker");
    assert_eq!(from(&app, "198.51.100.1", "ada", PASSWORD).status, 429, "from a new place the owner waits");
    for _ in 0..3 {
        assert_eq!(from(&app, "192.0.2.1", "ada", WRONG).status, 401);
    }
    assert_eq!(from(&app, "192.0.2.1", "ada", PASSWORD).status, 429, "a known place has its limit, too");
}

#[test]
fn a_place_is_known_for_thirty_days() {
    let app = app(limit(1), None);
    let locked_by_others = || {
        assert_eq!(from(&app, "203.0.113.1", "ada", WRONG).status, 401);
        from(&app, "192.0.2.1", "ada", PASSWORD).status
    };
    assert_eq!(from(&app, "192.0.2.1", "ada", PASSWORD).status, 200);
    app.clock.advance(seconds(30 * 86_400 - 1));
    assert_eq!(locked_by_others(), 200);
    app.clock.advance(seconds(30 * 86_400));
    assert_eq!(locked_by_others(), 429);
}

#[test]
fn an_address_is_counted_over_all_accounts_and_only_its_failures() {
    let app = app(None, limit(3));
    for _ in 0..5 {
        assert_eq!(from(&app, "192.0.2.1", "ada", PASSWORD).status, 200);
    }
    for name in ["ada", "bob", "eve"] {
        assert_eq!(from(&app, "192.0.2.1", name, WRONG).status, 401);
    }
    assert_eq!(from(&app, "192.0.2.1", "ada", PASSWORD).refusal(), REFUSED);
    assert_eq!(from(&app, "192.0.2.2", "ada", PASSWORD).status, 200, "its neighbour is another one");
}

#[test]
fn an_ipv6_network_is_one_address() {
    let app = app(None, limit(2));
    for host in ["2001:db8::1", "2001:db8::2:3"] {
        assert_eq!(from(&app, host, "ada", WRONG).status, 401);
    }
    assert_eq!(from(&app, "2001:db8::4", "ada", PASSWORD).refusal(), REFUSED);
    assert_eq!(from(&app, "2001:db8:0:1::4", "ada", PASSWORD).status, 200);
}

#[test]
fn an_address_is_believed_from_trusted_proxies_only() {
    let app = TestApp::with(|config| config.login_limit_address = limit(2));
    app.add_user("ada");
    for address in ["192.0.2.1", "192.0.2.2"] {
        assert_eq!(from(&app, address, "ada", WRONG).status, 401);
    }
    assert_eq!(from(&app, "192.0.2.3", "ada", PASSWORD).refusal(), REFUSED);
}

#[test]
fn what_the_account_refuses_does_not_count_against_the_address() {
    let app = app(limit(1), limit(3));
    assert_eq!(from(&app, "192.0.2.1", "ada", WRONG).status, 401);
    for _ in 0..10 {
        assert_eq!(from(&app, "192.0.2.1", "ada", WRONG).status, 429);
    }
    for name in ["bob", "eve"] {
        assert_eq!(from(&app, "192.0.2.1", name, WRONG).status, 401);
    }
}

#[test]
fn a_throttled_name_tells_nobody_whether_it_exists() {
    let app = app(limit(2), None);
    let throttled = |name: &str| {
        (0..2).for_each(|_| assert_eq!(from(&app, "192.0.2.1", name, WRONG).status, 401));
        let mut reply = from(&app, "192.0.2.1", name, PASSWORD);
        assert_eq!(reply.refusal(), REFUSED);
        for own in ["x-request-id", "date"] {
            reply.headers.remove(own).unwrap();
        }
        (reply.status, reply.headers, reply.body)
    };
    app.add("dis", |user| user.disabled = true);
    let unknown = throttled("eve");
    assert_eq!(throttled("ada"), unknown);
    assert_eq!(throttled("dis"), unknown);
}

#[test]
fn bad_requests_come_first_and_are_not_counted() {
    let app = app(limit(1), limit(2));
    for _ in 0..5 {
        assert_eq!(app.post("/login", &json!({ "username": "ada" })).status, 400);
        assert_eq!(from(&app, "192.0.2.1", "ada", &"x".repeat(1_025)).status, 400);
    }
    assert_eq!(from(&app, "192.0.2.1", "ada", WRONG).status, 401);
    assert_eq!(from(&app, "192.0.2.1", "ada", WRONG).status, 429);
    assert_eq!(from(&app, "192.0.2.1", "ada", &"x".repeat(1_025)).status, 400);
}

#[test]
fn zero_is_no_limit() {
    let app = app(None, None);
    for _ in 0..150 {
        assert_eq!(from(&app, "192.0.2.1", "ada", WRONG).status, 401);
    }
    assert_eq!(from(&app, "192.0.2.1", "ada", PASSWORD).status, 200);
}

#[test]
fn a_throttled_sign_in_is_an_audit_line_and_names_nobody() {
    let app = app(limit(1), None);
    let id = "throttled-request-1";
    let body = json!({ "username": "ada", "password": WRONG }).to_string();
    let headers = [JSON, ("x-request-id", id), ("x-forwarded-for", "192.0.2.1")];
    for expected in [401, 429] {
        assert_eq!(Wire::to(&app).send(request("POST", "/login", &headers, &body)).reply().status, expected);
    }
    let lines = crate::logs::lines_with(id);
    let audit: Vec<Value> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("jeton::audit "))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let throttled = audit.iter().find(|line| line["outcome"] == "throttled").expect("there is a line");
    assert_eq!((&throttled["event"], &throttled["address"]), (&json!("sign_in"), &json!("192.0.2.1")));
    assert_eq!(throttled["user"], Value::Null);
}

#[test]
fn whom_an_operator_lets_in_has_all_attempts_again_from_everywhere_and_nobody_else_has() {
    let app = app(limit(2), limit(9));
    assert_eq!(from(&app, "192.0.2.1", "ada", PASSWORD).status, 200, "a known place");
    let lock_out = |address| while from(&app, address, "ada", WRONG).status != 429 {};
    lock_out("192.0.2.1");
    lock_out("203.0.113.1");
    while from(&app, "198.51.100.1", "bob", WRONG).status != 429 {}
    let unlock = || block_on(let_in(&*app.stores.places, &FoldedName::new("ADA"), app.edge.clock.now())).unwrap();
    unlock();
    for address in ["192.0.2.1", "203.0.113.1"] {
        for _ in 0..2 {
            assert_eq!(from(&app, address, "ada", WRONG).status, 401, "{address}");
        }
        assert_eq!(from(&app, address, "ada", WRONG).header("retry-after"), "900", "the first lock-out again");
    }
    assert_eq!(from(&app, "198.51.100.1", "bob", PASSWORD).status, 429);
    app.clock.advance(seconds(1));
    unlock();
    assert_eq!(from(&app, "203.0.113.1", "ada", PASSWORD).status, 200, "as often as need be");
}

#[test]
fn whoever_goes_on_after_a_lock_out_fills_no_log() {
    let app = app(limit(1), limit(3));
    let lines = |address: &str| {
        let lines = crate::logs::lines_with(&format!("\"address\":\"{address}\""));
        let audit = lines.iter().filter_map(|line| line.strip_prefix("jeton::audit "));
        let audit = audit.map(|line| serde_json::from_str::<Value>(line).unwrap());
        audit.filter(|line| line["outcome"] == "throttled").collect::<Vec<_>>()
    };
    assert_eq!(from(&app, "192.0.2.77", "ada", WRONG).status, 401);
    for _ in 0..50 {
        assert_eq!(from(&app, "192.0.2.77", "ada", WRONG).refusal(), REFUSED);
    }
    assert_eq!(lines("192.0.2.77").len(), 1);
    for name in ["bob", "eve"] {
        assert_eq!(from(&app, "192.0.2.77", name, WRONG).status, 401);
    }
    for number in 0..50 {
        assert_eq!(from(&app, "192.0.2.77", &format!("anybody {number}"), WRONG).refusal(), REFUSED);
    }
    assert_eq!(lines("192.0.2.77").len(), 2, "one for the account, one for the address");
    app.clock.advance(seconds(60));
    assert_eq!(from(&app, "192.0.2.77", "ada", WRONG).refusal(), REFUSED);
    let lines = lines("192.0.2.77");
    assert_eq!((lines.len(), &lines[2]["left_out"]), (3, &json!(49)), "{lines:?}");
}
