//! What holds for every request and every answer: the request's id, the size of its head, nosniff.

use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::Edge;
use super::error::{ApiError, Cause};
use super::unread::{Keeping, Kept};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The library reads heads of up to 128 KiB before anybody can object.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// The request's id, for the log and the caller's own.
#[derive(Clone, Debug)]
pub struct RequestId(pub HeaderValue);

/// Wraps every request.
///
/// # Errors
/// None of its own; actix's own answers pass through.
pub async fn edge(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let edge = request.app_data::<Data<Edge>>().expect("the routes put it there").clone();
    let id = request_id(&request, &edge);
    let payload = Kept::of(&mut request);
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = if head_bytes(&request) > MAX_HEAD_BYTES {
        request.into_response(ApiError::header_fields_too_large().response()).map_into_right_body()
    } else {
        next.call(request).await?.map_into_left_body()
    };
    if let Some(Cause(cause)) = response.response().extensions().get::<Cause>() {
        log::warn!("request {}: {}: {cause}", id.to_str().unwrap_or_default(), response.status());
    }
    let status = response.status();
    let headers = response.headers_mut();
    if status == StatusCode::SERVICE_UNAVAILABLE && has_short_window(&edge) {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("0"));
    }
    headers.insert(REQUEST_ID, id);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response.map_body(|_, body| match payload {
        None => EitherBody::left(body),
        Some(payload) => EitherBody::right(Keeping::new(body, payload)),
    }))
}

/// Whether the one second of Retry-After would be over a quarter of the reuse window, so that a retry
/// could come too late to be taken for one.
fn has_short_window(edge: &Edge) -> bool {
    let window = edge.authority.terms.reuse_window;
    !window.is_zero() && window < Duration::from_secs(4)
}

/// The client's id where it is one word of harmless characters, else a new one.
fn request_id(request: &ServiceRequest, edge: &Edge) -> HeaderValue {
    let mut given = request.headers().get_all(REQUEST_ID);
    match (given.next(), given.next()) {
        (Some(id), None) if is_request_id(id.as_bytes()) => id.clone(),
        _ => {
            let id = URL_SAFE_NO_PAD.encode(edge.authority.entropy.id());
            HeaderValue::try_from(id).expect("base64url is visible ASCII")
        }
    }
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
