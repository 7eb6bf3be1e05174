//! Why a token is refused.

use std::fmt;

/// Why a token is refused: the `reason` beside `invalid_token`, in the order in which it is looked
/// for (the first match is told).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// No compact JWS of strict base64url and strict JSON, or claims of a wrong form.
    Malformed,
    /// `typ` is not `at+jwt`: a refresh, ID, logout or status token is no access token (RFC 9068 §4).
    WrongType,
    /// No key of this `kid`.
    UnknownKey,
    /// The signature is not this key's, or `alg` is not this key's.
    BadSignature,
    /// `iss` is another.
    WrongIssuer,
    /// `aud` does not contain the audience.
    WrongAudience,
    /// `nbf` or `iat` lies in the future.
    NotYetValid,
    /// `exp` has passed.
    Expired,
}

impl Rejection {
    /// The stable word of the wire contract.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::WrongType => "wrong_type",
            Self::UnknownKey => "unknown_key",
            Self::BadSignature => "bad_signature",
            Self::WrongIssuer => "wrong_issuer",
            Self::WrongAudience => "wrong_audience",
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
        }
    }

    /// A sentence for people; may improve, echoes no input, safe inside a quoted string.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Malformed => "The token is not well formed",
            Self::WrongType => "The token is not an access token",
            Self::UnknownKey => "The token names a key that is not known",
            Self::BadSignature => "The token's signature is not valid",
            Self::WrongIssuer => "The token is of another issuer",
            Self::WrongAudience => "The token is for another audience",
            Self::NotYetValid => "The token is not valid yet",
            Self::Expired => "The token has expired",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

impl std::error::Error for Rejection {}
