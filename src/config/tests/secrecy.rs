//! No message and no Debug output holds what the operator wrote: it may be a secret, also where it
//! does not belong.

use std::fs;

use tempfile::TempDir;

use super::{load, load_both, settings};

const CANARY: &str = "hunter2-hunter2-hunter2-hunter2-hunter2";

#[test]
fn a_good_secret_is_not_in_debug() {
    let url = format!("redis://ada:{CANARY}@h");
    let people = format!("postgres://ada:{CANARY}@h/d");
    let secrets = [
        ("JETON_HMAC_SECRET", CANARY),
        ("JETON_SENTINEL_PASSWORD", CANARY),
        ("JETON_SESSIONS_URL", &url),
        ("JETON_USERS_URL", &people),
    ];
    let (config, warnings) = load(&secrets).unwrap();
    assert!(config.hmac_secret.is_some() && config.sentinel_password.is_some());
    assert!(!format!("{config:?} {warnings:?}").contains("hunter2"));
    assert!(!format!("{config:?}").contains("104, 117, 110"), "nor as numbers");
}

#[test]
fn no_refused_value_of_any_setting_is_repeated() {
    for setting in settings() {
        for value in [
            format!("{CANARY} \u{1b}"),
            format!("https://ada:{CANARY}@id.example"),
            format!("redis://ada:{CANARY}@h"),
            format!("postgres://ada:{CANARY}@h"),
            format!("ok,{CANARY} \u{1b}"),
            "hunter2".to_owned(),
        ] {
            let variable = load(&[(&setting.variable(), &value)]);
            let name = setting.name.to_ascii_lowercase();
            let file = load_both(&[], &format!("{name} = {value:?}").replace("\\u{1b}", "\\u001b"));
            for outcome in [variable, file] {
                let Err(mistakes) = outcome else { continue };
                assert!(!format!("{mistakes:?}").contains("hunter2"), "{mistakes:?}");
                assert!(!mistakes.iter().any(|mistake| mistake.to_string().contains("hunter2")), "{mistakes:?}");
            }
        }
    }
}

#[test]
fn values_of_unknown_names_are_not_repeated() {
    let found = format!("{:?}", load(&[("JETON_HMAC_SECERT", CANARY)]).unwrap().1);
    assert!(found.contains("JETON_HMAC_SECERT") && !found.contains("hunter2"));
    let found = format!("{:?}", load_both(&[], &format!("hmac_secert = '{CANARY}'")).unwrap_err());
    assert!(found.contains("hmac_secert") && !found.contains("hunter2"));
}

#[test]
fn a_secret_in_a_document_that_does_not_parse_is_not_repeated() {
    for line in [
        format!("hmac_secret = '{CANARY}"),
        format!("hmac_secret = {CANARY}"),
        format!("hmac_secret '{CANARY}'"),
        format!("hmac_secret = \"{CANARY}\\q\""),
        format!("hmac_secret = '{CANARY}'\nhmac_secret = '{CANARY}'"),
        format!("hmac_secret = ['{CANARY}'"),
        format!("hmac_secret = '{CANARY}' {CANARY}"),
    ] {
        let mistakes = load_both(&[], &line).unwrap_err();
        assert!(!format!("{mistakes:?}").contains("hunter2"), "{line}: {mistakes:?}");
    }
}

#[test]
fn a_secret_given_as_its_own_file_name_or_too_short_in_a_file_is_not_repeated() {
    let mistakes = load(&[("JETON_HMAC_SECRET_FILE", CANARY)]).unwrap_err();
    assert!(mistakes[0].to_string().starts_with("JETON_HMAC_SECRET_FILE: the file cannot be read: "), "{mistakes:?}");
    assert!(!format!("{mistakes:?}").contains("hunter2"), "{mistakes:?}");

    let folder = TempDir::new().unwrap();
    let path = folder.path().join("hmac");
    fs::write(&path, "hunter2\n").unwrap();
    let mistakes = load(&[("JETON_HMAC_SECRET_FILE", path.to_str().unwrap())]).unwrap_err();
    assert!(mistakes[0].to_string().starts_with("JETON_HMAC_SECRET_FILE: it is too short"), "{mistakes:?}");
    assert!(!format!("{mistakes:?}").contains("hunter2"), "{mistakes:?}");
}
