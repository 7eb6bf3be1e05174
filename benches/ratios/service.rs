//! The use cases over SQLite in a folder that is thrown away, without HTTP.

use std::sync::Arc;

use jeton::config::{Config, SessionsUrl, UsersUrl};
use jeton::entropy::SystemEntropy;
use jeton::http::Edge;
use jeton::id::UserId;
use jeton::scope::Scope;
use jeton::secret::Secret;
use jeton::server::{Stores, Surroundings, assemble};
use jeton::user::{HashParameters, Password, User, hash_now};
use tempfile::TempDir;

pub const PASSWORD: &str = "correct horse battery staple";

/// Everything that handlers share, with the user `ada`.
pub struct Service {
    pub edge: Arc<Edge>,
    pub runtime: tokio::runtime::Runtime,
    _folder: TempDir,
}

impl Service {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            keys_dir: folder.path().join("keys"),
            sessions: SessionsUrl::File(folder.path().join("jeton.db")),
            users: UsersUrl::File(folder.path().join("jeton.db")),
            login_workers: 1,
            ..Config::default()
        };
        let stores = Stores::open(&config).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let surroundings = Surroundings::default();
        let password = hash_now(&password(), &HashParameters::default(), &SystemEntropy);
        let ada = User {
            id: UserId::random(&SystemEntropy),
            username: "ada".to_owned(),
            password,
            roles: Vec::new(),
            scopes: Scope::default(),
            claims: serde_json::Map::new(),
            disabled: false,
            epoch: 0,
            created: surroundings.clock.now(),
        };
        runtime.block_on(stores.users.insert(&ada)).unwrap();
        let edge = Arc::new(assemble(&config, stores, surroundings).unwrap());
        Self { edge, runtime, _folder: folder }
    }
}

pub fn password() -> Password {
    Password::new(Secret::from(PASSWORD)).unwrap()
}
