//! How many lines of a kind there may be, so that nobody can flood the log.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::Mutex;
use std::time::Duration;

use crate::clock::Timestamp;

/// How many kinds are told apart at a time; of more, nothing is written while the others are young.
const KINDS: usize = 256;

/// Lines of many kinds: of each so many within a span, the first ones. The others are counted, and the next
/// line that may be written says how many they were. The memory is bounded.
pub struct Ration<K> {
    lines: u32,
    span: Duration,
    kinds: Mutex<Kinds<K>>,
}

struct Kinds<K> {
    known: HashMap<K, Span>,
    /// Lines left out that belong to no kind at hand.
    left_out: u64,
}

/// How many lines were left out before this one, as its end says; nothing where there were none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut(pub u64);

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { Ok(()) } else { write!(f, " (left out before it: {})", self.0) }
    }
}

/// What became of one kind since its last line that opened a span.
struct Span {
    began: Timestamp,
    written: u32,
    left_out: u64,
}

impl Span {
    /// A clock that was set back must not silence anybody.
    fn is_over(&self, span: Duration, now: Timestamp) -> bool {
        now < self.began || now.since(self.began) >= span
    }
}

impl<K: Hash + Eq> Ration<K> {
    /// `lines` of each kind within each `span`.
    pub fn new(lines: u32, span: Duration) -> Self {
        Self { lines, span, kinds: Mutex::new(Kinds { known: HashMap::new(), left_out: 0 }) }
    }

    /// Whether a line of this kind may be written now, and then how many were left out before it.
    pub fn take<Q>(&self, kind: &Q, now: Timestamp) -> Option<LeftOut>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ToOwned<Owned = K> + ?Sized,
    {
        let mut kinds = self.kinds.lock().expect("nothing that can panic is done under this lock");
        let Kinds { known, left_out } = &mut *kinds;
        if let Some(span) = known.get_mut(kind) {
            if span.is_over(self.span, now) {
                let before = span.left_out + std::mem::take(left_out);
                *span = Span { began: now, written: 1, left_out: 0 };
                return Some(LeftOut(before));
            }
            if span.written < self.lines {
                span.written += 1;
                return Some(LeftOut(0));
            }
            span.left_out += 1;
            return None;
        }
        if known.len() >= KINDS {
            known.retain(|_, span| {
                let stays = !span.is_over(self.span, now);
                *left_out += if stays { 0 } else { span.left_out };
                stays
            });
        }
        if known.len() >= KINDS {
            *left_out += 1;
            return None;
        }
        known.insert(kind.to_owned(), Span { began: now, written: 1, left_out: 0 });
        Some(LeftOut(std::mem::take(left_out)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_795_253_400);
    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn of_each_kind_the_first_lines_of_a_span_are_written_and_the_others_counted() {
        let ration = Ration::<String>::new(2, SECOND);
        let written = (0..1_000).filter(|_| ration.take("redis is out", NOW).is_some()).count();
        assert_eq!(written, 2);
        assert_eq!(ration.take("postgres is out", NOW), Some(LeftOut(0)), "another kind is not hidden by it");
        assert_eq!(ration.take("redis is out", NOW + SECOND), Some(LeftOut(998)));
        assert_eq!(ration.take("redis is out", NOW + SECOND), Some(LeftOut(0)), "they are told once");
    }

    #[test]
    fn a_clock_that_is_set_back_silences_nobody() {
        let ration = Ration::<String>::new(1, SECOND);
        assert_eq!(ration.take("a", NOW), Some(LeftOut(0)));
        assert_eq!(ration.take("a", NOW - Duration::from_secs(3_600)), Some(LeftOut(0)));
    }

    #[test]
    fn any_number_of_kinds_needs_bounded_memory_and_each_line_left_out_is_told() {
        let ration = Ration::<u32>::new(1, SECOND);
        let written = (0..10_000).filter(|kind| ration.take(kind, NOW).is_some()).count();
        assert_eq!(written, KINDS);
        assert_eq!(ration.take(&10_000, NOW + SECOND), Some(LeftOut(10_000 - KINDS as u64)));
        assert!(ration.kinds.lock().unwrap().known.len() <= KINDS);
    }
}
