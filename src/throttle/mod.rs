//! How often may be tried: the rule that counts attempts, pure.
//!
//! Owns what a limit says, what a counter remembers and how it judges, and whose attempts are counted
//! together. It does not own where counters are kept (`store`) nor which attempts are counted
//! (`authority`), which call it.

mod counter;
mod key;
mod limit;
mod place;

pub use counter::{Counter, Settlement, Verdict};
pub use key::{AccountKey, CounterKey};
pub use limit::{LONGEST_WAIT, Limit, PENDING_FOR};
pub use place::{KNOWN_FOR, KNOWN_PLACES, Place};
