//! The configuration, told from outside: what the operator wrote, and what comes of it.

mod rules;
mod secrecy;
mod sources;
mod values;

use std::collections::BTreeSet;

use super::layer::Layer;
use super::{Config, Mistake, Preset, Purpose, Warning, settings};

type Outcome = Result<(Config, Vec<Warning>), Vec<Mistake>>;

/// Loads from these variables and no file, whatever ./jeton.toml a developer may have.
fn load(environment: &[(&str, &str)]) -> Outcome {
    load_both(environment, "")
}

/// Loads from these variables and a jeton.toml of this content.
fn load_both(environment: &[(&str, &str)], file: &str) -> Outcome {
    Config::assemble(
        environment.iter().copied(),
        Layer::of_document("jeton.toml".to_owned(), file.as_bytes()),
        Purpose::Looking,
    )
}

fn config(environment: &[(&str, &str)]) -> Config {
    load(environment).expect("no mistakes").0
}

/// The mistakes as they are printed.
fn mistakes(outcome: Outcome) -> Vec<String> {
    outcome.err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

/// The warnings as they are printed.
fn warnings(outcome: Outcome) -> Vec<String> {
    outcome.expect("no mistakes").1.iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_set_is_the_default_and_warns_of_nothing() {
    let (config, warnings) = load(&[("PATH", "/bin"), ("RUST_LOG", "debug"), ("JETON", "x")]).unwrap();
    assert_eq!(warnings, []);
    assert_eq!(format!("{config:?}"), format!("{:?}", Config::default()));
    assert_eq!(config.audience, [config.issuer.as_str()]);
    assert!((1..=8).contains(&config.login_workers));
}

#[test]
fn every_default_means_the_same_when_it_is_written_out() {
    for setting in settings() {
        if let Preset::Text(text) = setting.preset {
            let written = config(&[(&setting.variable(), text)]);
            assert_eq!(format!("{written:?}"), format!("{:?}", Config::default()), "{}", setting.name);
        }
    }
}

#[test]
fn the_table_names_each_setting_once_and_explains_it() {
    let names: BTreeSet<&str> = settings().iter().map(|setting| setting.name).collect();
    assert_eq!(names.len(), settings().len());
    for setting in settings() {
        assert!(setting.name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'), "{}", setting.name);
        assert!(!setting.name.ends_with("_FILE"), "{} would be taken for a NAME_FILE", setting.name);
        assert!(setting.doc.ends_with('.') && !setting.accepts.is_empty(), "{}", setting.name);
        assert!(!setting.preset.to_string().is_empty(), "{}", setting.name);
    }
}

#[test]
fn all_mistakes_of_both_places_are_named_at_once() {
    let outcome = load_both(
        &[
            ("JETON_LISTEN", "8080"),
            ("JETON_ACCESS_TTL", "10 minutes"),
            ("JETON_HMAC_SECRET", "short"),
            ("JETON_TLS_CERT", "cert.pem"),
            ("JETON_PORT", "tcp://10.0.0.1:80"),
        ],
        "reuse_window = '25h'\nlogin_limit = 3\nclients = []\nlisten = '127.0.0.1:1'",
    );
    assert_eq!(
        mistakes(outcome),
        [
            "clients (jeton.toml): the list is empty; accepted: one or more, comma-separated, each 1 to 64 of \
             A-Z a-z 0-9 . _ : -",
            "reuse_window (jeton.toml): the time is out of bounds; accepted: a whole number and s, m, h or d, or 0 \
             for never; at most 24h",
            "login_limit (jeton.toml): not known to this version",
            "JETON_LISTEN: it is no socket address; accepted: ADDRESS:PORT, an IPv6 address in brackets, or \
             localhost:PORT",
            "JETON_HMAC_SECRET: it is too short; accepted: at least 32 bytes, used as they stand",
            "JETON_ACCESS_TTL: it is not a whole number; accepted: a whole number and s, m, h or d, from 1s to 3650d",
            "JETON_TLS_CERT: needs JETON_TLS_KEY as well",
        ]
    );
}
