//! What requests do to Redis, done once on keys that nobody has: `jeton doctor` finds out by trying
//! whether the servers take it. All of it is deleted again, and would go by itself within two minutes.

use std::time::Duration;

use redis::{Cmd, Pipeline, Value, cmd};

use super::call::ask;
use super::failure::Failure;
use super::link::Link;
use super::refusal::forbidden;
use super::url::Topology;
use super::warnings::RedisWarning;
use super::{Redis, Shared};
use crate::clock::Timestamp;
use crate::id::{SessionId, UserId};
use crate::scope::Scope;
use crate::session::{Revocation, Session, State};
use crate::store::{AttemptStore, SessionStore, Swap, Unavailable, Version};
use crate::throttle::{CounterKey, Limit, Settlement};

/// How long a session lives that nobody has.
const LIFETIME: Duration = Duration::from_secs(60);

/// How many sessions are looked at for one whose key a certain primary has.
const DRAWN: usize = 10_000;

impl Redis {
    /// Does on every primary what signing in, refreshing, signing out and listing do; what a server
    /// refuses of it, with the commands that our user may not run.
    ///
    /// # Errors
    /// Where a server does not answer.
    pub async fn rehearse(&self, now: Timestamp) -> Result<Vec<RedisWarning>, Unavailable> {
        let mut all = Vec::new();
        for (server, link) in self.shared.route.all().await? {
            let session = self.shared.draw(&server, now).await?;
            let missing = self.shared.missing_rights(&link, &session).await?;
            let problems = if missing.is_empty() { self.go_through(&session, now).await } else { vec![missing] };
            all.extend(problems.into_iter().map(|problem| RedisWarning { server: server.clone(), problem }));
        }
        Ok(all)
    }

    /// Every step is tried, whatever became of those before it.
    async fn go_through(&self, session: &Session, now: Timestamp) -> Vec<String> {
        let counter = CounterKey::from_bytes(*session.id.as_bytes());
        let tried = [
            ("counting attempts", self.count(counter, now).await),
            ("signing in", self.insert(session, version(1)).await.map(drop)),
            ("refreshing", self.refresh(session).await),
            ("listing", self.list(&session.user).await.map(drop)),
            ("signing out", self.revoke(session.id, Revocation::Logout, now, version(3)).await.map(drop)),
            ("deleting", self.shared.clean_up(session, counter).await.map_err(Unavailable::from)),
        ];
        let mut problems: Vec<(String, String)> = Vec::new();
        for (step, outcome) in tried {
            let Err(Unavailable(why)) = outcome else { continue };
            match problems.iter_mut().find(|(_, known)| *known == why) {
                Some((steps, _)) => *steps = format!("{steps}, {step}"),
                None => problems.push((step.to_owned(), why)),
            }
        }
        let said = |(steps, why): (String, String)| format!("{steps}: {}", why.trim_start_matches("redis: "));
        problems.into_iter().map(said).collect()
    }

    async fn count(&self, counter: CounterKey, now: Timestamp) -> Result<(), Unavailable> {
        let limit = Limit { attempts: 1, window: LIFETIME };
        self.begin(counter, &limit, now).await?;
        self.settle(counter, &limit, now, Settlement::TakenBack, now).await
    }

    async fn refresh(&self, session: &Session) -> Result<(), Unavailable> {
        self.load(session.id).await?;
        let _: Swap = self.swap(session, version(1), version(2)).await?;
        Ok(())
    }
}

impl Shared {
    /// A session that nobody has, with a key that this server has.
    async fn draw(&self, server: &str, now: Timestamp) -> Result<Session, Unavailable> {
        let entropy = &*self.servers.dialer.entropy;
        for _ in 0..DRAWN {
            let id = SessionId::random(entropy);
            if self.route.leads(&self.keys.session(id), server).await? {
                return Ok(session(id, UserId::random(entropy), now));
            }
        }
        Err(Unavailable(format!("redis: {server}: no key leads to it")))
    }

    /// The commands of ours that our user may not run, in a sentence; empty: none. A script does not say
    /// which of its commands was refused, so each is asked for by itself, in a form that changes nothing.
    async fn missing_rights(&self, link: &Link, session: &Session) -> Result<String, Failure> {
        let mut commands = commands(&self.keys.session(session.id));
        if self.durable.is_some() {
            // For nobody it returns at once.
            commands.push(cmd("WAIT").arg(0).arg(1).take());
        }
        if matches!(self.servers.url.topology, Topology::Cluster(_)) {
            commands.push(cmd("ASKING"));
        }
        let mut pipeline = Pipeline::with_capacity(commands.len());
        for command in commands {
            pipeline.add_command(command);
        }
        let answers = link.ask(|_| pipeline.clone()).await?;
        let missing: Vec<String> = answers.iter().filter_map(refused).collect();
        if missing.is_empty() {
            return Ok(String::new());
        }
        let rights = missing.iter().map(|name| format!("+{}", name.to_ascii_lowercase())).collect::<Vec<_>>().join(" ");
        Ok(format!("our user may not run {}: allow {rights} (ACL SETUSER)", missing.join(", ")))
    }

    async fn clean_up(&self, session: &Session, counter: CounterKey) -> Result<(), Failure> {
        let keys = [self.keys.session(session.id), self.keys.user(&session.user), self.keys.counter(&counter)];
        let mut outcome = Ok(());
        // They may be at different servers, of which one refuses.
        for key in keys {
            outcome = ask(&self.route, &key, &|_, _| cmd("DEL").arg(&key).take(), None).await.map(drop).and(outcome);
        }
        outcome
    }
}

/// What requests and scripts run, on a key that is not there.
fn commands(key: &[u8]) -> Vec<Cmd> {
    let on_key = |name: &str, arguments: &[&str]| cmd(name).arg(key).arg(arguments).take();
    vec![
        cmd("PING"),
        cmd("TIME"),
        on_key("GET", &[]),
        on_key("SET", &["", "XX", "PX", "1"]),
        on_key("GETRANGE", &["0", "0"]),
        on_key("DEL", &[]),
        on_key("ZADD", &["XX", "1", ""]),
        on_key("ZRANGE", &["0", "0"]),
        on_key("ZREM", &[""]),
        on_key("ZREMRANGEBYSCORE", &["0", "0"]),
        on_key("EXPIREAT", &["1"]),
        cmd("EVAL").arg("return 1").arg(1).arg(key).take(),
        // No script has this name.
        cmd("EVALSHA").arg("0".repeat(40)).arg(1).arg(key).take(),
    ]
}

fn refused(answer: &Value) -> Option<String> {
    match answer {
        Value::ServerError(error) => forbidden(error.details()?),
        _ => None,
    }
}

fn session(id: SessionId, user: UserId, now: Timestamp) -> Session {
    Session {
        id,
        user,
        epoch: 0,
        client: String::new(),
        scope: Scope::default(),
        audience: String::new(),
        secret_id: 0,
        generation: 0,
        ring: Vec::new(),
        created: now,
        authenticated_at: now,
        amr: Vec::new(),
        last_used: now,
        expires: now + LIFETIME,
        idle: LIFETIME,
        state: State::Active,
        user_agent: String::new(),
        ip: None,
    }
}

fn version(number: u64) -> Version {
    Version(number.to_be_bytes())
}
