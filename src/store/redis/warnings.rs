//! What an operator should know about the servers: said at the start and by whoever asks for it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::{Pipeline, Value, cmd};
use tokio::time::sleep;

use super::line::milliseconds;
use super::link::Link;
use super::version::Version;
use super::{Redis, Shared};
use crate::clock::{Clock, Timestamp};
use crate::store::Unavailable;

/// How often the servers are asked until they answer for the first time.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Something about a server that endangers sessions, or that could not be found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisWarning {
    /// Which server.
    pub server: String,
    /// What is wrong, and what to set.
    pub problem: String,
}

impl fmt::Display for RedisWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "redis: {}: {}", self.server, self.problem)
    }
}

impl Redis {
    /// What is to be said about every server. What an ACL does not let us see is said to be unknown.
    /// `now` is compared with the servers' clocks; they may differ by a quarter of `reuse_window`.
    ///
    /// # Errors
    /// Where a server does not answer.
    pub async fn warnings(&self, reuse_window: Duration, now: Timestamp) -> Result<Vec<RedisWarning>, Unavailable> {
        self.shared.warnings(reuse_window, now).await
    }

    /// Logs the warnings as soon as all servers answer, and what is found out then only.
    pub fn announce(&self, reuse_window: Duration, clock: Arc<dyn Clock>) {
        let shared = Arc::downgrade(&self.shared);
        self.shared.driver.spawn(async move {
            while let Some(shared) = shared.upgrade() {
                if let Ok(warnings) = shared.warnings(reuse_window, clock.now()).await {
                    warnings.iter().for_each(|warning| log::warn!("{warning}"));
                    return;
                }
                drop(shared);
                sleep(ASK_AGAIN).await;
            }
        });
    }
}

impl Shared {
    async fn warnings(&self, reuse_window: Duration, now: Timestamp) -> Result<Vec<RedisWarning>, Unavailable> {
        let mut all = Vec::new();
        for (server, link) in self.route.all().await? {
            let answers = Answers::of(&link).await?;
            let wanted = self.durable.as_ref().map_or(0, |durable| durable.replicas);
            let problems = answers.problems(wanted, reuse_window, now);
            all.extend(problems.into_iter().map(|problem| RedisWarning { server: server.clone(), problem }));
        }
        Ok(all)
    }
}

/// What a server says of itself; `None`: it does not let us know.
#[derive(Default)]
struct Answers {
    policy: Option<String>,
    append_only: Option<String>,
    info: Option<String>,
    replication: Option<String>,
    time: Option<i64>,
}

impl Answers {
    async fn of(link: &Link) -> Result<Self, Unavailable> {
        let questions = |_| {
            let mut commands = Pipeline::with_capacity(5);
            commands
                .add_command(cmd("CONFIG").arg("GET").arg("maxmemory-policy").take())
                .add_command(cmd("CONFIG").arg("GET").arg("appendonly").take())
                .add_command(cmd("INFO").arg("server").take())
                .add_command(cmd("INFO").arg("replication").take())
                .add_command(cmd("TIME"));
            commands
        };
        let answers = link.ask(questions).await?;
        let [policy, append_only, info, replication, time] =
            <[Value; 5]>::try_from(answers).map_err(|_| Unavailable("redis: answers are missing".to_owned()))?;
        Ok(Self {
            policy: configured(policy),
            append_only: configured(append_only),
            info: text(info),
            replication: text(replication),
            time: milliseconds(&time),
        })
    }

    fn problems(&self, wanted_replicas: usize, reuse_window: Duration, now: Timestamp) -> Vec<String> {
        let found = [self.memory(), self.log(), self.replicas(wanted_replicas), self.version()];
        found.into_iter().chain([self.clock(reuse_window, now)]).flatten().collect()
    }

    fn memory(&self) -> Option<String> {
        match self.policy.as_deref() {
            Some("noeviction") => None,
            Some(other) => Some(format!(
                "maxmemory-policy is {other}: when memory runs short it forgets sessions, and signs people out; \
                 set it to noeviction"
            )),
            None => Some(unknown("maxmemory-policy", "noeviction", "+config|get")),
        }
    }

    fn log(&self) -> Option<String> {
        match self.append_only.as_deref() {
            Some("yes") => None,
            Some(_) => Some(
                "appendonly is off: a restart forgets sessions, and logouts too; set appendonly yes (and \
                 appendfsync everysec or always)"
                    .to_owned(),
            ),
            None => Some(unknown("appendonly", "yes", "+config|get")),
        }
    }

