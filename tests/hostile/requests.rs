//! Every hostile request, as bytes over a connection of its own.

use std::sync::Mutex;

use jeton::testing::attacks::{CANARY, RequestAttack, requests};

use crate::doors::{Door, Extractor, Gateway, Program, get};
use crate::say;
use crate::socket::{Client, exchange, statuses};

/// How many connections are open at the same time: some attacks wait for a timer.
const AT_ONCE: usize = 24;

/// What is wrong with the answers, if anything is.
fn fault(door: &dyn Door, good: &str, attack: &RequestAttack) -> Option<String> {
    let answer = match exchange(door.address(), &attack.bytes, door.patience()) {
        Ok(answer) => answer,
        Err(answer) if door.waits_for_bodies() && !answer.is_empty() => answer,
        Err(so_far) => return Some(format!("it waits without a bound after {:?}", statuses(&so_far))),
    };
    let statuses = statuses(&answer);
    let is_bad = |status: u16| match status {
        101 | 200..300 => true,
        500.. => !door.refusals().contains(&status),
        _ => false,
    };
    if statuses.iter().any(|status| is_bad(*status)) {
        return Some(format!("{statuses:?}"));
    }
    let holds = |word: &str| answer.windows(word.len()).any(|window| window == word.as_bytes());
    let signature = good.rsplit('.').next().unwrap_or_default();
    (holds(CANARY) || holds(signature)).then(|| format!("echoed: {}", String::from_utf8_lossy(&answer)))
}

/// Tries them all; their number, and what went wrong.
fn try_all(door: &dyn Door, good: &str) -> (usize, Vec<String>) {
    let attacks = requests(door.target(), good);
    let count = attacks.len();
    let (left, faults) = (Mutex::new(attacks.into_iter()), Mutex::new(Vec::new()));
    let work = || {
        while let Some(attack) = { left.lock().unwrap().next() } {
            if let Some(fault) = fault(door, good, &attack) {
                faults.lock().unwrap().push(format!("{}: {}: {fault}", attack.line, attack.name));
            }
        }
    };
    std::thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    let answer = Client::to(door.address()).ask(get(door, &format!("Authorization: Bearer {good}\r\n")).as_bytes());
    assert_eq!(answer.status, 200, "the door is no longer open for a good token: {answer:?}");
    (count, faults.into_inner().unwrap())
}

#[test]
fn verify_lets_no_hostile_request_in() {
    let program = Program::start();
    let good = program.issuer().token_for("ada");
    let (tried, faults) = try_all(&program, &good);
    assert!(faults.is_empty(), "{} of {tried}:\n{}", faults.len(), faults.join("\n"));
    // It also says if anything panicked.
    let log = program.stop().exits(0).stderr;
    assert!(!log.contains(CANARY) && !log.contains(&good[good.len() - 40..]), "{log}");
    say(&format!("/verify: {tried} hostile requests: all refused"));
}

#[test]
fn the_extractor_lets_no_hostile_request_in() {
    let extractor = Extractor::start();
    let (tried, faults) = try_all(&extractor, &extractor.issuer().token_for("ada"));
    assert!(faults.is_empty(), "{} of {tried}:\n{}", faults.len(), faults.join("\n"));
    say(&format!("extractor: {tried} hostile requests: all refused"));
}

#[test]
fn a_gateway_lets_no_hostile_request_through_to_its_backend() {
    let gateway = Gateway::start();
    let (tried, faults) = try_all(&gateway, &gateway.issuer().token_for("ada"));
    assert!(faults.is_empty(), "{} of {tried}:\n{}", faults.len(), faults.join("\n"));
    assert_eq!(gateway.let_in(), 1, "the backend was reached by others than the good token");
    say(&format!("gateway: {tried} hostile requests: all refused, the backend never reached"));
}
