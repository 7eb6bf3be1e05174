//! Thieves: each copies the stored token of somebody, but not the device secret, and lives by it until it
//! is refused.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::chance::Chance;
use crate::device::Device;
use crate::family::{Family, Holder, Verdict, generation};
use crate::plan::milliseconds;
use crate::requests::refresh;
use crate::stage::{Act, Curtain};
use crate::wire::Loss;
use crate::world::World;

/// How a thief goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Manner {
    /// Waits longer than the window before each use.
    Late,
    /// The first use is at once, all others are late.
    Early,
    /// The owner is away for longer than the window; the thief uses the token meanwhile.
    WhileAway,
    /// Uses it more often than the window is long: this is not promised to be noticed, until it pauses.
    InStep,
}

/// How often a thief who is not refused tries when the storm is over.
const TRIES_IN_THE_CALM: usize = 3;

pub struct Thief<'a> {
    world: &'a World,
    devices: &'a [Device],
    name: String,
    chance: Chance,
    /// How many requests it has sent.
    sent: usize,
}

/// What was stolen.
pub struct Theft {
    pub manner: Manner,
    pub family: Arc<Family>,
    /// Whether the owner still used the session when the thief gave up.
    pub owner_is_there: bool,
}

impl<'a> Thief<'a> {
    pub fn new(world: &'a World, devices: &'a [Device], number: usize) -> Self {
        let name = format!("thief{number}");
        Self { world, devices, chance: Chance::new(world.plan.seed, &name), name, sent: 0 }
    }

    /// Steals and rides, until the storm is over and the last ride ends.
    pub fn live(mut self) -> Vec<Theft> {
        let _curtain = Curtain(&self.world.stage);
        let mut thefts = Vec::new();
        while self.world.stage.act() == Act::Storm {
            self.world.stage.pause(self.chance.span(&milliseconds(200..=2_000)));
            if self.world.stage.act() == Act::Storm {
                thefts.extend(self.steal());
            }
        }
        thefts
    }

    fn steal(&mut self) -> Option<Theft> {
        let device = &self.devices[self.chance.below(self.devices.len() as u64) as usize];
        let manner = self.chance.pick(&[Manner::Late, Manner::Late, Manner::Early, Manner::WhileAway, Manner::InStep]);
        let stored = device.stored();
        let family = stored.family;
        if family.is_leaving() || family.robbed.swap(true, Ordering::SeqCst) {
            return None;
        }
        self.world.note(format!("    {} robs {}: {manner:?}", self.name, device.name));
        if manner == Manner::WhileAway {
            device.go_away(self.world.stage.now() + self.world.plan.window + Duration::from_secs(1));
        }
        self.ride(manner, device, &family, stored.token);
        let owner_is_there = device.uses(&family);
        Some(Theft { manner, family, owner_is_there })
    }

    /// Uses it until that is refused. After the storm only as long as there is somebody to notice.
    fn ride(&mut self, manner: Manner, device: &Device, family: &Arc<Family>, mut token: String) {
        let (mut is_first, mut tries) = (true, 0);
        while self.world.stage.act() < Act::Over && tries < TRIES_IN_THE_CALM {
            self.wait(manner, is_first);
            if self.world.stage.act() > Act::Storm {
                tries += if device.uses(family) { 1 } else { TRIES_IN_THE_CALM };
            }
            match self.present_until_answered(family, &token) {
                Some(next) => (token, is_first) = (next, false),
                None => return,
            }
        }
    }

    /// Until the next use. When the storm is over everybody is late.
    fn wait(&self, manner: Manner, is_first: bool) {
        let stage = &self.world.stage;
        let late = self.world.plan.window + self.chance.span(&milliseconds(200..=1_500));
        let span = match manner {
            Manner::InStep if stage.act() == Act::Storm => self.chance.span(&milliseconds(200..=1_000)),
            Manner::Early | Manner::WhileAway if is_first => self.chance.span(&milliseconds(0..=100)),
            _ => late,
        };
        let until = stage.now() + span;
        while stage.act() < Act::Over && stage.now() < until {
            stage.pause_until(until);
        }
    }

    /// The next token; `None` where it is refused, or the run is over.
    fn present_until_answered(&mut self, family: &Arc<Family>, token: &str) -> Option<String> {
        while self.world.stage.act() < Act::Over {
            match self.present(family, token) {
                (Verdict::Granted(..), next) => return next,
                (Verdict::Refused(_), _) => return None,
                _ => self.world.stage.pause(Duration::from_millis(100)),
            }
        }
        None
    }

    fn present(&mut self, family: &Arc<Family>, token: &str) -> (Verdict, Option<String>) {
        let world = self.world;
        self.sent += 1;
        let request = format!("{}.{}", self.name, self.sent);
        let number = family.begin(Holder::Thief, generation(token), false, &request, world.stage.now());
        // It may invent a key.
        let key = self.chance.one_in(2).then_some("a-key-of-the-thiefs-own");
        let server = world.instances.port(self.chance.pick(&[0, 1]));
        let (verdict, reply) = refresh(server, token, key, &request, Loss::Nothing);
        let next = reply.map(|reply| reply.text("refresh_token").to_owned());
        world.settle(family, number, verdict.clone(), next.as_deref());
        (verdict, next)
    }
}
