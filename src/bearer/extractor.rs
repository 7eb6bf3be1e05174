//! The extractors: a handler that takes [`Bearer`] runs only for a good token.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use serde::de::{Deserialize, DeserializeOwned, Deserializer};

use super::challenge::Challenge;
use super::header::credentials;
use crate::clock::{Clock, SystemClock, Timestamp};
use crate::scope::Scope;
use crate::verify::{Claims, Verified, Verifier};

/// A verified access token of this request; without one, the handler does not run and the client gets a
/// [`Challenge`].
///
/// Needs a [`Verifier`] in the app's data, or in that of a scope: `App::new().app_data(verifier)`, or
/// `.app_data(web::Data::new(verifier))`. Where scopes have verifiers of their own, use one form for all:
/// of two different ones in two forms nobody knows which is nearer, and neither is used. An `Arc<dyn Clock>`
/// there replaces the machine's clock.
///
/// # Claims of your own
///
/// `Bearer<C>` also reads a `C` from the token's claims, which must be of that form: whoever has another
/// token gets 401 `invalid_token` with the reason `malformed`, since a refreshed one may be of it. Use
/// `Option` for what not every user has.
///
/// ```
/// use jeton::bearer::Bearer;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Employee {
///     tenant: String,
///     badge: Option<u32>,
/// }
///
/// async fn whoami(bearer: Bearer<Employee>) -> String {
///     format!("{} of {}", bearer.claims().sub, bearer.own().tenant)
/// }
/// ```
///
/// # Not `Option<Bearer>`
///
/// actix makes `Option<T>` of any extractor by turning *every* error into `None`: a bad or expired token
/// would pass for no token, and its user be served as a stranger without knowing why. That is actix's own
/// and cannot be changed here. Take [`OptionalBearer`], which is `None` only where there is no token.
#[derive(Clone, Debug)]
pub struct Bearer<C = NoClaims> {
    verified: Verified,
    own: C,
}

impl Bearer {
    /// The request's token, unverified: `None` where there are no bearer credentials.
    ///
    /// # Errors
    /// [`Challenge::Ambiguous`].
    pub fn token(request: &HttpRequest) -> Result<Option<&str>, Challenge> {
        let values = request.headers().get_all(AUTHORIZATION);
        credentials(values.map(|value| value.as_bytes())).map_err(|_| Challenge::Ambiguous)
    }
}

impl<C> Bearer<C> {
    /// The token's claims.
    pub fn claims(&self) -> &Claims {
        self.verified.claims()
    }

    /// Your own claims.
    pub const fn own(&self) -> &C {
        &self.own
    }

    /// The claims as they stand in the token.
    pub fn payload(&self) -> &[u8] {
        self.verified.payload()
    }

    /// Goes on only if the token has every word of this scope: `bearer.require_scope("reports:read")?`. No
    /// token has a scope without words.
    ///
    /// # Errors
    /// [`Challenge::InsufficientScope`], a 403 that names the scope.
    pub fn require_scope(&self, words: &str) -> Result<(), Challenge> {
        super::require::scope(self.claims(), &Scope::parse(words))
    }

    /// Goes on only if the user has this role: `bearer.require_role("admin")?`.
    ///
    /// # Errors
    /// [`Challenge::InsufficientRole`], a 403.
    pub fn require_role(&self, role: &str) -> Result<(), Challenge> {
        super::require::role(self.claims(), role)
    }
}

/// As [`Bearer`] where there is a token, and `None` where there is none. A token that does not do is
/// refused as everywhere; see [`Bearer`] for why this is not `Option<Bearer>`.
///
/// ```
/// use jeton::bearer::OptionalBearer;
///
/// async fn hello(OptionalBearer(bearer): OptionalBearer) -> String {
///     bearer.map_or("hello, whoever you are".to_owned(), |bearer| format!("hello {}", bearer.claims().sub))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct OptionalBearer<C = NoClaims>(pub Option<Bearer<C>>);

/// The `C` of a [`Bearer`] that reads no claims beyond jeton's: it fits every token, and costs nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoClaims;

impl<'de> Deserialize<'de> for NoClaims {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Self)
    }
}

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, Challenge>>>>;

impl<C: DeserializeOwned + 'static> FromRequest for Bearer<C> {
    type Error = Challenge;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { extract(&request).await?.ok_or(Challenge::NoCredentials) })
    }
}

impl<C: DeserializeOwned + 'static> FromRequest for OptionalBearer<C> {
    type Error = Challenge;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { extract(&request).await.map(Self) })
    }
}

async fn extract<C: DeserializeOwned>(request: &HttpRequest) -> Result<Option<Bearer<C>>, Challenge> {
    let Some(verified) = verified(request).await? else { return Ok(None) };
    let own = verified.read().ok_or(Challenge::OtherClaims)?;
    Ok(Some(Bearer { verified, own }))
}

/// The request's token, verified; `None` where there are no bearer credentials.
pub(super) async fn verified(request: &HttpRequest) -> Result<Option<Verified>, Challenge> {
    let Some(token) = Bearer::token(request)? else { return Ok(None) };
    let verifier = verifier(request)?;
    let now = request.app_data::<Arc<dyn Clock>>().map_or_else(|| SystemClock.now(), |clock| clock.now());
    judge(verifier, token, now).await.map(Some)
}

/// The verifier of the app or of the nearest scope that has one.
fn verifier(request: &HttpRequest) -> Result<&Verifier, Challenge> {
    let (plain, wrapped) = (request.app_data::<Verifier>(), request.app_data::<Data<Verifier>>());
    let problem = match (plain, wrapped.map(|data| data.get_ref())) {
        (Some(verifier), None) | (None, Some(verifier)) => return Ok(verifier),
        (Some(verifier), Some(same)) if verifier.is(same) => return Ok(verifier),
        (Some(_), Some(_)) => "the app has a Verifier and another one in a Data: use one form for all",
        (None, None) => "the app needs .app_data(verifier)",
    };
    log::error!("no token can be checked: {problem}");
    Err(Challenge::NoVerifier)
}

#[cfg(feature = "remote")]
async fn judge(verifier: &Verifier, token: &str, now: Timestamp) -> Result<Verified, Challenge> {
    use crate::remote::Refusal;

    verifier.verify_or_fetch(token, now).await.map_err(|refusal| match refusal {
        Refusal::Rejected(rejection) => Challenge::InvalidToken(rejection),
        Refusal::Unavailable { retry_after } => Challenge::KeysUnavailable { retry_after },
    })
}

#[cfg(not(feature = "remote"))]
async fn judge(verifier: &Verifier, token: &str, now: Timestamp) -> Result<Verified, Challenge> {
    verifier.verify(token, now).map_err(Challenge::InvalidToken)
}
