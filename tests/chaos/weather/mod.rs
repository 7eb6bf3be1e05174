//! Faults: for each thing that can go wrong a schedule that is drawn before the run begins, and somebody
//! who lets them happen one after the other. It owns what is done to processes, stores and links, and
//! notes when the store went back to an older state; it does not know who suffers. Called by the tests.

pub mod file;
pub mod links;
pub mod processes;
pub mod redis;

use std::time::Duration;

use crate::chance::Chance;
use crate::plan::Plan;
use crate::stage::Act;
use crate::world::World;

/// Faults, each with how long all is in order before it.
pub type Schedule<F> = Vec<(Duration, F)>;

/// Draws as many faults as the storm can hold.
pub fn draw<F>(plan: &Plan, name: &str, draw: impl Fn(&Chance) -> F) -> Schedule<F> {
    let chance = Chance::new(plan.seed, name);
    let (mut length, mut schedule) = (Duration::ZERO, Vec::new());
    while length < plan.storm {
        let gap = chance.span(&plan.gap);
        schedule.push((gap, draw(&chance)));
        length += gap;
    }
    schedule
}

/// Lets them happen until the storm is over. `suffer` brings a fault about and puts all in order again.
pub fn blow<F: std::fmt::Debug>(world: &World, schedule: &Schedule<F>, suffer: impl Fn(&F)) {
    for (gap, fault) in schedule {
        world.stage.pause(*gap);
        if world.stage.act() != Act::Storm {
            break;
        }
        world.note(format!("    {fault:?}"));
        suffer(fault);
        world.note(format!("    over: {fault:?}"));
    }
}
