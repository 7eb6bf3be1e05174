//! Settings that are lists of words: audiences, scopes, clients.

use super::value::{Parsed, Value};
use crate::id::is_client_label;
use crate::scope::{Scope, is_well_formed_word};

/// At least one audience: 1 to 255 visible ASCII characters each, most often a URL.
pub(super) fn audience(value: &Value) -> Parsed<Vec<String>> {
    let is_audience = |item: &str| (1..=255).contains(&item.len()) && item.bytes().all(|byte| byte.is_ascii_graphic());
    at_least_one(words(&value.items()?, is_audience)?)
}

/// Scope words, also separated by spaces, as they are on the wire. May be none.
pub(super) fn scopes(value: &Value) -> Parsed<Scope> {
    let items: Vec<&str> = value.items()?.into_iter().flat_map(|item| item.split(' ')).collect();
    Ok(words(&items, is_well_formed_word)?.into_iter().collect())
}

/// At least one client label. An empty list could mean nobody or everybody, so it is refused.
pub(super) fn clients(value: &Value) -> Parsed<Option<Vec<String>>> {
    at_least_one(words(&value.items()?, is_client_label)?).map(Some)
}

/// The items as words without repetitions, if every one is well-formed.
fn words(items: &[&str], is_well_formed: impl Fn(&str) -> bool) -> Parsed<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if !is_well_formed(item) {
            return Err(format!("item {} of the list is not well-formed", index + 1));
        }
        if !words.iter().any(|word| word == item) {
            words.push((*item).to_owned());
        }
    }
    Ok(words)
}

fn at_least_one(words: Vec<String>) -> Parsed<Vec<String>> {
    if words.is_empty() { Err("the list is empty".to_owned()) } else { Ok(words) }
}
