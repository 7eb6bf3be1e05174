//! Reading a request's body: bounded in size and time, and strict.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Bytes};
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::error::ApiError;

const MAX_BODY_BYTES: usize = 16 * 1024;

/// The library has a timer for the head only.
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// A whole body and what it says it is.
pub struct Body {
    bytes: Bytes,
    media_type: String,
}

impl Body {
    /// Reads the payload to its end.
    ///
    /// # Errors
    /// 413 over 16 KiB, 408 after ten seconds, 400 where the client breaks off.
    pub async fn read(request: &HttpRequest, payload: web::Payload) -> Result<Self, ApiError> {
        let media_type = media_type(request);
        match tokio::time::timeout(BODY_WITHIN, payload.to_bytes_limited(MAX_BODY_BYTES)).await {
            Err(_) => Err(ApiError::request_timeout()),
            Ok(Err(_)) => Err(ApiError::payload_too_large()),
            Ok(Ok(Err(_))) => Err(ApiError::invalid_request("The body could not be read")),
            Ok(Ok(Ok(bytes))) => Ok(Self { bytes, media_type }),
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether it says that it is a form (RFC 6749 §6).
    pub fn is_form(&self) -> bool {
        self.media_type == "application/x-www-form-urlencoded"
    }

    /// A JSON object. Members of a known name twice, wrong types and broken JSON are refused, unknown
    /// members ignored.
    ///
    /// # Errors
    /// 415 where it does not say that it is JSON, 400 where it is not what is asked for.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, ApiError> {
        if self.media_type != "application/json" {
            return Err(ApiError::unsupported_media_type());
        }
        // serde would take an array of the members' values, too.
        if self.bytes.trim_ascii_start().first() != Some(&b'{') {
            return Err(ApiError::invalid_request("The body must be a JSON object"));
        }
        // As text: the parser steps over the strings of unknown members without looking at their bytes.
        let text = std::str::from_utf8(&self.bytes).map_err(|_| ApiError::invalid_request("The body must be UTF-8"))?;
        serde_json::from_str(text)
            .map_err(|_| ApiError::invalid_request("The body is not the JSON object that is asked for"))
    }

    /// A form's parameters; one without a value counts as left out (RFC 6749 §3.2).
    ///
    /// # Errors
    /// 400 where one stands twice.
    pub fn form(self) -> Result<HashMap<String, String>, ApiError> {
        let mut parameters = HashMap::new();
        for (name, value) in form_urlencoded::parse(&self.bytes) {
            if parameters.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(ApiError::invalid_request("A parameter stands twice"));
            }
        }
        parameters.retain(|_, value: &mut String| !value.is_empty());
        Ok(parameters)
    }
}

/// Reads an optional member that is there. `null` is a value of a wrong type and not another way to
/// leave a member out, which serde would make of it.
///
/// # Errors
/// The deserializer's own.
pub fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

impl FromRequest for Body {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = web::Payload::from_request(&request, payload);
        Box::pin(async move {
            let payload = payload.await.map_err(ApiError::server_error)?;
            Self::read(&request, payload).await
        })
    }
}

/// The media type without its parameters, in lower case; empty where there is not exactly one.
fn media_type(request: &HttpRequest) -> String {
    let mut values = request.headers().get_all(CONTENT_TYPE);
    match (values.next().and_then(|value| value.to_str().ok()), values.next()) {
        (Some(value), None) => value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase(),
        _ => String::new(),
    }
}
