//! The `Bearer` extractor in somebody else's actix service, which has only the library.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use jeton::bearer::Bearer;
use jeton::clock::Clock;
use jeton::testing::{ManualClock, TestIssuer};

use super::Door;
use crate::app::START;

/// A running service. Dropping it stops it.
pub struct Extractor {
    address: SocketAddr,
    issuer: TestIssuer,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Extractor {
    /// A service with one handler, on actix's own settings.
    pub fn start() -> Self {
        let clock = ManualClock::new(START);
        let issuer = TestIssuer::new().with_clock(clock.clone());
        let clock: Arc<dyn Clock> = Arc::new(clock);
        let verifier = issuer.verifier();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, told) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let app = move || {
                let app = App::new().app_data(verifier.clone()).app_data(Arc::clone(&clock));
                app.route("/private{path:.*}", web::to(greet))
            };
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(app).workers(2).disable_signals().listen(listener).unwrap().run();
                tell.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self { address, issuer, handle: told.recv().unwrap(), thread: Some(thread) }
    }
}

async fn greet(bearer: Bearer) -> String {
    format!("Hello {}", bearer.claims().sub)
}

impl Door for Extractor {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn target(&self) -> &str {
        "/private"
    }

    fn issuer(&self) -> &TestIssuer {
        &self.issuer
    }

    fn patience(&self) -> Duration {
        // Longer than actix's own timer for heads.
        Duration::from_secs(8)
    }

    fn waits_for_bodies(&self) -> bool {
        // actix has no timer for the rest of a chunked body; the server of this crate mends that for itself.
        true
    }
}

impl Drop for Extractor {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}