    fn replicas(&self, wanted: usize) -> Option<String> {
        if wanted == 0 {
            return None;
        }
        let count = self.replication.as_deref().and_then(|info| {
            info.lines().find_map(|line| line.strip_prefix("connected_slaves:")?.trim().parse::<usize>().ok())
        });
        match count {
            Some(count) if count >= wanted => None,
            Some(count) => Some(format!(
                "JETON_REDIS_WAIT_REPLICAS is {wanted}, but it has {count} replicas: signing in and out answers 503 \
                 until it has as many"
            )),
            None => Some(unknown("the number of replicas", &format!("at least {wanted}"), "+info")),
        }
    }

    fn version(&self) -> Option<String> {
        match self.info.as_deref().and_then(Version::parse) {
            Some(version) if version.is_vulnerable() => Some(format!(
                "{version} has a hole in its scripts (CVE-2025-49844): whoever may run a script can take over the \
                 server; install a release with the fix, or make sure that your distribution's package has it"
            )),
            Some(_) => None,
            None => Some(unknown("its version", "one with the fix for CVE-2025-49844", "+info")),
        }
    }

    fn clock(&self, reuse_window: Duration, now: Timestamp) -> Option<String> {
        let theirs = Timestamp::from_millis(self.time?);
        let apart = now.since(theirs).max(theirs.since(now));
        (apart > reuse_window / 4 && !reuse_window.is_zero()).then(|| {
            format!(
                "its clock and ours are {} s apart, more than a quarter of JETON_REUSE_WINDOW: synchronise the \
                 clocks of all machines",
                apart.as_secs()
            )
        })
    }
}

fn unknown(what: &str, good: &str, permission: &str) -> String {
    format!("{what} is unknown: our user may not ask for it ({permission}); see to it that it is {good}")
}

/// The value in an answer to CONFIG GET of one name.
fn configured(answer: Value) -> Option<String> {
    match answer {
        Value::Array(pair) => pair.into_iter().nth(1).and_then(text),
        _ => None,
    }
}

fn text(answer: Value) -> Option<String> {
    match answer {
        Value::BulkString(bytes) => String::from_utf8(bytes).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_795_253_400);
    const WINDOW: Duration = Duration::from_secs(30);

    fn good() -> Answers {
        Answers {
            policy: Some("noeviction".into()),
            append_only: Some("yes".into()),
            info: Some("# Server\r\nredis_version:8.2.2\r\n".into()),
            replication: Some("# Replication\r\nrole:master\r\nconnected_slaves:2\r\n".into()),
            time: Some(NOW.as_millis() + 7_500),
        }
    }

    /// The one problem of these answers.
    fn problem(answers: &Answers) -> String {
        let problems = answers.problems(2, WINDOW, NOW);
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems.into_iter().next().unwrap()
    }

    #[test]
    fn a_server_as_it_should_be_is_not_warned_of() {
        assert_eq!(good().problems(2, WINDOW, NOW), Vec::<String>::new());
        assert_eq!(good().problems(0, Duration::ZERO, Timestamp::from_millis(0)), Vec::<String>::new());
    }

    #[test]
    fn each_danger_is_named_with_what_to_set() {
        assert!(problem(&Answers { policy: Some("allkeys-lru".into()), ..good() }).contains("set it to noeviction"));
        assert!(problem(&Answers { append_only: Some("no".into()), ..good() }).contains("set appendonly yes"));
        let lonely = Some("role:master\r\nconnected_slaves:1\r\n".into());
        assert!(problem(&Answers { replication: lonely, ..good() }).contains("is 2, but it has 1 replicas"));
        let old = Some("redis_version:7.2.4\r\n".into());
        assert!(problem(&Answers { info: old, ..good() }).starts_with("Redis 7.2.4 has a hole"));
        let ahead = Some(NOW.as_millis() + 7_501);
        assert!(problem(&Answers { time: ahead, ..good() }).contains("7 s apart"));
        let behind = Some(NOW.as_millis() - 60_000);
        assert!(problem(&Answers { time: behind, ..good() }).contains("60 s apart"));
    }

    #[test]
    fn what_an_acl_hides_is_said_to_be_unknown() {
        let problems = Answers::default().problems(1, WINDOW, NOW);
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(problems.iter().all(|problem| problem.contains("is unknown")), "{problems:?}");
        assert_eq!(Answers::default().problems(0, WINDOW, NOW).len(), 3);
    }
}
