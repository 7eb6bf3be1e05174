//! Slow clients: the server is rid of them in time, and others do not notice. The full size, and the
//! figures, are `make slow`.

pub mod crowd;
mod full;
pub mod pace;

use std::fs;
use std::time::Duration;

use crate::doors::{Door, Program, eventually, get};
use crate::say;
use crowd::{Crowd, Kind};
use pace::{Pace, percentile};

/// Connections of each kind: few enough for any machine.
const EACH: usize = 50;

fn open_sockets(program: &Program) -> usize {
    let folder = format!("/proc/{}/fd", program.server.process.id());
    let links = fs::read_dir(folder).unwrap().filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    links.filter(|link| link.to_string_lossy().starts_with("socket:")).count()
}

#[test]
fn the_server_is_rid_of_slow_clients_in_time_and_good_ones_are_answered_meanwhile() {
    let program = Program::start();
    let good = program.issuer().token_for("ada");
    let request = get(&program, &format!("Authorization: Bearer {good}\r\n"));
    let crowds = Kind::ALL.map(|kind| Crowd::start(program.address(), kind, EACH, false));
    eventually("everybody came", || crowds.iter().all(|crowd| crowd.open() + crowd.ended() == EACH));

    let pace =
        Pace { address: program.address(), request: request.as_bytes(), every: Duration::from_millis(5), anew: true };
    // Slow heads have 5 s, readers and bodies 10 s, later heads 20 s; then their connections are closed.
    let waits = pace.keep(|| crowds.iter().any(|crowd| crowd.ended() < EACH));
    assert!(waits.len() > 100, "they were there for a while");
    assert!(waits[waits.len() - 1] < Duration::from_secs(2), "{:?}", waits[waits.len() - 1]);
    let [middle, slowest] = [50, 100].map(|percent| percentile(&waits, percent));
    say(&format!("beside {} slow clients: {middle:?} in the middle, {slowest:?} at most", EACH * crowds.len()));
}
