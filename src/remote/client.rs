//! The HTTP client that comes along: ureq, with TLS by rustls and aws-lc-rs, both named.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::aws_lc_rs;
use ureq::http::HeaderMap;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Error};

use super::fetch::{Answer, Fetch, FetchError, Fetching, MAX_ANSWER_BYTES};
use super::keys::StartError;
use super::origin::Origin;

/// A longer head is refused.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// One connection per fetch, which comes every few minutes.
pub(super) struct Client(Agent);

impl Client {
    /// A client for one address, which trusts these authorities (PEM), or else the system's.
    ///
    /// # Errors
    /// [`StartError::Authorities`].
    pub fn new(origin: &Origin, authorities: Option<&[u8]>, within: Duration) -> Result<Self, StartError> {
        let mut config = Agent::config_builder()
            .https_only(origin.is_tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_response_header_size(MAX_HEAD_BYTES)
            .max_idle_connections(0)
            .timeout_global(Some(within))
            .user_agent(concat!("jeton/", env!("CARGO_PKG_VERSION")))
            .accept("application/jwk-set+json, application/json");
        if origin.is_tls {
            let roots = authorities.map_or_else(system_roots, roots)?;
            // The provider is named: the process-wide one is not ours to choose, and there may be none.
            let provider = Arc::new(aws_lc_rs::default_provider());
            let tls = TlsConfig::builder().root_certs(roots).unversioned_rustls_crypto_provider(provider);
            config = config.tls_config(tls.build());
        }
        if origin.is_loopback {
            // A proxy's loopback is another machine's.
            config = config.proxy(None);
        }
        Ok(Self(config.build().into()))
    }
}

impl Fetch for Client {
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        Box::pin(async move {
            let response = self.0.get(url).call().map_err(reason)?;
            let (head, mut body) = response.into_parts();
            let body = body.with_config().limit(MAX_ANSWER_BYTES as u64).read_to_vec().map_err(reason)?;
            let header = |name| header(&head.headers, name);
            let (cache_control, age) = (header("cache-control"), header("age"));
            Ok(Answer { status: head.status.as_u16(), cache_control, age, body })
        })
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn reason(error: Error) -> FetchError {
    match error {
        Error::Timeout(_) => FetchError::TimedOut,
        Error::BodyExceedsLimit(_) | Error::LargeResponseHeader(..) => FetchError::TooLarge,
        other => FetchError::Unreachable(other.to_string()),
    }
}

fn roots(pem: &[u8]) -> Result<RootCerts, StartError> {
    let items: Vec<_> = parse_pem(pem).collect::<Result<_, _>>().map_err(|_| StartError::Authorities)?;
    let certificates = items.into_iter().filter_map(|item| match item {
        PemItem::Certificate(certificate) => Some(certificate),
        _ => None,
    });
    some(certificates.collect())
}

fn system_roots() -> Result<RootCerts, StartError> {
    // What cannot be read is left out: one bad file must not turn off all others.
    let found = rustls_native_certs::load_native_certs().certs;
    some(found.iter().map(|der| Certificate::from_der(der).to_owned()).collect())
}

fn some(certificates: Vec<Certificate<'static>>) -> Result<RootCerts, StartError> {
    if certificates.is_empty() {
        return Err(StartError::Authorities);
    }
    Ok(RootCerts::new_with_certs(&certificates))
}
