//! What holds for every request and every answer: the request's id, the size of its head, nosniff.

use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::Edge;
use super::cause::Cause;
use super::closing::Closing;
use super::error::ApiError;
use super::unread::{Keeping, Kept};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The library reads heads of up to 128 KiB before anybody can object.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// The request's id: the client's where it is one word of harmless characters, else a new one. Made
/// when it is first asked for, and the same from then on.
#[derive(Clone, Debug)]
pub struct RequestId(pub HeaderValue);

impl RequestId {
    /// The id of this request.
    pub fn of(request: &HttpRequest) -> Self {
        Self::known(request).unwrap_or_else(|| {
            let id = Self::first(request);
            request.extensions_mut().insert(id.clone());
            id
        })
    }

    fn known(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }

    fn first(request: &HttpRequest) -> Self {
        Self(Self::given(request).unwrap_or_else(|| new_id(request)))
    }

    fn given(request: &HttpRequest) -> Option<HeaderValue> {
        let mut given = request.headers().get_all(REQUEST_ID);
        match (given.next(), given.next()) {
            (Some(id), None) if is_request_id(id.as_bytes()) => Some(id.clone()),
            _ => None,
        }
    }
}

fn new_id(request: &HttpRequest) -> HeaderValue {
    shared(request).request_ids.next()
}

/// Names for requests: unique, not secret. Random bytes of this process and a number, because fresh
/// randomness costs as much as all else that the edge does.
pub struct RequestIds {
    /// The letters of the process, and room for those of the number.
    letters: [u8; 19],
    count: AtomicU64,
}

/// How many letters stand for the process: 8 bytes in base64url. The other 8 are 6 bytes of the number.
const PROCESS_LETTERS: usize = 11;

impl RequestIds {
    /// Names that no other process gives, if it has other random bytes.
    pub fn new(process: [u8; 8]) -> Self {
        let mut letters = [0; 19];
        encode(&process, &mut letters[..PROCESS_LETTERS]);
        Self { letters, count: AtomicU64::new(0) }
    }

    fn next(&self) -> HeaderValue {
        let mut letters = self.letters;
        let number = self.count.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        encode(&number[2..], &mut letters[PROCESS_LETTERS..]);
        HeaderValue::from_bytes(&letters).expect("base64url is visible ASCII")
    }
}

fn encode(bytes: &[u8], letters: &mut [u8]) {
    URL_SAFE_NO_PAD.encode_slice(bytes, letters).expect("there is room for the letters of these bytes");
}

/// Wraps every request.
///
/// # Errors
/// None of its own; actix's own answers pass through.
pub async fn edge(mut request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse, Error> {
    let closing = Closing::of(request.request()).cloned();
    if let Some(closing) = &closing {
        poll_fn(|_| closing.poll_turn()).await;
    }
    let payload = Kept::of(&mut request, closing.as_ref());
    let mut response = if head_bytes(&request) > MAX_HEAD_BYTES {
        request.into_response(ApiError::header_fields_too_large().response())
    } else {
        next.call(request).await?
    };
    let request = response.request();
    let RequestId(id) = RequestId::known(request).unwrap_or_else(|| RequestId::first(request));
    if !response.status().is_success() {
        not_well(&mut response, &id);
    }
    let is_last = payload.as_ref().is_some_and(Kept::is_unread) || wants_no_more(response.request());
    if is_last {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    if let Some(closing) = closing {
        closing.answered(is_last);
    }
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    #[cfg(feature = "testing")]
    crate::fail_point::FailPoint::BeforeReply.reached(shared(response.request()).fail_point);
    Ok(match payload {
        None => response,
        Some(payload) => response.map_body(|_, body| BoxBody::new(Keeping::new(body, payload))),
    })
}

/// Whether the client wants no more on this connection.
fn wants_no_more(request: &HttpRequest) -> bool {
    request.head().connection_type() == ConnectionType::Close
}

/// Logs why, and asks for a retry in time.
fn not_well<B>(response: &mut ServiceResponse<B>, id: &HeaderValue) {
    if let Some(cause) = response.response().extensions().get::<Cause>() {
        let edge = shared(response.request());
        edge.causes.log(response.status(), cause, id.to_str().unwrap_or_default(), edge.now());
    }
    if response.status() == StatusCode::SERVICE_UNAVAILABLE && has_short_window(response.request()) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("0"));
    }
}

/// Whether the one second of Retry-After would be over a quarter of the reuse window, so that a retry
/// could come too late to be taken for one.
fn has_short_window(request: &HttpRequest) -> bool {
    let window = shared(request).authority.terms.reuse_window;
    !window.is_zero() && window < Duration::from_secs(4)
}

fn shared(request: &HttpRequest) -> &Edge {
    request.app_data::<Data<Edge>>().expect("the routes put it there")
}

fn is_request_id(id: &[u8]) -> bool {
    (1..=64).contains(&id.len()) && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte))
}

/// The size of the request's head as it was sent, to within optional white space.
fn head_bytes(request: &ServiceRequest) -> usize {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let line = request.method().as_str().len() + target + "  HTTP/1.1\r\n\r\n".len();
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    line + headers.sum::<usize>()
}
