//! What happens to processes of ours.

use std::time::Duration;

use rustix::process::Signal;

use super::{Schedule, blow};
use crate::chance::Chance;
use crate::plan::Plan;
use crate::world::World;

/// What happens to one of them.
#[derive(Debug)]
pub enum Fault {
    /// `kill -9`, and a new start so much later.
    Killed(usize, Duration),
    /// It ends itself as `kill -9` does at the first request that reaches this point, or is killed so
    /// much later.
    Fails(usize, &'static str, Duration),
    /// SIGSTOP, and SIGCONT so much later.
    Halted(usize, Duration),
    /// SIGTERM, and a new start so much later: a new version is rolled out.
    Replaced(usize, Duration),
}

const POINTS: &[&str] =
    &["before-swap", "after-swap", "before-reply", "before-insert", "after-insert", "before-revoke", "after-revoke"];

fn draw(chance: &Chance, plan: &Plan) -> Fault {
    let which = chance.pick(&[0, 1]);
    match chance.below(8) {
        0..=1 => Fault::Killed(which, chance.span(&plan.outage)),
        2..=3 => Fault::Fails(which, chance.pick(POINTS), chance.span(&plan.outage)),
        4..=6 => Fault::Halted(which, chance.span(&plan.halt)),
        _ => Fault::Replaced(which, chance.span(&plan.outage)),
    }
}

/// The schedule of this seed.
pub fn schedule(plan: &Plan) -> Schedule<Fault> {
    super::draw(plan, "processes", |chance| draw(chance, plan))
}

/// Lets it happen.
pub fn suffer(world: &World, schedule: &Schedule<Fault>) {
    let (instances, stage) = (&world.instances, &world.stage);
    blow(world, schedule, |fault| match *fault {
        Fault::Killed(which, down) => {
            world.tally.fault("jeton killed");
            instances.kill(which);
            stage.pause(down);
            instances.run(which, None);
        }
        Fault::Fails(which, point, within) => {
            world.tally.fault("jeton ends itself at a fail point");
            instances.run(which, Some(point));
            stage.pause(within);
            instances.run(which, None);
        }
        Fault::Halted(which, halt) => {
            world.tally.fault("jeton halted");
            instances.signal(which, Signal::STOP);
            stage.pause(halt);
            instances.signal(which, Signal::CONT);
        }
        Fault::Replaced(which, down) => {
            world.tally.fault("jeton replaced");
            instances.stop(which);
            stage.pause(down);
            instances.run(which, None);
        }
    });
}
