//! Which addresses keys may be fetched from.

use std::net::IpAddr;

use ureq::http::Uri;

use super::keys::StartError;

/// Where the keys are: an https address, or an http one of this machine or that was allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub url: String,
    pub is_loopback: bool,
    pub is_tls: bool,
}

impl Origin {
    /// Checks an address. Whoever can change an http answer on its way signs as anybody.
    ///
    /// # Errors
    /// [`StartError::Address`], [`StartError::PlainHttp`].
    pub fn parse(url: &str, plain_http: bool) -> Result<Self, StartError> {
        let uri: Uri = url.parse().map_err(|_| StartError::Address)?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or(StartError::Address)?;
        // A password in it would end up in logs.
        if uri.authority().is_none_or(|authority| authority.as_str().contains('@')) {
            return Err(StartError::Address);
        }
        let is_loopback = is_loopback(host);
        let is_tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if is_loopback || plain_http => false,
            Some("http") => return Err(StartError::PlainHttp),
            _ => return Err(StartError::Address),
        };
        Ok(Self { url: url.to_owned(), is_loopback, is_tls })
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(url: &str) -> Result<(bool, bool), String> {
        Origin::parse(url, false).map(|origin| (origin.is_tls, origin.is_loopback)).map_err(|error| error.to_string())
    }

    #[test]
    fn https_goes_anywhere_and_http_no_further_than_this_machine() {
        assert_eq!(kind("https://id.example/.well-known/jwks.json"), Ok((true, false)));
        for url in ["http://127.0.0.1:8080/k", "http://127.9.9.9/k", "http://[::1]:8080/k", "http://LocalHost/k"] {
            assert_eq!(kind(url), Ok((false, true)), "{url}");
        }
        for url in ["http://id.example/k", "http://10.0.0.1/k", "http://localhost.example/k", "http://127.0.0.1.nip/k"]
        {
            assert_eq!(kind(url), Err(StartError::PlainHttp.to_string()), "{url}");
            assert!(Origin::parse(url, true).is_ok(), "{url}: where it is allowed");
        }
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for url in
            ["", "id.example", "/jwks.json", "ftp://id.example/k", "file:///etc/passwd", "https://", "https://u:p@h/"]
        {
            assert_eq!(kind(url), Err(StartError::Address.to_string()), "{url}");
        }
    }
}
