//! The server in the test's process, with a clock that only tests move: /verify.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use jeton::keys::SigningKey;
use jeton::secret::Secret;
use jeton::testing::TestIssuer;
use jeton::verify::Algorithm;

use super::Door;
use crate::app::TestApp;

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const AUDIENCE: &str = "https://api.test";

/// A running server, and an issuer that has its key.
pub struct Server {
    app: TestApp,
    issuer: TestIssuer,
}

impl Server {
    /// A server whose tokens are of this algorithm.
    pub fn with(algorithm: Algorithm) -> Self {
        let app = TestApp::with(|config| {
            config.algorithm = algorithm;
            config.hmac_secret = (algorithm == Algorithm::Hs256).then(|| Secret::new(SECRET.to_vec()));
            config.audience = vec![AUDIENCE.to_owned()];
        });
        let key = match algorithm {
            Algorithm::Hs256 => SigningKey::hs256(SECRET).unwrap(),
            _ => key_in(&app.folder.path().join("keys"), algorithm),
        };
        let issuer = TestIssuer::of(key).with_issuer("http://127.0.0.1:8080").with_audience(AUDIENCE);
        let issuer = issuer.with_clock(app.clock.clone());
        Self { app, issuer }
    }
}

/// The private key in a server's folder.
pub fn key_in(folder: &Path, algorithm: Algorithm) -> SigningKey {
    let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let file = files.find(|path| path.extension().is_some_and(|extension| extension == "pem")).unwrap();
    SigningKey::from_pkcs8(algorithm, pem::parse(fs::read(file).unwrap()).unwrap().contents()).unwrap()
}

impl Door for Server {
    fn address(&self) -> SocketAddr {
        self.app.address
    }

    fn target(&self) -> &str {
        "/verify"
    }

    fn issuer(&self) -> &TestIssuer {
        &self.issuer
    }
}
