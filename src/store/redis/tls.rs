//! TLS to Redis: whom we trust, and who we are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

use super::RedisError;

/// The PEM files of JETON_REDIS_CA, JETON_REDIS_CERT and JETON_REDIS_KEY.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsFiles {
    /// The only authorities that are trusted; `None`: those of the system.
    pub authority: Option<PathBuf>,
    /// Our certificate chain and its private key.
    pub identity: Option<(PathBuf, PathBuf)>,
}

/// Reads the files. TLS 1.2 and 1.3.
pub(super) fn connector(files: &TlsFiles) -> Result<TlsConnector, RedisError> {
    let roots = match &files.authority {
        Some(file) => authorities(file)?,
        None => system_authorities()?,
    };
    // The provider is named: the process-wide one is nobody's to choose in a library.
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| RedisError { file: None, problem: error.to_string() })?
        .with_root_certificates(roots);
    let config = match &files.identity {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain = certificates(certificate)?;
            let private = PrivateKeyDer::from_pem_file(key).map_err(|error| useless(key, error))?;
            builder.with_client_auth_cert(chain, private).map_err(|error| useless(certificate, error))?
        }
    };
    Ok(TlsConnector::from(Arc::new(config)))
}

fn useless(file: &Path, problem: impl ToString) -> RedisError {
    RedisError { file: Some(file.to_owned()), problem: problem.to_string() }
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, RedisError> {
    CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| useless(file, error))
        .and_then(|chain| if chain.is_empty() { Err(useless(file, "it holds no certificate")) } else { Ok(chain) })
}

fn authorities(file: &Path) -> Result<RootCertStore, RedisError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file)? {
        roots.add(certificate).map_err(|error| useless(file, error))?;
    }
    Ok(roots)
}

fn system_authorities() -> Result<RootCertStore, RedisError> {
    let mut roots = RootCertStore::empty();
    // Single certificates of a system's store may be unreadable; what matters is that there are some.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        let problem = "the system trusts no authority: set JETON_REDIS_CA".to_owned();
        return Err(RedisError { file: None, problem });
    }
    Ok(roots)
}
