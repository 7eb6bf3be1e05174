//! Your own table end to end: from the sign-in to everything that the application does to an account.

use serde_json::json;

use super::table::Application;
use crate::app::{JSON, PASSWORD, TestApp};
use crate::reply::Tokens;

fn is_over(app: &TestApp, tokens: &Tokens) {
    let reply = app.refresh(&tokens.refresh);
    assert_eq!((reply.status, reply.json()["reason"].as_str()), (400, Some("revoked")), "{reply:?}");
    assert_eq!(app.bearer("GET", "/me", &tokens.access).status, 401);
}

#[test]
fn people_of_an_application_sign_in_and_stay_signed_in() {
    let application = Application::new();
    let before = application.everything();
    let app = application.serve();
    let tokens = app.sign_in("ada");
    let me = app.bearer("GET", "/me", &tokens.access).json();
    assert_eq!((&me["sub"], &me["username"], &me["roles"]), (&json!("42"), &json!("Ada"), &json!(["admin"])));
    let verified = app.verify(&tokens.access);
    assert_eq!(verified.header("x-auth-subject"), "42");
    let next = app.refresh(&tokens.refresh);
    assert_eq!(next.status, 200, "{next:?}");
    assert_eq!(app.try_sign_in("bob", &json!({})).status, 401);
    let wrong = app.post("/login", &json!({ "username": "ada", "password": "not it at all" }));
    assert_eq!(wrong.status, 401);
    assert_eq!(application.everything(), before, "a sign-in writes nothing of the application's");
}

#[test]
fn what_the_application_changes_is_seen_at_the_next_refresh() {
    let application = Application::new();
    let app = application.serve();
    let tokens = app.sign_in("ada");
    application.sql("UPDATE app.people SET roles = '{admin,auditor}'");
    let tokens = app.refresh(&tokens.refresh).tokens();
    assert_eq!(app.verify(&tokens.access).header("x-auth-roles"), "admin,auditor");
    application.sql("UPDATE app.people SET active = false");
    is_over(&app, &tokens);
    assert_eq!(app.try_sign_in("ada", &json!({})).status, 401);
    application.sql("UPDATE app.people SET active = true");
    assert_eq!(app.refresh(&tokens.refresh).status, 200, "disabling is the application's, and enabling too");
    application.sql("DELETE FROM app.people");
    is_over(&app, &tokens);
}

#[test]
fn everywhere_ends_every_session_and_writes_only_jetons_own_table() {
    let application = Application::new();
    let before = application.everything();
    let app = application.serve();
    let sessions = [app.sign_in("ada"), app.sign_in("ADA"), app.sign_in("Ada")];
    let bearer = format!("Bearer {}", sessions[0].access);
    let reply = app.send("POST", "/logout", &[JSON, ("authorization", &bearer)], br#"{"everywhere":true}"#);
    assert_eq!(reply.status, 204, "{reply:?}");
    for tokens in &sessions {
        assert_eq!(app.refresh(&tokens.refresh).json()["reason"], "revoked");
    }
    let after = app.sign_in("ada");
    assert_eq!(app.refresh(&after.refresh).status, 200);
    assert_eq!(application.everything(), before);
}

#[test]
fn the_application_can_end_every_session_of_an_account_in_its_own_transaction() {
    let application = Application::new();
    application.add(43, "Bob", "{}");
    let app = application.serve();
    let (ada, bob) = (app.sign_in("ada"), app.sign_in("bob"));
    let (own, _) = application.database.role();
    application.sql(&format!(
        "GRANT USAGE ON SCHEMA app, jeton TO {own}; GRANT SELECT, UPDATE ON app.people TO {own}; SET ROLE {own};
         BEGIN; UPDATE app.people SET email = 'new' WHERE id = 42; SELECT jeton.end_sessions('42'); COMMIT"
    ));
    assert_eq!(app.refresh(&ada.refresh).json()["reason"], "revoked");
    assert_eq!(app.refresh(&bob.refresh).status, 200);
    assert_eq!(app.refresh(&app.sign_in("ada").refresh).status, 200);
}

#[test]
fn a_renamed_account_is_found_by_whatever_name_still_leads_to_it() {
    let application = Application::new();
    let app = TestApp::with(|config| {
        application.configure(config);
        let query = "SELECT id, login AS name, password_hash AS hash, roles, NOT active AS disabled
            FROM app.people WHERE login = $1 OR email = $1";
        config.users_query = Some(jeton::store::postgres::UsersQuery::parse(query).unwrap());
    });
    let tokens = app.sign_in("Ada@example.org");
    application.sql("UPDATE app.people SET login = 'Countess'");
    let tokens = app.refresh(&tokens.refresh).tokens();
    application.sql("UPDATE app.people SET login = 'Ada', email = 'countess@example.org'");
    let tokens = app.refresh(&tokens.refresh).tokens();
    application.sql("UPDATE app.people SET login = 'Countess'");
    is_over(&app, &tokens);
    // Whoever takes the name is not taken for her.
    application.add(43, "Ada", "{}");
    is_over(&app, &tokens);
    // She signs in under the new name, and her other device is known again.
    app.sign_in("Countess");
    let again = app.refresh(&tokens.refresh).tokens();
    assert_eq!(app.verify(&again.access).header("x-auth-subject"), "42");
}

#[test]
fn names_are_compared_as_the_application_compares_them() {
    let application = Application::new();
    let app = TestApp::with(|config| {
        application.configure(config);
        let query = "SELECT id, login AS name, password_hash AS hash, roles, false AS disabled
            FROM app.people WHERE login = $1 -- as it was typed";
        config.users_query = Some(jeton::store::postgres::UsersQuery::parse(query).unwrap());
    });
    assert_eq!(app.try_sign_in("ada", &json!({})).status, 401);
    let tokens = app.sign_in("Ada");
    assert_eq!(app.refresh(&tokens.refresh).status, 200);
    let nul = app.post("/login", &json!({ "username": "Ada\u{0}", "password": PASSWORD }));
    assert_eq!(nul.status, 401, "{nul:?}");
}

#[test]
fn a_hash_of_another_program_is_checked_as_it_stands_and_never_renewed() {
    let application = Application::new();
    // Django's, of tests/vectors/foreign-hashes.jsonl.
    let hash = "bcrypt$$2b$05$.JeOVpQbaoB9hDd6JM.kTeRD0W/LLl8xVMktbsByuAD9.ehIUQV5i";
    application.sql(&format!("UPDATE app.people SET password_hash = '{hash}'"));
    let app = application.serve();
    let login = |password: &str| app.post("/login", &json!({ "username": "ada", "password": password })).status;
    assert_eq!(login("correct horse battery staple"), 200);
    assert_eq!(login("correct horse battery stapler"), 401);
    assert_eq!(application.sql("SELECT password_hash FROM app.people"), [hash]);
    application.sql("UPDATE app.people SET password_hash = NULL");
    assert_eq!(login("correct horse battery staple"), 401);
    assert_eq!(login(""), 401);
}
