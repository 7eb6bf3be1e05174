//! TLS with an authority of one's own: what each sslmode asks of the server.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jeton::entropy::SystemEntropy;
use jeton::store::UserStore;
use jeton::store::conformance::run;
use jeton::store::postgres::{Postgres, PostgresUrl};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use crate::servers::{Server, give_away};

fn pem(label: &str, bytes: &[u8]) -> String {
    pem::encode(&pem::Pem::new(label, bytes))
}

/// A folder with an authority, and certificates of it for a server and a client.
struct Certificates(TempDir);

impl Certificates {
    fn make(server: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, "an authority");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        fs::write(folder.path().join("ca.pem"), pem("CERTIFICATE", parameters.self_signed(&key).unwrap().der()))
            .unwrap();
        let authority = Issuer::new(parameters, key);
        for (file, name) in [("server", server), ("client", "admin")] {
            let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
            parameters.distinguished_name.push(DnType::CommonName, name);
            let key = KeyPair::generate().unwrap();
            let certificate = parameters.signed_by(&key, &authority).unwrap();
            fs::write(folder.path().join(format!("{file}.pem")), pem("CERTIFICATE", certificate.der())).unwrap();
            fs::write(folder.path().join(format!("{file}.key")), pem("PRIVATE KEY", &key.serialize_der())).unwrap();
        }
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A server that takes no connection without TLS.
    fn serve(&self, login: &str) -> Server {
        Server::with(|folder: &Path| {
            for name in ["server.pem", "server.key", "ca.pem"] {
                fs::copy(self.file(name), folder.join(name)).unwrap();
                give_away(&folder.join(name));
            }
            let hba = folder.join("hba.conf");
            fs::write(&hba, format!("hostssl all all 127.0.0.1/32 {login}\n")).unwrap();
            give_away(&hba);
            let file = |name: &str| folder.join(name).display().to_string();
            let options = [
                "ssl=on".to_owned(),
                format!("ssl_cert_file={}", file("server.pem")),
                format!("ssl_key_file={}", file("server.key")),
                format!("ssl_ca_file={}", file("ca.pem")),
                format!("hba_file={}", file("hba.conf")),
            ];
            options.into_iter().flat_map(|option| ["-c".to_owned(), option]).collect()
        })
    }
}

/// Whether people can be asked for under these parameters; otherwise why not.
fn asks(server: &Server, login: &str, parameters: &str) -> Result<(), String> {
    let url = format!("postgres://{login}@127.0.0.1:{}/postgres?{parameters}", server.port);
    let url = PostgresUrl::parse(&url).unwrap();
    let store = Postgres::open(&url, Arc::new(SystemEntropy)).map_err(|error| error.to_string())?;
    run(async { store.ping().await }).map_err(|error| error.to_string())
}

#[test]
fn each_mode_asks_of_the_server_what_libpq_does() {
    let certificates = Certificates::make("127.0.0.1");
    let strangers = Certificates::make("127.0.0.1");
    let server = certificates.serve("scram-sha-256");
    let (ours, others) = (certificates.file("ca.pem"), strangers.file("ca.pem"));
    let (ours, others) = (ours.display(), others.display());
    for parameters in [
        String::new(),
        "sslmode=prefer".to_owned(),
        "sslmode=require".to_owned(),
        format!("sslmode=verify-ca&sslrootcert={ours}"),
        format!("sslmode=verify-full&sslrootcert={ours}"),
    ] {
        asks(&server, "admin:admin", &parameters).unwrap_or_else(|why| panic!("{parameters}: {why}"));
    }
    for (parameters, part) in [
        ("sslmode=disable".to_owned(), "no encryption"),
        (format!("sslmode=require&sslrootcert={others}"), "invalid peer certificate"),
        (format!("sslmode=verify-ca&sslrootcert={others}"), "invalid peer certificate"),
        (format!("sslmode=verify-full&sslrootcert={others}"), "invalid peer certificate"),
        ("sslmode=verify-full".to_owned(), "invalid peer certificate"),
    ] {
        let why = asks(&server, "admin:admin", &parameters).expect_err(&parameters);
        assert!(why.contains(part), "{parameters}: {why}");
    }
}

#[test]
fn only_verify_full_asks_for_the_name() {
    let certificates = Certificates::make("db.example");
    let server = certificates.serve("scram-sha-256");
    let ca = certificates.file("ca.pem");
    let with = |mode: &str| asks(&server, "admin:admin", &format!("sslmode={mode}&sslrootcert={}", ca.display()));
    with("verify-ca").unwrap();
    with("require").unwrap();
    let why = with("verify-full").unwrap_err();
    assert!(why.contains("not valid for name"), "{why}");
}

#[test]
fn a_client_certificate_stands_in_for_a_password() {
    let certificates = Certificates::make("127.0.0.1");
    let server = certificates.serve("cert");
    let file = |name: &str| certificates.file(name).display().to_string();
    let ca = format!("sslmode=verify-full&sslrootcert={}", file("ca.pem"));
    asks(&server, "admin", &format!("{ca}&sslcert={}&sslkey={}", file("client.pem"), file("client.key"))).unwrap();
    asks(&server, "admin", &ca).expect_err("nobody knows who asks");
}

#[test]
fn files_that_are_of_no_use_stop_the_start() {
    let certificates = Certificates::make("127.0.0.1");
    let why = |parameters: String| {
        let url = PostgresUrl::parse(&format!("postgres://u@db.example/d?{parameters}")).unwrap();
        Postgres::open(&url, Arc::new(SystemEntropy)).err().expect("it is of no use").to_string()
    };
    let file = |name: &str| certificates.file(name).display().to_string();
    assert!(why(format!("sslrootcert={}", file("none.pem"))).contains("none.pem"));
    assert!(why(format!("sslmode=disable&sslrootcert={}", file("none.pem"))).contains("none.pem"));
    assert!(why(format!("sslrootcert={}", file("client.key"))).contains("it holds no certificate"));
    let mixed = format!("sslcert={}&sslkey={}", file("client.pem"), file("server.key"));
    assert!(why(format!("sslmode=require&{mixed}")).contains("client.pem"));
}
