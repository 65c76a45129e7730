//! TLS: the server's certificate, given or made for the occasion.

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
    /// The certificate that was made for the occasion, as PEM: clients have to be told to trust it.
    made: Option<String>,
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

    /// Makes a certificate that signs itself, for this machine and an address.
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

    /// The certificate as PEM, if it was made for the occasion.
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
