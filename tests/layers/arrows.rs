//! Who calls whom: the one table, and that the code keeps to it.

use std::collections::BTreeSet;

use crate::none_found;
use crate::paths::{highest_super, named};
use crate::source::shipped;

/// Each module and what it may name of the others: all of a module (`clock`) or one item of it
/// (`store::Unavailable`). Arrows only point upwards in this table, so there is no circle.
const ARROWS: &[(&str, &[&str])] = &[
    // Leaves: what everybody needs, and who needs nobody.
    ("clock", &[]),
    ("entropy", &[]),
    ("scope", &[]),
    ("secret", &[]),
    ("id", &["entropy"]),
    ("log", &["clock"]),
    // In builds for tests only.
    ("fail_point", &[]),
    // The slim half, which other services import: no arrow from here into the server.
    ("verify", &["clock", "scope"]),
    ("remote", &["clock", "verify"]),
    ("bearer", &["clock", "remote::Refusal", "scope", "verify"]),
    // The rules. A user's custom claims must not take the names that `verify` gives a meaning, and must be
    // what it can read.
    ("session", &["clock", "id", "scope", "secret"]),
    ("user", &["clock", "entropy", "id", "scope", "secret", "verify::LISTED_CLAIMS", "verify::parse_object"]),
    // How often may be tried, for names as they are compared.
    ("throttle", &["clock", "user::FoldedName"]),
    // Keys sign what `verify` verifies, and hold the secrets of refresh tokens.
    (
        "keys",
        &[
            "clock",
            "entropy",
            "secret",
            "session::Malformed",
            "session::RefreshSecret",
            "session::RefreshToken",
            "session::UnverifiedToken",
            "verify",
        ],
    ),
    (
        "store",
        &["clock", "entropy", "fail_point", "id", "log::Ration", "scope", "secret", "session", "throttle", "user"],
    ),
    (
        "authority",
        &[
            "clock",
            "entropy",
            "id",
            "keys",
            "log::Ration",
            "scope",
            "secret",
            "session",
            "store",
            "throttle",
            "user",
            "verify",
        ],
    ),
    // The edge calls `authority` and `verify`; of the rest it names only what stands in questions and answers.
    (
        "http",
        &[
            "authority",
            "bearer",
            "clock",
            "fail_point",
            "id",
            "log::Ration",
            "scope",
            "secret",
            "session::Revocation",
            "session::Session",
            "store::Unavailable",
            "user::Password",
            "user::PasswordRefused",
            "verify",
        ],
    ),
    (
        "config",
        &[
            "fail_point",
            "id",
            "log",
            "scope",
            "secret",
            "store::pem_files",
            "store::postgres::PostgresUrl",
            "store::postgres::UsersQuery",
            "store::redis::RedisUrl",
            "store::redis::Topology",
            "throttle::Limit",
            "verify::Algorithm",
        ],
    ),
    // The composition root knows everybody, and is known by the command line alone.
    ("server", &["authority", "clock", "config", "entropy", "http", "keys", "store", "user", "verify::Policy"]),
    (
        "cli",
        &[
            "authority::Audit",
            "authority::AuditEvent",
            "authority::Caller",
            "authority::let_in",
            "clock",
            "config",
            "entropy",
            "id",
            "keys",
            "log",
            "scope",
            "secret",
            "server",
            "session",
            "store",
            "user",
        ],
    ),
    ("main", &["cli::run"]),
    // Doubles for tests, ours and other people's: shipped code has no arrow to them.
    ("testing", &["clock", "entropy", "keys::SigningKey", "remote", "verify"]),
];

fn allowed(module: &str) -> &'static [&'static str] {
    ARROWS.iter().find(|(name, _)| *name == module).map_or(&[], |(_, arrows)| arrows)
}

fn is_within(path: &[String], arrow: &str) -> bool {
    arrow.split("::").enumerate().all(|(index, part)| path.get(index).is_some_and(|named| named == part))
}

#[test]
fn every_arrow_is_in_the_table() {
    let mut findings = Vec::new();
    for file in shipped() {
        for named in named(&file) {
            let module = file.module();
            if named.path[0] != module && !allowed(module).iter().any(|arrow| is_within(&named.path, arrow)) {
                let path = named.path.join("::");
                findings.push(format!("{}:{}: {module} → {path}", file.path, named.line));
            }
        }
    }
    none_found(
        "These arrows are not in the table of tests/layers/arrows.rs. Mostly the code wants to live elsewhere, or to \
         be handed the value as a parameter; where the arrow is right, add it there and to docs/architecture.md:",
        &findings,
    );
}

#[test]
fn every_arrow_of_the_table_is_used() {
    let files = shipped();
    let mut findings = Vec::new();
    for (module, arrows) in ARROWS {
        let named: Vec<_> = files.iter().filter(|file| file.module() == *module).flat_map(named).collect();
        let unused = arrows.iter().filter(|arrow| !named.iter().any(|named| is_within(&named.path, arrow)));
        findings.extend(unused.map(|arrow| format!("{module} → {arrow}")));
    }
    none_found(
        "These arrows are used no longer; take them out of the table, so that nobody takes them up again:",
        &findings,
    );
}

#[test]
fn arrows_point_one_way() {
    let mut above = BTreeSet::new();
    let mut findings = Vec::new();
    for (module, arrows) in ARROWS {
        let targets = arrows.iter().map(|arrow| arrow.split("::").next().unwrap_or_default());
        findings.extend(targets.filter(|target| !above.contains(target)).map(|target| format!("{module} → {target}")));
        above.insert(*module);
    }
    none_found("These arrows point downwards in the table: there would be a circle of modules:", &findings);
}

#[test]
fn every_module_is_in_the_table() {
    let modules: BTreeSet<_> =
        shipped().iter().map(|file| file.module().to_owned()).filter(|name| name != "lib").collect();
    let known: BTreeSet<_> = ARROWS.iter().map(|(module, _)| (*module).to_owned()).collect();
    assert_eq!(modules, known, "left: the modules of src; right: those of the table");
}

#[test]
fn no_arrow_hides_behind_super() {
    let mut findings = Vec::new();
    for file in shipped() {
        if let Some((line, length)) = highest_super(&file)
            && length >= file.depth()
        {
            findings.push(format!("{}:{line}", file.path));
        }
    }
    none_found("These reach the crate's root with super::, where no arrow is seen; write crate::module:", &findings);
}
