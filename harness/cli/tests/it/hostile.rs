//! Targets that misbehave, null and hostile: the program ends by itself, blames the target and not
//! itself, counts no pass that the target does not deserve, and says what to do.

use crate::program::process::{self, Outcome, program};
use base64::Engine as _;
use invite_reference::{Application, Server, Settings};
use invite_scenario::description::{Credentials, Target};
use invite_selftest::{Servers, Specimen, StartError, Started, Wrong};
use serde_json::Value;

const KEY: &str = "hostile-application";
const SECRET: &str = "s3cr3t-that-nobody-may-see";

/// The most memory that a hostile target may make the program hold.
const MOST_KIB: u64 = 256 * 1024;

/// The server that hostile ones are made from: the reference server with one application, protected.
struct Reference;

impl Servers for Reference {
    fn right(&self) -> Result<Started, StartError> {
        let settings = Settings {
            listen: ([127, 0, 0, 1], 0).into(),
            applications: vec![Application::new(KEY, SECRET).protected()],
            ..Settings::default()
        };
        let server = Server::start(settings).map_err(|it| StartError::Server(Box::new(it)))?;
        let (embedded, mut target) = invite_conformance::embedded::start().unwrap();
        drop(embedded);
        let address = format!("http://{}", server.address());
        target.planes.auth.clone_from(&address);
        target.planes.rest.clone_from(&address);
        target.planes.session = address;
        target.application = Credentials { key: KEY.into(), secret: SECRET.into() };
        target.second_application = None;
        Ok(Started { target, server: Box::new(server) })
    }

    fn wrong(&self) -> Vec<Wrong> {
        Vec::new()
    }

    fn start(&self, wrong: &str) -> Result<Started, StartError> {
        Err(StartError::Unknown(wrong.to_owned()))
    }
}

/// Everything that the program printed about a target.
struct Verdict {
    outcome: Outcome,
    target: Target,
    /// The run record; none if nothing could be judged.
    record: Option<Value>,
    /// The report for people; empty if nothing could be judged.
    report: String,
}

/// Runs the whole suite against the specimen of this name, and checks what holds for every verdict.
async fn judge(name: &str) -> Verdict {
    let specimen: Specimen = invite_selftest::find(&Reference, name).unwrap();
    let Started { target, server } = specimen.start(&Reference).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.txt");
    let wanted = format!("terminal={}", path.display());
    let Credentials { key, secret } = &target.application;
    let url = target.planes.session.as_str();
    let command = program([
        "run",
        "--url",
        url,
        "--app-key",
        key,
        "--app-secret",
        secret,
        "--json",
        "--report",
        &wanted,
    ]);
    let outcome = tokio::task::spawn_blocking(|| process::run_alone(command)).await.unwrap();
    drop(server);
    let report = std::fs::read_to_string(&path).unwrap_or_default();
    let record = (!outcome.stdout.is_empty()).then(|| outcome.json());
    let verdict = Verdict { outcome, target, record, report };
    verdict.print(name);
    verdict.is_fair();
    verdict
}

impl Verdict {
    fn passes(&self) -> u64 {
        self.record.as_ref().map_or(0, |record| {
            record["tally"]["summary"]["passed"].as_u64().expect("a number of passes")
        })
    }

    /// One line of the table of hostile targets.
    fn print(&self, name: &str) {
        let message = self.outcome.stderr.lines().next().map(str::to_owned).unwrap_or_else(|| {
            let mut lines = self.report.lines().skip_while(|line| !line.starts_with("FAIL"));
            let title = lines.next().unwrap_or_default();
            let seen = lines.find(|line| line.trim_start().starts_with("seen")).unwrap_or_default();
            format!("{title} |{seen}")
        });
        println!(
            "{name:<28} exit {:?} in {:>5.1} s ({:>4.1} s busy), {:>4} MiB, {:>3} passed: {message}",
            self.outcome.code(),
            self.outcome.took.as_secs_f64(),
            self.outcome.computed.unwrap_or_default().as_secs_f64(),
            self.outcome.peak_kib.unwrap_or_default() / 1024,
            self.passes(),
        );
    }

