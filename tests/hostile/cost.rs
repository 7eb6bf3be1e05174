//! What a refusal costs: under 5 ms of CPU, whatever the token.

use std::time::Duration;

use jeton::clock::Timestamp;
use jeton::testing::attacks::tokens;
use jeton::testing::{ManualClock, TestIssuer};
use jeton::verify::Algorithm;
use rustix::time::{ClockId, clock_gettime};

use crate::say;

const MOST: Duration = Duration::from_millis(5);

/// The time that this thread has had on a CPU: what others do meanwhile does not count.
fn on_cpu() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap()
}

#[test]
fn no_hostile_token_costs_5_ms() {
    for algorithm in [Algorithm::Es256, Algorithm::Rs256, Algorithm::EdDsa] {
        let now = Timestamp::from_secs(1_795_253_400);
        let issuer = TestIssuer::with(algorithm).with_clock(ManualClock::new(now));
        let verifier = issuer.verifier();
        let (mut dearest, mut which) = (Duration::ZERO, String::new());
        for attack in tokens(&issuer, &issuer.stranger()) {
            let cost = || {
                let start = on_cpu();
                assert!(verifier.verify(&attack.token, now).is_err());
                on_cpu() - start
            };
            // An interrupt counts as ours: the best of three is the token's own.
            let cost = [cost(), cost(), cost()].into_iter().min().unwrap();
            if cost > dearest {
                (dearest, which) = (cost, attack.name);
            }
        }
        assert!(dearest < MOST, "{algorithm}: {dearest:?}: {which}");
        say(&format!("{algorithm}: the dearest refusal took {dearest:?} of CPU: {which}"));
    }
}
