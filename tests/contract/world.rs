//! The servers that the provocations ask, and the people in them.

use std::time::Duration;

use jeton::scope::Scope;
use jeton::secret::Secret;
use jeton::session::Session;
use jeton::store::Version;
use jeton::throttle::Limit;
use jeton::user::UserChange;
use jeton::verify::Algorithm;

use crate::app::{Plan, TestApp, block_on};
use crate::faults::{Fault, switchable};
use crate::forge::Forge;
use crate::reply::Tokens;

/// The audience that is asked for by name; the default one is [`AUDIENCE`].
pub const OTHER_AUDIENCE: &str = "https://admin.example";
const AUDIENCE: &str = "https://api.example";

/// One server for nearly everything, and some for what it cannot answer. Its clock only goes forward,
/// so whoever needs tokens signs in anew.
pub struct World {
    /// With the scopes `read` and `write` and two audiences. It knows `ada`, who has everything that a
    /// user can have, and `bob`, who has nothing.
    pub up: TestApp,
    /// With one attempt for an account and five for an address, within any 15 minutes.
    pub strict: TestApp,
    /// With the keys of `up` and stores that never answer.
    pub down: TestApp,
    /// With the keys of `up` and people who are another application's.
    pub foreign: TestApp,
    /// Has had the stop signal.
    pub stopping: TestApp,
    /// One that signs with each of the other kinds of key.
    pub signers: Vec<TestApp>,
}

impl World {
    /// Starts them all.
    pub fn start() -> Self {
        let up = TestApp::with(|config| {
            config.scopes = Scope::parse("read write");
            config.audience = [AUDIENCE, OTHER_AUDIENCE].map(str::to_owned).to_vec();
            config.registration = true;
            // Its people are asked for everything, by one address.
            (config.login_limit_account, config.login_limit_address) = (None, None);
        });
        up.add("ada", |user| {
            user.roles = vec!["editor".to_owned(), "admin".to_owned()];
            user.scopes = Scope::parse("publish");
            user.claims.insert("tenant".to_owned(), "acme".into());
        });
        up.add_user("bob");
        let strict = TestApp::with(|config| {
            let limit = |attempts| Some(Limit { attempts, window: Duration::from_secs(900) });
            (config.login_limit_account, config.login_limit_address) = (limit(1), limit(5));
            config.registration = true;
        });
        let keys = up.folder.path().join("keys");
        let mut foreign = Plan::new(|config| {
            config.keys_dir.clone_from(&keys);
            config.audience = vec![AUDIENCE.to_owned()];
        });
        let (stores, _, users) = switchable(&foreign.stores);
        users.set(Fault::IsForeign);
        foreign.stores = stores;
        let mut down = Plan::new(|config| {
            config.keys_dir = keys;
            config.audience = vec![AUDIENCE.to_owned()];
            config.registration = true;
        });
        let (stores, sessions, users) = switchable(&down.stores);
        [sessions, users].iter().for_each(|store| store.set(Fault::Fails));
        down.stores = stores;
        let stopping = TestApp::start();
        stopping.edge.stop();
        let signers = [Algorithm::Ps256, Algorithm::EdDsa, Algorithm::Hs256].map(signer).into();
        Self { up, strict, down: down.start(), foreign: foreign.start(), stopping, signers }
    }

    /// Tokens of a new session of ada's.
    pub fn ada(&self) -> Tokens {
        self.up.sign_in("ada")
    }

    /// Tokens of somebody who has been disabled since.
    pub fn disabled(&self, name: &str) -> Tokens {
        let user = self.up.add_user(name);
        let tokens = self.up.sign_in(name);
        self.up.change(&user, UserChange { disabled: Some(true), ..UserChange::default() });
        tokens
    }

    /// Makes access tokens with the key of `up`, on the pattern of a good one.
    pub fn forge(&self) -> Forge {
        Forge::after(&self.up, &self.ada())
    }

    /// Lets time pass for `up`, and for `down` and `foreign`, which must take its tokens.
    pub fn wait(&self, seconds: u64) {
        for app in [&self.up, &self.down, &self.foreign] {
            app.clock.advance(Duration::from_secs(seconds));
        }
    }

    /// The record of a session, to be put back later.
    pub fn snapshot(&self, session: &str) -> Session {
        let id = jeton::id::SessionId::parse(session).expect("the server's own id");
        block_on(self.up.stores.sessions.load(id)).unwrap().expect("the session is there").0
    }

    /// Puts an older record back, as a failover that loses writes does.
    pub fn restore(&self, older: &Session) {
        let sessions = &self.up.stores.sessions;
        let (_, version) = block_on(sessions.load(older.id)).unwrap().expect("the session is there");
        block_on(sessions.swap(older, version, Version([0; 8]))).unwrap();
    }

    /// Forgets every session of `up`.
    pub fn forget_sessions(&self) {
        let latest = self.up.edge.clock.now() + Duration::from_secs(1_000 * 86_400);
        block_on(self.up.stores.sessions.purge(latest)).unwrap();
    }
}

fn signer(algorithm: Algorithm) -> TestApp {
    TestApp::with(|config| {
        config.algorithm = algorithm;
        config.hmac_secret = (algorithm == Algorithm::Hs256).then(|| Secret::new(vec![7; 32]));
    })
}