    /// What must hold of the verdict about any hostile target.
    #[track_caller]
    fn is_fair(&self) {
        let said = format!("{}{}", self.outcome.said(), self.report);
        let code = self.outcome.code();
        assert!(matches!(code, Some(1 | 3)), "exit {code:?}:\n{}", self.outcome.stderr);
        assert!(!self.conforms(), "it cannot conform");
        let Credentials { key, secret } = &self.target.application;
        let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{key}:{secret}"));
        for secret in [secret, &encoded] {
            assert!(!said.contains(secret), "the secret stands in what it said");
        }
        for text in [&self.outcome.stderr, &self.report] {
            for bad in ["panicked", "RUST_BACKTRACE", "the harness itself failed", "please report"]
            {
                assert!(!text.contains(bad), "`{bad}` in:\n{text}");
            }
            if let Some(dump) = debug_dump(text) {
                panic!("a Debug dump, `{dump}`, in:\n{text}");
            }
        }
        match code {
            Some(3) => {
                assert!(self.record.is_none(), "nothing was judged, yet there is a record");
                let message = &self.outcome.stderr;
                // What, and where; and what to do, on a line of its own.
                assert!(message.starts_with("invite-conformance: "), "{message}");
                assert!(message.contains("127.0.0.1:"), "it does not say where: {message}");
                assert!(message.lines().count() >= 2, "it does not say what to do: {message}");
                assert!(message.contains("--"), "it does not say what to do: {message}");
            }
            _ => {
                let record = self.record.as_ref().expect("a record");
                // The harness may stop reading, and says so; nothing else may go wrong in it.
                let checks = record["checks"].as_array().expect("checks").iter();
                let faults = checks.map(Value::to_string).filter(|it| it.contains("from_harness"));
                let (limits, faults): (Vec<_>, Vec<_>) =
                    faults.partition(|it| it.contains("too_much_received"));
                assert!(faults.is_empty(), "the harness blames itself:\n{}", self.report);
                let errors = &record["tally"]["summary"]["errors"];
                assert!(*errors == 0 || !limits.is_empty(), "{errors} errors:\n{}", self.report);
                assert!(self.report.contains("\nFAIL "), "no red line:\n{}", self.report);
            }
        }
    }

    fn conforms(&self) -> bool {
        self.record.as_ref().is_some_and(|record| record["tally"]["summary"]["conforms"] == true)
    }

    #[track_caller]
    fn exits(&self, code: i32) -> &Verdict {
        assert_eq!(self.outcome.code(), Some(code), "{}\n{}", self.outcome.stderr, self.report);
        self
    }

    #[track_caller]
    fn earns_nothing(&self) -> &Verdict {
        let passed: Vec<&Value> = self
            .record
            .iter()
            .flat_map(|record| record["checks"].as_array().unwrap())
            .filter(|check| check["verdict"] == "pass")
            .take(5)
            .collect();
        assert_eq!(self.passes(), 0, "passes: {passed:#?}");
        self
    }

    #[track_caller]
    fn says(&self, words: &[&str]) -> &Verdict {
        let said = format!("{}{}", self.outcome.stderr, self.report);
        for word in words {
            assert!(said.contains(word), "no `{word}` in:\n{said}");
        }
        self
    }

    #[track_caller]
    fn is_small(&self) -> &Verdict {
        if let Some(peak) = self.outcome.peak_kib {
            assert!(peak < MOST_KIB, "it held {} MiB", peak / 1024);
        }
        self
    }
}

