//! What goes wrong around the requests: the store's history, new secrets, forgers, thieves, sign-outs.

use jeton::session::{Revocation, Standing};

use super::check::{FORGERIES_CHANGE_NOTHING, Violation, ensure};
use super::request::{Answer, Request, Sender};
use super::store::Store;
use super::world::{SECRETS, World, take};

impl World {
    pub fn land_stuck(&mut self, swap: usize) -> Result<(), Violation> {
        let Some(swap) = take(&mut self.shared.store.stuck, swap) else { return Ok(()) };
        let landed = self.check.swap(&mut self.shared.store, &swap, self.clock)?;
        self.note(&format!("a stuck swap to generation {} arrives: landed {landed}", swap.next.generation));
        Ok(())
    }

    pub fn roll_back(&mut self, how: &str, roll_back: impl FnOnce(&mut Store)) {
        roll_back(&mut self.shared.store);
        self.check.rolled_back(&self.shared.store);
        self.note(how);
    }

    /// A server catches up with the newest secret, or is the first to use the next one.
    pub fn new_secret(&mut self, server: usize) {
        let newest = self.newest.into_iter().max().unwrap_or(0);
        self.newest[server] = if self.newest[server] < newest { newest } else { (newest + 1).min(SECRETS - 1) };
        self.note(&format!("server {server} mints with secret {}", self.newest[server]));
    }

    /// One character of the client's token is changed, and the result presented.
    pub fn forge(&mut self, position: usize, byte: u8) -> Result<(), Violation> {
        let mut bytes = self.client.storage.clone().into_bytes();
        let position = position % bytes.len();
        bytes[position] = byte;
        let Ok(token) = String::from_utf8(bytes) else { return Ok(()) };
        if token == self.client.storage {
            return Ok(());
        }
        let before = (self.shared.store.asked, self.shared.store.writes());
        let request = Request { id: 0, from: Sender::Thief, token, key: None };
        self.begin(request, 0);
        let refused = self.answers.pop().is_some_and(|(_, answer)| answer == Answer::Refused("malformed"));
        let after = (self.shared.store.asked, self.shared.store.writes());
        ensure(refused && before == after, FORGERIES_CHANGE_NOTHING, || format!("position {position}, byte {byte}"))
    }

    pub fn steal(&mut self) {
        self.innocent = false;
        self.stolen = Some(self.client.storage.clone());
        self.note("a thief copies the stored token");
    }

    pub fn thief_sends(&mut self, key: bool) {
        let Some(token) = self.stolen.clone() else { return };
        self.sent += 1;
        let generation = self.shared.generation(&token);
        self.note(&format!("the thief sends request {} with generation {generation}", self.sent));
        let key = key.then(|| "a guess".to_owned());
        self.requests.push(Request { id: self.sent, from: Sender::Thief, token, key });
    }

    pub fn log_out(&mut self) {
        self.innocent = false;
        self.shared.store.revoke(Revocation::Logout, self.now(0));
        self.check.logged_out(self.events, &self.shared.store);
        self.note("logout is acknowledged");
    }

    pub fn end_everywhere(&mut self) {
        self.innocent = false;
        let epoch = self.shared.store.record().session.epoch;
        self.shared.user = Standing::Good { epoch: epoch + 1 };
        self.check.ended_everywhere(self.events);
        self.note("the user's epoch is raised");
    }
}
