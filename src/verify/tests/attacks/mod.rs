//! One table of hostile tokens: a test for each line of security.md, and their number at the end.
//!
//! A generator makes the tokens of its line for one issuer; the table runs it for an issuer of every
//! algorithm, so that nothing holds for ES256 only.

mod claims;
mod form;
mod json;
mod keys;
mod signatures;

use super::{ISSUERS, check, say};
use crate::testing::TestIssuer;
use crate::verify::Rejection;

/// A token that must be refused.
struct Attack {
    /// What is wrong with it.
    name: String,
    token: String,
    /// The reason that must be told; `None` where any will do.
    reason: Option<Rejection>,
}

impl Attack {
    fn new(reason: Rejection, name: impl Into<String>, token: impl Into<String>) -> Self {
        Self { name: name.into(), token: token.into(), reason: Some(reason) }
    }
}

type Generator = fn(&TestIssuer) -> Vec<Attack>;

/// Every token of a line is refused for its reason, and the same issuer's good token still passes.
fn refuse(line: &str, generator: Generator) {
    for issuer in ISSUERS.iter() {
        let attacks = generator(issuer);
        assert!(!attacks.is_empty(), "{line} tries nothing");
        let verifier = issuer.verifier();
        for Attack { name, token, reason } in attacks {
            let told = verifier.verify(&token, super::NOW).map(|_| "accepted").map_err(Some);
            let (algorithm, start) = (issuer.algorithm(), token.chars().take(300).collect::<String>());
            match reason {
                Some(_) => assert_eq!(told, Err(reason), "{line}: {name} ({algorithm}): {start}"),
                None => assert!(told.is_err(), "{line}: {name} ({algorithm}): {start}"),
            }
        }
        assert!(check(issuer, &issuer.token_for("ada")).is_ok(), "{line}: the good token ({})", issuer.algorithm());
    }
}

macro_rules! lines {
    ($($line:ident: $generator:path;)*) => {
        const LINES: &[(&str, Generator)] = &[$((stringify!($line), $generator)),*];
        $(#[test] fn $line() { refuse(stringify!($line), $generator); })*
    };
}

lines! {
    the_signature_comes_before_any_claim: signatures::over_bad_claims;
    algorithms_are_an_allow_list_with_case_and_one_for_each_key: signatures::algorithms;
    a_public_key_is_never_taken_for_a_shared_secret: signatures::confusion;
    a_signature_has_one_form: signatures::forms;
    no_character_of_a_token_can_be_changed: signatures::changed_characters;
    keys_in_a_header_are_never_trusted: keys::embedded;
    a_kid_is_an_opaque_bounded_key: keys::kids;
    a_token_is_compact_base64url_only: form::compact;
    a_token_has_three_parts: form::parts;
    length_is_bounded: form::lengths;
    crit_and_b64_are_refused_in_any_form: form::extensions;
    only_an_access_token_is_one: form::types;
    header_and_claims_are_strict_json_objects: json::texts;
    no_member_stands_twice: json::twice;
    depth_is_bounded: json::depth;
    times_are_finite_numbers_in_range: claims::mistyped_times;
    times_hold_to_the_millisecond: claims::times;
    iss_is_one_string_and_ours: claims::issuers;
    aud_contains_us_exactly: claims::audiences;
    sub_is_present_and_known_claims_have_their_types: claims::other_types;
}

#[test]
fn the_number_of_attacks_is_told() {
    let counts = LINES.iter().map(|(line, generator)| {
        let count: usize = ISSUERS.iter().map(|issuer| generator(issuer).len()).sum();
        (*line, count)
    });
    let counts: Vec<_> = counts.collect();
    let total: usize = counts.iter().map(|(_, count)| count).sum();
    for (line, count) in &counts {
        say(&format!("{count:6} {line}"));
    }
    say(&format!("{total:6} hostile tokens in {} lines, for {} algorithms", LINES.len(), ISSUERS.len()));
    assert!(total >= 3000, "only {total}");
}
