//! Each promise as a story of its own; `storms` looks for the interleaving that nobody thought of.
//! (2 is told by the storms alone, and 6 is checked at every write of theirs.)

mod forgery;
mod holders;
mod revocation;
mod size;
mod survival;

use std::time::Duration;

use super::client::Keys;
use super::world::{Setup, World};

const WINDOW: Duration = Duration::from_secs(30);

/// A world whose servers' clocks agree.
fn world(keys: Keys, window: Duration) -> World {
    World::new(Setup { keys, window, skew: Duration::ZERO })
}
