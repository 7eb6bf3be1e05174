//! A password typed by somebody: util-linux's `script` is the terminal, its `setsid` the lack of one.

use crate::home::Home;
use crate::process::{Done, PATIENCE, Process};

const JETON: &str = env!("CARGO_BIN_EXE_jeton");

/// Runs `jeton user add ada` on a terminal where two lines are typed, each when it is asked for.
fn type_two(home: &Home, first: &str, second: &str) -> Done {
    let command = format!("{JETON} user add ada");
    let script = ["--quiet", "--return", "--flush", "--command", &command, "/dev/null"];
    let mut process = Process::start_with_more_to_come(&mut home.command("script", &script));
    for (prompt, typed) in [("Password: ", first), ("Again: ", second)] {
        process.stdout.wait_for(|text| text.contains(prompt).then_some(()));
        process.write(format!("{typed}\n").as_bytes());
    }
    process.finish(PATIENCE)
}

#[test]
fn the_terminal_is_asked_twice() {
    let home = Home::new();
    type_two(&home, "correct horse", "correct house").exits(1);
    assert_eq!(home.json(&["user", "list", "--json"]), serde_json::json!([]));
    type_two(&home, "correct horse", "correct horse").exits(0);
    assert_eq!(home.serve().login("ada", "correct horse").status, 200);
}

#[test]
fn without_a_terminal_it_says_what_to_use_instead() {
    let home = Home::new();
    let mut command = home.command("setsid", &["--wait", JETON, "user", "add", "ada"]);
    Process::start_with_input(&mut command, b"correct horse\n").finish(PATIENCE).exits(1).says("--password-stdin");
    assert_eq!(home.json(&["user", "list", "--json"]), serde_json::json!([]));
}
