//! How the keys are fetched: the trait behind which the HTTP client can be replaced.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// A longer answer is refused. A key has less than 1 KiB.
pub const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// What a [`Fetch`] is at.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Answer, FetchError>> + 'a>>;

/// An HTTP client, as far as it is needed here: one GET of one address, which comes from the service's
/// own settings and never from a token.
///
/// It runs on the keeper's own thread, inside a tokio runtime of that thread: an async client such as
/// reqwest works there as it does anywhere (give it one of its own, since its connections live in that
/// runtime), and a blocking one may block. What does not end in time counts as failed, and so does what
/// panics; a client that blocks must give up by itself.
///
/// It must not follow redirects, and must not read more than [`MAX_ANSWER_BYTES`] and a little.
///
/// ```
/// use jeton::remote::{Answer, Fetch, FetchError, Fetching};
///
/// /// Keys that something else puts into a file.
/// struct File;
///
/// impl Fetch for File {
///     fn fetch<'a>(&'a self, _url: &'a str) -> Fetching<'a> {
///         Box::pin(async {
///             let body = std::fs::read("jwks.json").map_err(|error| FetchError::Unreachable(error.to_string()))?;
///             Ok(Answer { status: 200, body, ..Answer::default() })
///         })
///     }
/// }
/// ```
pub trait Fetch: Send + Sync {
    /// GETs this address.
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a>;
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status. Only 200 will do: a redirect is a failure.
    pub status: u16,
    /// The header Cache-Control.
    pub cache_control: Option<String>,
    /// The header Age.
    pub age: Option<String>,
    /// The body: a JWK Set.
    pub body: Vec<u8>,
}

/// Why there are no new keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// No answer, and why not.
    Unreachable(String),
    /// No answer in time.
    TimedOut,
    /// An answer of another status than 200.
    Status(u16),
    /// An answer longer than [`MAX_ANSWER_BYTES`].
    TooLarge,
    /// No JWK Set, or one without a key that can be used. It never replaces keys that work.
    Unusable,
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // It may hold words of the other side's, which must not forge a line of a log.
            Self::Unreachable(why) => write!(f, "no answer: {}", why.escape_debug()),
            Self::TimedOut => f.write_str("no answer in time"),
            Self::Status(status) => write!(f, "the status is {status}, not 200"),
            Self::TooLarge => write!(f, "the answer is over {} KiB", MAX_ANSWER_BYTES / 1024),
            Self::Unusable => f.write_str("the answer is no JWK Set with a key that can be used"),
        }
    }
}

impl std::error::Error for FetchError {}
