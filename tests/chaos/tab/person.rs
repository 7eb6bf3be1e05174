//! What the person in front of a tab does: goes on, goes away, signs out, signs in again.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::Tab;
use crate::device::Try;
use crate::family::{Family, Holder, generation};
use crate::plan::milliseconds;
use crate::requests::{refresh, sign_in, sign_out, verify};
use crate::stage::Act;
use crate::wire::{Loss, Reply};

impl Tab<'_> {
    /// Rule 4, and what the user does next.
    pub(super) fn granted(&mut self, it: &Try, reply: &Reply) {
        let (world, now) = (self.world, self.world.stage.now());
        let mut due = now + self.chance.span(&milliseconds(500..=1_800));
        if world.stage.act() == Act::Storm && self.chance.one_in(25) {
            due = now + world.plan.window + self.chance.span(&milliseconds(300..=1_500));
        }
        self.device.store(&it.token, reply.text("refresh_token"), due);
        if self.chance.one_in(8)
            && let Some(answer) = verify(world.instances.port(self.server()), reply.text("access_token"))
            && answer.status != 200
        {
            world.break_off(&it.family, format!("10: checking asks no store, but is answered {answer:?}"));
        }
        // A robbed one stays: how fast a theft is caught is counted.
        if world.stage.act() == Act::Storm && self.chance.one_in(60) && !it.family.is_robbed() {
            self.leave(&it.family);
            self.sign_in_again(&it.family);
        }
    }

    /// Rule 3: another token is worth a try; where there is none, the user has to sign in again, which
    /// must not happen to anybody whose token no thief has used.
    pub(super) fn refused(&mut self, it: &Try, reply: &Reply) {
        if !self.device.holds(&it.token) {
            return;
        }
        let (world, family) = (self.world, &it.family);
        let reason = reply.text("reason");
        if family.is_shared() {
            world.tally.after_theft.fetch_add(1, Ordering::SeqCst);
        } else if reason == "unknown" && world.rollbacks.may_have_undone(family.born.0, family.born.1) {
            world.tally.younger_than_the_snapshot.fetch_add(1, Ordering::SeqCst);
        } else if !family.is_leaving() {
            world.tally.spurious.fetch_add(1, Ordering::SeqCst);
            return world.break_off(family, format!("2, 8, 9: signed out for no reason: {reason}"));
        }
        self.sign_in_again(family);
    }

    /// With a key a retry may come at any time: the user closes the lid in the middle of it.
    pub(super) fn perhaps_leave_it_for_later(&self, family: &Family) {
        let world = self.world;
        if self.device.has_keys() && !family.is_robbed() && world.stage.act() == Act::Storm && self.chance.one_in(12) {
            let later = world.plan.window + self.chance.span(&milliseconds(300..=1_500));
            self.device.go_away(world.stage.now() + later);
        }
    }

    /// Signs out, and tries the old token once more: nothing may come of it.
    fn leave(&mut self, family: &Arc<Family>) {
        let world = self.world;
        family.leaving.store(true, Ordering::SeqCst);
        let asked = world.stage.now();
        let token = self.device.stored().token;
        if !sign_out(world, &token, &self.chance) {
            return;
        }
        *family.left.lock().unwrap() = Some((asked, world.stage.now()));
        world.tally.sign_outs.fetch_add(1, Ordering::SeqCst);
        let request = self.request();
        let number = family.begin(Holder::Tab(self.number), generation(&token), false, &request, world.stage.now());
        let (verdict, reply) = refresh(world.instances.port(self.server()), &token, None, &request, Loss::Nothing);
        world.settle(family, number, verdict, reply.as_ref().map(|reply| reply.text("refresh_token")));
    }

    /// Where another tab has not done so already.
    pub(super) fn sign_in_again(&self, ended: &Arc<Family>) {
        let device = self.device;
        let _door = device.door.lock().unwrap();
        if device.uses(ended)
            && let Some(stored) = sign_in(self.world, device.user, &self.chance)
        {
            device.sign_in(stored);
        }
    }

    /// Whichever the load balancer takes.
    pub(super) fn server(&self) -> usize {
        self.chance.pick(&[0, 1])
    }
}
