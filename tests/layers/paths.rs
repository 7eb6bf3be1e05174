//! The paths that code names from the crate's root, use trees spread out.

use crate::source::Source;

/// A path without `crate::`, and its line.
#[derive(Debug, PartialEq, Eq)]
pub struct Named {
    pub line: usize,
    pub path: Vec<String>,
}

/// Every `crate::…` (in main.rs `jeton::…`) of a file's code; macros, which have no module, left out.
pub fn named(file: &Source) -> Vec<Named> {
    let root = if file.module() == "main" { "jeton" } else { "crate" };
    let tokens = tokens(&file.code);
    let mut found = Vec::new();
    for start in 0..tokens.len() {
        if tokens[start].1 == root && tokens.get(start + 1).is_some_and(|next| next.1 == "::") {
            let mut paths = Vec::new();
            spread(&tokens, start + 2, &mut Vec::new(), &mut paths);
            found.extend(paths.into_iter().map(|path| Named { line: tokens[start].0, path }));
        }
    }
    found
}

/// The longest chain of `super::` in a file's code, and its line.
pub fn highest_super(file: &Source) -> Option<(usize, usize)> {
    let tokens = tokens(&file.code);
    let chain = |start: usize| {
        tokens[start..]
            .chunks(2)
            .take_while(|pair| pair[0].1 == "super" && pair.get(1).is_some_and(|next| next.1 == "::"))
            .count()
    };
    (0..tokens.len()).map(|start| (tokens[start].0, chain(start))).max_by_key(|(_, length)| *length)
}

/// Collects the paths of the use tree at `at`; where it ends.
fn spread(tokens: &[Token], mut at: usize, stem: &mut Vec<String>, paths: &mut Vec<Vec<String>>) -> usize {
    let outer = stem.len();
    while let Some((_, token)) = tokens.get(at) {
        if token == "{" {
            at += 1;
            while tokens.get(at).is_some_and(|(_, token)| token != "}") {
                at = spread(tokens, at, stem, paths);
                if tokens.get(at).is_some_and(|(_, token)| token == ",") {
                    at += 1;
                }
            }
            stem.truncate(outer);
            return at + 1;
        }
        stem.push(token.clone());
        at += 1;
        match tokens.get(at).map(|(_, token)| token.as_str()) {
            Some("::") => at += 1,
            // `name as other`: the other name is nobody's path.
            Some("as") => {
                at += 2;
                break;
            }
            _ => break,
        }
    }
    let is_macro = tokens.get(at).is_some_and(|(_, token)| token == "!");
    if !is_macro && !stem.is_empty() {
        paths.push(stem.clone());
    }
    stem.truncate(outer);
    at
}

type Token = (usize, String);

/// Words, `::`, and every other character by itself, with their lines.
fn tokens(code: &str) -> Vec<Token> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = match first {
                c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
                ':' if rest.starts_with("::") => 2,
                c => c.len_utf8(),
            };
            found.push((index + 1, rest[..length].to_owned()));
            rest = rest[length..].trim_start();
        }
    }
    found
}

#[test]
fn use_trees_are_spread_out_and_macros_left_out() {
    let code = "use crate::{a::{B, self, c::*}, d as e};\nfn f(g: crate::h::I) { crate::j!(); super::super::k() }";
    let file = Source { path: "src/x/y.rs".to_owned(), text: String::new(), code: code.to_owned() };
    let paths: Vec<_> = named(&file).into_iter().map(|named| (named.line, named.path.join("::"))).collect();
    let expected = ["a::B", "a::self", "a::c::*", "d"].map(|path| (1, path.to_owned()));
    assert_eq!(paths, [&expected[..], &[(2, "h::I".to_owned())]].concat());
    assert_eq!(highest_super(&file), Some((2, 2)));
    assert_eq!(file.depth(), 2);
}
