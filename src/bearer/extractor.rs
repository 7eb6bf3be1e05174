//! The extractor: a handler that takes [`Bearer`] runs only for a good token.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError};

use super::challenge::Challenge;
use super::header::credentials;
use crate::clock::{Clock, SystemClock};
use crate::verify::{Claims, Verified, Verifier};

/// A verified access token of this request. Needs a [`Verifier`] in the app's data:
/// `App::new().app_data(verifier)`; an `Arc<dyn Clock>` there replaces the machine's clock.
#[derive(Clone, Debug)]
pub struct Bearer(Verified);

impl Bearer {
    /// The token's claims.
    pub fn claims(&self) -> &Claims {
        self.0.claims()
    }

    /// The claims as they stand in the token.
    pub fn payload(&self) -> &[u8] {
        self.0.payload()
    }

    /// The request's token, unverified: `None` where there are no bearer credentials.
    ///
    /// # Errors
    /// [`Challenge::Ambiguous`].
    pub fn token(request: &HttpRequest) -> Result<Option<&str>, Challenge> {
        let values = request.headers().get_all(AUTHORIZATION);
        credentials(values.map(|value| value.as_bytes())).map_err(|_| Challenge::Ambiguous)
    }

    /// The request's token, verified; `None` where there are no bearer credentials.
    ///
    /// # Errors
    /// [`Challenge`] for credentials that are there and do not do.
    pub fn optional(request: &HttpRequest) -> Result<Option<Self>, Challenge> {
        let Some(token) = Self::token(request)? else { return Ok(None) };
        let verifier = request.app_data::<Verifier>().expect("app_data(Verifier) is needed for the Bearer extractor");
        let now = request.app_data::<Arc<dyn Clock>>().map_or_else(|| SystemClock.now(), |clock| clock.now());
        verifier.verify(token, now).map(|verified| Some(Self(verified))).map_err(Challenge::InvalidToken)
    }
}

impl FromRequest for Bearer {
    type Error = Challenge;
    type Future = Ready<Result<Self, Challenge>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::optional(request).and_then(|bearer| bearer.ok_or(Challenge::NoCredentials)))
    }
}

impl ResponseError for Challenge {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::UNAUTHORIZED)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code())
            .insert_header((WWW_AUTHENTICATE, self.www_authenticate()))
            .insert_header((CONTENT_TYPE, "application/json"))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(self.body())
    }
}
