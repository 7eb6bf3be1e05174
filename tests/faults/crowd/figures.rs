//! How long those are kept waiting who need no store, while the store is well and while it is not.
//!
//! What a fault must not do is hold up a worker, which would show as hundreds of milliseconds. That is
//! what every run holds. The promise itself, twice the time of calm or 5 ms, needs a machine with nothing
//! else to do, and more samples: JETON_STRICT=1 (`make faults`) holds it, and prints the figures.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

/// What is asked.
const NAMES: [&str; 2] = ["/verify", "jwks"];

/// What no 99th percentile may exceed on a machine that does other things too.
const STALLED: Duration = Duration::from_millis(250);

/// What none may exceed on a quiet one, unless calm is slower.
const PROMISED: Duration = Duration::from_millis(5);

/// Whether the store is well.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Weather {
    /// It is, and everybody knows.
    Calm,
    /// It is not, or is being found again.
    #[default]
    Fault,
}

/// What was measured.
pub struct Figures {
    is_strict: bool,
    samples: Mutex<Samples>,
}

#[derive(Default)]
struct Samples {
    now: Weather,
    since: usize,
    calm: [Vec<Duration>; 2],
    fault: [Vec<Duration>; 2],
    recoveries: Vec<Duration>,
}

impl Samples {
    fn current(&mut self) -> &mut [Vec<Duration>; 2] {
        if self.now == Weather::Calm { &mut self.calm } else { &mut self.fault }
    }
}

impl Default for Figures {
    fn default() -> Self {
        let is_strict = std::env::var_os("JETON_STRICT").is_some();
        Self { is_strict, samples: Mutex::default() }
    }
}

impl Figures {
    /// What is noted from now on belongs to this weather.
    pub fn it_is(&self, weather: Weather) {
        let mut samples = self.samples.lock().unwrap();
        samples.now = weather;
        samples.since = 0;
    }

    /// Notes a time for the first or the second of [`NAMES`].
    pub fn note(&self, of: usize, took: Duration) {
        let mut samples = self.samples.lock().unwrap();
        samples.current()[of].push(took);
        samples.since += of;
    }

    /// Notes how soon all was well.
    pub fn note_recovery(&self, took: Duration) {
        self.samples.lock().unwrap().recoveries.push(took);
    }

    /// Whether there are enough since the weather changed.
    pub fn are_enough(&self) -> bool {
        self.samples.lock().unwrap().since >= if self.is_strict { 200 } else { 40 }
    }

    /// Nobody was held up.
    pub fn hold(&self) {
        let samples = self.samples.lock().unwrap();
        let bound = if self.is_strict { PROMISED } else { STALLED };
        let figures = NAMES.into_iter().zip(samples.calm.iter().zip(&samples.fault));
        let figures: Vec<_> =
            figures.map(|(name, (calm, fault))| (name, percentile(calm), percentile(fault))).collect();
        if self.is_strict {
            let of = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1_000.0);
            let cells: Vec<String> = figures.iter().flat_map(|(_, calm, fault)| [of(*calm), of(*fault)]).collect();
            let back = samples.recoveries.iter().max().copied().map(of).unwrap_or_default();
            println!("\n| {} | {} | {back} |", thread::current().name().unwrap_or_default(), cells.join(" | "));
        }
        for (name, calm, fault) in figures {
            assert!(fault < bound.max(calm * 2), "{name}: {fault:?} in the 99th percentile, {calm:?} in calm");
        }
    }
}

/// The 99th percentile.
fn percentile(samples: &[Duration]) -> Duration {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    sorted.get((sorted.len() * 99).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default()
}
