//! Whether the PEM files that settings name are of use, judged before anything is started with them.

use std::path::Path;

use super::findings::Findings;
use super::{Config, SessionsUrl, UsersUrl};
use crate::store::pem_files::{Useless, judge_authorities, judge_identity};
use crate::store::postgres::PostgresUrl;

/// What a configuration is loaded for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be looked at: no file is needed.
    Looking,
    /// To open the stores.
    Stores,
    /// To serve, over the stores.
    Serving,
}

/// Every file that is needed. Nothing is said of one whose setting is mistaken already.
pub(super) fn all(config: &Config, purpose: Purpose, findings: &mut Findings) {
    if purpose == Purpose::Serving {
        identity(findings, ("TLS_CERT", config.tls_cert.as_deref()), ("TLS_KEY", config.tls_key.as_deref()));
    }
    if purpose != Purpose::Looking {
        redis(config, findings);
        if let UsersUrl::Postgres(url) = &config.users {
            postgres(url, findings);
        }
    }
}

fn redis(config: &Config, findings: &mut Findings) {
    let has_tls = matches!(&config.sessions, SessionsUrl::Redis(url) if url.tls);
    if !has_tls && findings.are_sound(&["SESSIONS_URL"]) {
        return;
    }
    if let Some(Err(useless)) = config.redis_ca.as_deref().map(judge_authorities) {
        findings.mistake(findings.written("REDIS_CA"), &useless.problem);
    }
    identity(findings, ("REDIS_CERT", config.redis_cert.as_deref()), ("REDIS_KEY", config.redis_key.as_deref()));
}

/// A chain and its key, under the name of the one that is of no use.
fn identity(findings: &mut Findings, certificate: (&str, Option<&Path>), key: (&str, Option<&Path>)) {
    let (Some(chain), Some(private)) = (certificate.1, key.1) else { return };
    if let Err(Useless { file, problem }) = judge_identity(chain, private) {
        let name = if file.as_deref() == Some(chain) { certificate.0 } else { key.0 };
        findings.mistake(findings.written(name), &problem);
    }
}

/// The URL names its files itself. Where they are is not repeated: the URL is a secret. An authority is judged
/// also where sslmode asks none: whoever names a file means it to be there.
fn postgres(url: &PostgresUrl, findings: &mut Findings) {
    let authority = url.authority.as_deref().map(judge_authorities);
    let identity = url.identity.as_ref().map(|(certificate, key)| {
        judge_identity(certificate, key).map_err(|useless| {
            let is_chain = useless.file.as_deref() == Some(certificate);
            (if is_chain { "sslcert" } else { "sslkey" }, useless)
        })
    });
    let useless = [authority.map(|judged| judged.map_err(|useless| ("sslrootcert", useless))), identity];
    for (parameter, Useless { problem, .. }) in useless.into_iter().flatten().filter_map(Result::err) {
        findings.mistake(findings.written("USERS_URL"), &format!("of its {parameter}: {problem}"));
    }
}
