//! Everything that is logged in this process, at every level, for tests that look for secrets.

use std::sync::Mutex;

use log::{LevelFilter, Log, Metadata, Record};

static LINES: Lines = Lines(Mutex::new(Vec::new()));

struct Lines(Mutex<Vec<String>>);

impl Log for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        self.0.lock().unwrap().push(format!("{} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

/// Begins to keep what is logged. Other tests log at the same time: look for what is only yours.
pub fn capture() {
    // Only the first of the binary's tests can set it; the others find it set.
    if log::set_logger(&LINES).is_ok() {
        log::set_max_level(LevelFilter::Trace);
    }
}

/// The lines so far that contain a text.
pub fn lines_with(text: &str) -> Vec<String> {
    LINES.0.lock().unwrap().iter().filter(|line| line.contains(text)).cloned().collect()
}
