//! `record`: stands between a client and a server, records what passes, and changes nothing.

use super::process::program;
use super::{invoke, process};
use invite_reference::{Application, Certificate, Server, Settings};
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Stdio};

/// Starts a recording, and returns where clients reach it.
fn start(arguments: &[&str]) -> (Child, String) {
    let mut command =
        program(["record", "--listen", "127.0.0.1:0"].iter().chain(arguments).copied());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    // One byte at a time: what follows is read at the end.
    let out = child.stdout.as_mut().unwrap();
    let mut byte = [0];
    while out.read(&mut byte).unwrap() == 1 && byte[0] != b'\n' {
        line.push(char::from(byte[0]));
    }
    let url = line.strip_prefix("recording at ").and_then(|it| it.split_once(" ("));
    let url = url.unwrap_or_else(|| panic!("{line}")).0.to_owned();
    (child, url)
}

/// Ends a recording: its exit code, and what it printed.
fn end(child: Child) -> (Option<i32>, String, String) {
    let id = child.id().to_string();
    let killed = std::process::Command::new("/bin/kill").args(["-INT", &id]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// The secret of the application `key`.
const SECRET: &str = "not-to-be-seen";

fn server(certificate: Option<Certificate>) -> Server {
    Server::start(Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: vec![Application::new("key", SECRET).protected()],
        certificate,
        ..Settings::default()
    })
    .unwrap()
}

fn run_through(url: &str, more: &[&str]) -> process::Outcome {
    let only = ["--only", "invite-sdk-delivered", "--only", "permissions-rest-update-revokes"];
    let mut command = program([&["run", "--url", url, "-q"][..], &only[..], more].concat());
    command.env("INVITE_APP_KEY", "key").env("INVITE_APP_SECRET", SECRET);
    process::run(command)
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_conforms_behind_it_and_the_recording_can_be_judged() {
    let server = server(None);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("trace.json");
    let arguments = ["--target", &server.url(), "--out", out.to_str().unwrap()];
    let (recording, url) = start(&arguments);
    let outcome = run_through(&url, &[]);
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    let (code, printed, shown) = end(recording);
    assert_eq!(code, Some(0), "{printed}{shown}");
    assert!(printed.contains("invite-conformance judge "), "{printed}");
    assert!(
        shown.contains("sdk.identify") && shown.contains("<--     InvitationReceived"),
        "{shown}"
    );

    let text = std::fs::read_to_string(&out).unwrap();
    for secret in [SECRET, "eyJ"] {
        assert!(!text.contains(secret) && !shown.contains(secret), "{secret}");
    }
    let judged = invoke(&["judge", out.to_str().unwrap()]);
    assert_eq!(judged.code(), Some(0), "{judged:#?}");
    assert!(judged.stdout.contains("NO FAULT SEEN"), "{judged:#?}");
    server.shutdown().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn it_speaks_tls_on_both_sides() {
    let certificate = Certificate::self_signed(std::net::Ipv4Addr::LOCALHOST.into()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("server.pem"), certificate.pem().unwrap()).unwrap();
    let server = server(Some(certificate));
    let made = format!("--tls-self-signed={}", path("made.pem"));
    let out = path("trace.json");
    let target = ["--target", &server.url(), "--ca-cert", &path("server.pem")];
    let (recording, url) = start(&[&target[..], &["--out", &out, "-q", &made][..]].concat());
    assert!(url.starts_with("https://"), "{url}");
    let outcome = run_through(&url, &["--ca-cert", &path("made.pem")]);
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    let (code, _, shown) = end(recording);
    assert_eq!(code, Some(0), "{shown}");
    assert!(Path::new(&out).is_file());
    server.shutdown().await;
}

#[cfg(unix)]
#[test]
fn a_server_that_is_not_there_is_recorded_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("trace.json");
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    let (recording, url) = start(&["--target", &target, "--out", out.to_str().unwrap()]);
    let outcome = run_through(&url, &[]);
    // The client hears 502 from what stands in between.
    assert_eq!(outcome.code(), Some(1), "{outcome:#?}");
    let (code, printed, shown) = end(recording);
    assert_eq!(code, Some(0), "{printed}{shown}");
    assert!(shown.contains("no response"), "{shown}");
    assert!(std::fs::read_to_string(out).unwrap().contains("no_answer"));
}

#[cfg(unix)]
#[test]
fn a_client_that_never_comes_and_a_port_that_is_taken_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("trace.json");
    let fixed = ["--target", "http://127.0.0.1:9", "--out", out.to_str().unwrap()];
    let (recording, _) = start(&fixed);
    let (code, _, shown) = end(recording);
    assert_eq!(code, Some(3), "{shown}");
    assert!(shown.contains("nothing was recorded"), "{shown}");
    assert!(!out.exists(), "there is nothing to keep");

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let outcome = invoke(&[&["record", "--listen", &address][..], &fixed[..]].concat());
    assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
    assert!(outcome.stderr.contains(&format!("cannot listen on {address}")), "{outcome:#?}");
    for (arguments, words) in [
        (["record", "--target", "nowhere", "--out", "x.json"], "nowhere"),
        (["record", "--target", "http://127.0.0.1:9", "--out", "/nowhere/x.json"], "/nowhere"),
    ] {
        let outcome = invoke(&arguments);
        assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
        assert!(outcome.stderr.contains(words), "{outcome:#?}");
    }
}
