//! `jeton serve --dev`: the demo user, and the lines that are pasted into another shell.

use crate::home::Home;
use crate::process::{PATIENCE, Process};
use crate::server::Server;

/// All that is printed for whoever tries it; it is whole once the last line of the tour is there.
fn printed(server: &Server) -> String {
    server
        .process
        .stdout
        .wait_for(|text| (text.contains("== Sign out") && text.ends_with("\n\n")).then(|| text.to_owned()))
}

#[test]
fn the_password_of_the_demo_user_is_shown_once_and_works() {
    let home = Home::new();
    let server = home.serve_dev();
    let text = printed(&server);
    let (_, password) = text.split_once("The user demo has the password ").expect("it is said");
    let password = password.lines().next().unwrap().to_owned();
    assert_eq!(server.login("demo", &password).status, 200);
    let first = server.stop().exits(0);
    assert!(!first.stderr.contains(&password), "not in the log");

    let second = home.serve_dev();
    assert_eq!(second.login("demo", &password).status, 200, "it is still the same");
    let second = second.stop().exits(0);
    assert!(!second.stdout.contains(&password) && !second.stdout.contains("curl"), "{second:?}");
}

#[test]
fn a_store_with_people_gets_no_demo_user() {
    let home = Home::new();
    home.add("ada");
    home.serve_dev().stop().exits(0);
    let users = home.json(&["user", "list", "--json"]);
    assert_eq!(users.as_array().unwrap().len(), 1, "{users}");
}

#[test]
fn without_dev_there_is_no_demo_user() {
    let home = Home::new();
    let done = home.serve().stop().exits(0);
    assert_eq!(done.stdout, "");
    assert_eq!(home.json(&["user", "list", "--json"]), serde_json::json!([]));
}

#[test]
fn the_lines_work_as_they_are_pasted() {
    let home = Home::new();
    // Fails with what is missing: the tour is curl's.
    Process::start(&mut home.command("curl", &["--version"])).finish(PATIENCE).exits(0);
    let server = home.serve_dev();
    let text = printed(&server);
    let lines: Vec<_> = text.lines().filter(|line| line.starts_with("  ") || line.is_empty()).collect();
    let pasted = Process::start_with_input(&mut home.command("bash", &[]), lines.join("\n").as_bytes());
    let done = pasted.finish(PATIENCE).exits(0);
    assert_eq!(done.stderr, "", "{}", done.stdout);
    let mut rest = done.stdout.to_ascii_lowercase();
    for step in [
        r#""access_token":"ey"#,
        r#""sub":""#,
        r#""keys":[{"#,
        r#""username":"demo""#,
        r#""current":true"#,
        r#""refresh_token":"rt1_"#,
        "refresh-outcome: repeated",
        "http/1.1 204 no content",
        r#""reason":"revoked""#,
    ] {
        let (_, after) = rest.split_once(step).unwrap_or_else(|| panic!("no {step} in its place:\n{}", done.stdout));
        rest = after.to_owned();
    }
}
