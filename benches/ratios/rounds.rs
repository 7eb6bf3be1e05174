//! Two operations in turns.

use std::time::{Duration, Instant};

const ROUNDS: usize = 21;

/// How long one side of one round takes about.
const SIDE: Duration = Duration::from_millis(60);

/// Runs `ours` and `raw` in turns and prints both rates and the median of the rounds' ratios.
pub fn compare(name: &str, mut ours: impl FnMut(), mut raw: impl FnMut()) {
    let (our_batch, raw_batch) = (batch(&mut ours), batch(&mut raw));
    let mut rounds: Vec<(f64, f64)> =
        (0..ROUNDS).map(|_| (rate(&mut ours, our_batch), rate(&mut raw, raw_batch))).collect();
    rounds.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
    let (ours, raw) = rounds[ROUNDS / 2];
    println!("{name:44} {ours:12.0} {raw:12.0} {:7.3}", ours / raw);
}

/// Runs one operation and prints its rate.
pub fn measure(name: &str, operations: usize, run: impl FnOnce()) {
    let start = Instant::now();
    run();
    let rate = operations as f64 / start.elapsed().as_secs_f64();
    println!("{name:44} {rate:12.0}");
}

/// How many runs fill one side of a round.
fn batch(operation: &mut impl FnMut()) -> usize {
    operation();
    let (start, mut runs) = (Instant::now(), 0);
    while start.elapsed() < SIDE {
        operation();
        runs += 1;
    }
    runs.max(1)
}

fn rate(operation: &mut impl FnMut(), runs: usize) -> f64 {
    let start = Instant::now();
    for _ in 0..runs {
        operation();
    }
    runs as f64 / start.elapsed().as_secs_f64()
}
