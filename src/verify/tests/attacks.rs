//! The verifier against the generator of hostile tokens: a test for each line, and their number at the end.
//!
//! Each line is tried with an issuer of every algorithm, so that nothing holds for ES256 only.

use super::{ISSUERS, NOW, check, say, stranger};
use crate::testing::attacks::{Line, TOKEN_LINES, TokenAttack};

/// Every token of a line is refused for its reason, and the same issuer's good token still passes.
fn refuse(line: &Line) {
    let requirement = line.requirement();
    for issuer in ISSUERS.iter() {
        let verifier = issuer.verifier();
        let mut tried = 0;
        for TokenAttack { name, token, reason, .. } in line.attacks(issuer, stranger(issuer)) {
            let told = verifier.verify(&token, NOW).map(|_| "accepted").map_err(Some);
            let (algorithm, start) = (issuer.algorithm(), token.chars().take(300).collect::<String>());
            match reason {
                Some(_) => assert_eq!(told, Err(reason), "{requirement}: {name} ({algorithm}): {start}"),
                None => assert!(told.is_err(), "{requirement}: {name} ({algorithm}): {start}"),
            }
            tried += 1;
        }
        assert!(tried > 0, "{requirement} tries nothing");
        let good = check(issuer, &issuer.token_for("ada"));
        assert!(good.is_ok(), "{requirement}: the good token ({})", issuer.algorithm());
    }
}

macro_rules! lines {
    ($($line:ident)*) => {
        const TESTED: &[&str] = &[$(stringify!($line)),*];
        $(#[test] fn $line() {
            refuse(TOKEN_LINES.iter().find(|line| line.requirement() == stringify!($line)).unwrap());
        })*
    };
}

lines! {
    the_signature_comes_before_any_claim
    algorithms_are_an_allow_list_with_case_and_one_for_each_key
    a_public_key_is_never_taken_for_a_shared_secret
    a_signature_has_one_form
    no_character_of_a_token_can_be_changed
    keys_in_a_header_are_never_trusted
    a_kid_is_an_opaque_bounded_key
    a_token_is_compact_base64url_only
    a_token_has_three_parts
    length_is_bounded
    what_is_refused_is_refused_cheaply
    crit_and_b64_are_refused_in_any_form
    only_an_access_token_is_one
    header_and_claims_are_strict_json_objects
    no_member_stands_twice
    depth_is_bounded
    times_are_finite_numbers_in_range
    times_hold_to_the_millisecond
    iss_is_one_string_and_ours
    aud_contains_us_exactly
    sub_is_present_and_known_claims_have_their_types
}

#[test]
fn every_line_is_tested_and_the_number_of_attacks_is_told() {
    let lines: Vec<_> = TOKEN_LINES.iter().map(Line::requirement).collect();
    assert_eq!(TESTED, lines);
    let mut total = 0;
    for line in TOKEN_LINES {
        let count: usize = ISSUERS.iter().map(|issuer| line.attacks(issuer, stranger(issuer)).count()).sum();
        say(&format!("{count:6} {}", line.requirement()));
        total += count;
    }
    say(&format!("{total:6} hostile tokens in {} lines, for {} algorithms", lines.len(), ISSUERS.len()));
    assert!(total >= 3000, "only {total}");
}
