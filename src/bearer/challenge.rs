//! The answer to missing or bad credentials (RFC 6750 §3), pure.

use std::fmt;
use std::time::Duration;

use serde_json::json;

use crate::scope::Scope;
use crate::verify::Rejection;

/// Why a request is not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// No bearer token at all: 401 without an error code in the header.
    NoCredentials,
    /// Credentials that could be read in two ways: 400.
    Ambiguous,
    /// A token that is refused: 401.
    InvalidToken(Rejection),
    /// A good token whose claims are not of the form that the service reads: 401, since a refreshed one may be.
    OtherClaims,
    /// A good token whose user may not sign in any more: 401, as for one that expired.
    UserGone,
    /// A good token that does not allow this: 403.
    InsufficientScope(Scope),
    /// A good token of a user who lacks the role: 403.
    InsufficientRole,
    /// Nobody knows: the keys could not be fetched. 503, so that nobody is signed out for it.
    KeysUnavailable {
        /// When it is worth another try.
        retry_after: Duration,
    },
    /// The service was put together without a verifier: 500.
    NoVerifier,
}

impl Challenge {
    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Ambiguous => 400,
            Self::NoCredentials | Self::InvalidToken(_) | Self::OtherClaims | Self::UserGone => 401,
            Self::InsufficientScope(_) | Self::InsufficientRole => 403,
            Self::NoVerifier => 500,
            Self::KeysUnavailable { .. } => 503,
        }
    }

    /// The error code of the body. It stands in the header too, except for [`Self::NoCredentials`].
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoCredentials => "unauthorized",
            Self::Ambiguous => "invalid_request",
            Self::InvalidToken(_) | Self::OtherClaims | Self::UserGone => "invalid_token",
            Self::InsufficientScope(_) | Self::InsufficientRole => "insufficient_scope",
            Self::KeysUnavailable { .. } => "temporarily_unavailable",
            Self::NoVerifier => "server_error",
        }
    }

    /// A sentence for people, safe inside a quoted string.
    pub const fn description(&self) -> &'static str {
        match self {
            Self::NoCredentials => "A bearer token is needed",
            Self::Ambiguous => "Exactly one Authorization header with one bearer token is needed",
            Self::InvalidToken(rejection) => rejection.description(),
            Self::OtherClaims => "The token's claims are not those that are needed here",
            Self::UserGone => "The user of the token can no longer sign in",
            Self::InsufficientScope(_) => "The token does not allow this",
            Self::InsufficientRole => "The token's roles do not allow this",
            Self::KeysUnavailable { .. } => "Try again in a moment",
            Self::NoVerifier => "Something went wrong here",
        }
    }

    /// The finer reason, where there is one.
    pub const fn reason(&self) -> Option<&'static str> {
        match self {
            Self::InvalidToken(rejection) => Some(rejection.reason()),
            Self::OtherClaims => Some(Rejection::Malformed.reason()),
            _ => None,
        }
    }

    /// The value of Retry-After in whole seconds, rounded up and at least one; where there is any use in it.
    pub const fn retry_after(&self) -> Option<u64> {
        match self {
            Self::KeysUnavailable { retry_after: Duration::ZERO } => Some(1),
            Self::KeysUnavailable { retry_after } => {
                Some(retry_after.as_secs().saturating_add((retry_after.subsec_nanos() > 0) as u64))
            }
            _ => None,
        }
    }

    /// The value of WWW-Authenticate, for a status below 500.
    ///
    /// A scope is put there only where every word is of RFC 6749's scope-token characters, so that
    /// nothing can break out of the quotes.
    pub fn www_authenticate(&self) -> String {
        let mut value = String::from(r#"Bearer realm="jeton""#);
        if *self == Self::NoCredentials {
            return value;
        }
        value.push_str(&format!(r#", error="{}", error_description="{}""#, self.code(), self.description()));
        if let Self::InsufficientScope(scope) = self
            && !scope.is_empty()
            && scope.words().iter().all(|word| is_scope_token(word))
        {
            value.push_str(&format!(r#", scope="{scope}""#));
        }
        value
    }

    /// The JSON body.
    pub fn body(&self) -> String {
        let mut body = json!({ "error": self.code(), "error_description": self.description() });
        if let Some(reason) = self.reason() {
            body["reason"] = reason.into();
        }
        body.to_string()
    }
}

/// RFC 6749 §3.3: visible ASCII except the quote and the backslash.
fn is_scope_token(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

impl std::error::Error for Challenge {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_says_what_rfc_6750_asks_for() {
        assert_eq!(Challenge::NoCredentials.www_authenticate(), r#"Bearer realm="jeton""#);
        assert_eq!(
            Challenge::InvalidToken(Rejection::Expired).www_authenticate(),
            r#"Bearer realm="jeton", error="invalid_token", error_description="The token has expired""#
        );
        let needed = |scope| Challenge::InsufficientScope(Scope::parse(scope)).www_authenticate();
        assert!(needed("read write").ends_with(r#", scope="read write""#));
        assert!(!needed("a\" injected=\"b").contains("injected"), "nothing breaks out of the quotes");
        assert!(!needed("a\r\nx").contains("scope=\""));
        assert!(!needed("").contains("scope=\""));
    }

    #[test]
    fn the_body_names_the_reason() {
        let body = Challenge::InvalidToken(Rejection::WrongType).body();
        assert!(body.contains(r#""error":"invalid_token""#) && body.contains(r#""reason":"wrong_type""#));
        assert!(!Challenge::NoCredentials.body().contains("reason"));
        assert!(Challenge::OtherClaims.body().contains(r#""reason":"malformed""#));
    }

    #[test]
    fn what_is_not_the_clients_fault_is_no_4xx() {
        let unavailable = |millis| Challenge::KeysUnavailable { retry_after: Duration::from_millis(millis) };
        assert_eq!((unavailable(0).status(), unavailable(0).code()), (503, "temporarily_unavailable"));
        for (millis, seconds) in [(0, 1), (1, 1), (1000, 1), (1001, 2), (10_000, 10)] {
            assert_eq!(unavailable(millis).retry_after(), Some(seconds), "{millis} ms");
        }
        assert_eq!((Challenge::NoVerifier.status(), Challenge::NoVerifier.code()), (500, "server_error"));
    }
}
