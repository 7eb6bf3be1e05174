//! The source files, and what is code in them: no comments, no strings, no tests.

use std::fs;
use std::path::Path;

/// A file, and its code with comments, strings and tests blanked out; lines stay where they are.
pub struct Source {
    /// Its path below the project's root: `src/http/mod.rs`.
    pub path: String,
    /// As it stands.
    pub text: String,
    /// What is compiled outside of tests.
    pub code: String,
}

impl Source {
    /// The module of the crate that it belongs to: `http` for all of src/http, `main` for main.rs.
    pub fn module(&self) -> &str {
        let below = self.path.strip_prefix("src/").expect("only src has modules");
        below.split('/').next().map(|first| first.strip_suffix(".rs").unwrap_or(first)).unwrap_or_default()
    }

    /// How many modules it is inside of: 1 for src/http/mod.rs and src/clock.rs, 2 for src/http/me.rs.
    pub fn depth(&self) -> usize {
        let parts = self.path.split('/').count() - 1;
        if self.path.ends_with("/mod.rs") { parts - 1 } else { parts }
    }

    /// The words of the code, each with its line.
    pub fn words(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().flat_map(|(index, line)| {
            let words = line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '\'');
            words.filter(|word| !word.is_empty()).map(move |word| (index + 1, word))
        })
    }
}

/// Every file of src that is not all tests.
pub fn shipped() -> Vec<Source> {
    let mut files = below("src");
    files.retain(|file| !file.path.ends_with("/tests.rs") && !file.path.contains("/tests/"));
    assert!(files.len() > 40, "src is where it is looked for");
    files
}

/// Every Rust file below a folder of the project, in the order of their paths; none where there is no
/// such folder.
pub fn below(folder: &str) -> Vec<Source> {
    let Ok(entries) = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries.map(Result::unwrap) {
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            found.extend(below(&path));
        } else if path.ends_with(".rs") {
            let text = fs::read_to_string(entry.path()).unwrap();
            let code = without_tests(without_prose(&text));
            found.push(Source { path, text, code });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Blanks out comments and what stands in quotes.
fn without_prose(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let prose = prose_length(rest, code.chars().next_back());
        let (taken, after) = rest.split_at(prose.unwrap_or(first.len_utf8()));
        if prose.is_some() {
            code.extend(taken.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        } else {
            code.push_str(taken);
        }
        rest = after;
    }
    code
}

/// The length of the comment or literal that `rest` begins with, if it begins with one.
fn prose_length(rest: &str, before: Option<char>) -> Option<usize> {
    let up_to = |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(up_to("*/", 2));
    }
    if rest.starts_with('"') {
        return Some(quoted_length(rest, '"'));
    }
    if rest.starts_with('r') && !in_word || rest.starts_with('r') && before == Some('b') {
        let hashes = rest[1..].chars().take_while(|&c| c == '#').count();
        if rest[1 + hashes..].starts_with('"') {
            return Some(up_to(&format!("\"{}", "#".repeat(hashes)), hashes + 2));
        }
    }
    // A character, and not a lifetime: it is closed after one character, or escaped.
    let mut after = rest.strip_prefix('\'')?.chars();
    let is_character = after.next()? == '\\' || after.next() == Some('\'');
    is_character.then(|| quoted_length(rest, '\''))
}

/// The length of a literal in quotes, escapes heeded.
fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    rest.len()
}

/// Blanks out every item that is for tests only.
fn without_tests(mut code: String) -> String {
    const MARK: &str = "#[cfg(test)]";
    while let Some(start) = code.find(MARK) {
        let end = start + MARK.len() + item_length(&code[start + MARK.len()..]);
        let blank = code[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect::<String>();
        code.replace_range(start..end, &blank);
    }
    code
}

/// The length of the item that `code` begins with: up to its semicolon or closing brace.
fn item_length(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '}' if depth == 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

#[test]
fn comments_strings_and_tests_are_not_code() {
    let text = r##"//! crate::a
use crate::b; // crate::c
/* crate::d
 */ const E: &str = "crate::\"e"; const F: &[u8] = br#"crate::f"#; const G: char = '"';
fn h<'a>(x: &'a str) { let y = '\''; }
#[cfg(test)]
mod tests { use crate::i; fn j() {} }
use crate::k;
"##;
    let code = without_tests(without_prose(text));
    assert_eq!(code.matches("crate::").count(), 2, "{code}");
    assert!(code.contains("use crate::b;") && code.contains("use crate::k;") && code.contains("fn h<'a>"), "{code}");
    assert_eq!(code.lines().count(), text.lines().count());
}
