//! TLS to PostgreSQL, as the driver asks for it: whom we trust, as far as the mode wants to know.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::ClientConfig;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_rustls::TlsConnector;

use super::trust::{AnyName, Anybody};
use super::url::{PostgresUrl, TlsMode};
use crate::store::pem_files::{Useless, authorities, certificates, judge_authorities, private_key, provider};

/// Makes TLS of a socket that the driver has connected. Clones share the settings.
#[derive(Clone)]
pub(super) struct Tls(TlsConnector);

impl Tls {
    /// Reads the files that the URL names. TLS 1.2 and 1.3.
    pub(super) fn new(url: &PostgresUrl) -> Result<Self, Useless> {
        let failed = |error: &dyn std::fmt::Display| Useless { file: None, problem: error.to_string() };
        let builder = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| failed(&error))?
            .dangerous()
            .with_custom_certificate_verifier(verifier(url)?);
        let mut config = match &url.identity {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => builder
                .with_client_auth_cert(certificates(certificate)?, private_key(key)?)
                .map_err(|error| Useless::new(certificate, error))?,
        };
        // What a direct greeting (sslnegotiation=direct) must name; it does no harm otherwise.
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }
}

fn verifier(url: &PostgresUrl) -> Result<Arc<dyn ServerCertVerifier>, Useless> {
    if matches!(url.tls, TlsMode::Disable | TlsMode::Prefer | TlsMode::Require) {
        // No authority is asked here; but whoever names a file means it to be there.
        url.authority.as_deref().map(judge_authorities).transpose()?;
        return Ok(Arc::new(Anybody::new(&provider())));
    }
    let roots = authorities(url.authority.as_deref(), "sslrootcert in JETON_USERS_URL")?;
    let strict = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider())
        .build()
        .map_err(|error| Useless { file: url.authority.clone(), problem: error.to_string() })?;
    Ok(if url.tls == TlsMode::VerifyCa { Arc::new(AnyName(strict)) } else { strict })
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> MakeTlsConnect<S> for Tls {
    type Stream = Stream<S>;
    type TlsConnect = Greeting;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<Greeting> {
        Ok(Greeting { connector: self.0.clone(), host: host.to_owned() })
    }
}

/// A TLS greeting that is still to come. The name is judged only where there is one: not over a Unix
/// socket, nor where the server has no TLS.
pub(super) struct Greeting {
    connector: TlsConnector,
    host: String,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> TlsConnect<S> for Greeting {
    type Stream = Stream<S>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream<S>>> + Send>>;

    fn connect(self, socket: S) -> Self::Future {
        Box::pin(async move {
            let name = ServerName::try_from(self.host).map_err(io::Error::other)?;
            Ok(Stream(self.connector.connect(name, socket).await?))
        })
    }
}

/// A stream under TLS.
pub(super) struct Stream<S>(tokio_rustls::client::TlsStream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Stream<S> {
    /// None: where the mode verifies the server, its certificate has said who it is.
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
