//! Targets that misbehave: the program ends by itself, blames the target and not itself, claims no
//! pass that was not earned, and says what to do.

pub(crate) mod proxy;

use crate::program::process::{self, Outcome, program};
use base64::Engine as _;
use invite_selftest::null::{self, Running};
use proxy::Fault;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

const KEY: &str = "hostile-application";
const SECRET: &str = "s3cr3t-that-nobody-may-see";

/// The most memory that a hostile target may make the program hold.
const MOST_KIB: u64 = 256 * 1024;

/// Everything that the program said of a target.
struct Verdict {
    outcome: Outcome,
    /// The run record; none if nothing could be judged.
    record: Option<Value>,
    /// The report for people; empty if nothing could be judged.
    report: String,
}

/// Runs the whole suite against the target at `url` and checks what holds of every verdict.
async fn judge(name: &str, url: &str, arguments: &[&str]) -> Verdict {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.txt");
    let wanted = format!("terminal={}", path.display());
    let fixed =
        ["run", "--url", url, "--app-key", KEY, "--app-secret", SECRET, "--json", "--report"];
    let command =
        program(fixed.into_iter().chain([wanted.as_str()]).chain(arguments.iter().copied()));
    let outcome = tokio::task::spawn_blocking(|| process::run_alone(command)).await.unwrap();
    let report = std::fs::read_to_string(&path).unwrap_or_default();
    let record = (!outcome.stdout.is_empty()).then(|| outcome.json());
    let verdict = Verdict { outcome, record, report };
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
        let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{KEY}:{SECRET}"));
        for secret in [SECRET, &encoded] {
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
                let errors = &record["tally"]["summary"]["errors"];
                assert_eq!(errors, 0, "the harness blames itself:\n{}", self.report);
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

/// Answers everything alike.
async fn always(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

/// One of the targets that are no server of this protocol.
async fn none(name: &str) -> Running {
    (null::find(name).unwrap().start)().await.unwrap()
}

fn http(authority: &str) -> String {
    format!("http://{authority}")
}

#[test]
fn a_debug_dump_is_known_when_it_is_seen() {
    assert!(debug_dump("failed: Error { kind: Connect, x: 1 }").is_some());
    assert!(debug_dump("status Some(3)").is_some());
    assert_eq!(debug_dump("an object with { \"kind\": 1 } in it"), None);
}

#[tokio::test]
async fn a_closed_port_is_untestable() {
    let server = none("closed-port").await;
    let url = server.url();
    judge("closed port", &url, &[]).await.exits(3).says(&["cannot be reached", &url, "refused"]);
}

#[tokio::test]
async fn a_silent_target_is_untestable() {
    let server = none("silent").await;
    let url = server.url();
    judge("accepts, never answers", &url, &[]).await.exits(3).says(&[&url, "5000 ms"]);
}

#[tokio::test]
async fn an_empty_object_for_everything_earns_nothing() {
    let server = none("empty-objects").await;
    judge("200 {} to everything", &server.url(), &[]).await.exits(1).earns_nothing();
}

#[tokio::test]
async fn a_web_page_for_everything_earns_nothing() {
    let server = none("web-page").await;
    judge("HTML with 200", &server.url(), &[]).await.exits(1).earns_nothing();
}

#[tokio::test]
async fn an_echo_earns_nothing() {
    let server = none("echo").await;
    judge("echo of the body", &server.url(), &[]).await.exits(1).earns_nothing();
}

#[tokio::test]
async fn a_body_of_two_hundred_megabytes_is_not_read() {
    let server = none("endless-body").await;
    let url = server.url();
    judge("200 MB body", &url, &[]).await.earns_nothing().is_small();
}

#[tokio::test]
async fn a_body_at_one_byte_a_second_is_not_waited_for() {
    let server = none("dripping-body").await;
    let url = server.url();
    judge("drip of the body", &url, &[]).await.earns_nothing();
}

#[tokio::test]
async fn a_head_at_one_byte_a_second_is_not_waited_for() {
    let server = none("dripping-head").await;
    let url = server.url();
    judge("drip of the head", &url, &[]).await.earns_nothing();
}

#[tokio::test]
async fn a_redirect_loop_is_not_followed() {
    let server = none("redirect-loop").await;
    judge("redirect loop", &server.url(), &[]).await.exits(1).earns_nothing().says(&["302"]);
}

#[tokio::test]
async fn https_to_a_plain_server_is_untestable() {
    let server = always(ResponseTemplate::new(200)).await;
    let url = server.uri().replace("http:", "https:");
    judge("https to plain http", &url, &[]).await.exits(3).says(&["TLS"]);
}

#[tokio::test]
async fn http_to_a_tls_server_is_untestable() {
    let server = none("tls").await;
    let url = server.url();
    judge("http to TLS", &url, &[]).await.exits(3);
}

#[tokio::test]
async fn another_protocol_is_untestable() {
    let server = none("other-protocol").await;
    let url = server.url();
    judge("SMTP banner", &url, &[]).await.exits(3);
}

#[tokio::test]
async fn refused_credentials_are_untestable() {
    let server = proxy::reference(KEY, "another-secret");
    let url = http(&server.address().to_string());
    judge("wrong credentials", &url, &[]).await.exits(3).says(&[
        "refused the credentials",
        "--app-key",
        "INVITE_APP_KEY",
    ]);
}

#[tokio::test]
async fn five_hundred_for_everything_earns_nothing() {
    let server = always(ResponseTemplate::new(500)).await;
    judge("500 to everything", &server.uri(), &[]).await.exits(1).earns_nothing();
}

#[tokio::test]
async fn json_that_is_too_deep_earns_nothing() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let answer = ResponseTemplate::new(200).set_body_raw(deep, "application/json");
    let server = always(answer).await;
    judge("JSON 100,000 deep", &server.uri(), &[]).await.exits(1).earns_nothing();
}

#[tokio::test(flavor = "multi_thread")]
async fn dropped_sockets_are_the_targets_fault() {
    let server = proxy::reference(KEY, SECRET);
    let proxy = proxy::before(&server, Fault::DropsSockets).await;
    let url = proxy.url();
    judge("drops every socket", &url, &[]).await.exits(1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_babbling_socket_is_cut_off() {
    let server = proxy::reference(KEY, SECRET);
    let babble = || proxy::frame(true, json!({ "type": "Noise", "n": 1 }).to_string().as_bytes());
    let proxy = proxy::before(&server, Fault::Babbles(babble)).await;
    let url = proxy.url();
    judge("babbling WebSocket", &url, &[]).await.exits(1).is_small();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_is_not_json_is_the_targets_fault() {
    let server = proxy::reference(KEY, SECRET);
    let rubbish = || proxy::frame(true, b"<<rubbish>>");
    let proxy = proxy::before(&server, Fault::Pushes(rubbish)).await;
    let url = proxy.url();
    judge("frame that is not JSON", &url, &[]).await.exits(1).says(&["WIRE-006"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binary_frame_is_the_targets_fault() {
    let server = proxy::reference(KEY, SECRET);
    let proxy = proxy::before(&server, Fault::Pushes(|| proxy::frame(false, &[0xff; 99]))).await;
    let url = proxy.url();
    judge("binary frame", &url, &[]).await.exits(1).says(&["WIRE-006"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_of_ten_megabytes_is_the_targets_fault() {
    let server = proxy::reference(KEY, SECRET);
    let huge = || proxy::frame(true, &vec![b' '; 10 * 1024 * 1024]);
    let proxy = proxy::before(&server, Fault::Pushes(huge)).await;
    let url = proxy.url();
    judge("frame of 10 MB", &url, &[]).await.exits(1).is_small();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_dies_on_the_way_does_not_conform() {
    let server = proxy::reference(KEY, SECRET);
    let proxy = proxy::before(&server, Fault::DiesAfter(200)).await;
    let url = proxy.url();
    judge("dies after 200 requests", &url, &[]).await.exits(1);
}
