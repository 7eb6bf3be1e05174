//! jeton inside a service where jsonwebtoken and rustls have both of their back ends (design/house.md,
//! "Traps").

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::panic::catch_unwind;
use std::sync::Arc;
use std::thread::spawn;

use jeton::clock::{Clock, SystemClock};
use jeton::remote::RemoteKeys;
use jeton::testing::TestIssuer;
use jeton::verify::Algorithm;
use jsonwebtoken::{DecodingKey, Validation, decode};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

const ALGORITHMS: [Algorithm; 5] =
    [Algorithm::Es256, Algorithm::Rs256, Algorithm::Ps256, Algorithm::EdDsa, Algorithm::Hs256];

#[test]
fn jeton_verifies_tokens_of_every_algorithm() {
    for issuer in ALGORITHMS.map(TestIssuer::with) {
        let token = issuer.token("ada").claim("balance", 12.5).sign();
        let verified = issuer.verifier().verify(&token, SystemClock.now());
        let claims = verified.unwrap_or_else(|reason| panic!("{}: {reason}", issuer.algorithm())).claims().clone();
        assert_eq!((claims.sub.as_str(), claims.custom["balance"].as_f64()), ("ada", Some(12.5)));
    }
}

#[test]
fn jeton_fetches_keys_over_tls() {
    let issuer = TestIssuer::new();
    let (address, authority) = tls_server(issuer.jwks());
    let remote = RemoteKeys::new(issuer.policy()).with_authorities(authority);
    let verifier = remote.with_jwks_uri(format!("https://localhost:{}/", address.port())).start().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let verified = runtime.block_on(verifier.verify_or_fetch(&issuer.token_for("ada"), SystemClock.now()));
    assert_eq!(verified.unwrap().claims().sub, "ada");
}

/// The trap itself: the library does not know which provider to take. When this test fails, the
/// library was mended, and docs/decisions/0001-crypto.md may be looked at again.
#[test]
fn jsonwebtoken_itself_panics_here() {
    let secret = [7; 32];
    let token = "eyJhbGciOiJIUzI1NiJ9.e30.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    panics_over_its_provider(|| {
        decode::<serde_json::Value>(token, &DecodingKey::from_secret(&secret), &Validation::default()).is_ok()
    });
}

/// The same trap in rustls: a client that names no provider.
#[test]
fn rustls_itself_panics_here() {
    panics_over_its_provider(|| rustls::ClientConfig::builder().crypto_provider().cipher_suites.is_empty());
}

#[track_caller]
fn panics_over_its_provider(trap: impl FnOnce() -> bool + std::panic::UnwindSafe) {
    let panic = catch_unwind(trap).expect_err("it finds a provider by itself now");
    let message = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    assert!(message.is_some_and(|text| text.contains("CryptoProvider")), "{message:?}");
}

/// Serves one request; its address, and the authority that vouches for it.
fn tls_server(body: String) -> (SocketAddr, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    spawn(move || serve(listener.accept().unwrap().0, config, &body));
    (address, cert.pem())
}

fn serve(mut socket: TcpStream, config: ServerConfig, body: &str) {
    let mut connection = ServerConnection::new(Arc::new(config)).unwrap();
    let mut stream = Stream::new(&mut connection, &mut socket);
    let (mut head, mut part) = (Vec::new(), [0; 1024]);
    while !head.ends_with(b"\r\n\r\n") {
        let length = stream.read(&mut part).unwrap();
        head.extend_from_slice(&part[..length]);
    }
    let length = body.len();
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").unwrap();
    stream.conn.send_close_notify();
    stream.flush().unwrap();
}
