//! What each part of the house must not know of.

use crate::none_found;
use crate::source::shipped;

/// Words that must not stand in the code of some files, and why.
struct Ban {
    /// Paths below src, by how they begin.
    within: &'static [&'static str],
    /// Of those, the ones where they may stand after all.
    except: &'static [&'static str],
    /// Words; with a `*` at the end, everything that begins so.
    words: &'static [&'static str],
    why: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        within: &["verify/", "clock.rs", "scope.rs", "secret.rs", "entropy.rs", "id.rs"],
        except: &[],
        words: &["async", "await", "actix*", "tokio*", "redis", "rusqlite", "argon2", "env_logger", "clap", "log"],
        why: "the slim half is for any Rust program, with or without a runtime, and brings no server along",
    },
    Ban {
        within: &[
            "session/",
            "throttle/",
            "user/model.rs",
            "user/name.rs",
            "user/attributes.rs",
            "user/password.rs",
            "keys/ring.rs",
            "remote/absent.rs",
            "remote/freshness.rs",
            "remote/origin.rs",
            "remote/schedule.rs",
            "keys/rotation.rs",
            "keys/schedule.rs",
            "keys/standing.rs",
        ],
        except: &[],
        words: &[
            "async",
            "await",
            "actix*",
            "tokio*",
            "redis",
            "rusqlite",
            "SystemClock",
            "SystemEntropy",
            "Instant",
            "SystemTime",
        ],
        why: "rules are functions of (state, input, now): what they decide can be tried out a million times in a second",
    },
    Ban {
        within: &["authority/"],
        except: &[],
        words: &["actix*", "HttpRequest", "HttpResponse", "StatusCode", "SystemClock", "SystemEntropy"],
        why: "use cases have no HTTP in sight and are handed their clock: the command line and tests call them too",
    },
    Ban {
        within: &["http/"],
        except: &[],
        words: &["redis", "tokio_postgres", "argon2", "SystemClock", "SystemEntropy"],
        why: "the edge reads requests and words answers; what is behind `authority` is none of its business",
    },
    Ban { within: &[""], except: &["store/sqlite/"], words: &["rusqlite"], why: "SQL lives in one folder" },
    Ban {
        within: &[""],
        except: &["store/postgres/"],
        words: &["tokio_postgres", "deadpool_postgres"],
        why: "whoever else spoke it would have a second idea of what ends a connection",
    },
    Ban {
        within: &[""],
        // The configuration reads sqlite:// addresses, and makes paths of them.
        except: &["store/mod.rs", "store/sqlite/", "server.rs", "server/checkup.rs", "cli/", "config/address.rs"],
        words: &["sqlite", "Sqlite"],
        why: "whoever else names a backend could not be given another one",
    },
    Ban {
        within: &[""],
        except: &["testing/", "lib.rs"],
        words: &["testing"],
        why: "shipped code does not call doubles",
    },
    Ban {
        within: &[""],
        // A field that is filled once belongs to its value, and is no static; an allocator can be nothing else.
        except: &["verify/verifier.rs", "main.rs"],
        words: &["static", "thread_local", "LazyLock", "OnceLock", "lazy_static"],
        why: "no state and no configuration outside of what the composition root hands down: two servers in one \
              process must not know of each other, which is what the tests are",
    },
];

fn is_banned(word: &str, ban: &str) -> bool {
    ban.strip_suffix('*').map_or(word == ban, |start| word.starts_with(start))
}

#[test]
fn no_file_names_what_it_must_not_know_of() {
    let files = shipped();
    let mut findings = Vec::new();
    for ban in BANS {
        let begins = |path: &str, starts: &[&str]| starts.iter().any(|start| path.starts_with(start));
        for file in &files {
            let below = file.path.strip_prefix("src/").expect("it is shipped");
            if !begins(below, ban.within) || begins(below, ban.except) {
                continue;
            }
            let found = file.words().filter(|(_, word)| ban.words.iter().any(|banned| is_banned(word, banned)));
            findings.extend(found.map(|(line, word)| format!("{}:{line}: {word}: {}", file.path, ban.why)));
        }
    }
    none_found("These words do not belong where they stand (tests/layers/words.rs):", &findings);
}

#[test]
fn every_ban_is_about_files_that_there_are() {
    let files = shipped();
    let mut findings = Vec::new();
    for path in BANS.iter().flat_map(|ban| ban.within.iter().chain(ban.except)) {
        let begins = format!("src/{path}");
        if !files.iter().any(|file| file.path.starts_with(&begins)) {
            findings.push(begins);
        }
    }
    none_found("Bans on files that are no longer there; follow them to where they went:", &findings);
}
