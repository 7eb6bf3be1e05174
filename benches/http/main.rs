//! What jeton serves over HTTP, next to what bounds it: actix with a constant answer, the raw signature
//! check, Redis with nothing but the script. The server has one core, the load the other; what is
//! compared runs in turns, round by round (docs/decisions/0006-benchmarks.md).
//!
//! `make bench-http`, or `cargo bench --bench http -- verify refresh` for some of it, on a quiet machine.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures the machine's own time")]

mod chain;
mod connection;
mod flood;
mod floor;
mod paced;
mod pinned;
mod refresh;
mod rounds;
mod service;
mod timing;
mod verify;
mod wrk;

/// The binary's, so that floors have what jeton has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [mode, file] = arguments.as_slice()
        && mode == "floor"
    {
        return floor::serve(file);
    }
    pinned::load_on_its_own_core();
    let sections: [(&str, fn()); 4] =
        [("verify", verify::run), ("refresh", refresh::run), ("flood", flood::run), ("timing", timing::run)];
    for (name, run) in sections {
        if arguments.is_empty() || arguments.iter().any(|argument| argument == name) {
            run();
        }
    }
}
