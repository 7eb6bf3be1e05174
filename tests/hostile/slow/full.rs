//! Two thousand slow clients of each kind, and how long good ones wait beside them: `make slow`.

use std::fs;
use std::time::Duration;

use crate::doors::{Door, Program, eventually, get};
use crate::say;

use super::crowd::{Crowd, Kind};
use super::open_sockets;
use super::pace::{Pace, percentile};

const EACH: usize = 2_000;

/// How long good clients are watched beside each crowd.
const WATCHED: Duration = Duration::from_secs(12);

/// The slowest hundredth may wait for so long, or for twice as long as without a crowd.
const SLOWEST: Duration = Duration::from_millis(2);

/// What the server may take at most: 64 KiB for each of 8,000 connections.
const MOST_MIB: u64 = 500;

/// The waits of good clients on connections that are kept, and on ones made for each request; sorted.
struct Waits {
    kept: Vec<Duration>,
    anew: Vec<Duration>,
}

/// Two good clients of each sort at the same time, 200 requests a second each.
fn waits(program: &Program) -> Waits {
    let token = program.issuer().token_for("ada");
    let request = get(program, &format!("Authorization: Bearer {token}\r\n"));
    let watch = |anew| {
        let pace =
            Pace { address: program.address(), request: request.as_bytes(), every: Duration::from_millis(5), anew };
        std::thread::scope(|scope| {
            let clients = [scope.spawn(|| pace.keep_for(WATCHED)), scope.spawn(|| pace.keep_for(WATCHED))];
            let mut waits: Vec<_> = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
            waits.sort_unstable();
            waits
        })
    };
    let (anew, kept) = std::thread::scope(|scope| {
        let kept = scope.spawn(|| watch(false));
        (watch(true), kept.join().unwrap())
    });
    Waits { kept, anew }
}

fn resident_mib(program: &Program) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", program.server.process.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

fn row(name: &str, program: &Program, waits: &Waits) {
    let of = |waits: &[Duration]| {
        let [middle, slow, slowest] = [50, 99, 100].map(|percent| percentile(waits, percent).as_micros());
        format!("{middle:>7} {slow:>7} {slowest:>7}")
    };
    let memory = resident_mib(program);
    say(&format!("{name:<34} {}   {} {memory:>6}", of(&waits.kept), of(&waits.anew)));
}

#[test]
#[ignore = "a minute, the release build and a quiet machine: make slow"]
fn good_clients_do_not_notice_two_thousand_slow_ones_of_each_kind() {
    // Both processes: the program inherits it.
    jeton::server::raise_limits();
    let program = Program::start();
    say("microseconds                          kept: p50     p99     max   anew: p50     p99     max    MiB");
    drop(waits(&program));
    let idle = waits(&program);
    row("nobody else", &program, &idle);
    let mut faults = Vec::new();
    let mut watch = |name: &str| {
        let beside = waits(&program);
        row(name, &program, &beside);
        for (sort, idle, beside) in [("kept", &idle.kept, &beside.kept), ("anew", &idle.anew, &beside.anew)] {
            let (before, now) = (percentile(idle, 99), percentile(beside, 99));
            if now > SLOWEST && now > 2 * before {
                faults.push(format!("{name}, {sort}: {now:?} against {before:?}"));
            }
        }
        let memory = resident_mib(&program);
        if memory > MOST_MIB {
            faults.push(format!("{name}: {memory} MiB"));
        }
    };
    let come = |kind| {
        let crowd = Crowd::start(program.address(), kind, EACH, true);
        eventually("nearly all are there", || crowd.open() > EACH * 9 / 10);
        crowd
    };
    for kind in Kind::ALL {
        let crowd = come(kind);
        watch(&format!("{EACH} slow clients: {kind:?}"));
        let (open, ended) = (open_sockets(&program), crowd.ended());
        say(&format!("    at the end {open} connections at the server, which had ended {ended}"));
    }
    let crowds = Kind::ALL.map(come);
    watch(&format!("{} of all kinds", EACH * crowds.len()));
    drop(crowds);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    program.stop().exits(0);
}
