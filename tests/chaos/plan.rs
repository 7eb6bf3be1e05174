//! How long the storm is, which seed it comes from, and how hard it blows.

use std::ops::RangeInclusive;
use std::time::Duration;

use jeton::entropy::{Entropy, SystemEntropy};

/// How long the storm of an ordinary test run is, and its seed. The calm after it takes as long again.
const SMOKE: (Duration, u64) = (Duration::from_secs(8), 1);

/// Everything that a run is made from.
pub struct Plan {
    pub seed: u64,
    /// How long there are faults.
    pub storm: Duration,
    /// JETON_REUSE_WINDOW.
    pub window: Duration,
    pub clients: usize,
    pub thieves: usize,
    /// How long a process of ours is halted.
    pub halt: RangeInclusive<Duration>,
    /// How long anything else is out of order.
    pub outage: RangeInclusive<Duration>,
    /// How long it is in order between.
    pub gap: RangeInclusive<Duration>,
}

impl Plan {
    /// JETON_CHAOS_SECONDS and JETON_CHAOS_SEED; a smoke where neither is given, and where no seed is,
    /// a new one.
    pub fn from_environment() -> Self {
        let number = |name: &str| {
            let text = std::env::var(name).ok().filter(|text| !text.is_empty())?;
            Some(text.parse::<u64>().unwrap_or_else(|_| panic!("{name} is no whole number")))
        };
        let seed = number("JETON_CHAOS_SEED");
        match number("JETON_CHAOS_SECONDS") {
            None => Self::smoke(SMOKE.0, seed.unwrap_or(SMOKE.1)),
            Some(seconds) => Self::of(Duration::from_secs(seconds), seed.unwrap_or_else(new_seed)),
        }
    }

    /// Short troubles, so that there are many.
    fn smoke(storm: Duration, seed: u64) -> Self {
        Self {
            seed,
            storm,
            window: Duration::from_secs(5),
            clients: 12,
            thieves: 4,
            halt: milliseconds(100..=500),
            outage: milliseconds(100..=800),
            gap: milliseconds(200..=1_200),
        }
    }

    /// Minutes of it.
    fn of(storm: Duration, seed: u64) -> Self {
        Self {
            window: Duration::from_secs(6),
            clients: 24,
            thieves: 5,
            halt: milliseconds(100..=1_200),
            outage: milliseconds(200..=2_500),
            gap: milliseconds(300..=4_000),
            ..Self::smoke(storm, seed)
        }
    }

    /// How long after the first try a client without keys may still send its token. A request that was
    /// sent may wait in a halted process, on a machine that has other things to do, before its time is
    /// read; until then its window must last. What comes later is promised nothing.
    pub fn patience_without_keys(&self) -> Duration {
        self.window - *self.halt.end() - Duration::from_millis(1_800)
    }

    /// How long a request that nobody waits for any more may still be at work: halted before it begins,
    /// as long as an answer may take, and halted again.
    pub fn limbo(&self) -> Duration {
        2 * *self.halt.end() + Duration::from_secs(3)
    }
}

/// So many milliseconds.
pub fn milliseconds(bounds: RangeInclusive<u64>) -> RangeInclusive<Duration> {
    Duration::from_millis(*bounds.start())..=Duration::from_millis(*bounds.end())
}

fn new_seed() -> u64 {
    let mut bytes = [0; 4];
    SystemEntropy.fill(&mut bytes);
    u64::from(u32::from_be_bytes(bytes))
}
