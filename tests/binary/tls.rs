//! Serving TLS by itself, with a certificate made for the test.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, ClientConnection, RootCertStore, Stream};

use crate::home::Home;
use crate::process::PATIENCE;
use crate::server::Server;

/// A folder with `cert.pem` and `key.pem` in it and in the configuration.
fn home() -> (Home, CertificateDer<'static>) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let home = Home::new().with("JETON_TLS_CERT", "cert.pem").with("JETON_TLS_KEY", "key.pem");
    write_pem(&home, "cert.pem", "CERTIFICATE", cert.der());
    write_pem(&home, "key.pem", "PRIVATE KEY", &signing_key.serialize_der());
    (home, cert.der().clone())
}

fn write_pem(home: &Home, name: &str, tag: &str, der: &[u8]) {
    fs::write(home.path(name), pem::encode(&pem::Pem::new(tag, der))).unwrap();
}

/// A client that trusts this certificate and would speak HTTP/2.
fn client(trusted: CertificateDer<'static>) -> ClientConnection {
    let mut roots = RootCertStore::empty();
    roots.add(trusted).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = versions.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap()
}

/// The answer to GET /healthz.
fn ask(server: &Server, connection: &mut ClientConnection) -> String {
    let mut socket = TcpStream::connect(server.address()).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut stream = Stream::new(connection, &mut socket);
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_client_that_trusts_the_certificate_is_answered_in_http_1() {
    let (home, certificate) = home();
    let server = home.serve();
    assert!(server.base.starts_with("https://127.0.0.1:"), "{}", server.base);
    let mut connection = client(certificate);
    let answer = ask(&server, &mut connection);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(connection.alpn_protocol(), Some(b"http/1.1".as_slice()), "HTTP/2 is not offered");
    server.stop().exits(0);
}

#[test]
fn a_key_that_is_not_the_certificates_stops_the_start() {
    let (home, _) = home();
    write_pem(&home, "key.pem", "PRIVATE KEY", &KeyPair::generate().unwrap().serialize_der());
    home.run(&["serve"]).exits(2).says("JETON_TLS_KEY: the key is not that of the certificate");
}

#[test]
fn a_file_that_is_missing_or_of_no_use_stops_the_start_and_is_named() {
    for (name, setting, wanted) in
        [("cert.pem", "JETON_TLS_CERT", "certificate"), ("key.pem", "JETON_TLS_KEY", "private key")]
    {
        let (home, _) = home();
        fs::write(home.path(name), "nothing of the kind").unwrap();
        home.run(&["serve"]).exits(2).says(&format!("{setting}: it holds no {wanted}"));
        fs::remove_file(home.path(name)).unwrap();
        home.run(&["serve"]).exits(2).says(&format!("{setting}: the file cannot be read: No such file"));
    }
}

#[test]
fn files_for_tls_are_named_with_every_other_mistake_before_anything_is_made() {
    let (home, _) = home();
    write_pem(&home, "other.pem", "PRIVATE KEY", &KeyPair::generate().unwrap().serialize_der());
    let home = home
        .with("JETON_LEEWAY", "a while")
        .with("JETON_TLS_KEY", "other.pem")
        .with("JETON_SESSIONS_URL", "rediss://127.0.0.1:1")
        .with("JETON_REDIS_CA", "/nope")
        .with("JETON_REDIS_CERT", "key.pem")
        .with("JETON_REDIS_KEY", "key.pem")
        .with(
            "JETON_USERS_URL",
            "postgres://u:hunter2@db.example/d?sslrootcert=key.pem&sslcert=cert.pem&sslkey=other.pem",
        );
    let done = home.run(&["serve"]).exits(2);
    for mistake in [
        "JETON_LEEWAY: ",
        "JETON_TLS_KEY: the key is not that of the certificate",
        "JETON_REDIS_CA: the file cannot be read: No such file",
        "JETON_REDIS_CERT: it holds no certificate",
        "JETON_USERS_URL: of its sslrootcert: it holds no certificate",
        "JETON_USERS_URL: of its sslkey: the key is not that of the certificate",
    ] {
        assert!(done.stderr.contains(mistake), "no {mistake} in {done:#?}");
    }
    assert_eq!(done.stderr.lines().count(), 6, "one line each: {done:#?}");
    assert!(!done.stderr.contains("hunter2") && !home.path("keys").exists(), "{done:#?}");
    let home = home.with("JETON_LEEWAY", "5s");
    let done = home.run(&["user", "list"]).exits(2);
    assert!(!done.stderr.contains("TLS") && done.stderr.lines().count() == 4, "what a command needs: {done:#?}");
    assert_eq!(home.run(&["keys", "list"]).exits(0).stderr, "");
}

#[test]
fn an_authority_for_postgresql_that_is_not_there_is_a_mistake_in_every_sslmode() {
    for mode in ["disable", "prefer", "require", "verify-ca", "verify-full"] {
        let url = format!("postgres://u:hunter2@db.example/d?sslmode={mode}&sslrootcert=/nope");
        let done = Home::new().with("JETON_USERS_URL", url).run(&["serve"]).exits(2);
        done.says("JETON_USERS_URL: of its sslrootcert: the file cannot be read: No such file");
    }
}

#[test]
fn a_certificate_and_its_key_come_together() {
    for (given, missing) in [("JETON_TLS_CERT", "JETON_TLS_KEY"), ("JETON_TLS_KEY", "JETON_TLS_CERT")] {
        let home = Home::new().with(given, "some.pem");
        home.run(&["serve"]).exits(2).says(given).says(missing);
    }
}
