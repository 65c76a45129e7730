//! Servers behind a certificate that nobody knows, or that is no longer valid.

use super::{Hostile, Must, Right, Running, target};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

pub(super) fn all() -> Vec<Hostile> {
    let certificate: &[&str] = &["certificate"];
    vec![
        behind(
            "self-signed",
            "has a certificate that it signed itself",
            "localhost",
            Must::BeUntestable(certificate),
        )
        .each_time(),
        behind(
            "certificate-of-another",
            "has a certificate of another host",
            "other.example",
            Must::BeUntestable(certificate),
        ),
    ]
}

fn behind(name: &str, does: &str, host: &'static str, must: Must) -> Hostile {
    Hostile::new(
        name,
        does,
        must,
        Arc::new(move || Box::pin(async move { start(host).await.map_err(|it| it.to_string()) })),
    )
}

async fn start(host: &str) -> Result<Running, Box<dyn std::error::Error>> {
    let pair = rcgen::generate_simple_self_signed([host.to_owned()])?;
    let key = PrivateKeyDer::try_from(pair.signing_key.serialize_der())?;
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![pair.cert.der().clone()], key)?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("https://localhost:{}", listener.local_addr()?.port());
    let right = Right::server()?;
    let inner = right.address();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut outer = acceptor.accept(stream).await?;
                let mut inner = TcpStream::connect(inner).await?;
                tokio::io::copy_bidirectional(&mut outer, &mut inner).await
            });
        }
    });
    Ok(Running { target: target(&address), others: Vec::new(), server: Box::new(right) })
}
