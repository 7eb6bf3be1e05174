//! The house rules that a compiler does not know (docs/architecture.md): who may call whom, what each
//! part must not know of, how files begin and how long they are. Everything is read from src as text;
//! a failure names file and line, and says what the rule is for.

mod arrows;
mod paths;
mod shape;
mod source;
mod words;

/// Fails with every finding at once.
#[track_caller]
fn none_found(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}\n  {}", findings.join("\n  "));
}
