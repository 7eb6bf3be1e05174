//! Our server, Redis, and a proxy between them.

use std::sync::Arc;

use jeton::config::SessionsUrl;
use jeton::store::redis::RedisUrl;

use crate::app::TestApp;
use crate::crowd::Crowd;
use crate::proxy::{Fault, Proxy};
use crate::servers::Server;

/// Everything there is.
pub struct World {
    pub app: Arc<TestApp>,
    pub proxy: Proxy,
    pub server: Server,
}

impl World {
    /// A world whose Redis has these arguments.
    pub fn with(arguments: &[&str]) -> Self {
        let server = Server::start(arguments);
        let proxy = Proxy::start(server.port);
        let url = format!("redis://127.0.0.1:{}", proxy.port);
        let app = TestApp::with(|config| config.sessions = SessionsUrl::Redis(RedisUrl::parse(&url).unwrap()));
        Self { app: Arc::new(app), proxy, server }
    }

    /// A world whose Redis keeps nothing on disk.
    pub fn start() -> Self {
        Self::with(&[])
    }
}

/// The proxy's fault is an outage, and all is well once it is over.
pub fn is_outage(fault: Fault) {
    let world = World::start();
    let mut crowd = Crowd::gather(&world.app);
    crowd.is_well();
    world.proxy.set(fault);
    crowd.is_out();
    world.proxy.set(Fault::None);
    crowd.is_well();
}
