//! What each client does, and what it thinks of the answers.

use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use serde_json::json;

use super::Tally;
use super::memory::{Loss, Memory};
use super::people::{LEAVER, NEWCOMER};
use crate::app::TestApp;
use crate::reply::Reply;
use crate::watch::Watch;

/// By when an outage must be answered.
const ANSWERED_WITHIN: Duration = Duration::from_secs(2);

/// Who waits as long as Retry-After says must be back inside of a quarter of the reuse window.
const COMES_BACK_WITHIN: u64 = 30 / 4;

/// An answer that comes in time.
pub fn timed(send: impl FnOnce() -> Reply) -> Reply {
    let watch = Watch::start();
    let reply = send();
    let took = watch.elapsed();
    assert!(took < ANSWERED_WITHIN, "{took:?} for {}", reply.status);
    reply
}

/// A good answer, or none where the store is out: a 503 that says when to come back.
pub fn judged(tally: &Tally, reply: Reply) -> Option<Reply> {
    if matches!(reply.status, 200 | 204) {
        tally.good.fetch_add(1, Ordering::SeqCst);
        return Some(reply);
    }
    assert_eq!(reply.refusal(), "503 temporarily_unavailable", "clients sign out on anything else");
    let wait = reply.header("retry-after").parse::<u64>();
    assert!(wait.is_ok_and(|seconds| seconds < COMES_BACK_WITHIN), "{reply:?}");
    tally.out.fetch_add(1, Ordering::SeqCst);
    None
}

/// Both.
pub fn judge(tally: &Tally, send: impl FnOnce() -> Reply) -> Option<Reply> {
    judged(tally, timed(send))
}

/// How many sessions lie unused until the oldest is looked at.
const UNUSED: usize = 5;

/// Signs in, for ever anew; whoever is told that they are signed in is so.
pub struct Newcomer {
    app: Arc<TestApp>,
    memory: Arc<Memory>,
    tokens: VecDeque<String>,
}

impl Newcomer {
    pub fn new(app: &Arc<TestApp>, memory: &Arc<Memory>) -> Self {
        Self { app: Arc::clone(app), memory: Arc::clone(memory), tokens: VecDeque::new() }
    }

    pub fn come(&mut self, tally: &Tally) {
        if let Some(reply) = judge(tally, || self.app.try_sign_in(NEWCOMER, &json!({}))) {
            self.tokens.push_back(reply.tokens().refresh);
        }
        if self.tokens.len() <= UNUSED {
            return;
        }
        let Some(token) = self.tokens.pop_front() else { return };
        let reply = timed(|| self.app.refresh(&token));
        if reply.status == 400 && self.memory.loss() != Loss::Nothing {
            assert_eq!(reply.refusal(), "400 invalid_grant unknown");
        } else if judged(tally, reply).is_none() {
            self.tokens.push_front(token);
        }
    }
}

/// Refreshes one session in two tabs at once.
pub struct Refresher {
    app: Arc<TestApp>,
    memory: Arc<Memory>,
    name: String,
    token: String,
}

/// What one tab gets.
enum Answer {
    Successor(String),
    Outage,
    /// There is no such session, which is so only where the store may have lost all.
    Unknown,
}

impl Refresher {
    pub fn new(app: &Arc<TestApp>, memory: &Arc<Memory>, name: &str, token: String) -> Self {
        Self { app: Arc::clone(app), memory: Arc::clone(memory), name: name.to_owned(), token }
    }

    /// Two tabs present a token, one with the device's key, one without. Whoever gets an answer gets the
    /// same successor; where nobody does, the token is presented again.
    pub fn refresh(&mut self, tally: &Tally) {
        let mut answers = thread::scope(|scope| {
            let tab = || self.present(tally, || self.app.refresh_with_key(&self.token, "device"));
            let with_key = scope.spawn(tab);
            let without = self.present(tally, || self.app.refresh(&self.token));
            vec![with_key.join().unwrap_or_else(|panic| resume_unwind(panic)), without]
        });
        // And one that comes late.
        answers.push(self.present(tally, || self.app.refresh(&self.token)));
        if answers.iter().any(|answer| matches!(answer, Answer::Unknown)) {
            if let Some(reply) = judge(tally, || self.app.try_sign_in(&self.name, &json!({}))) {
                self.token = reply.tokens().refresh;
            }
            return;
        }
        let mut successors = answers.into_iter().filter_map(|answer| match answer {
            Answer::Successor(token) => Some(token),
            _ => None,
        });
        let Some(successor) = successors.next() else { return };
        assert!(successors.all(|other| other == successor), "one generation, two successors");
        self.token = successor;
    }

    fn present(&self, tally: &Tally, send: impl FnOnce() -> Reply) -> Answer {
        let reply = timed(send);
        if reply.status == 400 && self.memory.loss() == Loss::Everything {
            assert_eq!(reply.refusal(), "400 invalid_grant unknown");
            return Answer::Unknown;
        }
        judged(tally, reply).map_or(Answer::Outage, |reply| Answer::Successor(reply.tokens().refresh))
    }
}

/// Signs in and out again; whoever is told that they are signed out stays so.
pub struct Leaver {
    app: Arc<TestApp>,
    memory: Arc<Memory>,
}

impl Leaver {
    pub fn new(app: &Arc<TestApp>, memory: &Arc<Memory>) -> Self {
        Self { app: Arc::clone(app), memory: Arc::clone(memory) }
    }

    pub fn come_and_go(&self, tally: &Tally) {
        let Some(reply) = judge(tally, || self.app.try_sign_in(LEAVER, &json!({}))) else { return };
        let token = reply.tokens().refresh;
        if judge(tally, || self.app.post("/logout", &json!({ "refresh_token": token }))).is_some() {
            self.memory.has_ended(token);
        }
        if let Some(token) = self.memory.any_ended() {
            self.memory.stays_out(&token, &timed(|| self.app.refresh(&token)));
        }
    }
}
