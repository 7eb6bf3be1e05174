//! What a refreshed access token allows: what was granted, as far as the user has it now.

use jeton::scope::Scope;
use jeton::user::UserChange;
use serde_json::{Map, Value, json};

use crate::app::{START, TestApp, seconds};
use crate::reply::Reply;

fn with_scope(app: &TestApp, token: &str, scope: &str) -> Reply {
    app.post("/refresh", &json!({ "refresh_token": token, "scope": scope }))
}

fn scope(reply: &Reply) -> String {
    let told = reply.json()["scope"].as_str().unwrap_or_else(|| panic!("{reply:?}")).to_owned();
    let in_token = reply.tokens().claims().get("scope").map_or("", |scope| scope.as_str().unwrap()).to_owned();
    assert_eq!(told, in_token);
    told
}

#[test]
fn a_narrower_scope_is_for_this_access_token_only() {
    let app = TestApp::with(|config| config.scopes = Scope::parse("read write"));
    app.add_user("ada");
    let first = app.sign_in("ada");
    let narrow = with_scope(&app, &first.refresh, "read");
    assert_eq!(scope(&narrow), "read");
    let wide = app.refresh(&narrow.tokens().refresh);
    assert_eq!(scope(&wide), "read write");
    assert_eq!(scope(&with_scope(&app, &wide.tokens().refresh, "")), "");
}

#[test]
fn more_than_the_session_has_is_refused_and_is_no_use() {
    let app = TestApp::with(|config| config.scopes = Scope::parse("read write"));
    app.add_user("ada");
    let token = app.sign_in_with("ada", &json!({ "scope": "read" })).refresh;
    for more in ["write", "read write", "root"] {
        assert_eq!(with_scope(&app, &token, more).refusal(), "400 invalid_scope", "{more}");
    }
    assert_eq!(app.refresh(&token).outcome(), "rotated");
    assert_eq!(with_scope(&app, &token, "write").refusal(), "400 invalid_scope", "a retry is checked as well");
    assert_eq!(scope(&with_scope(&app, &token, "read")), "read");
}

#[test]
fn what_the_user_has_lost_is_gone_and_what_is_new_is_not_granted() {
    let app = TestApp::start();
    let ada = app.add("ada", |user| user.scopes = Scope::parse("read write"));
    let token = app.sign_in("ada").refresh;
    let set = |words| app.change(&ada, UserChange { scopes: Some(Scope::parse(words)), ..UserChange::default() });
    set("write admin");
    let less = app.refresh(&token);
    assert_eq!(scope(&less), "write");
    let asked = with_scope(&app, &less.tokens().refresh, "read write");
    assert_eq!(scope(&asked), "write", "asking for what the session has is no error");
    set("read write");
    assert_eq!(scope(&app.refresh(&asked.tokens().refresh)), "read write", "the grant itself never shrank");
}

#[test]
fn roles_and_custom_claims_are_read_again_and_the_sign_in_s_time_is_kept() {
    let app = TestApp::start();
    let ada = app.add("ada", |user| user.roles = vec!["reader".to_owned()]);
    let first = app.sign_in_with("ada", &json!({ "client_id": "web" }));
    app.change(
        &ada,
        UserChange {
            roles: Some(vec!["editor".to_owned(), "admin".to_owned()]),
            claims: Some(Map::from_iter([("team".to_owned(), json!("engine"))])),
            ..UserChange::default()
        },
    );
    app.clock.advance(seconds(3_600));
    let (old, new) = (first.claims(), app.refresh(&first.refresh).tokens().claims());
    assert_eq!((&new["roles"], &new["team"]), (&json!(["editor", "admin"]), &json!("engine")));
    for kept in ["iss", "sub", "aud", "sid", "client_id", "amr", "auth_time"] {
        assert_eq!(new[kept], old[kept], "{kept}");
    }
    let now = START.as_secs() + 3_600;
    assert_eq!((&new["auth_time"], &new["iat"]), (&json!(START.as_secs()), &json!(now)));
    assert_eq!(new["exp"], now + 600);
    assert_ne!(new["jti"], old["jti"]);

    let repeated = app.refresh(&first.refresh).tokens().claims();
    assert_eq!(repeated["roles"], json!(["editor", "admin"]));
    app.change(&ada, UserChange { roles: Some(Vec::new()), claims: Some(Map::new()), ..UserChange::default() });
    let repeated = app.refresh(&first.refresh).tokens().claims();
    assert_eq!((repeated.get("roles"), repeated.get("team")), (None::<&Value>, None));
}

#[test]
fn the_previous_access_token_stays_valid_until_its_own_expiry() {
    let app = TestApp::start();
    app.add_user("ada");
    let first = app.sign_in("ada");
    app.clock.advance(seconds(300));
    let second = app.refresh(&first.refresh).tokens();
    assert_eq!(app.verify(&first.access).status, 200, "a call in flight is not broken");
    app.clock.advance(seconds(305));
    assert_eq!(app.verify(&first.access).refusal(), "401 invalid_token expired");
    assert_eq!(app.verify(&second.access).status, 200);
}
