//! The world: a store, two servers whose clocks differ, an honest client, a thief, and a network that
//! loses, delays, reorders and repeats. It does what it is told, op by op, and keeps a trace.

use std::time::Duration;

use jeton::clock::Timestamp;
use jeton::id::{SessionId, UserId};
use jeton::scope::Scope;
use jeton::session::{RefreshSecret, Session, Standing, State};

use super::check::{Check, NOBODY_SIGNED_OUT, Violation, ensure};
use super::client::{Client, Keys, TABS};
use super::ops::Op;
use super::request::{Answer, Request};
use super::server::Work;
use super::shared::{Flaws, Shared};
use super::store::Store;

pub const SERVERS: usize = 2;
/// How many refresh secrets there ever are.
pub const SECRETS: u8 = 4;
pub const BEGINNING: Timestamp = Timestamp::from_secs(1_795_253_400);
pub const HOUR: Duration = Duration::from_secs(3600);

/// What a world is made from.
#[derive(Clone, Debug)]
pub struct Setup {
    pub keys: Keys,
    pub window: Duration,
    /// How far the second server's clock is ahead.
    pub skew: Duration,
}

pub struct World {
    pub setup: Setup,
    pub shared: Shared,
    pub check: Check,
    pub client: Client,
    /// The thief's token, once there is a thief.
    pub stolen: Option<String>,
    /// Each server's newest secret.
    pub newest: [u8; SERVERS],
    /// Requests on the wire, work in progress, answers on the wire.
    pub requests: Vec<Request>,
    pub work: Vec<Work>,
    pub answers: Vec<(Request, Answer)>,
    /// Time since the beginning, and by how much the machines' clocks were set back since.
    pub clock: Duration,
    pub set_back: Duration,
    /// Whether nobody stole anything and nobody signed out: then nobody may be signed out.
    pub innocent: bool,
    pub events: usize,
    pub sent: usize,
    trace: Vec<String>,
}

impl World {
    pub fn new(setup: Setup) -> Self {
        let session = session();
        let shared = Shared {
            session: session.id,
            store: Store::new(session.clone()),
            secrets: (0..SECRETS).map(|id| RefreshSecret::new(id, &[id; 32])).collect(),
            window: setup.window,
            user: Standing::Good { epoch: session.epoch },
            flaws: Flaws::default(),
        };
        let token = shared.mint(&session, 0);
        Self {
            check: Check::new(setup.window, &token),
            client: Client::new(setup.keys, token),
            shared,
            setup,
            stolen: None,
            newest: [0; SERVERS],
            requests: Vec::new(),
            work: Vec::new(),
            answers: Vec::new(),
            clock: Duration::ZERO,
            set_back: Duration::ZERO,
            innocent: true,
            events: 0,
            sent: 0,
            trace: Vec::new(),
        }
    }

    /// What happened so far, one line per event.
    pub fn trace(&self) -> String {
        self.trace.join("\n")
    }

    pub fn note(&mut self, what: &str) {
        let Session { generation, state, .. } = &self.shared.store.record().session;
        let line = format!("{:>12.3}s  generation {generation} {state:?}  {what}", self.clock.as_secs_f64());
        self.trace.push(line);
    }

    /// Does one op. An op that has nothing to work on does nothing.
    pub fn apply(&mut self, op: &Op) -> Result<(), Violation> {
        self.events += 1;
        match *op {
            Op::Send { tab } => self.send(tab % TABS),
            Op::Deliver { request, server, again } => self.deliver(request, server % SERVERS, again),
            Op::LoseRequest { request } => drop(take(&mut self.requests, request)),
            Op::Step { work, fault } => self.step(work, fault)?,
            Op::Answer { answer } => self.answer(answer)?,
            Op::LoseAnswer { answer } => drop(take(&mut self.answers, answer)),
            Op::Refresh { tab, server } => drop(self.refresh(tab % TABS, server % SERVERS)?),
            Op::CrashServer { server } => self.crash(server % SERVERS),
            Op::Advance(span) => self.advance(span),
            Op::SetClockBack(span) => self.set_back += span,
            Op::LandStuck { swap } => self.land_stuck(swap)?,
            Op::Restore { back } => self.roll_back("restored from a snapshot", |store| store.restore(back)),
            Op::PowerCut { back } => self.roll_back("power cut", |store| store.power_cut(back)),
            Op::NewSecret { server } => self.new_secret(server % SERVERS),
            Op::Forge { position, byte } => self.forge(position, byte)?,
            Op::Steal => self.steal(),
            Op::ThiefSends { key } => self.thief_sends(key),
            Op::LogOut => self.log_out(),
            Op::EndEverywhere => self.end_everywhere(),
        }
        self.check.standing(&self.shared.store)?;
        let state = self.shared.store.record().session.state;
        ensure(!self.innocent || state == State::Active, NOBODY_SIGNED_OUT, || format!("{state:?}"))
    }
}

/// Takes one out, whatever number was drawn; `None` where there are none.
pub fn take<T>(from: &mut Vec<T>, drawn: usize) -> Option<T> {
    (!from.is_empty()).then(|| from.remove(drawn % from.len()))
}

/// The session of a user who has just signed in.
pub fn session() -> Session {
    Session {
        id: SessionId::from_bytes([5; 16]),
        user: UserId::from("ada".to_owned()),
        epoch: 7,
        client: "web".to_owned(),
        scope: Scope::parse("read write"),
        audience: "https://api.example".to_owned(),
        secret_id: 0,
        generation: 0,
        ring: Vec::new(),
        created: BEGINNING,
        authenticated_at: BEGINNING,
        amr: vec!["pwd".to_owned()],
        last_used: BEGINNING,
        expires: BEGINNING + HOUR * 24 * 90,
        idle: HOUR * 24 * 14,
        state: State::Active,
        user_agent: "test".to_owned(),
        ip: None,
    }
}
