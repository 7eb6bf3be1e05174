//! What became of each line, told while it happens and at the end.

use serde_json::{Value, json};

use super::progress::Progress;
use super::refused::LineRefused;
use crate::cli::failure::Failure;
use crate::cli::output::line;

/// What became of a line that was not refused.
#[derive(Clone, Copy)]
pub enum Outcome {
    Added,
    Replaced,
    /// The store has it already.
    Unchanged,
}

/// The count of each, and every line that was refused.
pub struct Report<'a> {
    json: bool,
    progress: &'a Progress,
    added: u64,
    replaced: u64,
    unchanged: u64,
    refused: Vec<(u64, String)>,
    last: u64,
}

impl<'a> Report<'a> {
    /// An empty one, to be printed as JSON or for people to read.
    pub fn new(json: bool, progress: &'a Progress) -> Self {
        Self { json, progress, added: 0, replaced: 0, unchanged: 0, refused: Vec::new(), last: 0 }
    }

    /// A line is done.
    pub fn done(&mut self, number: u64, outcome: Outcome) {
        *match outcome {
            Outcome::Added => &mut self.added,
            Outcome::Replaced => &mut self.replaced,
            Outcome::Unchanged => &mut self.unchanged,
        } += 1;
        self.last = self.last.max(number);
    }

    /// Has a line of the audit written.
    pub fn audited(&self, write: impl FnOnce()) {
        self.progress.above(write);
    }

    /// A line is refused. People are told at once, programs at the end.
    pub fn refused(&mut self, number: u64, why: &LineRefused) {
        if !self.json {
            self.progress.say(&format!("jeton: line {number}: {why}"));
        }
        self.refused.push((number, why.to_string()));
    }

    /// The last line that is done.
    pub const fn last_line(&self) -> u64 {
        self.last
    }

    /// Prints the end of it.
    ///
    /// # Errors
    /// Where standard output is closed.
    pub fn print(&self) -> Result<(), Failure> {
        let Self { added, replaced, unchanged, .. } = self;
        let refused = self.refused.len();
        if !self.json {
            return line(&format!("added {added}, replaced {replaced}, unchanged {unchanged}, refused {refused}"));
        }
        let mut refused = self.refused.clone();
        refused.sort_unstable();
        let refused: Vec<Value> =
            refused.iter().map(|(line, reason)| json!({"line": line, "reason": reason})).collect();
        let report = json!({"added": added, "replaced": replaced, "unchanged": unchanged, "refused": refused});
        line(&format!("{report:#}"))
    }

    /// Whether all is well.
    ///
    /// # Errors
    /// Where a line was refused.
    pub fn verdict(&self) -> Result<(), Failure> {
        let refused = self.refused.len() as u64;
        let all = self.added + self.replaced + self.unchanged + refused;
        if refused == 0 {
            return Ok(());
        }
        Err(Failure::failed(format_args!("{refused} of {all} lines were refused; the others are done")))
    }
}
