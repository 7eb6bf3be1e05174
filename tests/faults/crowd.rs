//! Clients that go about their business, each on a thread of its own, and judge every answer; and what a
//! story may ask of all of them: that they are well, that it is an outage, how soon that is over.

mod clients;
mod figures;
mod memory;
mod people;
mod sleepers;
mod visitor;

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use self::clients::{Leaver, Newcomer, Refresher};
use self::figures::{Figures, Weather};
pub use self::memory::Loss;
use self::memory::Memory;
pub use self::people::People;
use self::sleepers::Sleepers;
use self::visitor::Visitor;
use crate::app::TestApp;
use crate::servers::eventually;
use crate::watch::Watch;

/// By when all must be well again once the store is back.
const RECOVERS_WITHIN: Duration = Duration::from_secs(2);

/// What a client has met so far.
#[derive(Default)]
struct Tally {
    good: AtomicU64,
    out: AtomicU64,
}

/// What a client should meet.
#[derive(Clone, Copy)]
enum Want {
    Good,
    Out,
    Either,
}

struct Client {
    name: String,
    /// The session that it refreshes, where it does.
    session: Option<String>,
    needs_store: bool,
    tally: Arc<Tally>,
    thread: Option<JoinHandle<()>>,
}

impl Client {
    fn met(&self, want: Want) -> u64 {
        let (good, out) = (self.tally.good.load(Ordering::SeqCst), self.tally.out.load(Ordering::SeqCst));
        match want {
            Want::Good => good,
            Want::Out => out,
            Want::Either => good + out,
        }
    }
}

/// Everybody. Dropping it sends them home, and holds how long those were kept waiting who need no store.
pub struct Crowd {
    app: Arc<TestApp>,
    clients: Vec<Client>,
    sleepers: Sleepers,
    memory: Arc<Memory>,
    figures: Arc<Figures>,
    stop: Arc<AtomicBool>,
}

impl Crowd {
    /// Signs some in, and lets all begin.
    pub fn gather(app: &Arc<TestApp>) -> Self {
        Self::of(app, People::sign_in(app))
    }

    /// Lets people begin who have signed in before.
    pub fn of(app: &Arc<TestApp>, people: People) -> Self {
        let (memory, figures) = (Arc::<Memory>::default(), Arc::<Figures>::default());
        let visitor = Visitor::new(app, &people.awake[0].1.access, Arc::clone(&figures));
        let mut crowd = Self {
            app: Arc::clone(app),
            clients: Vec::new(),
            sleepers: Sleepers::new(app, &memory, people.asleep),
            memory: Arc::clone(&memory),
            figures,
            stop: Arc::default(),
        };
        crowd.begin("verifying", None, false, move |tally| visitor.visit(tally));
        for (name, tokens) in people.awake {
            let session = Some(tokens.session);
            let mut refresher = Refresher::new(app, &memory, &name, tokens.refresh);
            crowd.begin(&format!("refreshing for {name}"), session, true, move |tally| refresher.refresh(tally));
        }
        let mut newcomer = Newcomer::new(app, &memory);
        crowd.begin("signing in", None, true, move |tally| newcomer.come(tally));
        let leaver = Leaver::new(app, &memory);
        crowd.begin("signing out", None, true, move |tally| leaver.come_and_go(tally));
        crowd
    }

    fn begin(
        &mut self,
        name: &str,
        session: Option<String>,
        needs_store: bool,
        mut step: impl FnMut(&Tally) + Send + 'static,
    ) {
        let (tally, stop) = (Arc::new(Tally::default()), Arc::clone(&self.stop));
        let counted = Arc::clone(&tally);
        // People pause; and two cores have to do for all of them.
        let pause = Duration::from_millis(if needs_store { 25 } else { 2 });
        let thread = thread::spawn(move || {
            while !stop.load(Ordering::SeqCst) {
                step(&counted);
                thread::park_timeout(pause);
            }
        });
        self.clients.push(Client { name: name.to_owned(), session, needs_store, tally, thread: Some(thread) });
    }

    /// The sessions that are being refreshed.
    pub fn sessions(&self) -> Vec<String> {
        self.clients.iter().filter_map(|client| client.session.clone()).collect()
    }

    /// From now on the store may have forgotten so much.
    pub fn may_lose(&self, loss: Loss) {
        self.memory.may_lose(loss);
    }

    /// Nothing is wrong, or no longer: whoever asks from now on gets what they ask for, soon.
    pub fn is_well(&mut self) {
        let took = self.recovers(Watch::start());
        assert!(took < RECOVERS_WITHIN, "it took {took:?}");
    }

    /// The same where somebody else knows how soon that must be. How long it took since then.
    pub fn recovers(&mut self, since: Watch) -> Duration {
        self.figures.it_is(Weather::Fault);
        let took = self.sleepers.wake(since);
        self.figures.note_recovery(took);
        self.figures.it_is(Weather::Calm);
        self.all_are_well();
        took
    }

    /// Something is wrong, and everybody gets what they ask for all the same.
    pub fn bears_it(&mut self) {
        self.figures.it_is(Weather::Fault);
        self.sleepers.wake(Watch::start());
        self.all_are_well();
    }

    fn all_are_well(&mut self) {
        // The first one may have been sent before.
        self.all_meet("all is well", 2, |_| Want::Good);
        self.memory.nobody_comes_back(&self.app);
    }

    /// Whoever needs the store is told to come back; the others go on.
    pub fn is_out(&mut self) {
        self.figures.it_is(Weather::Fault);
        self.all_meet("it is an outage", 2, |client| if client.needs_store { Want::Out } else { Want::Good });
    }

    /// Something is wrong, and no session notices.
    pub fn goes_on(&mut self) {
        self.is_out_for(|_| false);
    }

    /// Whoever has one of these sessions is told to come back. All other sessions go on without a single
    /// outage, and of the sign-ins some do.
    pub fn is_out_for(&mut self, is_lost: impl Fn(&str) -> bool) {
        self.figures.it_is(Weather::Fault);
        let want = |client: &Client| match client.session.as_deref() {
            Some(session) if is_lost(session) => Want::Out,
            None if client.needs_store => Want::Either,
            _ => Want::Good,
        };
        let outages = |crowd: &Self| -> u64 {
            let kept = crowd.clients.iter().filter(|client| client.session.as_deref().is_some_and(|id| !is_lost(id)));
            kept.map(|client| client.met(Want::Out)).sum()
        };
        let before = outages(self);
        self.all_meet("it is an outage for some", 3, want);
        assert_eq!(outages(self), before, "a session that the store still has met an outage");
    }

    /// Waits until each client has met so much more of what it should, and enough is measured.
    fn all_meet(&mut self, what: &str, more: u64, want: impl Fn(&Client) -> Want) {
        let before: Vec<u64> = self.clients.iter().map(|client| client.met(want(client))).collect();
        eventually(what, || {
            for client in &mut self.clients {
                if let Some(thread) = client.thread.take_if(|thread| thread.is_finished()) {
                    eprintln!("{} has met what must not be", client.name);
                    resume_unwind(thread.join().unwrap_err());
                }
            }
            let mut all = self.clients.iter().zip(&before);
            self.figures.are_enough() && all.all(|(client, before)| client.met(want(client)) >= before + more)
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
        if !thread::panicking() {
            self.figures.hold();
        }
    }
}
