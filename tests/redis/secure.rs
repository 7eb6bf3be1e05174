//! TLS with an authority of one's own, a client certificate, and an ACL user who may do only what
//! jeton does.

use std::fs;
use std::path::{Path, PathBuf};

use jeton::session::Revocation;
use jeton::store::conformance::run;
use jeton::store::conformance::sample::{NOW, rotated, session, version};
use jeton::store::redis::{RedisSettings, RedisUrl, TlsFiles};
use jeton::store::{AttemptStore, PlaceStore, SessionStore};
use jeton::throttle::{AccountKey, CounterKey, Limit, Place, Settlement, Verdict};
use jeton::user::FoldedName;
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use crate::app::seconds;
use crate::servers::{Server, open};

/// What docs/operations.md tells operators to allow.
const ACL: &str = "user default off\n\
    user jeton on >p@ss/word resetkeys ~jeton:* resetchannels -@all +ping +time +role +select +wait \
    +get +set +getrange +del +eval +evalsha +zadd +zrange +zrem +zremrangebyscore +expireat +config|get +info\n";

fn pem(label: &str, bytes: &[u8]) -> String {
    pem::encode(&pem::Pem::new(label, bytes))
}

/// A folder with an authority, a server's and a client's certificate.
struct Certificates {
    folder: TempDir,
}

impl Certificates {
    fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, "an authority");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        fs::write(folder.path().join("ca.pem"), pem("CERTIFICATE", parameters.self_signed(&key).unwrap().der()))
            .unwrap();
        let authority = Issuer::new(parameters, key);
        for (name, purpose) in
            [("server", ExtendedKeyUsagePurpose::ServerAuth), ("client", ExtendedKeyUsagePurpose::ClientAuth)]
        {
            let mut parameters = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
            parameters.distinguished_name.push(DnType::CommonName, name);
            parameters.extended_key_usages = vec![purpose];
            let key = KeyPair::generate().unwrap();
            let certificate = parameters.signed_by(&key, &authority).unwrap();
            fs::write(folder.path().join(format!("{name}.pem")), pem("CERTIFICATE", certificate.der())).unwrap();
            fs::write(folder.path().join(format!("{name}.key")), pem("PRIVATE KEY", &key.serialize_der())).unwrap();
        }
        Self { folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn files(&self) -> TlsFiles {
        let identity = (self.file("client.pem"), self.file("client.key"));
        TlsFiles { authority: Some(self.file("ca.pem")), identity: Some(identity) }
    }
}

fn server(certificates: &Certificates) -> Server {
    Server::with(|folder: &Path| {
        let acl = folder.join("users.acl");
        fs::write(&acl, ACL).unwrap();
        let file = |name: &str| certificates.file(name).to_str().unwrap().to_owned();
        let options = [
            ("--tls-cert-file", file("server.pem")),
            ("--tls-key-file", file("server.key")),
            ("--tls-ca-cert-file", file("ca.pem")),
            ("--tls-auth-clients", "yes".to_owned()),
            ("--aclfile", acl.to_str().unwrap().to_owned()),
        ];
        options.into_iter().flat_map(|(name, value)| [name.to_owned(), value]).collect()
    })
}

fn settings(server: &Server, login: &str, tls: TlsFiles) -> RedisSettings {
    let url = format!("rediss://{login}@127.0.0.1:{}/2", server.port);
    RedisSettings { tls, ..RedisSettings::new(RedisUrl::parse(&url).unwrap()) }
}

const LOGIN: &str = "jeton:p%40ss%2Fword";

#[test]
fn a_client_certificate_and_an_acl_user_are_all_it_needs() {
    let certificates = Certificates::make();
    let server = server(&certificates);
    run(async {
        let store = open(RedisSettings { wait_replicas: 0, ..settings(&server, LOGIN, certificates.files()) });
        assert!(store.insert(&session(1), version(1)).await.unwrap());
        store.swap(&rotated(&session(1)), version(1), version(2)).await.unwrap();
        assert!(store.revoke(session(1).id, Revocation::Logout, NOW, version(3)).await.unwrap());
        assert_eq!(store.load(session(1).id).await.unwrap().unwrap().1, version(3));
        assert_eq!(store.list(&session(1).user).await.unwrap().len(), 1);
        let (counter, limit) = (CounterKey::from_bytes([1; 16]), Limit { attempts: 1, window: seconds(900) });
        assert_eq!(store.begin(counter, &limit, NOW).await.unwrap(), Verdict::Counted);
        store.settle(counter, &limit, NOW, Settlement::TakenBack, NOW).await.unwrap();
        store.clear(counter).await.unwrap();
        let (ada, home) = (AccountKey::new(&FoldedName::new("ada")), Place::of([192, 0, 2, 1].into()));
        store.note(&ada, &home, NOW).await.unwrap();
        assert_eq!(store.known(&ada, NOW).await.unwrap(), [(home, NOW)]);
        store.ping().await.unwrap();
        let warnings = store.warnings(std::time::Duration::ZERO, NOW).await.unwrap();
        assert!(!warnings.iter().any(|warning| warning.problem.contains("unknown")), "{warnings:?}");
    });
}

#[test]
fn who_is_not_known_gets_no_connection_and_no_panic() {
    let (certificates, strangers) = (Certificates::make(), Certificates::make());
    let server = server(&certificates);
    let nobody = TlsFiles { identity: None, ..certificates.files() };
    for (login, tls, why) in [
        ("jeton:wrong", certificates.files(), "authentication failed"),
        (
            LOGIN,
            TlsFiles { authority: Some(strangers.file("ca.pem")), ..certificates.files() },
            "invalid peer certificate",
        ),
        (LOGIN, nobody, ""),
        (LOGIN, TlsFiles { identity: strangers.files().identity, ..certificates.files() }, ""),
    ] {
        let error = run(async { open(settings(&server, login, tls)).ping().await.unwrap_err() });
        assert!(error.to_string().contains(why), "{error}");
        assert!(!error.to_string().contains("wrong"), "{error}");
    }
}

#[test]
fn files_that_are_of_no_use_stop_the_start() {
    let certificates = Certificates::make();
    let with = |tls| {
        let settings = RedisSettings { tls, ..RedisSettings::new(RedisUrl::parse("rediss://127.0.0.1").unwrap()) };
        let opened = jeton::store::redis::Redis::open(settings, std::sync::Arc::new(jeton::entropy::SystemEntropy));
        opened.err().expect("it is of no use").to_string()
    };
    let missing = TlsFiles { authority: Some(certificates.file("none.pem")), identity: None };
    assert!(with(missing).contains("none.pem"));
    let no_certificate = TlsFiles { authority: Some(certificates.file("client.key")), identity: None };
    assert!(with(no_certificate).contains("it holds no certificate"));
    let mixed = Some((certificates.file("client.pem"), certificates.file("server.key")));
    assert!(with(TlsFiles { identity: mixed, ..certificates.files() }).contains("client.pem"));
}
