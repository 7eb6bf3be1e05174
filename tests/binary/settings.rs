//! Mistakes in the configuration, as the operator meets them.

use std::fs;

use crate::home::Home;

/// Looks like a secret and is too short for one.
const SECRET: &str = "hunter2-hunter2";

#[test]
fn every_mistake_is_named_at_once_and_no_value_is_repeated() {
    let home = Home::new()
        .with("JETON_LISTEN", "everywhere")
        .with("JETON_ACCESS_TTL", "ten-minutes")
        .with("JETON_ALGORITHM", "none-at-all")
        .with("JETON_HMAC_SECRET", SECRET)
        .with("JETON_TLS_CERT", "cert.pem");
    fs::write(home.path("jeton.toml"), format!("leeway = \"a-while\"\nfavourite_colour = \"{SECRET}\"\n")).unwrap();
    for command in [&["serve"] as &[_], &["user", "list"], &["session", "list", "ada"]] {
        let done = home.run(command).exits(2);
        for name in ["JETON_LISTEN", "JETON_ACCESS_TTL", "JETON_ALGORITHM", "JETON_HMAC_SECRET", "JETON_TLS_CERT"] {
            assert!(done.stderr.contains(&format!("{name}:")), "no {name} in {done:#?}");
        }
        for name in ["leeway (jeton.toml):", "favourite_colour (jeton.toml):"] {
            assert!(done.stderr.contains(name), "no {name} in {done:#?}");
        }
        assert_eq!(done.stderr.lines().count(), 7, "one line each: {done:#?}");
        for value in [SECRET, "everywhere", "ten-minutes", "none-at-all", "a-while"] {
            assert!(!done.stderr.contains(value), "{value} is repeated: {done:#?}");
        }
    }
    assert!(!home.path("data").exists() && !home.path("keys").exists(), "nothing was made");
}

#[test]
fn a_secret_and_a_file_for_it_are_one_too_many() {
    let home = Home::new().with("JETON_ALGORITHM", "HS256").with("JETON_HMAC_SECRET", SECRET.repeat(3));
    fs::write(home.path("secret"), SECRET.repeat(3)).unwrap();
    let home = home.with("JETON_HMAC_SECRET_FILE", "secret");
    let done = home.run(&["serve"]).exits(2).says("JETON_HMAC_SECRET").says("JETON_HMAC_SECRET_FILE");
    assert!(!done.stderr.contains(SECRET), "{done:?}");
}

#[test]
fn an_unknown_variable_is_a_warning() {
    // What Kubernetes injects for a service named jeton.
    let home = Home::new().with("JETON_PORT", "tcp://10.0.0.1:8080").with("JETON_SERVICE_HOST", "10.0.0.1");
    let done = home.run(&["user", "list"]).exits(0).says("warning: JETON_PORT").says("warning: JETON_SERVICE_HOST");
    assert!(!done.stderr.contains("10.0.0.1"), "{done:?}");
}

#[test]
fn the_environment_wins_over_the_file() {
    let home = Home::new();
    fs::write(home.path("here.toml"), "users_url = \"sqlite://file.db\"\n").unwrap();
    home.run(&["user", "list", "--config", "here.toml"]).exits(0);
    assert!(home.path("file.db").exists(), "the file was read");
    let home = home.with("JETON_USERS_URL", "sqlite://variable.db");
    home.run(&["user", "list", "--config", "here.toml"]).exits(0);
    assert!(home.path("variable.db").exists(), "and the variable won");
}
