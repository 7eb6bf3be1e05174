//! Commands on the store of a server that is running: what they say holds from then on.

use serde_json::json;

use crate::home::{Home, PASSWORD};
use crate::server::{Server, Tokens};

const REVOKED: (&str, &str) = ("invalid_grant", "revoked");

fn signed_in() -> (Home, Server, Tokens) {
    let home = Home::new();
    let server = home.serve();
    home.add("ada");
    let tokens = server.sign_in("ada");
    (home, server, tokens)
}

#[test]
fn whoever_is_added_can_sign_in_at_once_with_what_was_given() {
    let home = Home::new();
    let server = home.serve();
    assert_eq!(server.login("ada", PASSWORD).refused(401).0, "invalid_credentials");
    let add = ["user", "add", "Ada", "--password-stdin", "--role", "staff", "--scope", "reports:read"];
    home.run_with_input(&add, PASSWORD.as_bytes()).exits(0);
    let tokens = server.sign_in("ADA");
    let claims = server.get("/verify", Some(&tokens.access)).body;
    assert_eq!((&claims["roles"], &claims["scope"]), (&json!(["staff"]), &json!("reports:read")));

    home.run(&["user", "set", "ada", "--role", "admin", "--no-scopes"]).exits(0);
    let access = server.refresh(&tokens.refresh).tokens().access;
    let claims = server.get("/verify", Some(&access)).body;
    assert_eq!((&claims["roles"], &claims["scope"]), (&json!(["admin"]), &json!(null)), "read again at every refresh");
}

#[test]
fn a_disabled_user_is_out_and_enabling_revives_no_session() {
    let (home, server, old) = signed_in();
    home.run(&["user", "disable", "ada"]).exits(0);
    assert_eq!(server.refresh(&old.refresh).refused(400), REVOKED);
    assert_eq!(server.login("ada", PASSWORD).refused(401).0, "invalid_credentials");
    assert_eq!(server.get("/me", Some(&old.access)).status, 401);
    assert_eq!(home.json(&["session", "list", "ada", "--json"]), json!([]));

    home.run(&["user", "enable", "ada"]).exits(0);
    assert_eq!(server.refresh(&old.refresh).refused(400), REVOKED, "it ended for good");
    assert_eq!(server.refresh(&server.sign_in("ada").refresh).status, 200);
}

#[test]
fn a_new_password_ends_every_session_and_the_old_password() {
    let (home, server, old) = signed_in();
    home.run_with_input(&["user", "password", "ada", "--password-stdin"], b"another long one\n").exits(0);
    assert_eq!(server.refresh(&old.refresh).refused(400), REVOKED);
    assert_eq!(server.login("ada", PASSWORD).refused(401).0, "invalid_credentials");
    assert_eq!(server.login("ada", "another long one").status, 200);
}

#[test]
fn a_refused_password_changes_nothing() {
    let (home, server, tokens) = signed_in();
    home.run_with_input(&["user", "password", "ada", "--password-stdin"], b"short\n").exits(1);
    assert_eq!(server.refresh(&tokens.refresh).status, 200);
    assert_eq!(server.login("ada", PASSWORD).status, 200);
}

#[test]
fn a_deleted_user_is_gone_and_the_next_of_that_name_is_somebody_else() {
    let (home, server, old) = signed_in();
    home.run(&["user", "delete", "ada"]).exits(0);
    assert_eq!(server.refresh(&old.refresh).refused(400), REVOKED);
    assert_eq!(server.login("ada", PASSWORD).refused(401).0, "invalid_credentials");

    home.add("ada");
    assert_eq!(server.refresh(&old.refresh).refused(400), REVOKED);
    assert_eq!(server.get("/me", Some(&old.access)).status, 401);
    let new = server.sign_in("ada");
    let subject = |tokens: &Tokens| server.get("/verify", Some(&tokens.access)).body["sub"].clone();
    assert_ne!(subject(&old), subject(&new));
}
