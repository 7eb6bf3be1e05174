//! The one place where a refusal becomes a status, a code and a sentence.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError};
use serde_json::json;

use super::cause::Cause;
use crate::authority::{GrantRefused, LoginError, PasswordError, RefreshError, Refused, RegisterError};
use crate::bearer::Challenge;
use crate::store::Unavailable;
use crate::user::PasswordRefused;

/// An error answer: `{"error", "error_description", "reason"?}`. Codes are stable, texts may improve,
/// neither ever holds input.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    description: Cow<'static, str>,
    reason: Option<&'static str>,
    header: Option<Box<(HeaderName, Box<str>)>>,
    cause: Option<Box<str>>,
}

impl ApiError {
    const fn new(status: StatusCode, code: &'static str, description: &'static str) -> Self {
        Self { status, code, description: Cow::Borrowed(description), reason: None, header: None, cause: None }
    }

    /// 400 `invalid_request`, with what is wrong.
    pub const fn invalid_request(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    /// 400 `unsupported_grant_type` (RFC 6749 §5.2).
    pub const fn unsupported_grant_type() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unsupported_grant_type", "Only refresh_token is granted here")
    }

    /// 404.
    pub const fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here")
    }

    /// 405; the caller adds Allow.
    pub const fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This method is not for this path")
    }

    /// 408: the body did not come in time.
    pub const fn request_timeout() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", "The request's body did not come in time")
    }

    /// 413.
    pub const fn payload_too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", "The body is over 16 KiB")
    }

    /// 415.
    pub const fn unsupported_media_type() -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "The body must be application/json")
    }

    /// 431.
    pub const fn header_fields_too_large() -> Self {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        Self::new(status, "request_header_fields_too_large", "The request's head is over 16 KiB")
    }

    /// 500, opaque: the log has the request's id.
    pub fn server_error(cause: impl fmt::Display) -> Self {
        let error = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "Something went wrong here");
        Self { cause: Some(cause.to_string().into()), ..error }
    }

    /// 503 with Retry-After: never a 4xx where a store is out, since clients sign out on those. The cause is
    /// for the log.
    pub fn temporarily_unavailable(cause: impl fmt::Display) -> Self {
        let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "Try again in a moment");
        Self { cause: Some(cause.to_string().into()), ..error.with(RETRY_AFTER, "1") }
    }

    /// The hashing queue is full, or was waited in for too long.
    fn busy(wait: Duration) -> Self {
        Self::temporarily_unavailable("too many passwords are being checked")
            .with(RETRY_AFTER, &wait.as_secs().to_string())
    }

    /// 429 with Retry-After in whole seconds, rounded up: whoever waits so long is not refused again.
    pub fn too_many_attempts(wait: Duration) -> Self {
        let seconds = wait.as_millis().div_ceil(1_000).max(1);
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", "There were too many attempts; try again later")
            .with(RETRY_AFTER, &seconds.to_string())
    }

    /// Adds a header.
    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.header = Some(Box::new((name, value.into())));
        self
    }

    /// The whole answer.
    pub fn response(&self) -> HttpResponse {
        let mut body = json!({ "error": self.code, "error_description": self.description });
        if let Some(reason) = self.reason {
            body["reason"] = reason.into();
        }
        let mut response = HttpResponse::build(self.status);
        response.insert_header((CONTENT_TYPE, "application/json")).insert_header((CACHE_CONTROL, "no-store"));
        if let Some((name, value)) = self.header.as_deref() {
            response.insert_header((name.clone(), value.as_ref()));
        }
        let mut response = response.body(body.to_string());
        if let Some(cause) = &self.cause {
            response.extensions_mut().insert(Cause(cause.clone()));
        }
        response
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        self.response()
    }
}

impl Responder for ApiError {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.response()
    }
}

impl From<Unavailable> for ApiError {
    fn from(error: Unavailable) -> Self {
        Self::temporarily_unavailable(error)
    }
}

impl From<LoginError> for ApiError {
    fn from(error: LoginError) -> Self {
        let bad = |code, description| Self::new(StatusCode::BAD_REQUEST, code, description);
        match error {
            LoginError::TooManyAttempts { wait } => Self::too_many_attempts(wait),
            LoginError::Busy { wait } => Self::busy(wait),
            LoginError::Unavailable(error) => error.into(),
            LoginError::InvalidCredentials => {
                Self::new(StatusCode::UNAUTHORIZED, "invalid_credentials", "The name or the password is wrong")
            }
            LoginError::InvalidScope => bad("invalid_scope", "The scope is more than can be had"),
            LoginError::InvalidTarget => bad("invalid_target", "The audience is not known"),
            LoginError::InvalidClient => bad("invalid_client", "The client is not known"),
        }
    }
}

