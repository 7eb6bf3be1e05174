//! What is no command at all, and what is asked about the commands.

use crate::home::Home;

#[test]
fn what_is_no_command_is_a_misuse() {
    let home = Home::new();
    for arguments in [
        &[] as &[_],
        &["fly"],
        &["user"],
        &["user", "fly"],
        &["user", "add"],
        &["user", "show"],
        &["user", "list", "ada"],
        &["session"],
        &["session", "list"],
        &["session", "revoke"],
        &["session", "revoke", "no-id"],
        &["session", "revoke", "AAAAAAAAAAAAAAAAAAAAAA", "--user", "ada"],
        &["serve", "--fast"],
        &["doctor", "ada"],
        &["serve", "--config"],
        &["--config", "missing.toml", "user", "list"],
    ] {
        let done = home.run(arguments).exits(2);
        assert!(done.stdout.is_empty() && !done.stderr.is_empty(), "{done:?}");
    }
    assert!(!home.path("keys").exists(), "a misuse makes no keys");
}

#[test]
fn help_and_version_are_answers() {
    let home = Home::new();
    assert_eq!(home.run(&["--version"]).exits(0).stdout, format!("jeton {}\n", env!("CARGO_PKG_VERSION")));
    let help = home.run(&["--help"]).exits(0);
    assert_eq!(help.stderr, "");
    assert!(["serve", "user", "session", "doctor"].iter().all(|command| help.stdout.contains(command)), "{help:?}");
}
