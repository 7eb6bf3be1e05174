//! Which of a server's answers endanger sessions, and what to set. Pure.

use std::time::Duration;

use super::super::version::Version;
use super::answers::Answers;
use crate::clock::Timestamp;

#[cfg(test)]
mod tests;

/// What is asked of a server.
pub(super) struct Asked {
    /// JETON_REDIS_WAIT_REPLICAS.
    pub replicas: usize,
    /// Whether sentinels choose who takes its place.
    pub has_sentinels: bool,
    /// How many connections one process opens to it.
    pub connections: usize,
    pub reuse_window: Duration,
}

/// Each danger, in a sentence that says what to set.
pub(super) fn dangers(answers: &Answers, asked: &Asked, now: Timestamp) -> Vec<String> {
    let found = [
        memory(answers),
        log(answers),
        sync(answers),
        replicas(answers, asked),
        least_replicas(answers),
        clients(answers, asked),
        role(answers),
        version(answers),
        clock(answers, asked, now),
    ];
    found.into_iter().flatten().collect()
}

fn memory(answers: &Answers) -> Option<String> {
    match answers.policy.as_deref() {
        Some("noeviction") => None,
        Some(other) => Some(format!(
            "maxmemory-policy is {other}: when memory runs short it forgets sessions, and signs people out; set it to \
             noeviction"
        )),
        None => Some(unknown("maxmemory-policy", "noeviction", "+config|get")),
    }
}

fn log(answers: &Answers) -> Option<String> {
    match answers.append_only.as_deref() {
        Some("yes") => None,
        Some(_) => Some(
            "appendonly is off: a restart forgets sessions, and logouts too; set appendonly yes (and appendfsync \
             everysec or always)"
                .to_owned(),
        ),
        None => Some(unknown("appendonly", "yes", "+config|get")),
    }
}

/// What an ACL hides of this is said of `appendonly` already.
fn sync(answers: &Answers) -> Option<String> {
    let matters = answers.append_only.as_deref() == Some("yes") && answers.sync.as_deref() == Some("no");
    matters.then(|| {
        "appendfsync is no: a crash of its machine forgets sign-ins and sign-outs of up to half a minute; set it to \
         everysec or always"
            .to_owned()
    })
}

fn replicas(answers: &Answers, asked: &Asked) -> Option<String> {
    let wanted = asked.replicas;
    if wanted == 0 {
        return None;
    }
    match answers.replicas() {
        Some(count) if count < wanted => Some(format!(
            "JETON_REDIS_WAIT_REPLICAS is {wanted}, but it has {count} replicas: signing in and out answers 503 until \
             it has as many"
        )),
        Some(count) if count > wanted && asked.has_sentinels => Some(format!(
            "JETON_REDIS_WAIT_REPLICAS is {wanted}, but it has {count} replicas: the sentinels may promote one that \
             does not have what was acknowledged, and sign-ins and sign-outs are lost with it; set it to {count}"
        )),
        Some(_) => None,
        None => Some(unknown("the number of replicas", &format!("at least {wanted}"), "+info")),
    }
}

fn least_replicas(answers: &Answers) -> Option<String> {
    let least: usize = answers.least_replicas.as_deref()?.parse().ok()?;
    let count = answers.replicas()?;
    (count < least).then(|| {
        format!(
            "min-replicas-to-write is {least}, but it has {count} replicas: it takes no writes, and sign-ins, \
             refreshes and sign-outs answer 503 until it has as many"
        )
    })
}

/// While an instance is being replaced there are two of it.
fn clients(answers: &Answers, asked: &Asked) -> Option<String> {
    let most: usize = answers.most_clients.as_deref()?.parse().ok()?;
    let ours = asked.connections;
    (most < 2 * ours).then(|| {
        format!(
            "maxclients is {most}, and each process of jeton opens {ours} connections, twice as many together while \
             it is being replaced: set it to many more"
        )
    })
}

fn role(answers: &Answers) -> Option<String> {
    answers.hides_role.then(|| unknown("whether it is a primary", "one", "+role"))
}

fn version(answers: &Answers) -> Option<String> {
    match answers.program.as_deref().and_then(Version::parse) {
        Some(version) if version.is_vulnerable() => Some(format!(
            "{version} has a hole in its scripts (CVE-2025-49844): whoever may run a script can take over the server; \
             install a release with the fix, or make sure that your distribution's package has it"
        )),
        Some(_) => None,
        None => Some(unknown("its version", "one with the fix for CVE-2025-49844", "+info")),
    }
}

fn clock(answers: &Answers, asked: &Asked, now: Timestamp) -> Option<String> {
    let theirs = Timestamp::from_millis(answers.time?);
    let apart = now.since(theirs).max(theirs.since(now));
    let window = asked.reuse_window;
    (apart > window / 4 && !window.is_zero()).then(|| {
        format!(
            "its clock and ours are {} s apart, more than a quarter of JETON_REUSE_WINDOW: synchronise the clocks of \
             all machines",
            apart.as_secs()
        )
    })
}

fn unknown(what: &str, good: &str, permission: &str) -> String {
    format!("{what} is unknown: our user may not ask for it ({permission}); see to it that it is {good}")
}