impl From<PasswordRefused> for ApiError {
    fn from(refused: PasswordRefused) -> Self {
        let error = Self::new(StatusCode::BAD_REQUEST, "invalid_password", "");
        Self { description: refused.to_string().into(), reason: Some(refused.reason()), ..error }
    }
}

impl From<RegisterError> for ApiError {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Disabled => {
                Self::new(StatusCode::FORBIDDEN, "registration_disabled", "Accounts are made by the operator here")
            }
            RegisterError::Name(refused) => Self::invalid_request(refused.description()),
            RegisterError::Password(refused) => refused.into(),
            RegisterError::TooManyAttempts { wait } => Self::too_many_attempts(wait),
            RegisterError::NameTaken => Self::new(StatusCode::CONFLICT, "username_taken", "The name is taken"),
            RegisterError::Busy { wait } => Self::busy(wait),
            RegisterError::Unavailable(error) => error.into(),
        }
    }
}

impl From<RefreshError> for ApiError {
    fn from(error: RefreshError) -> Self {
        let bad = |code, description| Self::new(StatusCode::BAD_REQUEST, code, description);
        match error {
            RefreshError::Unavailable(error) => error.into(),
            RefreshError::InvalidScope => bad("invalid_scope", "The scope is more than the session has"),
            RefreshError::Refused(refused) => {
                Self { reason: Some(refused.reason()), ..bad("invalid_grant", grant_description(refused)) }
            }
        }
    }
}

const fn grant_description(refused: GrantRefused) -> &'static str {
    match refused {
        GrantRefused::Malformed => "The refresh token is none of ours",
        GrantRefused::Unknown => "The session does not exist",
        GrantRefused::Expired => "The session has expired",
        GrantRefused::Revoked => "The session was ended",
        GrantRefused::Replayed => "The refresh token was used before; the session is ended",
        GrantRefused::Superseded => "The refresh token was replaced by a newer one",
        GrantRefused::ClientMismatch => "The refresh token belongs to another client",
    }
}

/// What a bearer endpoint that reads a store may answer.
#[derive(Debug)]
pub enum BearerError {
    /// The credentials do not do.
    Challenge(Challenge),
    /// Everything else.
    Api(ApiError),
}

impl fmt::Display for BearerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Challenge(challenge) => challenge.fmt(f),
            Self::Api(error) => error.fmt(f),
        }
    }
}

impl ResponseError for BearerError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Challenge(challenge) => challenge.status_code(),
            Self::Api(error) => error.status_code(),
        }
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::Challenge(challenge) => challenge.error_response(),
            Self::Api(error) => error.response(),
        }
    }
}

impl From<Challenge> for BearerError {
    fn from(challenge: Challenge) -> Self {
        Self::Challenge(challenge)
    }
}

impl From<ApiError> for BearerError {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<Unavailable> for BearerError {
    fn from(error: Unavailable) -> Self {
        Self::Api(error.into())
    }
}

impl From<Refused> for BearerError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::UserGone => Self::Challenge(Challenge::UserGone),
            Refused::NotFound => Self::Api(ApiError::not_found()),
            Refused::Unavailable(error) => error.into(),
        }
    }
}

impl From<PasswordError> for BearerError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Elsewhere => Self::Api(ApiError::new(
                StatusCode::FORBIDDEN,
                "password_elsewhere",
                "Passwords are changed in the application whose people these are",
            )),
            PasswordError::UserGone => Self::Challenge(Challenge::UserGone),
            PasswordError::Refused(refused) => Self::Api(refused.into()),
            PasswordError::TooManyAttempts { wait } => Self::Api(ApiError::too_many_attempts(wait)),
            PasswordError::Busy { wait } => Self::Api(ApiError::busy(wait)),
            // Never 401, on which clients throw their good token away.
            PasswordError::InvalidCredentials => Self::Api(ApiError::new(
                StatusCode::FORBIDDEN,
                "invalid_credentials",
                "The current password is wrong, or was changed by another request just now",
            )),
            PasswordError::Unavailable(error) => error.into(),
        }
    }
}
