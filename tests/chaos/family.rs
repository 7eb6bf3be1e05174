//! One session as it is seen from outside: who used which of its tokens when, and what came of it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Who uses a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A tab of the client whose session it is.
    Tab(usize),
    Thief,
}

/// What came of a use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing yet.
    Pending,
    /// It was not sent.
    Unsent,
    /// It was sent, and nothing came back.
    Unheard,
    /// 503.
    Unavailable,
    /// 200 with this generation, and its Refresh-Outcome.
    Granted(u32, String),
    /// 400 with this reason.
    Refused(String),
}

/// One use of a refresh token.
#[derive(Clone, Debug)]
pub struct Use {
    pub holder: Holder,
    pub generation: u32,
    pub keyed: bool,
    /// Its X-Request-Id, which the server's audit lines repeat.
    pub request: String,
    pub start: Duration,
    pub end: Duration,
    pub verdict: Verdict,
}

impl fmt::Display for Use {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { holder, generation, keyed, request, start, end, verdict } = self;
        let key = if *keyed { " with a key" } else { "" };
        let took = end.saturating_sub(*start).as_millis();
        write!(f, "{request}: {holder:?} uses {generation}{key}: {verdict:?} after {took} ms")
    }
}

/// A refresh family.
pub struct Family {
    /// `session_id`.
    pub id: String,
    /// When signing in was asked for and when it was answered.
    pub born: (Duration, Duration),
    /// Whether somebody has copied a token.
    pub robbed: AtomicBool,
    /// Whether its owner is signing out.
    pub leaving: AtomicBool,
    /// When signing out was asked for and when it was acknowledged.
    pub left: Mutex<Option<(Duration, Duration)>>,
    pub uses: Mutex<Vec<Use>>,
    /// The one token of each generation.
    pub tokens: Mutex<BTreeMap<u32, String>>,
}

impl Family {
    pub fn new(id: &str, token: &str, born: (Duration, Duration)) -> Self {
        Self {
            id: id.to_owned(),
            born,
            robbed: AtomicBool::new(false),
            leaving: AtomicBool::new(false),
            left: Mutex::default(),
            uses: Mutex::default(),
            tokens: Mutex::new(BTreeMap::from([(generation(token), token.to_owned())])),
        }
    }

    pub fn is_robbed(&self) -> bool {
        self.robbed.load(Ordering::SeqCst)
    }

    pub fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::SeqCst)
    }

    /// Notes that a use begins; its number.
    pub fn begin(&self, holder: Holder, generation: u32, keyed: bool, request: &str, now: Duration) -> usize {
        let mut uses = self.uses.lock().unwrap();
        let (request, verdict) = (request.to_owned(), Verdict::Pending);
        uses.push(Use { holder, generation, keyed, request, start: now, end: now, verdict });
        uses.len() - 1
    }

    /// When a tab first sent this generation.
    pub fn first_use(&self, generation: u32) -> Option<Duration> {
        let uses = self.uses.lock().unwrap();
        let is_sent = |it: &&Use| it.holder != Holder::Thief && it.verdict != Verdict::Unsent;
        uses.iter().filter(is_sent).find(|it| it.generation == generation).map(|it| it.start)
    }

    /// Whether a thief has used a token: then its owner is promised nothing any more.
    pub fn is_shared(&self) -> bool {
        self.uses.lock().unwrap().iter().any(|it| it.holder == Holder::Thief)
    }

    /// Until when a successor of this generation would leave a request more than three generations
    /// behind that may still be at work (`limbo`): more than that is promised to nobody.
    pub fn too_far_ahead(&self, generation: u32, now: Duration, limbo: Duration) -> Option<Duration> {
        let uses = self.uses.lock().unwrap();
        let at_work = |it: &&Use| matches!(it.verdict, Verdict::Pending | Verdict::Unheard) && it.start + limbo > now;
        let behind = |it: &&Use| it.generation + 3 < generation + 1;
        uses.iter().rev().take(100).filter(at_work).filter(behind).map(|it| it.start + limbo).max()
    }
}

/// The generation that stands in a refresh token. Nobody but a test has any business to look.
pub fn generation(token: &str) -> u32 {
    let body = token.strip_prefix("rt1_").and_then(|body| URL_SAFE_NO_PAD.decode(body).ok());
    let bytes = body.and_then(|bytes| bytes.get(18..22).and_then(|bytes| bytes.try_into().ok()));
    u32::from_be_bytes(bytes.unwrap_or_else(|| panic!("no refresh token: {} characters", token.len())))
}
