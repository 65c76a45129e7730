//! The program: its settings, its output, its log and its exit.

use crate::support::{PATIENCE, Site, listening, listening_at, ok, program, text};
use serde_json::json;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

/// Waits for the program to exit: its exit code and its standard error.
async fn end(mut child: Child) -> (Option<i32>, String) {
    let mut written = String::new();
    let mut stderr = child.stderr.take().unwrap();
    let read = async {
        stderr.read_to_string(&mut written).await.unwrap();
        child.wait().await.unwrap()
    };
    let status = timeout(PATIENCE, read).await.expect("the program ends");
    (status.code(), written)
}

async fn refused(command: &mut Command) -> (Option<i32>, String) {
    end(command.spawn().unwrap()).await
}

#[cfg(unix)]
async fn interrupt(child: &Child, signal: &str) {
    let id = child.id().unwrap().to_string();
    assert!(Command::new("/bin/kill").args([signal, &id]).status().await.unwrap().success());
}

#[cfg(unix)]
#[tokio::test]
async fn the_log_tells_what_happened_and_no_secret() {
    let key = "a signing key that must not be shown anywhere";
    let app = "closed:hush-hush:protected";
    let mut command = program(&["--listen", "127.0.0.1:0", "--app", app, "--log", "trace"]);
    command.env("INVITE_REFERENCE_SIGNING_KEY", key);
    let (child, site) = listening(&mut command).await;
    let site = Site { secret: "hush-hush", ..site };
    let mut alice = site.online("alice").await;
    let id = site.created(&mut alice).await;
    site.sdk(&alice, &format!("/v1/conferences/{id}/send"), json!({ "message": "private" })).await;
    let refused = site.post("/v2/users/identify?Token=in-the-query").send().await.unwrap();
    assert_eq!(refused.status(), 401);
    let api_token = site.api_token().await;
    interrupt(&child, "-TERM").await;
    let (code, log) = end(child).await;
    assert_eq!(code, Some(0), "{log}");
    for expected in
        ["operation=\"sdk.send\" status=200 duration_us=", "operation=\"socket\"", "stopping"]
    {
        assert!(log.contains(expected), "no {expected} in {log}");
    }
    let owner = alice.conference_token.as_deref().unwrap();
    for secret in [
        key,
        "hush-hush",
        &api_token,
        &alice.bearer,
        &alice.token,
        owner,
        "private",
        "in-the-query",
        "alice",
    ] {
        assert!(!log.contains(secret), "{secret} stands in the log");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupted_program_closes_its_sockets_and_ends_well() {
    let mut command = program(&["--listen=127.0.0.1:0", "--app=closed:s1", "--log=off"]);
    let (child, site) = listening(&mut command).await;
    let mut alice = site.online("alice").await;
    interrupt(&child, "-INT").await;
    assert!(matches!(
        alice.message().await,
        Some(tokio_tungstenite::tungstenite::Message::Close(Some(frame))) if frame.code == 1001.into()
    ));
    let (code, log) = end(child).await;
    assert_eq!((code, log.as_str()), (Some(0), ""));
}

#[tokio::test]
async fn settings_come_from_the_environment_too() {
    let mut command = program(&[]);
    command
        .env("INVITE_REFERENCE_LISTEN", "127.0.0.1:0")
        .env("INVITE_REFERENCE_APPS", "closed:s1:protected,open:s2")
        .env("INVITE_REFERENCE_LOG", "off");
    let (_child, site) = listening(&mut command).await;
    site.api_token().await;
    Site { key: "open", secret: "s2", ..site }.api_token().await;
}

#[tokio::test]
async fn a_claimed_external_id_does_unless_it_must_be_verified() {
    for (more, expected) in [(&[][..], 200), (&["--verified-ids"][..], 403)] {
        let mut command = program(&["--listen=127.0.0.1:0", "--app=closed:s1:protected"]);
        let (_child, site) = listening(command.args(more)).await;
        let sign_in = site.post("/v1/oauth2/token").basic_auth(site.key, Some(site.secret));
        let bearer = text(&ok(sign_in).await, "access_token");
        let claim = json!({ "name": "alice", "externalId": "alice" });
        let claimed = site.identified(bearer, "alice", claim).await;
        let (status, answer) = site.try_sdk(&claimed, "/v1/conferences/create", json!({})).await;
        assert_eq!(status, expected, "{more:?}: {answer}");
    }
}

#[tokio::test]
async fn without_an_application_it_serves_a_demonstration() {
    let (mut child, site) = listening(&mut program(&["--listen", "127.0.0.1:0"])).await;
    Site { key: "demo", secret: "demo-secret", ..site }.api_token().await;
    child.kill().await.unwrap();
    assert!(end(child).await.1.contains("demo-secret"));
}

#[tokio::test]
async fn it_says_where_the_documentation_is() {
    let (_child, site, said) = listening_at(&mut program(&["--listen", "127.0.0.1:0"])).await;
    let url = said.strip_prefix("documentation at ").expect(&said);
    let page = site.http.get(url).timeout(PATIENCE).send().await.unwrap();
    assert!(page.text().await.unwrap().starts_with("<!DOCTYPE html>"), "{url}");
}

#[tokio::test]
async fn a_given_key_makes_tokens_outlive_the_server() {
    let path = std::env::temp_dir().join(format!("invite-reference-key-{}", std::process::id()));
    std::fs::write(&path, "0123456789abcdef0123456789abcdef\n").unwrap();
    let file = path.to_str().unwrap();
    let arguments = ["--listen=127.0.0.1:0", "--app=closed:s1", "--signing-key", file];
    let (child, site) = listening(&mut program(&arguments)).await;
    let token = site.api_token().await;
    drop(child);
    let (_child, site) = listening(&mut program(&arguments)).await;
    let create = site.post("/v2/conferences/create").bearer_auth(token);
    assert_eq!(
        create.json(&json!({ "ownerExternalId": "alice" })).send().await.unwrap().status(),
        200
    );
    std::fs::write(&path, "too short").unwrap();
    let (code, error) = refused(&mut program(&arguments)).await;
    assert_eq!(code, Some(2));
    assert!(error.contains("32 bytes") && !error.contains("too short"), "{error}");
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn wrong_settings_are_explained() {
    for (arguments, expected) in [
        (&["--app", "key-without-secret"][..], "KEY:SECRET"),
        (&["--app", "a:hush:open"], "protected"),
        (&["--app", "a:hush", "--app", "a:hush"], "duplicate"),
        (&["--public-url", "https://a.example/path"], "--public-url"),
        (&["--listen", "nowhere"], "--listen"),
        (&["--capacity", "0"], "--capacity"),
        (&["--conference-seconds", "0"], "--conference-seconds"),
        (&["--log", "loud"], "--log"),
        (&["--signing-key", "/nowhere/at/all"], "/nowhere/at/all"),
        (&["--no-such-flag"], "--no-such-flag"),
        (&["--tls-cert", "/nowhere/at/all"], "--tls-key"),
        (&["--tls-cert", "/nowhere/at/all", "--tls-key", "/nowhere"], "/nowhere/at/all"),
        (&["--tls-self-signed=/nowhere/at/all"], "/nowhere/at/all"),
        (&["--fault", "kicked-come-bakc"], "did you mean `kicked-come-back`?"),
        (&["--fault", "whatever"], "--list-faults"),
    ] {
        let (code, error) = refused(&mut program(arguments)).await;
        assert_eq!(code, Some(2), "{arguments:?}: {error}");
        assert!(error.contains(expected), "{arguments:?}: {error}");
        assert!(!error.contains("hush"), "{arguments:?}: {error}");
    }
}

/// Asks a server for its specification over TLS, trusting one certificate only.
async fn over_tls(address: &str, certificate: &std::path::Path) -> std::io::Result<String> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certificate).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let name = "127.0.0.1".try_into().unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    let request = format!("GET /spec/ HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// Starts the program, and returns where it listens over TLS.
async fn secured(arguments: &[&str]) -> (Child, String) {
    let mut child = program(arguments).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap();
    let address = line.strip_prefix("listening on https://").expect(&line).to_owned();
    (child, address)
}

#[tokio::test]
async fn it_serves_tls_with_a_certificate_that_was_made_or_given() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made.pem");
    let flag = format!("--tls-self-signed={}", made.display());
    let (_child, address) = secured(&["--listen=127.0.0.1:0", "--app=a:b", &flag]).await;
    let answer = timeout(PATIENCE, over_tls(&address, &made)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    // A client that speaks no TLS, or none at all, holds up nobody.
    let mut plain = TcpStream::connect(&address).await.unwrap();
    plain.write_all(b"GET /spec/ HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let _silent = TcpStream::connect(&address).await.unwrap();
    assert!(timeout(PATIENCE, over_tls(&address, &made)).await.unwrap().is_ok());

    let pair = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    std::fs::write(&chain, pair.cert.pem()).unwrap();
    std::fs::write(&key, pair.signing_key.serialize_pem()).unwrap();
    let flags = ["--tls-cert", chain.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    let arguments = [&["--listen=127.0.0.1:0", "--app=a:b"][..], &flags[..]].concat();
    let (_child, address) = secured(&arguments).await;
    let answer = timeout(PATIENCE, over_tls(&address, &chain)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(timeout(PATIENCE, over_tls(&address, &made)).await.unwrap().is_err());

    let swapped = ["--tls-cert", key.to_str().unwrap(), "--tls-key", chain.to_str().unwrap()];
    let (code, error) = refused(&mut program(&swapped)).await;
    assert!(code == Some(2) && error.contains("key.pem"), "{error}");
}

#[tokio::test]
async fn it_is_wrong_on_purpose_if_it_is_told_to() {
    let listed = program(&["--list-faults"]).output().await.unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let line = listed.lines().find(|line| line.starts_with("kicked-come-back ")).unwrap();
    assert!(line.contains("KCK-005"), "{line}");
    assert_eq!(listed.lines().count(), invite_reference::mutants::all().len());

    let arguments = ["--listen=127.0.0.1:0", "--app=a:b", "--fault", "no-token-for-a-day"];
    let (mut child, _site) = listening(&mut program(&arguments)).await;
    child.kill().await.unwrap();
    let (_, said) = end(child).await;
    assert!(said.contains("on purpose (no-token-for-a-day): "), "{said}");
}

#[tokio::test]
async fn a_port_in_use_is_explained() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, error) = refused(&mut program(&["--app", "a:b", "--listen", &address])).await;
    assert_eq!(code, Some(1));
    assert!(error.starts_with(&format!("error: cannot listen on {address}: ")), "{error}");
}
