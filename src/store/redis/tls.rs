//! TLS to Redis: whom we trust, and who we are.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::ClientConfig;
use tokio_rustls::TlsConnector;

use super::RedisError;
use crate::store::pem_files::{Useless, authorities, certificates, private_key, provider};

/// The PEM files of JETON_REDIS_CA, JETON_REDIS_CERT and JETON_REDIS_KEY.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsFiles {
    /// The only authorities that are trusted; `None`: those of the system.
    pub authority: Option<PathBuf>,
    /// Our certificate chain and its private key.
    pub identity: Option<(PathBuf, PathBuf)>,
}

impl From<Useless> for RedisError {
    fn from(Useless { file, problem }: Useless) -> Self {
        Self { file, problem }
    }
}

/// Reads the files. TLS 1.2 and 1.3.
pub(super) fn connector(files: &TlsFiles) -> Result<TlsConnector, RedisError> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| RedisError { file: None, problem: error.to_string() })?
        .with_root_certificates(authorities(files.authority.as_deref(), "JETON_REDIS_CA")?);
    let config = match &files.identity {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => builder
            .with_client_auth_cert(certificates(certificate)?, private_key(key)?)
            .map_err(|error| Useless::new(certificate, error))?,
    };
    Ok(TlsConnector::from(Arc::new(config)))
}