/// The first thing in a text that looks like Rust's `{:?}`: `Name { field: ` or `Some(`.
fn debug_dump(text: &str) -> Option<String> {
    let wrapped =
        ["Some(", "Err(", "Ok(", "Custom {", "Os {"].into_iter().find(|name| text.contains(name));
    let structs = text.match_indices(" { ").find_map(|(at, _)| {
        let name: String = text[..at].chars().rev().take_while(|c| c.is_alphanumeric()).collect();
        let (field, _) = text[at + 3..].split_once(": ")?;
        let is_field =
            !field.is_empty() && field.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        (!name.is_empty() && is_field)
            .then(|| text[at.saturating_sub(20)..at + 3 + field.len()].to_owned())
    });
    wrapped.map(str::to_owned).or(structs)
}

#[test]
fn a_debug_dump_is_known_when_it_is_seen() {
    assert!(debug_dump("failed: Error { kind: Connect, x: 1 }").is_some());
    assert!(debug_dump("status Some(3)").is_some());
    assert_eq!(debug_dump("an object with { \"kind\": 1 } in it"), None);
}

#[tokio::test]
async fn a_closed_port_is_untestable() {
    let verdict = judge("closed-port").await;
    let url = verdict.target.planes.session.clone();
    verdict.exits(3).says(&["cannot be reached", &url, "refused"]);
}

#[tokio::test]
async fn a_silent_target_is_untestable() {
    let verdict = judge("silent").await;
    let url = verdict.target.planes.session.clone();
    verdict.exits(3).says(&[&url, "2500 ms"]);
}

#[tokio::test]
async fn an_empty_object_for_everything_earns_nothing() {
    judge("empty-objects").await.exits(1).earns_nothing();
}

#[tokio::test]
async fn a_web_page_for_everything_earns_nothing() {
    judge("web-page").await.exits(1).earns_nothing();
}

#[tokio::test]
async fn an_echo_earns_nothing() {
    judge("echo").await.exits(1).earns_nothing();
}

#[tokio::test]
async fn a_body_of_two_hundred_megabytes_is_not_read() {
    judge("endless-body").await.earns_nothing().is_small();
}

#[tokio::test]
async fn a_body_at_one_byte_a_second_is_not_waited_for() {
    judge("dripping-body").await.earns_nothing();
}

#[tokio::test]
async fn a_head_at_one_byte_a_second_is_not_waited_for() {
    judge("dripping-head").await.earns_nothing();
}

#[tokio::test]
async fn a_redirect_loop_is_not_followed() {
    judge("redirect-loop").await.exits(1).earns_nothing().says(&["302"]);
}

#[tokio::test]
async fn https_to_a_plain_server_is_untestable() {
    judge("https-to-plain-http").await.exits(3).says(&["TLS"]);
}

#[tokio::test]
async fn http_to_a_tls_server_is_untestable() {
    judge("tls").await.exits(3);
}

#[tokio::test]
async fn another_protocol_is_untestable() {
    judge("other-protocol").await.exits(3);
}

#[tokio::test]
async fn refused_credentials_are_untestable() {
    let verdict = judge("refused-credentials").await;
    verdict.exits(3).says(&["refused the credentials", "--app-key", "INVITE_APP_KEY"]);
}

#[tokio::test]
async fn five_hundred_for_everything_earns_nothing() {
    judge("always-500").await.exits(1).earns_nothing();
}

#[tokio::test]
async fn json_that_is_too_deep_earns_nothing() {
    judge("deep-json").await.exits(1).earns_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn dropped_sockets_are_the_targets_fault() {
    judge("dropped-sockets").await.exits(1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_babbling_socket_is_cut_off() {
    judge("babbling-socket").await.exits(1).is_small();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_is_not_json_is_the_targets_fault() {
    judge("rubbish-frames").await.exits(1).says(&["WIRE-006"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binary_frame_is_the_targets_fault() {
    judge("binary-frames").await.exits(1).says(&["WIRE-006"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_of_ten_megabytes_is_the_targets_fault() {
    judge("huge-frames").await.exits(1).is_small();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_dies_on_the_way_does_not_conform() {
    judge("dies-on-the-way").await.exits(1);
}
