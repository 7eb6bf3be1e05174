//! The sessions whose end was acknowledged, and what the store may have forgotten of them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::app::TestApp;
use crate::reply::Reply;
use crate::servers::eventually;

/// How many of the latest are looked at when all is well: those nearest to the fault.
const LOOKED_AT: usize = 30;

/// What a fault may cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loss {
    /// Nothing.
    #[default]
    Nothing,
    /// What was written since a snapshot: sign-ins, and single sign-outs.
    SinceTheSnapshot,
    /// All sessions.
    Everything,
}

/// What the crowd remembers, whatever the store does.
#[derive(Default)]
pub struct Memory {
    loss: Mutex<Loss>,
    ended: Mutex<Vec<String>>,
    turn: AtomicUsize,
}

impl Memory {
    /// From now on the store may have forgotten so much.
    pub fn may_lose(&self, loss: Loss) {
        *self.loss.lock().unwrap() = loss;
    }

    pub fn loss(&self) -> Loss {
        *self.loss.lock().unwrap()
    }

    /// The end of this token's session was acknowledged.
    pub fn has_ended(&self, token: String) {
        self.ended.lock().unwrap().push(token);
    }

    /// The token of a session that has ended, another one each time.
    pub fn any_ended(&self) -> Option<String> {
        let ended = self.ended.lock().unwrap();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        ended.get(turn.checked_rem(ended.len())?).cloned()
    }

    /// None of those who have left can come back.
    pub fn nobody_comes_back(&self, app: &TestApp) {
        let ended: Vec<String> = self.ended.lock().unwrap().iter().rev().take(LOOKED_AT).cloned().collect();
        for token in ended {
            let mut reply = None;
            eventually("it is answered", || reply.insert(app.refresh(&token)).status != 503);
            self.stays_out(&token, &reply.expect("it is answered"));
        }
    }

    /// Who was told that this session has ended is right, or cannot be told.
    pub fn stays_out(&self, token: &str, reply: &Reply) {
        match (reply.outcome().as_str(), self.loss()) {
            ("400 invalid_grant revoked" | "503 temporarily_unavailable", _) => {}
            ("400 invalid_grant unknown", Loss::SinceTheSnapshot | Loss::Everything) => {}
            ("rotated" | "repeated", Loss::SinceTheSnapshot) => {
                self.ended.lock().unwrap().retain(|ended| ended != token);
            }
            (outcome, loss) => panic!("{outcome} for a session whose end was acknowledged, where {loss:?} may be lost"),
        }
    }
}
