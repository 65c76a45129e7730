//! How connections are made: certificates, and one TLS configuration for HTTP and WebSocket.

use invite_scenario::description::Target;
use invite_trace::Deadline;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::sync::Arc;
use std::time::Duration;

/// How long an idle connection is kept: less than servers do, so that few close one just when it is
/// used again.
const KEPT: Duration = Duration::from_secs(1);

/// Makes connections to one target.
#[derive(Debug, Clone)]
pub struct Connector {
    /// For requests.
    pub(crate) http: reqwest::Client,
    /// For WebSockets, and for requests that no HTTP library would send.
    pub(crate) tls: Arc<ClientConfig>,
}

/// Why no connection can be made at all.
#[derive(Debug, thiserror::Error)]
pub enum ConnectorError {
    /// The file of certificates is no good.
    #[error("the certificates of {file} cannot be used: {why}")]
    Certificates {
        /// The file.
        file: String,
        /// Why.
        why: String,
    },
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    Http(#[from] reqwest::Error),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

impl Connector {
    /// The connector of a target.
    pub fn new(target: &Target) -> Result<Connector, ConnectorError> {
        Connector::keeping(target, usize::MAX)
    }

    /// The client for requests.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// The configuration of TLS, for WebSockets.
    pub fn tls(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.tls)
    }

    /// One that makes a new connection for each request, so that no server can close one just when
    /// it is used again.
    pub(crate) fn without_reuse(target: &Target) -> Result<Connector, ConnectorError> {
        Connector::keeping(target, 0)
    }

    /// One that keeps at most so many idle connections.
    fn keeping(target: &Target, idle: usize) -> Result<Connector, ConnectorError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?;
        let tls = if target.insecure {
            builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(Unchecked(provider)))
                .with_no_client_auth()
        } else {
            builder.with_root_certificates(roots(target)?).with_no_client_auth()
        };
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .redirect(reqwest::redirect::Policy::none())
            // Not by what happens to be in the environment: a proxy would see the credentials, and
            // WebSockets would go past it.
            .no_proxy()
            .connect_timeout(target.deadlines.get(Deadline::Connect))
            .pool_max_idle_per_host(idle)
            .pool_idle_timeout(KEPT)
            .build()?;
        Ok(Connector { http, tls: Arc::new(tls) })
    }
}

/// A client for plain HTTP, which trusts nobody where TLS is spoken.
pub fn plain_client() -> Result<reqwest::Client, ConnectorError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let policy = reqwest::redirect::Policy::none();
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(policy)
        .no_proxy()
        .build()?)
}

/// Whether the system gave no descriptor for a connection (`EMFILE`, `ENFILE`): the surroundings are at
/// fault, and not the target.
pub(crate) fn is_out_of_descriptors(error: &std::io::Error) -> bool {
    #[cfg(unix)]
    const CODES: [i32; 2] = [23, 24];
    #[cfg(not(unix))]
    const CODES: [i32; 1] = [10024];
    error.raw_os_error().is_some_and(|code| CODES.contains(&code))
}

fn roots(target: &Target) -> Result<RootCertStore, ConnectorError> {
    let mut roots = RootCertStore::empty();
    let https = [&target.planes.auth, &target.planes.rest, &target.planes.session]
        .iter()
        .any(|address| address.starts_with("https"))
        || target.planes.socket.as_ref().is_some_and(|address| address.starts_with("wss"));
    if https {
        // A certificate of the system that cannot be read is no reason to give up: the others do.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if let Some(path) = &target.ca_cert {
        let file = path.display().to_string();
        let fault = |why: String| ConnectorError::Certificates { file: file.clone(), why };
        let mut count = 0;
        let text = invite_scenario::read_bounded(path, invite_scenario::MOST_BYTES);
        let text = text.map_err(|error| fault(error.to_string()))?;
        for certificate in CertificateDer::pem_slice_iter(text.as_bytes()) {
            let certificate = certificate.map_err(|error| fault(error.to_string()))?;
            roots.add(certificate).map_err(|error| fault(error.to_string()))?;
            count += 1;
        }
        if count == 0 {
            return Err(fault("it holds no certificate in PEM form".into()));
        }
    }
    Ok(roots)
}

/// Accepts every certificate: what `--insecure` asks for.
#[derive(Debug)]
struct Unchecked(Arc<CryptoProvider>);

impl ServerCertVerifier for Unchecked {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
