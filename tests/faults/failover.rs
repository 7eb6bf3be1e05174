//! What is promised of a failover, whoever brings it about.

use std::thread;
use std::time::Duration;

use crate::crowd::Crowd;
use crate::servers::eventually;
use crate::watch::Watch;

/// From the moment at which the others take the primary for down.
const TAKEN_OVER_WITHIN: Duration = Duration::from_secs(3);

/// From the moment at which there is another one.
const FOUND_WITHIN: Duration = Duration::from_secs(2);

/// All is well again, counted from the fault: after `down_after`, when the others take a silent primary
/// for down, and the time that they and we need. `has_successor` tells when there is another primary.
pub fn is_followed(crowd: &mut Crowd, fault: Watch, down_after: Duration, has_successor: impl Fn() -> bool + Sync) {
    let (took, elected) = thread::scope(|scope| {
        let elected = scope.spawn(|| {
            eventually("there is a successor", &has_successor);
            fault.elapsed()
        });
        (crowd.recovers(fault), elected.join().unwrap())
    });
    // Where the others cannot agree they begin anew after some seconds, which no client can help.
    let within = (down_after + TAKEN_OVER_WITHIN).max(elected + FOUND_WITHIN);
    assert!(took < within, "it took {took:?}, and electing a successor {elected:?} of that");
}
