//! Where the lines come from, and what is said where they cannot be read.

use super::{import, import_text, login, person};
use crate::home::{Home, PASSWORD};
use crate::process::{PATIENCE, Process};

#[test]
fn standard_input_is_read_where_its_format_is_given() {
    let home = Home::new();
    let text = person("ada").to_string();
    home.run_with_input(&["user", "import", "-", "--format", "jsonl"], text.as_bytes()).exits(0);
    home.run_with_input(&["user", "import", "-"], text.as_bytes()).exits(2).says("--format");
    let text = format!("username,hash\nbob,{}\n", super::HASHES[0]);
    home.run_with_input(&["user", "import", "-", "--format", "csv"], text.as_bytes()).exits(0);
    let server = home.serve();
    login(&server, "ada", PASSWORD).tokens();
    login(&server, "bob", PASSWORD).tokens();
}

#[test]
fn a_name_that_says_no_format_needs_one() {
    let home = Home::new();
    let text = person("ada").to_string();
    import_text(&home, "people.txt", text.as_bytes(), &[]).exits(2).says("give --format jsonl or --format csv");
    import_text(&home, "people.txt", text.as_bytes(), &["--format", "xml"]).exits(2);
    import_text(&home, "people.txt", text.as_bytes(), &["--format", "jsonl"]).exits(0);
}

#[test]
fn a_file_that_is_not_there_or_empty_is_said_so() {
    let home = Home::new();
    home.run(&["user", "import", "nothing.jsonl"]).exits(1).says("the file cannot be read");
    home.run(&["user", "import"]).exits(2);
    let done = import(&home, &[], &[]).exits(0);
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), ("added 0, replaced 0, unchanged 0, refused 0\n", ""));
}

#[test]
fn a_bar_is_drawn_on_a_terminal_and_nowhere_else() {
    let home = Home::new();
    let lines: Vec<_> = (0..3_000).map(|number| person(&format!("person {number}"))).collect();
    assert_eq!(import(&home, &lines, &[]).exits(0).complaints(), "", "no bar in a file");
    let command = format!("{} user import people.jsonl", env!("CARGO_BIN_EXE_jeton"));
    let script = ["--quiet", "--return", "--flush", "--command", &command, "/dev/null"];
    let mut command = home.command("script", &script);
    let done = Process::start(command.env("TERM", "xterm")).finish(PATIENCE).exits(0);
    assert!(done.stdout.contains('%') && done.stdout.contains("unchanged 3000"), "{done:?}");
}
