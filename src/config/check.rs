//! What must hold between settings, judged once all of them are read.

use std::time::Duration;

use super::findings::Findings;
use super::{Config, SessionsUrl, UsersUrl};
use crate::scope::{MAX_WORDS_BYTES, are_within_bounds};
use crate::store::redis::Topology;
use crate::verify::Algorithm;

const MAX_ISSUER_BYTES: usize = 255;

/// Rotation that is quicker than this is hardly meant.
const SHORT_ROTATION: Duration = Duration::from_secs(3_600);

/// Every rule. A rule whose settings are themselves mistaken is not judged.
pub(super) fn all(config: &Config, findings: &mut Findings) {
    lifetimes(config, findings);
    key_rotation(config, findings);
    token_size(config, findings);
    shared_secret(config, findings);
    together(findings, ("TLS_CERT", config.tls_cert.is_some()), ("TLS_KEY", config.tls_key.is_some()));
    together(findings, ("REDIS_CERT", config.redis_cert.is_some()), ("REDIS_KEY", config.redis_key.is_some()));
    redis(config, findings);
    users_query(config, findings);
    public_address(config, findings);
    trust_in_everybody(config, findings);
}

/// An access token dies before the session that it came from can, and idle time fits in.
fn lifetimes(config: &Config, findings: &mut Findings) {
    if findings.are_sound(&["ACCESS_TTL", "REFRESH_IDLE_TTL"]) && config.access_ttl >= config.refresh_idle_ttl {
        let problem = format!("must be shorter than {}", findings.written("REFRESH_IDLE_TTL"));
        findings.mistake(findings.written("ACCESS_TTL"), &problem);
    }
    if findings.are_sound(&["REFRESH_IDLE_TTL", "REFRESH_ABSOLUTE_TTL"])
        && config.refresh_idle_ttl > config.refresh_absolute_ttl
    {
        let problem = format!("must not be longer than {}", findings.written("REFRESH_ABSOLUTE_TTL"));
        findings.mistake(findings.written("REFRESH_IDLE_TTL"), &problem);
    }
}

/// Each period every cache has to fetch the JWKS, and tokens of the last one still need its key.
fn key_rotation(config: &Config, findings: &mut Findings) {
    if !config.key_rotation.is_zero() && config.key_rotation < SHORT_ROTATION {
        let problem = "is under an hour, which is for tests: the JWKS is then cached for a short time only, and keys \
                       may take longer than this to come into use";
        findings.warning(findings.written("KEY_ROTATION"), problem);
    }
}

/// Everybody's scopes and the issuer stand in every token, which verifiers read up to 8 KiB of.
fn token_size(config: &Config, findings: &mut Findings) {
    if findings.are_sound(&["SCOPES"]) && !are_within_bounds(config.scopes.words()) {
        findings.mistake(findings.written("SCOPES"), &format!("is over {MAX_WORDS_BYTES} bytes of JSON in all"));
    }
    if findings.are_sound(&["ISSUER"]) && config.issuer.len() > MAX_ISSUER_BYTES {
        findings.mistake(findings.written("ISSUER"), &format!("is over {MAX_ISSUER_BYTES} bytes"));
    }
}

/// HS256 needs its secret; nothing else does.
fn shared_secret(config: &Config, findings: &mut Findings) {
    if !findings.are_sound(&["ALGORITHM", "HMAC_SECRET"]) {
        return;
    }
    match (config.algorithm, &config.hmac_secret) {
        (Algorithm::Hs256, None) => findings.mistake(
            findings.written("HMAC_SECRET"),
            "is required with HS256; accepted: at least 32 random bytes, or JETON_HMAC_SECRET_FILE=path",
        ),
        (Algorithm::Hs256, Some(_)) | (_, None) => (),
        (other, Some(_)) => {
            findings.warning(findings.written("HMAC_SECRET"), &format!("is not used: the algorithm is {other}"));
        }
    }
}

/// A certificate and its key come together.
fn together(findings: &mut Findings, certificate: (&str, bool), key: (&str, bool)) {
    if certificate.1 == key.1 || !findings.are_sound(&[certificate.0, key.0]) {
        return;
    }
    let (given, missing) = if certificate.1 { (certificate.0, key.0) } else { (key.0, certificate.0) };
    let problem = format!("needs {} as well", findings.written(missing));
    findings.mistake(findings.written(given), &problem);
}

/// What is said about Redis, TLS or sentinels is of use where the sessions' URL has them.
fn redis(config: &Config, findings: &mut Findings) {
    if !findings.are_sound(&["SESSIONS_URL"]) {
        return;
    }
    let url = match &config.sessions {
        SessionsUrl::Redis(url) => Some(url),
        SessionsUrl::File(_) => None,
    };
    let has_tls = url.is_some_and(|url| url.tls);
    let has_sentinels = url.is_some_and(|url| matches!(url.topology, Topology::Sentinel { .. }));
    for (name, is_given, is_used) in [
        ("REDIS_CA", config.redis_ca.is_some(), has_tls),
        ("REDIS_CERT", config.redis_cert.is_some(), has_tls),
        ("REDIS_WAIT_REPLICAS", config.redis_wait_replicas > 0, url.is_some()),
        ("SENTINEL_PASSWORD", config.sentinel_password.is_some(), has_sentinels),
    ] {
        if is_given && !is_used {
            let problem = format!("is not used: {} has no use for it", findings.written("SESSIONS_URL"));
            findings.warning(findings.written(name), &problem);
        }
    }
}

/// A query without the server that it is for would be a jeton over other people than was meant; and nobody can
/// make an account in tables that are only read.
fn users_query(config: &Config, findings: &mut Findings) {
    let is_file = matches!(config.users, UsersUrl::File(_));
    if is_file && config.users_query.is_some() && findings.are_sound(&["USERS_URL", "USERS_QUERY"]) {
        let problem = format!("needs a postgres:// URL in {}", findings.written("USERS_URL"));
        findings.mistake(findings.written("USERS_QUERY"), &problem);
    }
    if config.registration && config.users_query.is_some() && findings.are_sound(&["REGISTRATION", "USERS_QUERY"]) {
        let problem =
            format!("must be off where people are another application's ({})", findings.written("USERS_QUERY"));
        findings.mistake(findings.written("REGISTRATION"), &problem);
    }
}

/// Tokens that name the default issuer are of no use to those who come from outside.
fn public_address(config: &Config, findings: &mut Findings) {
    let is_public = !config.listen.ip().to_canonical().is_loopback();
    if is_public && config.issuer == Config::default().issuer {
        let problem = format!(
            "is the default, while {} is not a loopback address: set it to the URL that clients use",
            findings.written("LISTEN")
        );
        findings.warning(findings.written("ISSUER"), &problem);
    }
}

/// 0.0.0.0/0 as a proxy: whoever connects says which address is theirs.
fn trust_in_everybody(config: &Config, findings: &mut Findings) {
    if config.trusted_proxies.iter().any(|network| network.prefix_len() == 0) {
        findings.warning(
            findings.written("TRUSTED_PROXIES"),
            "trusts every address, so that clients can pretend any with X-Forwarded-For",
        );
    }
}
