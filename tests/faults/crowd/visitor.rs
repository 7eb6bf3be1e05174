//! Who asks what needs no store, over a connection that is kept, and measures how long it takes.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use ureq::Agent;

use super::Tally;
use super::figures::Figures;
use crate::app::{TestApp, seconds};
use crate::watch::Watch;

/// Asked before anything is measured: the first requests connect, and find everything cold.
const WARM_UP: usize = 20;

/// Somebody with an access token.
pub struct Visitor {
    agent: Agent,
    base: String,
    access: String,
    figures: Arc<Figures>,
}

impl Visitor {
    pub fn new(app: &TestApp, access: &str, figures: Arc<Figures>) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(seconds(20)));
        let (agent, base) = (config.build().into(), format!("http://{}", app.address));
        let visitor = Self { agent, base, access: access.to_owned(), figures };
        for _ in 0..WARM_UP {
            visitor.ask("/verify");
            visitor.ask("/.well-known/jwks.json");
        }
        visitor
    }

    /// Asks for a check of the token and for the keys: neither ever fails.
    pub fn visit(&self, tally: &Tally) {
        for (path, of) in [("/verify", 0), ("/.well-known/jwks.json", 1)] {
            let watch = Watch::start();
            self.ask(path);
            self.figures.note(of, watch.elapsed());
        }
        tally.good.fetch_add(1, Ordering::SeqCst);
    }

    fn ask(&self, path: &str) {
        let request = self.agent.get(format!("{}{path}", self.base));
        let mut response = request.header("authorization", format!("Bearer {}", self.access)).call().unwrap();
        assert_eq!(response.status(), 200, "{path}");
        // Read to the end, so that the connection can be used again.
        response.body_mut().read_to_vec().unwrap();
    }
}
