//! Whether the time of a refused sign-in tells who exists. A known name with a wrong password, an unknown
//! name and a disabled account are asked for in turns, and told apart by time as well as can be: the area
//! under the ROC curve is 0.5 where it is guessing, and 1 where each answer gives it away.
//!
//! `make timing`, on a quiet machine.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;

use crate::connection::{Connection, post};
use crate::service::Service;

const SAMPLES: usize = 5_000;
const KINDS: [(&str, &str); 3] = [("known", "ada"), ("unknown", "nobody"), ("disabled", "bob")];
const AT_ONCE: [usize; 2] = [1, 8];

/// The middle of what has no say in it.
const WARM_UP: usize = 50;

pub fn run() {
    let hashed = Service::start(&[("JETON_LOGIN_LIMIT_ACCOUNT", "0"), ("JETON_LOGIN_LIMIT_ADDRESS", "0")]);
    hashed.command(&["user", "add", "bob", "--password-stdin"]);
    hashed.command(&["user", "disable", "bob"]);
    for at_once in AT_ONCE {
        tell_apart("a wrong password", &hashed, at_once, 401);
    }
    let throttled = Service::start(&[("JETON_LOGIN_LIMIT_ACCOUNT", "1/1d"), ("JETON_LOGIN_LIMIT_ADDRESS", "0")]);
    throttled.command(&["user", "add", "bob", "--password-stdin"]);
    throttled.command(&["user", "disable", "bob"]);
    for at_once in AT_ONCE {
        tell_apart("throttled", &throttled, at_once, 429);
    }
}

/// Samples of each kind, in turns, by so many clients at once.
fn tell_apart(what: &str, service: &Service, at_once: usize, status: u16) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let samples = runtime.block_on(async {
        let mut clients = JoinSet::new();
        for number in 0..at_once {
            let address = service.running.address.clone();
            clients.spawn(async move { sample(&address, number, SAMPLES / at_once, status).await });
        }
        let mut samples: [Vec<Duration>; 3] = Default::default();
        for of_one in clients.join_all().await {
            for (all, some) in samples.iter_mut().zip(of_one) {
                all.extend(some);
            }
        }
        samples
    });
    println!("\n{what}, {SAMPLES} of each, {at_once} at once");
    for ((name, _), times) in KINDS.iter().zip(&samples) {
        println!("  {name:10} median {:8.3} ms", median(times).as_secs_f64() * 1000.0);
    }
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        let auc = area_under_the_curve(&samples[one], &samples[other]);
        let apart = median(&samples[one]).as_secs_f64() / median(&samples[other]).as_secs_f64() - 1.0;
        println!("  {:8} / {:8} AUC {auc:.3}, medians {:+.2} % apart", KINDS[one].0, KINDS[other].0, apart * 100.0);
    }
}

/// Each kind in turn; which comes first moves on.
async fn sample(address: &str, first: usize, count: usize, status: u16) -> [Vec<Duration>; 3] {
    let requests = KINDS.map(|(_, name)| {
        // Of the same length, whoever is asked for.
        let padding = " ".repeat(10 - name.len());
        post("/login", &format!("{}{padding}", json!({ "username": name, "password": "a wrong password" })))
    });
    let mut connection = Connection::open(address).await.unwrap();
    let mut samples: [Vec<Duration>; 3] = Default::default();
    let mut said: Option<String> = None;
    for round in 0..WARM_UP + count {
        for turn in 0..3 {
            let kind = (first + round + turn) % 3;
            let start = Instant::now();
            let answer = connection.ask(&requests[kind]).await.unwrap();
            let took = start.elapsed();
            if round < WARM_UP {
                continue;
            }
            assert_eq!(answer.status(), status, "{}", answer.text());
            if status == 401 {
                let text = answer.without_chance();
                assert_eq!(*said.get_or_insert_with(|| text.clone()), text, "answers differ");
            }
            samples[kind].push(took);
        }
    }
    samples
}

/// How often a sample of one is slower than one of the other; half of the ties.
fn area_under_the_curve(one: &[Duration], other: &[Duration]) -> f64 {
    let mut sorted = other.to_vec();
    sorted.sort_unstable();
    let wins = one.iter().map(|time| {
        let below = sorted.partition_point(|other| other < time);
        let up_to = sorted.partition_point(|other| other <= time);
        (below + up_to) as f64 / 2.0
    });
    wins.sum::<f64>() / (one.len() * other.len()) as f64
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[times.len() / 2]
}
