//! The PEM files of TLS, to a store's servers and of our own: whom is trusted, and who we are.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys, RootCertStore};

/// A file that is of no use.
#[derive(Debug)]
pub struct Useless {
    /// Which; `None`: what the system has.
    pub file: Option<PathBuf>,
    /// What is wrong with it.
    pub problem: String,
}

impl Useless {
    /// What is wrong with this file.
    pub(super) fn new(file: &Path, problem: impl ToString) -> Self {
        Self { file: Some(file.to_owned()), problem: problem.to_string() }
    }
}

impl fmt::Display for Useless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{}: {}", file.display(), self.problem),
            None => f.write_str(&self.problem),
        }
    }
}

/// The one crypto library, named: the process-wide provider is nobody's to choose in a library.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// A chain, at least one certificate.
pub(super) fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Useless> {
    CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| Useless::new(file, said(&error, "certificate")))
        .and_then(|chain| if chain.is_empty() { Err(Useless::new(file, "it holds no certificate")) } else { Ok(chain) })
}

/// What is wrong with a file, without a byte of it: it may be the wrong one, and secret.
fn said(error: &pem::Error, wanted: &str) -> String {
    match error {
        pem::Error::Io(error) => format!("the file cannot be read: {error}"),
        pem::Error::NoItemsFound => format!("it holds no {wanted}"),
        _ => "it is no PEM".to_owned(),
    }
}

/// Whether a file holds certificates that can be trusted.
///
/// # Errors
/// What is wrong with it.
pub fn judge_authorities(file: &Path) -> Result<(), Useless> {
    authorities(Some(file), "").map(drop)
}

/// Whether a certificate chain and a private key are there and belong together.
///
/// # Errors
/// Which of the files is of no use, and why.
pub fn judge_identity(certificate: &Path, key: &Path) -> Result<(), Useless> {
    let (chain, private) = (certificates(certificate)?, private_key(key)?);
    match CertifiedKey::from_der(chain, private, &provider()) {
        Ok(_) => Ok(()),
        Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
            Err(Useless::new(key, "the key is not that of the certificate"))
        }
        Err(Error::InvalidCertificate(_)) => Err(Useless::new(certificate, "its certificate cannot be read")),
        Err(_) => Err(Useless::new(key, "a private key of this kind is of no use for TLS")),
    }
}

/// A private key.
pub(super) fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>, Useless> {
    PrivateKeyDer::from_pem_file(file).map_err(|error| Useless::new(file, said(&error, "private key")))
}

/// The authorities of a file; without one the system's. `setting` is what else could name some.
pub(super) fn authorities(file: Option<&Path>, setting: &str) -> Result<RootCertStore, Useless> {
    let mut roots = RootCertStore::empty();
    if let Some(file) = file {
        for certificate in certificates(file)? {
            roots.add(certificate).map_err(|error| Useless::new(file, error))?;
        }
        return Ok(roots);
    }
    // Single certificates of a system's store may be unreadable; what matters is that there are some.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(Useless { file: None, problem: format!("the system trusts no authority: set {setting}") });
    }
    Ok(roots)
}
