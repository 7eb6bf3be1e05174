//! What jeton costs next to the raw operation beneath it. Both sides of a ratio run in turns, round by
//! round, so that whatever else the machine does falls on both (docs/decisions/0006-benchmarks.md).
//!
//! `cargo bench --bench ratios`, on a quiet machine.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures the machine's own time")]

mod first_answer;
mod login;
mod rounds;
mod service;
mod sessions;
mod tokens;

fn main() {
    println!("{:44} {:>12} {:>12} {:>7}", "", "jeton/s", "raw/s", "ratio");
    tokens::run();
    login::run();
    sessions::run();
    first_answer::run();
}
