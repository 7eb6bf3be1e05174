//! A tab of an honest client: it refreshes when it is time, loses answers, waits and tries again as
//! docs/clients.md has it.

mod person;

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::chance::Chance;
use crate::device::{Device, Next, Try};
use crate::requests::{is_expected, refresh};
use crate::stage::{Act, Curtain};
use crate::wire::{Loss, Reply};
use crate::world::World;

/// How long after a failure the first retry comes; the next ones come later and later.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// How often a refresh may fail when there are no faults any more.
const FAILURES_AT_THE_END: usize = 20;

/// A tab, and the person in front of it.
pub struct Tab<'a> {
    world: &'a World,
    device: &'a Device,
    number: usize,
    chance: Chance,
    /// How many requests it has sent.
    sent: usize,
    /// How often it failed when there were no faults any more.
    failed: usize,
}

impl<'a> Tab<'a> {
    pub fn new(world: &'a World, device: &'a Device, number: usize) -> Self {
        let chance = Chance::new(world.plan.seed, &format!("{} {number}", device.name));
        Self { world, device, number, chance, sent: 0, failed: 0 }
    }

    /// From the beginning to the end.
    pub fn live(mut self) {
        let _curtain = Curtain(&self.world.stage);
        while self.world.stage.act() < Act::Finale {
            self.refresh();
        }
        self.refresh();
    }

    /// Refreshes when it is time, until that has come to something.
    fn refresh(&mut self) {
        let device = self.device;
        let _turn = device.take_turn();
        let mut wait = FIRST_WAIT;
        while let Some(it) = self.next_try() {
            match self.present(&it) {
                Some(reply) if reply.status == 200 => return self.granted(&it, &reply),
                Some(reply) if reply.status == 400 => self.refused(&it, &reply),
                reply => {
                    self.wait(&it, reply, wait);
                    wait = (2 * wait).min(LONGEST_WAIT);
                }
            }
        }
    }

    /// The next try, when it is time for it; `None` where the last act has begun meanwhile, or is over.
    fn next_try(&mut self) -> Option<Try> {
        let (world, device) = (self.world, self.device);
        let begun = world.stage.act();
        loop {
            let act = world.stage.act();
            if act == Act::Over || act == Act::Finale && begun < act {
                return None;
            }
            let request = self.request();
            match device.next(self.number, request, act == Act::Finale, &world.plan, world.stage.now()) {
                Next::Send(it) => return Some(it),
                Next::Wait(until) => world.stage.pause_until(until),
                Next::TooLate(family) => {
                    world.tally.too_late.fetch_add(1, Ordering::SeqCst);
                    self.sign_in_again(&family);
                }
            }
        }
    }

    /// An id for the next request, which says whose it is.
    fn request(&mut self) -> String {
        self.sent += 1;
        format!("{}.{}.{}", self.device.name, self.number, self.sent)
    }

    /// Waits before the next try, longer each time.
    fn wait(&mut self, it: &Try, reply: Option<Reply>, wait: Duration) {
        let world = self.world;
        self.failed += usize::from(world.stage.act() == Act::Finale);
        if self.failed > FAILURES_AT_THE_END {
            world.break_off(&it.family, "2, 8, 9: no refresh succeeds at the end".to_owned());
        }
        let asked = reply.and_then(|reply| reply.header("retry-after").parse().ok()).unwrap_or_default();
        world.stage.pause(self.chance.span(&(wait / 2..=wait)).max(Duration::from_secs(asked)));
        self.perhaps_leave_it_for_later(&it.family);
    }

    /// Sends a refresh and loses it, perhaps; what the tab hears.
    fn present(&self, it: &Try) -> Option<Reply> {
        let world = self.world;
        let loss = if world.stage.act() == Act::Storm && self.chance.one_in(6) {
            self.chance.pick(&[Loss::Request, Loss::Connection, Loss::Answer])
        } else {
            Loss::Nothing
        };
        let server = world.instances.port(self.server());
        let (verdict, reply) = refresh(server, &it.token, it.key.as_deref(), &it.request, loss);
        let token = reply.as_ref().map(|reply| reply.text("refresh_token"));
        world.settle(&it.family, it.number, verdict, token);
        if let Some(reply) = &reply
            && !is_expected(reply)
        {
            world.break_off(&it.family, format!("10: {} is answered {reply:?}", it.request));
        }
        reply.filter(|_| loss != Loss::Answer)
    }
}
