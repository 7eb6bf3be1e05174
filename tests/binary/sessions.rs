//! `jeton session …`

use crate::home::Home;
use crate::process::Done;
use crate::server::Server;

/// Where `ada` is signed in twice.
fn twice() -> (Home, Server, [crate::server::Tokens; 2]) {
    let home = Home::new();
    home.add("ada");
    let server = home.serve();
    let sessions = [server.sign_in("ada"), server.sign_in("ada")];
    (home, server, sessions)
}

fn live(home: &Home) -> Vec<String> {
    let sessions = home.json(&["session", "list", "ADA", "--json"]);
    let ids = sessions.as_array().unwrap().iter().map(|session| session["id"].as_str().unwrap().to_owned());
    ids.collect()
}

fn revoke(home: &Home, more: &[&str]) -> Done {
    home.run(&[&["session", "revoke"], more].concat())
}

#[test]
fn a_list_has_the_live_ones_and_no_secret() {
    let (home, server, [first, second]) = twice();
    let listed = home.json(&["session", "list", "ada", "--json"]);
    let newest = &listed[0];
    assert_eq!(listed.as_array().unwrap().len(), 2);
    for member in ["id", "created", "last_used", "expires", "client_id", "scope", "user_agent", "ip"] {
        assert!(newest.get(member).is_some_and(|value| !value.is_null()), "no {member} in {listed}");
    }
    assert_eq!((&newest["client_id"], &newest["ip"]), (&"default".into(), &"127.0.0.1".into()));
    let printed = listed.to_string() + &home.run(&["session", "list", "ada"]).exits(0).stdout;
    for tokens in [&first, &second] {
        assert!(printed.contains(&tokens.session), "{printed}");
        assert!(!printed.contains(&tokens.access) && !printed.contains(&tokens.refresh), "{printed}");
    }
    server.post("/logout", &serde_json::json!({ "refresh_token": first.refresh }));
    assert_eq!(live(&home), [second.session], "what is over is left out");
}

#[test]
fn one_session_ends_by_its_id_and_stays_over() {
    let (home, server, [first, second]) = twice();
    revoke(&home, &[&first.session]).exits(0);
    assert_eq!(server.refresh(&first.refresh).refused(400), ("invalid_grant", "revoked"));
    assert_eq!(live(&home), std::slice::from_ref(&second.session));
    revoke(&home, &[&first.session]).exits(0);
    assert_eq!(server.refresh(&second.refresh).status, 200, "the other one goes on");
}

#[test]
fn all_sessions_of_a_user_end_at_once() {
    let (home, server, sessions) = twice();
    revoke(&home, &["--user", "ADA"]).exits(0);
    for tokens in sessions {
        assert_eq!(server.refresh(&tokens.refresh).refused(400), ("invalid_grant", "revoked"));
    }
    assert!(live(&home).is_empty());
    assert_eq!(server.refresh(&server.sign_in("ada").refresh).status, 200, "a new one is not one of them");
}

#[test]
fn what_is_no_session_cannot_be_revoked() {
    let home = Home::new();
    revoke(&home, &["AAAAAAAAAAAAAAAAAAAAAA"]).exits(1).says("no such session");
    revoke(&home, &["not-an-id"]).exits(2);
}
