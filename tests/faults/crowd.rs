//! Clients that go about their business, each on a thread of its own, and judge every answer.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::app::TestApp;
use crate::reply::Reply;
use crate::servers::eventually;

/// By when an outage must be answered.
const ANSWERED_WITHIN: Duration = Duration::from_secs(2);

/// By when all must be well again: two seconds after the fault, a request that was sent during it and
/// may take as long, and a second for a machine that has other things to do.
const WELL_WITHIN: Duration = Duration::from_secs(5);

/// Sessions that are being refreshed.
const SESSIONS: usize = 3;

/// What a client has met so far.
#[derive(Default)]
struct Tally {
    good: AtomicU64,
    out: AtomicU64,
}

struct Client {
    name: String,
    tally: Arc<Tally>,
    needs_store: bool,
    thread: Option<JoinHandle<()>>,
}

/// Everybody. Dropping it sends them home.
pub struct Crowd {
    clients: Vec<Client>,
    stop: Arc<AtomicBool>,
}

impl Crowd {
    /// Signs some in, and lets all begin.
    pub fn gather(app: &Arc<TestApp>) -> Self {
        let mut crowd = Self { clients: Vec::new(), stop: Arc::default() };
        app.add_user("newcomer");
        for number in 0..SESSIONS {
            let name = format!("user{number}");
            app.add_user(&name);
            let (app, tokens) = (Arc::clone(app), app.sign_in(&name));
            if number == 0 {
                let (app, access) = (Arc::clone(&app), tokens.access.clone());
                crowd.begin("verifying", false, move |tally| verify(&app, &access, tally));
            }
            let mut token = tokens.refresh;
            crowd.begin(&format!("refreshing {number}"), true, move |tally| {
                token = refresh_twice_at_once(&app, &token, tally);
            });
        }
        let app = Arc::clone(app);
        crowd.begin("signing in", true, move |tally| {
            judge(tally, || app.try_sign_in("newcomer", &json!({})));
        });
        crowd
    }

    fn begin(&mut self, name: &str, needs_store: bool, mut step: impl FnMut(&Tally) + Send + 'static) {
        let (tally, stop) = (Arc::new(Tally::default()), Arc::clone(&self.stop));
        let counted = Arc::clone(&tally);
        let thread = thread::spawn(move || {
            while !stop.load(Ordering::SeqCst) {
                step(&counted);
                // People pause; and two cores have to do for all of them.
                thread::park_timeout(Duration::from_millis(10));
            }
        });
        self.clients.push(Client { name: name.to_owned(), tally, needs_store, thread: Some(thread) });
    }

    /// From now on everybody gets what they ask for, soon.
    #[expect(clippy::disallowed_methods, reason = "what is promised is a time")]
    pub fn is_well(&mut self) {
        let start = Instant::now();
        // The first one may have been sent before.
        self.all_meet("all is well", 2, |client| &client.tally.good);
        let took = start.elapsed();
        assert!(took < WELL_WITHIN, "it took {took:?}");
    }

    /// Whoever needs the store is told to come back; the others go on.
    pub fn is_out(&mut self) {
        self.all_meet("it is an outage", 2, |client| {
            let Tally { good, out } = &*client.tally;
            if client.needs_store { out } else { good }
        });
    }

    /// Waits until each client's count has grown by so much.
    fn all_meet(&mut self, what: &str, more: u64, count: impl Fn(&Client) -> &AtomicU64) {
        let read = |client: &Client| count(client).load(Ordering::SeqCst);
        let before: Vec<u64> = self.clients.iter().map(read).collect();
        eventually(what, || {
            for client in &mut self.clients {
                if let Some(thread) = client.thread.take_if(|thread| thread.is_finished()) {
                    eprintln!("{} has met what must not be", client.name);
                    resume_unwind(thread.join().unwrap_err());
                }
            }
            self.clients.iter().zip(&before).all(|(client, before)| read(client) >= before + more)
        });
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        for thread in self.clients.iter_mut().filter_map(|client| client.thread.take()) {
            let ended = thread.join();
            assert!(ended.is_ok() || thread::panicking(), "a client has met what must not be");
        }
    }
}

/// Asks what asks no store: it never fails.
fn verify(app: &TestApp, access: &str, tally: &Tally) {
    assert_eq!(app.verify(access).status, 200);
    assert_eq!(app.get("/.well-known/jwks.json").status, 200);
    tally.good.fetch_add(1, Ordering::SeqCst);
}

/// A good answer, or none where the store is out: a 503 in time that says when to come back.
#[expect(clippy::disallowed_methods, reason = "what is promised is a time")]
fn judge(tally: &Tally, send: impl FnOnce() -> Reply) -> Option<Reply> {
    let start = Instant::now();
    let reply = send();
    let took = start.elapsed();
    assert!(took < ANSWERED_WITHIN, "{took:?} for {}", reply.status);
    if reply.status == 200 {
        tally.good.fetch_add(1, Ordering::SeqCst);
        return Some(reply);
    }
    assert_eq!(reply.refusal(), "503 temporarily_unavailable", "clients sign out on anything else");
    assert!(reply.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds < 30 / 4), "{reply:?}");
    tally.out.fetch_add(1, Ordering::SeqCst);
    None
}

/// Two tabs present a token, one with the device's key, one without. Whoever gets an answer gets the same
/// successor; where nobody does, the token is presented again.
fn refresh_twice_at_once(app: &TestApp, token: &str, tally: &Tally) -> String {
    let tabs: [Option<Reply>; 2] = thread::scope(|scope| {
        let with_key = scope.spawn(|| judge(tally, || app.refresh_with_key(token, "device")));
        let without = judge(tally, || app.refresh(token));
        [with_key.join().unwrap_or_else(|panic| resume_unwind(panic)), without]
    });
    let mut successors = tabs.into_iter().flatten().map(|reply| reply.tokens().refresh);
    let Some(successor) = successors.next() else { return token.to_owned() };
    assert!(successors.all(|other| other == successor), "one generation, two successors");
    // And for whoever comes late.
    if let Some(late) = judge(tally, || app.refresh(token)) {
        assert_eq!(late.tokens().refresh, successor, "one generation, two successors");
    }
    successor
}
