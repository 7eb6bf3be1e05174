//! What holds for every request and every answer: the request's id, the size of its head, nosniff.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::Edge;
use super::error::{ApiError, Cause};

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
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = request_id(&request);
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = if head_bytes(&request) > MAX_HEAD_BYTES {
        request.into_response(ApiError::header_fields_too_large().response()).map_into_right_body()
    } else {
        next.call(request).await?.map_into_left_body()
    };
    if let Some(Cause(cause)) = response.response().extensions().get::<Cause>() {
        log::warn!("request {}: {}: {cause}", id.to_str().unwrap_or_default(), response.status());
    }
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// The client's id where it is one word of harmless characters, else a new one.
fn request_id(request: &ServiceRequest) -> HeaderValue {
    let mut given = request.headers().get_all(REQUEST_ID);
    match (given.next(), given.next()) {
        (Some(id), None) if is_request_id(id.as_bytes()) => id.clone(),
        _ => {
            let edge = request.app_data::<Data<Edge>>().expect("the routes put it there");
            let id = URL_SAFE_NO_PAD.encode(edge.authority.entropy.id());
            HeaderValue::try_from(id).expect("base64url is visible ASCII")
        }
    }
}

fn is_request_id(id: &[u8]) -> bool {
    (1..=64).contains(&id.len()) && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte))
}

/// The size of the request's head as it was sent, to within its white space.
fn head_bytes(request: &ServiceRequest) -> usize {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    target + headers.sum::<usize>()
}
