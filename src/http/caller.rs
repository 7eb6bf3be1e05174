//! Who is calling: the address behind trusted proxies, the User-Agent, the request's id.

use std::future::{Ready, ready};
use std::sync::atomic::Ordering;

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, HeaderName, USER_AGENT};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use super::Edge;
use super::edge::RequestId;
use super::peer::client_address;
use crate::authority::Caller;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// How much of a User-Agent is kept.
const MAX_USER_AGENT_BYTES: usize = 128;

/// The [`Caller`] as an extractor.
pub struct Calling(pub Caller);

impl FromRequest for Calling {
    type Error = std::convert::Infallible;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let edge = request.app_data::<Data<Edge>>().expect("the routes put it there");
        let request_id = RequestId::of(request).0.to_str().unwrap_or_default().to_owned();
        let address = request.peer_addr().map(|peer| {
            // A line that is no text ends the walk like any entry that is no address.
            let lines = request.headers().get_all(X_FORWARDED_FOR).map(|value| value.to_str().unwrap_or_default());
            let address = client_address(peer.ip(), lines, &edge.trusted_proxies);
            let peer = peer.ip().to_canonical();
            let trusted = edge.trusted_proxies.iter().any(|proxies| proxies.contains(&peer));
            if !trusted && request.headers().contains_key(X_FORWARDED_FOR) {
                warn_of_untrusted_forwarding(edge);
            }
            address
        });
        ready(Ok(Self(Caller { address, user_agent: user_agent(request.headers()), request_id })))
    }
}

/// Somebody forwards for others and is not trusted to: one warning that names the setting.
fn warn_of_untrusted_forwarding(edge: &Edge) {
    if !edge.warned_of_forwarding.swap(true, Ordering::Relaxed) {
        log::warn!(
            "X-Forwarded-For comes from a peer that is not trusted and is not believed: see JETON_TRUSTED_PROXIES"
        );
    }
}

/// The User-Agent, cut at a character's end; bytes that are no text are replaced.
fn user_agent(headers: &HeaderMap) -> String {
    let value = headers.get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let mut text = value.unwrap_or_default().into_owned();
    text.truncate(text.floor_char_boundary(MAX_USER_AGENT_BYTES));
    text
}
