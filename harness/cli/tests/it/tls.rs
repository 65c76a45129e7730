//! Targets behind TLS: certificates of one's own, none at all, and the system's.

use invite_drive::RunError;
use invite_record::{Options, Part, Record};
use invite_reference::{Application, Server, Settings};
use invite_scenario::Plan;
use invite_scenario::description::{CredentialsFile, Target, TargetFile};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// The reference server behind a TLS endpoint with a certificate that nobody knows.
struct Secured {
    address: String,
    certificate: String,
    _server: Server,
}

async fn secured() -> Secured {
    let pair = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(pair.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![pair.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let server = Server::start(Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: vec![Application::new("key", "secret").protected()],
        public_url: Some(address.parse().unwrap()),
        ..Settings::default()
    })
    .unwrap();
    let behind = server.address();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut outer = acceptor.accept(stream).await?;
                let mut inner = TcpStream::connect(behind).await?;
                tokio::io::copy_bidirectional(&mut outer, &mut inner).await
            });
        }
    });
    Secured { address, certificate: pair.cert.pem(), _server: server }
}

fn target(secured: &Secured, ca_cert: Option<PathBuf>, insecure: bool) -> Target {
    let file = TargetFile {
        url: Some(secured.address.clone()),
        application: Some(CredentialsFile { key: "key".into(), secret: "secret".into() }),
        ca_cert,
        insecure,
        ..TargetFile::default()
    };
    file.resolve("test", |_| None).unwrap()
}

/// One scenario over HTTPS and WSS.
async fn run(target: Target) -> Result<Record, RunError> {
    let mut scenarios = invite_scenario::built_in().unwrap();
    let wanted = ["session-opens", "invite-every-session-by-rest"];
    scenarios.retain(|found| wanted.contains(&&*found.scenario.id.value));
    assert_eq!(scenarios.len(), wanted.len());
    let plan = Plan { scenarios, jobs: 4, seed: 1, run_id: "tls".into() };
    let driven = invite_drive::run(target.clone(), &plan, |_| {}).await?;
    let options = Options { seed: 1, run_id: "tls".into(), strict: false, jobs: 4, rate: None };
    Ok(Record::new(&target, &plan.scenarios, Part::default(), driven, options, 0))
}

#[tokio::test]
async fn a_certificate_of_ones_own_is_trusted_when_it_is_given() {
    let secured = secured().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, &secured.certificate).unwrap();
    let record = run(target(&secured, Some(file), false)).await.unwrap();
    assert!(record.tally.summary.conforms, "{:#?}", record.tally.summary);
    assert!(
        record.tally.find(invite_spec::requirement::id::SES_002).is_some(),
        "no WebSocket was opened"
    );
}

#[tokio::test]
async fn an_unknown_certificate_is_refused_with_a_word_about_it() {
    let secured = secured().await;
    let error = run(target(&secured, None, false)).await.unwrap_err().to_string();
    assert!(error.contains("certificate"), "{error}");
    assert!(error.contains("--ca-cert"), "{error}");
}

#[tokio::test]
async fn no_certificate_is_checked_when_told_so() {
    let secured = secured().await;
    let record = run(target(&secured, None, true)).await.unwrap();
    assert!(record.tally.summary.conforms, "{:#?}", record.tally.summary);
}

#[tokio::test]
async fn a_file_that_holds_no_certificate_is_named() {
    let secured = secured().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nothing.pem");
    std::fs::write(&file, "not a certificate").unwrap();
    let error = run(target(&secured, Some(file), false)).await.unwrap_err().to_string();
    assert!(error.contains("nothing.pem") && error.contains("PEM"), "{error}");
}
