//! Targets behind TLS: certificates of one's own, none at all, and the system's.

use invite_drive::RunError;
use invite_record::{Options, Part, Record};
use invite_reference::{Application, Certificate, Server, Settings};
use invite_scenario::Plan;
use invite_scenario::description::{CredentialsFile, Target, TargetFile};
use std::net::SocketAddr;
use std::path::PathBuf;

/// The reference server with a certificate that nobody knows.
struct Secured {
    address: String,
    certificate: String,
    _server: Server,
}

fn secured() -> Secured {
    let listen: SocketAddr = ([127, 0, 0, 1], 0).into();
    let certificate = Certificate::self_signed(listen.ip()).unwrap();
    let pem = certificate.pem().unwrap().to_owned();
    let server = Server::start(Settings {
        listen,
        applications: vec![Application::new("key", "secret").protected()],
        certificate: Some(certificate),
        ..Settings::default()
    })
    .unwrap();
    let address = format!("https://localhost:{}", server.address().port());
    Secured { address, certificate: pem, _server: server }
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
    let secured = secured();
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
    let secured = secured();
    let error = run(target(&secured, None, false)).await.unwrap_err().to_string();
    assert!(error.contains("certificate"), "{error}");
    assert!(error.contains("--ca-cert"), "{error}");
}

#[tokio::test]
async fn no_certificate_is_checked_when_told_so() {
    let secured = secured();
    let record = run(target(&secured, None, true)).await.unwrap();
    assert!(record.tally.summary.conforms, "{:#?}", record.tally.summary);
}

#[tokio::test]
async fn a_file_that_holds_no_certificate_is_named() {
    let secured = secured();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nothing.pem");
    std::fs::write(&file, "not a certificate").unwrap();
    let error = run(target(&secured, Some(file), false)).await.unwrap_err().to_string();
    assert!(error.contains("nothing.pem") && error.contains("PEM"), "{error}");
}
