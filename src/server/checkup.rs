//! What an operator wants to know before going live: the keys, the stores and TLS as they are
//! configured, looked at and left alone. Nothing is made or changed; in Redis, keys are written that nobody
//! has, and deleted again.

use std::path::Path;

use rustix::fs::{Access, access};

use super::published::check_published;
use super::{keys, redis_settings, tls};
use crate::clock::Timestamp;
use crate::config::{Config, SessionsUrl, UsersUrl};
use crate::entropy::SystemEntropy;
use crate::keys::{self as keyring, KeyName, Stage, check_private_file, look};
use crate::store::SessionStore;
use crate::store::postgres::{Postgres, PostgresUrl, UsersQuery};
use crate::store::redis::{Redis, RedisUrl, RedisWarning};
use crate::store::sqlite::{Looked, Sqlite};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As it should be.
    Ok,
    /// The server starts, but somebody should look at it first.
    Warning,
    /// The server does not start, or cannot do its work.
    Failed,
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at: `keys`, `jwks`, `users`, `sessions`, `tls`.
    pub check: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// What was found, and what to set. Holds no secret.
    pub text: String,
}

impl Finding {
    pub(super) fn new(check: &'static str, standing: Standing, text: impl ToString) -> Self {
        Self { check, standing, text: text.to_string() }
    }
}

/// Looks at everything that the configuration names, in the order in which a start does. Blocks on files.
pub async fn check_up(config: &Config, now: Timestamp) -> Vec<Finding> {
    let mut findings = check_tls(config);
    findings.extend(check_keys(config, now));
    findings.extend(check_users(config).await);
    findings.extend(check_sessions(config, now).await);
    findings
}

fn check_tls(config: &Config) -> Vec<Finding> {
    const TLS: &str = "tls";
    match (tls(config), &config.tls_key) {
        (Err(error), _) => vec![Finding::new(TLS, Standing::Failed, error)],
        (Ok(Some(_)), Some(key)) if let Err(error) = check_private_file(key) => {
            vec![Finding::new(TLS, Standing::Warning, error)]
        }
        (Ok(Some(_)), _) => vec![Finding::new(TLS, Standing::Ok, "the certificate and its key belong together")],
        (Ok(None), _) => {
            let text = format!("no JETON_TLS_CERT: {} speaks plain HTTP, for a proxy in front of it", config.listen);
            vec![Finding::new(TLS, Standing::Ok, text)]
        }
    }
}

fn check_keys(config: &Config, now: Timestamp) -> Vec<Finding> {
    const KEYS: &str = "keys";
    let looked = match look(&keys::settings(config), now) {
        Ok(Some(looked)) => looked,
        Ok(None) => return vec![not_made_yet(KEYS, &config.keys_dir, "JETON_KEYS_DIR")],
        Err(error) => return vec![Finding::new(KEYS, Standing::Failed, error)],
    };
    let folder = config.keys_dir.display();
    let notes = looked.notes.iter().map(|note| Finding::new(KEYS, Standing::Warning, format!("{folder}: {note}")));
    let stands = looked.keys.iter().map(|key| Finding::new(KEYS, Standing::Ok, describe(key)));
    let mut findings: Vec<_> = stands.chain(notes).collect();
    if looked.keys.iter().any(|key| key.stage == Stage::Active) {
        findings.extend(check_published(config, &looked));
    }
    findings
}

fn describe(standing: &keyring::Standing) -> String {
    let from = standing.from.map_or_else(|| "the beginning".to_owned(), Timestamp::rfc3339);
    let (key, does) = match &standing.key {
        KeyName::Signing { kid, algorithm } => (format!("{algorithm} {kid}"), "signs"),
        KeyName::Refresh { id } => (format!("refresh secret {id}"), "mints"),
    };
    match (standing.stage, standing.leaves) {
        (Stage::Next, _) => format!("{key} is next: published, {does} from {from}"),
        (Stage::Active, _) => format!("{key} is active: {does} since {from}"),
        (Stage::Retired, Some(leaves)) => format!("{key} is retired: verifies only, until {}", leaves.rfc3339()),
        (Stage::Retired, None) => format!("{key} is retired: verifies only, until you remove it"),
    }
}

const USERS: &str = "users";

async fn check_users(config: &Config) -> Vec<Finding> {
    match &config.users {
        UsersUrl::File(path) => match look_at_file(USERS, path, "JETON_USERS_URL") {
            Ok(Looked { people, .. }) => vec![count(&path.display().to_string(), people.into())],
            Err(finding) => vec![finding],
        },
        UsersUrl::Postgres(url) => check_postgres(url, config.users_query.as_ref()).await,
    }
}

