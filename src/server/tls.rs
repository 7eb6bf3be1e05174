//! TLS from a certificate and a key in PEM.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::StartError;
use crate::config::Config;
use crate::keys::check_private_file;

/// Which file is of no use.
#[derive(Debug)]
pub struct TlsError {
    path: PathBuf,
    problem: String,
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.problem)
    }
}

impl std::error::Error for TlsError {}

/// TLS as it is configured, if it is: 1.2 and 1.3, HTTP/1.1 only.
///
/// # Errors
/// Where a file cannot be read, or the certificate and the key do not belong together.
pub fn tls(config: &Config) -> Result<Option<ServerConfig>, StartError> {
    match (&config.tls_cert, &config.tls_key) {
        (Some(certificate), Some(key)) => Ok(Some(read(certificate, key)?)),
        _ => Ok(None),
    }
}

fn read(certificate: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
    let at = |path: &Path, problem: String| TlsError { path: path.to_owned(), problem };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| at(certificate, error.to_string()))?;
    // Not refused as a signing key would be: it comes from other tools, which often leave it readable.
    if let Err(error) = check_private_file(key) {
        log::warn!("TLS: {error}");
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| at(key, error.to_string()))?;
    // The provider is named: the process-wide one is nobody's to choose in a library.
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private))
        .map_err(|error| at(certificate, error.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
