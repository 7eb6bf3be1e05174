//! Clients at a fixed rate, each on a thread of its own: what they measure is the server, not its load.

use std::thread;
use std::time::{Duration, Instant};

/// How long each request took, of a client that sends so many a second for that long. One that is late
/// because the answer before it was counts from when it was due; else it counts from when it is sent.
pub fn at_rate<C>(
    rate: u32,
    span: Duration,
    client: impl AsyncFnOnce() -> C,
    ask: impl AsyncFn(&mut C),
) -> Vec<Duration> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut client = runtime.block_on(client());
    let start = Instant::now();
    let mut times = Vec::new();
    for number in 0..(span.as_secs_f64() * f64::from(rate)) as u32 {
        let mut due = start + Duration::from_secs(1) * number / rate;
        if let Some(early) = due.checked_duration_since(Instant::now()) {
            thread::sleep(early);
            due = Instant::now();
        }
        runtime.block_on(ask(&mut client));
        times.push(due.elapsed());
    }
    times
}
