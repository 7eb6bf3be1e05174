//! A bar on standard error, where that is a terminal.

use std::io::Read;

use indicatif::{ProgressBar, ProgressStyle};

/// How much of the file was read.
pub struct Progress(ProgressBar);

impl Progress {
    /// Over so many bytes, where that is known.
    pub fn over(bytes: Option<u64>) -> Self {
        let (bar, template) = match bytes {
            Some(bytes) => (ProgressBar::new(bytes), "{bar:40} {percent:>3} %  {elapsed}, {eta} to go"),
            None => (ProgressBar::new_spinner(), "{spinner} {bytes}  {elapsed}"),
        };
        bar.set_style(ProgressStyle::with_template(template).expect("the two templates are well-formed"));
        Self(bar)
    }

    /// Counts what is read.
    pub fn count(&self, input: impl Read + 'static) -> impl Read + 'static {
        self.0.wrap_read(input)
    }

    /// Prints a line on standard error, above the bar.
    pub fn say(&self, text: &str) {
        self.above(|| eprintln!("{text}"));
    }

    /// Has something written on standard error, above the bar.
    pub fn above(&self, write: impl FnOnce()) {
        self.0.suspend(write);
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}
