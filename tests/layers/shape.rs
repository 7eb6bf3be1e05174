//! How files begin, and how long they are.

use crate::none_found;
use crate::source::{Source, below, shipped};

const MOST_LINES: usize = 400;

/// Files that may be longer, each with why it still answers one question.
const LONG: &[(&str, &str)] = &[];

fn opening(file: &Source) -> usize {
    file.text.lines().take_while(|line| line.starts_with("//!")).count()
}

#[test]
fn every_file_says_what_it_is() {
    let all = ["src", "tests", "benches", "examples"].map(below).into_iter().flatten();
    let findings: Vec<_> = all.filter(|file| opening(file) == 0).map(|file| file.path).collect();
    none_found("These files do not begin with a //! line that says which question they answer:", &findings);
}

#[test]
fn every_folder_opens_with_a_paragraph() {
    let files = shipped();
    let is_root = |file: &Source| {
        let folder = file.path.strip_suffix(".rs").expect("it is Rust").to_owned() + "/";
        file.path.ends_with("/mod.rs") || files.iter().any(|other| other.path.starts_with(&folder))
    };
    let short = files.iter().filter(|file| is_root(file) && opening(file) < 2);
    let findings: Vec<_> = short.map(|file| file.path.clone()).collect();
    none_found("These folders do not open with a paragraph: what it owns, what it does not, who calls it:", &findings);
}

#[test]
fn no_file_is_longer_than_a_reader_has_patience_for() {
    let all: Vec<_> = ["src", "tests", "benches", "examples"].map(below).into_iter().flatten().collect();
    let is_listed = |path: &str| LONG.iter().any(|(listed, _)| *listed == path);
    let mut findings = Vec::new();
    for file in &all {
        let lines = file.text.lines().count();
        match (lines > MOST_LINES, is_listed(&file.path)) {
            (true, false) => findings.push(format!("{}: {lines} lines", file.path)),
            (false, true) => findings.push(format!("{}: short again, take it off the list", file.path)),
            _ => {}
        }
    }
    none_found("Files over 400 lines mostly answer two questions; give the second one a file of its own:", &findings);
}
