//! What the issuer publishes, next to the keys folder: whoever checks tokens sees the former.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::aws_lc_rs;
use serde_json::Value;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::{Finding, Standing};
use crate::config::Config;
use crate::keys::{Looked, Stage};

const JWKS: &str = "jwks";

/// How long the issuer may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// A JWKS is a few kilobytes; what is larger is none.
const MAX_BYTES: u64 = 256 * 1024;

/// Fetches the JWKS from where services fetch it, and compares it with the folder's keys.
pub fn check_published(config: &Config, looked: &Looked) -> Vec<Finding> {
    let url = format!("{}/.well-known/jwks.json", config.issuer);
    match fetch(&url) {
        Ok(theirs) => compare(looked, &theirs, &url),
        Err(Unseen::NotAsked(problem)) => {
            let text = format!(
                "{url} could not be asked ({problem}): no server is up there, or JETON_ISSUER is not what clients use"
            );
            vec![Finding::new(JWKS, Standing::Warning, text)]
        }
        Err(Unseen::NoJwks(problem)) => {
            let text = format!("{url} {problem}: services find no keys there; see JETON_ISSUER and the proxy's paths");
            vec![Finding::new(JWKS, Standing::Failed, text)]
        }
    }
}

/// Why there is nothing to compare with.
enum Unseen {
    NotAsked(String),
    NoJwks(String),
}

/// The kids of the JWKS at an address.
fn fetch(url: &str) -> Result<BTreeSet<String>, Unseen> {
    let mut response = agent().get(url).call().map_err(|error| Unseen::NotAsked(error.to_string()))?;
    let status = response.status().as_u16();
    if status != 200 {
        return Err(Unseen::NoJwks(format!("answers {status}")));
    }
    let body = response.body_mut().with_config().limit(MAX_BYTES).read_to_vec();
    let body = body.map_err(|error| Unseen::NotAsked(error.to_string()))?;
    let set: Value = serde_json::from_slice(&body).unwrap_or_default();
    let keys = set["keys"].as_array().ok_or_else(|| Unseen::NoJwks("answers with something that is no JWKS".into()))?;
    Ok(keys.iter().filter_map(|key| key["kid"].as_str()).map(str::to_owned).collect())
}

fn agent() -> Agent {
    let roots = rustls_native_certs::load_native_certs().certs;
    let roots = roots.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
    // The provider is named: the process-wide one is nobody's to choose in a library.
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()))
        .build();
    let config = Agent::config_builder();
    config.tls_config(tls).http_status_as_error(false).timeout_global(Some(ANSWER_WITHIN)).build().into()
}

/// What a difference means. A key of ours that is missing there is refused by services once it signs; one
/// that is there and not here still makes tokens good.
fn compare(looked: &Looked, theirs: &BTreeSet<String>, url: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (kid, standing) in looked.kids().filter(|(kid, _)| !theirs.contains(*kid)) {
        let (stands, text) = match standing.stage {
            Stage::Active => (
                Standing::Failed,
                format!(
                    "{kid} signs here and is not at {url}: services refuse its tokens. Another keys folder is behind \
                     the load balancer, or JETON_ISSUER is somebody else"
                ),
            ),
            stage => (
                Standing::Warning,
                format!(
                    "{kid} is {} here and is not at {url}: an old answer in a proxy's cache, or a server that does \
                     not follow this folder",
                    if stage == Stage::Next { "next" } else { "retired" }
                ),
            ),
        };
        findings.push(Finding::new(JWKS, stands, text));
    }
    for kid in theirs.iter().filter(|kid| looked.kids().all(|(ours, _)| ours != **kid)) {
        let text = format!(
            "{kid} is at {url} and not in this folder: an old answer in a proxy's cache, which still makes tokens of \
             a removed key good, or another keys folder behind the load balancer"
        );
        findings.push(Finding::new(JWKS, Standing::Warning, text));
    }
    if findings.is_empty() {
        findings.push(Finding::new(JWKS, Standing::Ok, format!("{url} publishes exactly these keys")));
    }
    findings
}
