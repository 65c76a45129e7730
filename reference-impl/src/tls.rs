//! TLS: the server's certificate, from files or generated at startup.

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{self, ServerConfig};

/// The names of this machine for itself.
const LOCAL: &[&str] = &["localhost", "127.0.0.1", "::1"];

/// A certificate with its key.
#[derive(Clone)]
pub struct Certificate {
    config: Arc<ServerConfig>,
    /// The certificate as PEM, if it was generated: clients have to be told to trust it.
    made: Option<String>,
}

/// The flags of a program that serves TLS.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct TlsFlags {
    /// File with the TLS certificate chain, in PEM format.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,

    /// File with the private key of the certificate, in PEM format.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,

    /// Serve TLS with a self-signed certificate for this machine and the address of --listen. FILE
    /// gets the certificate, so that clients can trust it.
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        require_equals = true,
        conflicts_with = "tls_cert"
    )]
    tls_self_signed: Option<Option<PathBuf>>,
}

impl TlsFlags {
    /// The certificate, if there is to be TLS. `address` is a name of a self-signed one.
    ///
    /// # Errors
    ///
    /// If there is none, or the one that was made cannot be written.
    pub fn certificate(&self, address: IpAddr) -> Result<Option<Certificate>, CertificateError> {
        if let (Some(chain), Some(key)) = (&self.tls_cert, &self.tls_key) {
            return Certificate::from_files(chain, key).map(Some);
        }
        let Some(file) = &self.tls_self_signed else { return Ok(None) };
        let certificate = Certificate::self_signed(address)?;
        if let (Some(path), Some(pem)) = (file, certificate.pem()) {
            let failed = |source| CertificateError::Write { path: path.clone(), source };
            std::fs::write(path, pem).map_err(failed)?;
        }
        Ok(Some(certificate))
    }
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("cannot read {what} from `{path}`", path = .path.display())]
    Read {
        /// What it should have.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: rustls_pki_types::pem::Error,
    },
    /// A file has no certificate.
    #[error("`{path}` has no certificate in PEM form", path = .0.display())]
    Empty(PathBuf),
    /// Certificate and key do not belong together, or are of a kind that is not supported.
    #[error("the certificate and the key cannot be used")]
    Unusable(#[from] rustls::Error),
    /// The certificate that was made cannot be written.
    #[error("cannot write the certificate to `{path}`", path = .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// No certificate can be made.
    #[error("cannot make a certificate: {0}")]
    Make(String),
}

impl Certificate {
    /// Reads a chain of certificates and their key from files in PEM form.
    ///
    /// # Errors
    ///
    /// If a file cannot be read or has something else, or the key is not that of the certificate.
    pub fn from_files(chain: &Path, key: &Path) -> Result<Certificate, CertificateError> {
        let unreadable = |what, path: &Path| {
            let path = path.to_owned();
            move |source| CertificateError::Read { what, path, source }
        };
        let found = CertificateDer::pem_file_iter(chain)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(unreadable("a certificate", chain))?;
        if found.is_empty() {
            return Err(CertificateError::Empty(chain.to_owned()));
        }
        let key = PrivateKeyDer::from_pem_file(key).map_err(unreadable("a private key", key))?;
        Ok(Certificate { config: config(found, key)?, made: None })
    }

    /// Generates a self-signed certificate for this machine and an address.
    ///
    /// # Errors
    ///
    /// If there is no randomness.
    pub fn self_signed(address: IpAddr) -> Result<Certificate, CertificateError> {
        let own = (!address.is_unspecified()).then(|| address.to_string());
        let mut names: Vec<String> = LOCAL.iter().map(|name| (*name).to_owned()).collect();
        names.extend(own.filter(|own| !LOCAL.contains(&own.as_str())));
        let failed = |error: rcgen::Error| CertificateError::Make(error.to_string());
        let pair = rcgen::generate_simple_self_signed(names).map_err(failed)?;
        let key = PrivateKeyDer::try_from(pair.signing_key.serialize_der())
            .map_err(|error| CertificateError::Make(error.to_owned()))?;
        let config = config(vec![pair.cert.der().clone()], key)?;
        Ok(Certificate { config, made: Some(pair.cert.pem()) })
    }

    /// The certificate as PEM, if it was generated.
    pub fn pem(&self) -> Option<&str> {
        self.made.as_deref()
    }

    /// Accepts connections with this certificate.
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.config.clone())
    }
}

fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

impl std::fmt::Debug for Certificate {
    /// Never the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate").field("made", &self.made.is_some()).finish_non_exhaustive()
    }
}
