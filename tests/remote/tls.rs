//! Keys over https: from whom they come is checked.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::spawn;

use jeton::remote::RemoteKeys;
use jeton::testing::ManualClock;
use jeton::testing::TestIssuer;
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

use crate::world::{START, Service, UNAVAILABLE, user};

/// A server with a certificate for a name, which serves one connection.
fn server(name: &str, issuer: &TestIssuer) -> (SocketAddr, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed([name.to_owned()]).unwrap();
    let pem = pem::encode(&pem::Pem::new("CERTIFICATE", cert.der().to_vec()));
    let config = config(&cert, &signing_key);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let body = issuer.jwks();
    spawn(move || serve(listener.accept().unwrap().0, config, &body));
    (address, pem)
}

fn config(cert: &rcgen::Certificate, key: &KeyPair) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(versions.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).unwrap())
}

/// The client may hang up in the middle, where it does not like the certificate.
fn serve(mut socket: TcpStream, config: Arc<ServerConfig>, body: &str) {
    let mut connection = ServerConnection::new(config).unwrap();
    let mut stream = Stream::new(&mut connection, &mut socket);
    let mut head = Vec::new();
    let mut part = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut part) {
            Ok(length) if length > 0 => head.extend_from_slice(&part[..length]),
            _ => return,
        }
    }
    let length = body.len();
    let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    stream.conn.send_close_notify();
    let _ = stream.flush();
}

fn check(issuer: &TestIssuer, remote: RemoteKeys) -> Result<String, jeton::remote::Refusal> {
    let service = Service { verifier: remote.start().unwrap(), clock: ManualClock::new(START) };
    service.check(&issuer.token("ada").issued_at(START).sign())
}

#[test]
fn keys_come_from_whom_the_given_authority_vouches_for() {
    let issuer = TestIssuer::new();
    let (address, pem) = server("localhost", &issuer);
    let remote = RemoteKeys::new(issuer.policy()).with_jwks_uri(format!("https://localhost:{}/", address.port()));
    assert_eq!(check(&issuer, remote.with_authorities(pem)), user("ada"));
}

#[test]
fn a_certificate_for_another_name_or_of_another_authority_brings_no_keys() {
    let issuer = TestIssuer::new();
    let (address, pem) = server("elsewhere.example", &issuer);
    let remote = RemoteKeys::new(issuer.policy()).with_jwks_uri(format!("https://localhost:{}/", address.port()));
    assert_eq!(check(&issuer, remote.with_authorities(pem)), UNAVAILABLE);

    let ((address, _), (_, other)) = (server("localhost", &issuer), server("localhost", &issuer));
    let remote = RemoteKeys::new(issuer.policy()).with_jwks_uri(format!("https://localhost:{}/", address.port()));
    assert_eq!(check(&issuer, remote.with_authorities(other)), UNAVAILABLE);
}
