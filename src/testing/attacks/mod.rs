//! Hostile input: tokens and requests that must be refused, each with a name.
//!
//! Owns one generator for all who must refuse: our own tests of the verifier, the server, the extractor
//! and a gateway, and adopters' tests of what they built. It does not judge and sends nothing; it only
//! makes texts. [`TOKEN_LINES`] has a [`Line`] for each requirement on tokens; [`requests`] gives what
//! can be wrong around a token, as bytes for a socket. Called by tests only.
//!
//! ```
//! use jeton::clock::Timestamp;
//! use jeton::testing::{ManualClock, TestIssuer, attacks};
//!
//! // Some attacks are a millisecond off: time must stand still.
//! let now = Timestamp::from_secs(1_795_253_400);
//! let issuer = TestIssuer::new().with_clock(ManualClock::new(now));
//! let (verifier, stranger) = (issuer.verifier(), issuer.stranger());
//! for attack in attacks::tokens(&issuer, &stranger) {
//!     assert!(verifier.verify(&attack.token, now).is_err(), "{}: {}", attack.line, attack.name);
//! }
//! ```

mod claims;
mod compact;
mod confusion;
mod form;
mod json;
mod keys;
mod largest;
mod requests;
mod signatures;

pub use requests::{CANARY, RequestAttack, requests};

use super::TestIssuer;
use crate::verify::Rejection;

/// A token that must be refused.
#[derive(Clone, Debug)]
pub struct TokenAttack {
    /// The requirement that it breaks.
    pub line: &'static str,
    /// What is wrong with it.
    pub name: String,
    /// Its text. Not always one that fits into a header: see [`Self::fits_into_a_header`].
    pub token: String,
    /// The reason that jeton gives under a policy with 5 s of leeway and a longest lifetime between ten
    /// minutes and a day; `None` where any reason will do.
    pub reason: Option<Rejection>,
}

impl TokenAttack {
    /// Whether the token is one word that a header carries as it stands: white space at its ends would be
    /// taken off on the way, and control characters end a header.
    pub fn fits_into_a_header(&self) -> bool {
        !self.token.is_empty() && self.token.bytes().all(|byte| byte.is_ascii_graphic() || byte >= 0x80)
    }
}

/// A token in the making: name, text, reason.
struct Attack {
    name: String,
    token: String,
    reason: Option<Rejection>,
}

impl Attack {
    fn new(reason: Rejection, name: impl Into<String>, token: impl Into<String>) -> Self {
        Self { name: name.into(), token: token.into(), reason: Some(reason) }
    }
}

/// Who takes part: the issuer whom the attacked trusts, and a stranger of the same names and the same
/// algorithm whose key it does not know.
#[derive(Clone, Copy)]
struct Sides<'a> {
    issuer: &'a TestIssuer,
    stranger: &'a TestIssuer,
}

/// A requirement, and how the tokens that break it are made.
pub struct Line {
    requirement: &'static str,
    generate: fn(Sides<'_>) -> Vec<Attack>,
}

impl Line {
    /// The requirement, as a sentence in one word.
    pub const fn requirement(&self) -> &'static str {
        self.requirement
    }

    /// The tokens that break it. `stranger` is what [`TestIssuer::stranger`] gives.
    pub fn attacks(&self, issuer: &TestIssuer, stranger: &TestIssuer) -> impl Iterator<Item = TokenAttack> + use<> {
        let line = self.requirement;
        let attacks = (self.generate)(Sides { issuer, stranger });
        attacks.into_iter().map(move |Attack { name, token, reason }| TokenAttack { line, name, token, reason })
    }
}

macro_rules! lines {
    ($($requirement:ident: $generate:path;)*) => {
        &[$(Line { requirement: stringify!($requirement), generate: $generate }),*]
    };
}

/// Every requirement on tokens (RFC 8725, RFC 9068, and the bugs of other people's verifiers).
pub const TOKEN_LINES: &[Line] = lines! {
    the_signature_comes_before_any_claim: signatures::over_bad_claims;
    algorithms_are_an_allow_list_with_case_and_one_for_each_key: signatures::algorithms;
    a_public_key_is_never_taken_for_a_shared_secret: confusion::public_as_secret;
    a_signature_has_one_form: signatures::forms;
    no_character_of_a_token_can_be_changed: signatures::changed_characters;
    keys_in_a_header_are_never_trusted: keys::embedded;
    a_kid_is_an_opaque_bounded_key: keys::kids;
    a_token_is_compact_base64url_only: form::compact;
    a_token_has_three_parts: form::parts;
    length_is_bounded: form::lengths;
    what_is_refused_is_refused_cheaply: largest::tokens;
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
};

/// The tokens of every line, for an issuer and a [stranger](TestIssuer::stranger) to it.
pub fn tokens(issuer: &TestIssuer, stranger: &TestIssuer) -> impl Iterator<Item = TokenAttack> {
    TOKEN_LINES.iter().flat_map(|line| line.attacks(issuer, stranger))
}