fn count(place: &str, people: i64) -> Finding {
    match people {
        0 => Finding::new(USERS, Standing::Warning, format!("{place}: nobody is in it; jeton user add NAME")),
        people => Finding::new(USERS, Standing::Ok, format!("{place}: answers, people: {people}")),
    }
}

async fn check_postgres(url: &PostgresUrl, query: Option<&UsersQuery>) -> Vec<Finding> {
    let looked = match Postgres::look(url, query).await {
        Ok(looked) => looked,
        Err(error) => return vec![Finding::new(USERS, Standing::Failed, format!("{error}; see JETON_USERS_URL"))],
    };
    let place = format!("postgres: {}", looked.servers);
    let state = match (looked.is_current, looked.people) {
        (false, _) => {
            let text =
                format!("{place}: the schema jeton is not there or of an older version; the next start makes it");
            Finding::new(USERS, Standing::Warning, text)
        }
        (true, Some(people)) => count(&place, people),
        (true, None) => Finding::new(USERS, Standing::Ok, format!("{place}: answers, and so does JETON_USERS_QUERY")),
    };
    let warnings =
        looked.warnings.iter().map(|text| Finding::new(USERS, Standing::Warning, format!("{place}: {text}")));
    std::iter::once(state).chain(warnings).collect()
}

async fn check_sessions(config: &Config, now: Timestamp) -> Vec<Finding> {
    const SESSIONS: &str = "sessions";
    match &config.sessions {
        SessionsUrl::File(path) => {
            let looked = look_at_file(SESSIONS, path, "JETON_SESSIONS_URL");
            let answers = |_| Finding::new(SESSIONS, Standing::Ok, format!("{}: answers", path.display()));
            vec![looked.map_or_else(|finding| finding, answers)]
        }
        SessionsUrl::Redis(url) => match look_at_redis(config, url, now).await {
            Ok(found) if found.is_empty() => {
                vec![Finding::new(SESSIONS, Standing::Ok, "redis: answers, and takes what requests write")]
            }
            Ok(found) => found.into_iter().map(|(standing, text)| Finding::new(SESSIONS, standing, text)).collect(),
            Err(error) => vec![Finding::new(SESSIONS, Standing::Failed, error)],
        },
    }
}

async fn look_at_redis(
    config: &Config,
    url: &RedisUrl,
    now: Timestamp,
) -> Result<Vec<(Standing, RedisWarning)>, String> {
    let redis = Redis::open(redis_settings(config, url.clone()), std::sync::Arc::new(SystemEntropy))
        .map_err(|error| error.to_string())?;
    redis.ping().await.map_err(|error| format!("{error}; see JETON_SESSIONS_URL"))?;
    let refused = redis.rehearse(now).await.map_err(|error| error.to_string())?;
    let warnings = redis.warnings(config.reuse_window, now).await.map_err(|error| error.to_string())?;
    let refused = refused.into_iter().map(|refusal| (Standing::Failed, refusal));
    Ok(refused.chain(warnings.into_iter().map(|warning| (Standing::Warning, warning))).collect())
}

/// What is in a database that can be used; otherwise what is to be said of it.
fn look_at_file(check: &'static str, path: &Path, setting: &str) -> Result<Looked, Finding> {
    let looked = Sqlite::look(path).map_err(|error| Finding::new(check, Standing::Failed, error))?;
    let looked = looked.ok_or_else(|| not_made_yet(check, path, setting))?;
    // SQLite keeps its log beside the file.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    for needed in [path, folder] {
        if let Err(error) = access(needed, Access::WRITE_OK) {
            let text = format!("{} cannot be written: {error}", needed.display());
            return Err(Finding::new(check, Standing::Failed, text));
        }
    }
    if looked.is_current {
        return Ok(looked);
    }
    let text = format!("{}: of an older schema; the next start brings it up to date: back it up first", path.display());
    Err(Finding::new(check, Standing::Warning, text))
}

/// A file or folder that the first start makes, where it can.
fn not_made_yet(check: &'static str, path: &Path, setting: &str) -> Finding {
    let shown = path.display();
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let above = absolute.ancestors().skip(1).find(|folder| folder.exists());
    match above {
        Some(folder) if folder.is_dir() && access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok() => {
            let text = format!(
                "{shown}: not made yet; the first start makes it. If there should be one, see {setting} and the folder \
                 that you are in"
            );
            Finding::new(check, Standing::Warning, text)
        }
        folder => {
            let folder = folder.unwrap_or(Path::new("/")).display();
            let text = format!("{shown}: not made yet, and {folder} cannot be written; see {setting}");
            Finding::new(check, Standing::Failed, text)
        }
    }
}
