//! An application's database: its table of people, and the role that it gives to jeton.

use std::sync::Arc;

use jeton::clock::{Clock, SystemClock};
use jeton::config::{Config, UsersUrl};
use jeton::entropy::SystemEntropy;
use jeton::store::Access;
use jeton::store::postgres::{ForeignUsers, PostgresUrl, UsersQuery};

use crate::app::{PASSWORD, TestApp, hash};
use crate::servers::Database;

/// What docs/your-own-table.md shows.
pub const QUERY: &str = "SELECT id, login AS name, password_hash AS hash, roles, NOT active AS disabled
    FROM app.people WHERE lower(login) = lower($1)";

/// The database. Its person is `Ada`, number 42, an `admin`.
pub struct Application {
    pub database: Database,
    pub role: String,
    pub url: PostgresUrl,
    pub text: String,
}

impl Application {
    /// With the rights that docs/your-own-table.md gives.
    pub fn new() -> Self {
        let database = Database::new();
        let (role, text) = database.role();
        database.sql(&format!(
            "CREATE SCHEMA app;
             CREATE TABLE app.people (id bigint PRIMARY KEY, login text UNIQUE, email text, password_hash text,
                 roles text[], active boolean NOT NULL DEFAULT true);
             CREATE SCHEMA jeton AUTHORIZATION {role};
             GRANT USAGE ON SCHEMA app TO {role};
             GRANT SELECT ON app.people TO {role}"
        ));
        let application = Self { database, role, url: PostgresUrl::parse(&text).unwrap(), text };
        application.add(42, "Ada", "{admin}");
        application
    }

    /// Somebody more, with [`PASSWORD`].
    pub fn add(&self, id: i64, login: &str, roles: &str) {
        let hash = hash(PASSWORD);
        self.sql(&format!(
            "INSERT INTO app.people VALUES ({id}, '{login}', '{login}@example.org', '{}', '{roles}')",
            hash.as_phc()
        ));
    }

    /// The application's own doing; the first column of each row.
    #[track_caller]
    pub fn sql(&self, text: &str) -> Vec<String> {
        self.database.sql(text)
    }

    /// Everything in the application's table, to be compared.
    pub fn everything(&self) -> Vec<String> {
        self.sql("SELECT people::text FROM app.people ORDER BY id")
    }

    /// The store over a query.
    pub fn open(&self, query: &str) -> Result<ForeignUsers, String> {
        self.open_by(query, Arc::new(SystemClock))
    }

    /// The same, by a clock of the test's.
    pub fn open_by(&self, query: &str, clock: Arc<dyn Clock>) -> Result<ForeignUsers, String> {
        let query = UsersQuery::parse(query).unwrap();
        ForeignUsers::open(&self.url, &query, Access::Write, Arc::new(SystemEntropy), clock)
            .map_err(|error| error.to_string())
    }

    /// The settings of a jeton over it.
    pub fn configure(&self, config: &mut Config) {
        config.users = UsersUrl::Postgres(Box::new(self.url.clone()));
        config.users_query = Some(UsersQuery::parse(QUERY).unwrap());
    }

    /// A jeton over it.
    pub fn serve(&self) -> TestApp {
        TestApp::with(|config| self.configure(config))
    }
}
