//! Where values come from, and which of them wins.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::{Config, Layer, Purpose, load, load_both, mistakes, warnings};
use crate::verify::Algorithm;

const NOTHING: [(&str, &str); 0] = [];

fn file(folder: &TempDir, name: &str, content: &[u8]) -> String {
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
    let file = "leeway = '1s'\nreuse_window = '2s'\nissuer = 'https://file.example'";
    let (config, warnings) = load_both(&[("JETON_LEEWAY", "3s")], file).unwrap();
    assert_eq!(warnings, []);
    assert_eq!(config.leeway, Duration::from_secs(3));
    assert_eq!(config.reuse_window, Duration::from_secs(2));
    assert_eq!(config.login_queue, 64);
    assert_eq!(config.audience, ["https://file.example"], "follows the issuer");
}

#[test]
fn a_wrong_value_is_a_mistake_even_where_it_is_overridden() {
    let outcome = load_both(&[("JETON_LEEWAY", "3s")], "leeway = 'long'");
    assert_eq!(mistakes(outcome).len(), 1);
}

#[test]
fn an_audience_that_is_set_does_not_follow_the_issuer() {
    let (config, _) = load_both(&[("JETON_ISSUER", "https://id.example")], "audience = 'api'").unwrap();
    assert_eq!(config.audience, ["api"]);
}

#[test]
fn an_unknown_variable_is_a_warning_and_an_unknown_name_in_the_file_a_mistake() {
    for variable in ["JETON_PORT", "JETON_KEYS_ROTATION", "JETON_listen", "JETON_", "JETON_ISSUER_FILE"] {
        let warning = format!("{variable}: not known to this version, and ignored");
        assert_eq!(warnings(load(&[(variable, "x")])), [warning]);
    }
    for name in ["port", "keys_rotation", "LISTEN", "jeton_listen", "issuer_file"] {
        let mistake = format!("{name} (jeton.toml): not known to this version");
        assert_eq!(mistakes(load_both(&[], &format!("{name} = 'x'"))), [mistake]);
    }
}

#[test]
fn an_unknown_name_cannot_forge_a_line() {
    assert!(warnings(load(&[("JETON_A\n\u{1b}[2J", "x")]))[0].starts_with("JETON_A\\n\\u{1b}[2J: "));
    assert!(mistakes(load_both(&[], "\"a\\nb\" = 1"))[0].starts_with("a\\nb (jeton.toml): "));
}

#[test]
fn a_variable_that_is_no_text_is_a_mistake_only_where_it_is_ours() {
    let odd = OsStr::from_bytes(b"\xff").to_owned();
    let environment = [(odd.clone(), odd.clone()), (OsString::from("JETON_ISSUER"), odd)];
    let outcome = Config::assemble(environment, Layer::of_document("jeton.toml".to_owned(), b""), Purpose::Looking);
    let mistakes = mistakes(outcome);
    assert_eq!(mistakes.len(), 1);
    assert!(mistakes[0].starts_with("JETON_ISSUER: it is not UTF-8"), "{mistakes:?}");
}

#[test]
fn a_named_file_is_read_and_must_be_there() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "my.toml", b"leeway = '9s'");
    let (config, _) = Config::load(NOTHING, Some(Path::new(&path)), Purpose::Looking).unwrap();
    assert_eq!(config.leeway, Duration::from_secs(9));

    let missing = folder.path().join("missing.toml");
    let mistakes = mistakes(Config::load([("JETON_LEEWAY", "x")], Some(&missing), Purpose::Looking));
    assert!(mistakes[0].starts_with(&format!("{}: cannot be read: ", missing.display())), "{mistakes:?}");
    assert!(mistakes[1].starts_with("JETON_LEEWAY: "), "the environment is judged all the same: {mistakes:?}");
}

#[test]
fn the_file_that_nobody_named_may_be_missing_but_not_broken() {
    let folder = TempDir::new().unwrap();
    let load = |path: &Path| Config::assemble(NOTHING, Layer::of_optional_file(path), Purpose::Looking);
    assert!(load(&folder.path().join("missing.toml")).is_ok());
    let good = file(&folder, "good.toml", b"login_queue = 5");
    assert_eq!(load(Path::new(&good)).unwrap().0.login_queue, 5);
    assert_eq!(mistakes(load(folder.path())).len(), 1, "a folder");
    let dangling = folder.path().join("dangling.toml");
    std::os::unix::fs::symlink("nowhere", &dangling).unwrap();
    assert_eq!(mistakes(load(&dangling)).len(), 1, "a link that leads nowhere was meant to lead somewhere");
}

#[test]
fn a_document_that_does_not_parse_is_named_with_its_line() {
    for (content, line) in [("a = ", 1), ("leeway = '1s'\n\nleeway = '2s'", 3), ("x = 1\nnonsense", 2)] {
        let mistakes = mistakes(load_both(&[], content));
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        assert!(mistakes[0].starts_with(&format!("jeton.toml: line {line} is no TOML: ")), "{mistakes:?}");
    }
    let outcome =
        Config::assemble(NOTHING, Layer::of_document("jeton.toml".to_owned(), b"a = '\xff'"), Purpose::Looking);
    assert_eq!(mistakes(outcome), ["jeton.toml: is not UTF-8"]);
}

#[test]
fn a_secret_may_stand_in_a_file_and_loses_one_line_end() {
    let folder = TempDir::new().unwrap();
    let secret = [b'\xf0'; 32];
    for (end, kept) in [("", ""), ("\n", ""), ("\r\n", ""), ("\n\n", "\n"), (" ", " "), ("\r", "\r")] {
        let path = file(&folder, "hmac", &[&secret, end.as_bytes()].concat());
        let environment = [("JETON_ALGORITHM", "HS256"), ("JETON_HMAC_SECRET_FILE", path.as_str())];
        let (config, warnings) = load(&environment).unwrap();
        assert_eq!(warnings, []);
        assert_eq!(config.algorithm, Algorithm::Hs256);
        assert_eq!(config.hmac_secret.unwrap().expose(), &[&secret, kept.as_bytes()].concat(), "{end:?}");
    }
    let path = file(&folder, "hmac", &secret);
    let (config, _) = load_both(&[], &format!("algorithm = 'HS256'\nhmac_secret_file = '{path}'")).unwrap();
    assert_eq!(config.hmac_secret.unwrap().expose(), &secret);
}

#[test]
fn a_secret_of_its_own_and_a_file_for_it_are_one_too_many() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "hmac", &[b'x'; 32]);
    let secret = "y".repeat(32);
    let both = [("JETON_HMAC_SECRET", secret.as_str()), ("JETON_HMAC_SECRET_FILE", path.as_str())];
    let found = mistakes(load(&both));
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("JETON_HMAC_SECRET: JETON_HMAC_SECRET_FILE is given too"), "{found:?}");
    let found = mistakes(load_both(&[], &format!("hmac_secret = '{secret}'\nhmac_secret_file = '{path}'")));
    assert!(found[0].starts_with("hmac_secret (jeton.toml): hmac_secret_file is given too"), "{found:?}");

    // From two places it is one setting, and the environment wins.
    let environment = [("JETON_ALGORITHM", "HS256"), both[1]];
    let (config, _) = load_both(&environment, &format!("hmac_secret = '{secret}'")).unwrap();
    assert_eq!(config.hmac_secret.unwrap().expose(), &[b'x'; 32]);
}
