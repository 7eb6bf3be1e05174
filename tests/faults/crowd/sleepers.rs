//! Devices that lie unused through a fault and wake up when it is over. All they ask is asked from then
//! on, so that how soon they are answered is how soon the store was found again.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::json;

use super::Tally;
use super::clients::judge;
use super::memory::{Loss, Memory};
use super::people::NEWCOMER;
use crate::app::TestApp;
use crate::reply::{Reply, Tokens};
use crate::servers::eventually;
use crate::watch::Watch;

/// All of them.
pub struct Sleepers {
    app: Arc<TestApp>,
    memory: Arc<Memory>,
    tokens: Vec<String>,
}

impl Sleepers {
    pub fn new(app: &Arc<TestApp>, memory: &Arc<Memory>, devices: Vec<Tokens>) -> Self {
        let tokens = devices.into_iter().map(|tokens| tokens.refresh).collect();
        Self { app: Arc::clone(app), memory: Arc::clone(memory), tokens }
    }

    /// Each asks until it is answered: sessions are refreshed, or begun anew where all may be lost, and
    /// somebody signs in and out. How long the last one of them took.
    pub fn wake(&mut self, since: Watch) -> Duration {
        let (app, all_is_lost) = (&self.app, self.memory.loss() == Loss::Everything);
        let sign_in = || app.try_sign_in(NEWCOMER, &json!({}));
        let answered = |ask: &dyn Fn() -> Reply| {
            let mut good = None;
            eventually("who wakes up is answered", || {
                good = judge(&Tally::default(), ask);
                good.is_some()
            });
            good.expect("it is answered")
        };
        let answered = &answered;
        thread::scope(|scope| {
            let mut woken: Vec<_> = Vec::new();
            for token in &mut self.tokens {
                woken.push(scope.spawn(move || {
                    let answer = answered(&|| if all_is_lost { sign_in() } else { app.refresh(token) });
                    *token = answer.tokens().refresh;
                    since.elapsed()
                }));
            }
            woken.push(scope.spawn(move || {
                let token = answered(&sign_in).tokens().refresh;
                answered(&|| app.post("/logout", &json!({ "refresh_token": token })));
                since.elapsed()
            }));
            let took = woken.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
            took.max().expect("there are some")
        })
    }
}
