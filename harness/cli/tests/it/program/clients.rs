//! `client`: a right client is green, and a client that is wrong in one point is red for that point.

use super::process::program;
use super::{invoke, process};
use invite_client::sample::Fault;
use invite_spec::requirement::{RequirementId, Side, all_of};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Stdio;

/// The command of the sample client.
fn sample(fault: Option<Fault>) -> String {
    let fault = fault.map(|fault| format!(" --fault {}", fault.as_str())).unwrap_or_default();
    format!("'{}' sample-client{fault}", env!("CARGO_BIN_EXE_invite-conformance"))
}

/// What a run of the client scenarios prints as JSON, and its exit code.
fn run(adapter: &str, more: &[&str]) -> (Option<i32>, Value) {
    let outcome = invoke(&[&["client", "--adapter", adapter, "--json"][..], more].concat());
    let record = serde_json::from_str(&outcome.stdout);
    (outcome.code(), record.unwrap_or_else(|error| panic!("{error}: {outcome:#?}")))
}

/// The requirements with this verdict.
fn with_verdict(record: &Value, verdict: &str) -> BTreeSet<String> {
    let results = record["tally"]["requirements"].as_array().unwrap();
    let fits = results.iter().filter(|one| one["verdict"] == verdict);
    fits.map(|one| one["requirement"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_right_client_conforms_in_every_requirement() {
    let (code, record) = run(&sample(None), &["--slow"]);
    assert_eq!(code, Some(0), "{}", record["tally"]);
    let every: BTreeSet<String> = all_of(Side::Client).map(|row| row.id.to_string()).collect();
    assert_eq!(with_verdict(&record, "pass"), every);
    assert_eq!(record["side"], "client");
    assert!(record.get("partial").is_none(), "{}", record["partial"]);
}

/// What only slow scenarios show.
const NEED_SLOW: [Fault; 2] = [Fault::NoKeepAlive, Fault::AsksLater];

/// How many clients are tried at once: they mostly wait.
const AT_ONCE: usize = 6;

/// Each fault, with the requirements that failed.
fn failed(faults: &[Fault], more: &[&str]) -> Vec<(&'static str, RequirementId, BTreeSet<String>)> {
    let one = &|fault: &Fault| {
        let (code, record) = run(&sample(Some(*fault)), more);
        let counts = fault.breaks().row().is_binding();
        assert_eq!(code, Some(i32::from(counts)), "{}: {}", fault.as_str(), record["tally"]);
        (fault.as_str(), fault.breaks(), with_verdict(&record, "fail"))
    };
    let mut found = Vec::new();
    for some in faults.chunks(AT_ONCE) {
        found.extend(std::thread::scope(|scope| {
            let begun: Vec<_> = some.iter().map(|fault| scope.spawn(move || one(fault))).collect();
            begun.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
        }));
    }
    found
}

fn is_red_for_that_row_only(faults: &[Fault], more: &[&str]) {
    let wrong: Vec<_> = failed(faults, more)
        .into_iter()
        .filter(|(_, breaks, failed)| *failed != BTreeSet::from([breaks.to_string()]))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_client_that_is_wrong_in_one_point_is_red_for_that_row_and_only_that() {
    let faults: Vec<Fault> =
        Fault::ALL.iter().copied().filter(|fault| !NEED_SLOW.contains(fault)).collect();
    is_red_for_that_row_only(&faults, &[]);
}

#[test]
fn a_client_whose_fault_shows_only_with_time_is_red_for_it() {
    let only = ["--slow", "--only", "keep-alive", "--only", "refused-for-a-while"];
    is_red_for_that_row_only(&NEED_SLOW, &only);
}

#[test]
fn each_requirement_for_clients_has_a_wrong_client() {
    let broken: BTreeSet<RequirementId> = Fault::ALL.iter().map(|fault| fault.breaks()).collect();
    let every: BTreeSet<RequirementId> = all_of(Side::Client).map(|row| row.id).collect();
    assert_eq!(broken, every);
}

#[test]
fn its_record_is_verified_reported_and_judged_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.json");
    let path = path.to_str().unwrap();
    let wanted = format!("json={path}");
    let adapter = sample(Some(Fault::NoAcknowledgement));
    let only = ["--only", "permissions-*", "--only", "invited-*"];
    let ran =
        invoke(&[&["client", "--adapter", &adapter, "--report", &wanted][..], &only[..]].concat());
    assert_eq!(ran.code(), Some(1), "{ran:#?}");
    assert!(ran.stdout.contains("FAIL CLI-006"), "{ran:#?}");
    assert!(ran.stdout.contains("invite-conformance client --adapter"), "{ran:#?}");
    let verified = invoke(&["verify", path]);
    assert_eq!(verified.code(), Some(0), "{verified:#?}");
    let judged = invoke(&["judge", path]);
    assert_eq!(judged.code(), Some(1), "{judged:#?}");
    assert!(judged.stdout.contains("CLIENT: DOES NOT CONFORM"), "{judged:#?}");
    for format in ["junit", "html", "markdown", "sarif", "tap", "badge", "github"] {
        let report = format!("{format}={}", folder.path().join(format).display());
        let reported = invoke(&["report", path, "--report", &report]);
        assert_eq!(reported.code(), Some(1), "{format}: {reported:#?}");
    }
    let text = std::fs::read_to_string(path).unwrap();
    assert!(!text.contains("eyJ"), "a token is in the record");

    // What was changed after the run is found.
    let changed = text.replacen("\"verdict\": \"fail\"", "\"verdict\": \"skip\"", 1);
    assert_ne!(changed, text);
    let known = folder.path().join("changed.json");
    std::fs::write(&known, changed).unwrap();
    assert_ne!(invoke(&["verify", known.to_str().unwrap()]).code(), Some(0));
}

#[test]
fn a_known_failure_of_a_client_is_not_red() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("known.toml");
    let path = path.to_str().unwrap();
    let adapter = sample(Some(Fault::NoAcknowledgement));
    let client = ["client", "--adapter", &adapter, "--only", "permissions-*"];
    let first = invoke(&[&client[..], &["--write-baseline", path]].concat());
    assert_eq!(first.code(), Some(1), "{first:#?}");
    let text = std::fs::read_to_string(path).unwrap();
    std::fs::write(path, text.replace("reason = \"\"", "reason = \"known\"")).unwrap();
    let again = invoke(&[&client[..], &["--baseline", path]].concat());
    assert_eq!(again.code(), Some(0), "{again:#?}");
}

/// The command of an adapter that is a shell script.
fn shell(folder: &Path, program: &str) -> String {
    let path = folder.join("adapter.sh");
    std::fs::write(&path, program).unwrap();
    format!("sh '{}'", path.display())
}

const HELLO: &str = r#"{"hello":{"name":"odd","version":"1","operations":["open"]}}"#;

#[test]
fn an_adapter_that_fails_is_named_and_nothing_is_blamed() {
    let folder = tempfile::tempdir().unwrap();
    let client = |program: &str| {
        let adapter = shell(folder.path(), program);
        invoke(&["client", "--adapter", &adapter, "--only", "invited-by-rest"])
    };
    for does in ["exit 3", "echo rubbish"] {
        let outcome = client(does);
        assert_eq!(outcome.code(), Some(3), "{does}: {outcome:#?}");
        assert!(outcome.stderr.contains("adapter"), "{does}: {outcome:#?}");
    }
    for does in ["exit 3", "echo rubbish", "yes", "echo '{\"id\":7,\"done\":{}}'"] {
        let outcome = client(&format!("echo '{HELLO}'\nread line\n{does}\n"));
        assert_eq!(outcome.code(), Some(3), "{does}: {outcome:#?}");
        assert!(outcome.stdout.contains("the adapter `odd 1`"), "{does}: {outcome:#?}");
        assert!(!outcome.stdout.contains("FAIL CLI"), "{does}: {outcome:#?}");
    }
}

#[test]
fn what_an_adapter_cannot_do_is_skipped_and_never_passes() {
    let folder = tempfile::tempdir().unwrap();
    let hello = HELLO.replace("\"open\"", "");
    let program = format!(
        "echo '{hello}'\nwhile read -r line; do\n  id=$(echo \"$line\" | sed 's/{{\"id\":\\([0-9]*\\).*/\\1/')\n  \
         echo \"{{\\\"id\\\":$id,\\\"unsupported\\\":\\\"no\\\"}}\"\ndone\n"
    );
    let (code, record) = run(&shell(folder.path(), &program), &[]);
    assert_eq!(code, Some(3), "{}", record["tally"]);
    assert_eq!(with_verdict(&record, "pass"), BTreeSet::new());
    assert_eq!(with_verdict(&record, "fail"), BTreeSet::new());
    assert!(!with_verdict(&record, "skip").is_empty());
}

#[test]
fn a_wrong_command_line_is_told() {
    for (arguments, says) in [
        (&["client", "--adapter", ""][..], "empty"),
        (&["client", "--adapter", "x", "--only", "invited-by-rets"], "invited-by-rest"),
        (&["client", "--adapter", "x", "--only", "keep-alive"], "--slow"),
        (&["client", "--adapter", "x", "--scenarios", "/nowhere"], "/nowhere"),
        (&["sample-client", "--fault", "strom"], "storm"),
    ] {
        let outcome = invoke(arguments);
        assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
        assert!(outcome.stderr.contains(says), "{says}: {outcome:#?}");
    }
}

#[test]
fn a_client_scenario_with_a_mistake_is_told_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd.yaml");
    let text = "scenario: odd\ntitle: Odd\npeople: [bob]\nsteps:\n\
                \x20 - client: {who: bob, do: opne}\n\
                \x20 - await: {who: bbo, frame: acknowledgement, requires: INV-001}\n";
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    let outcome = invoke(&["client", "--adapter", "x", "--scenarios", path]);
    assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
    assert!(outcome.stderr.contains("5:"), "{outcome:#?}");
    assert!(outcome.stderr.contains("did you mean `open`"), "{outcome:#?}");
    std::fs::write(path, text.replace("opne", "open")).unwrap();
    let outcome = invoke(&["client", "--adapter", "x", "--scenarios", path]);
    assert!(outcome.stderr.contains("unknown person `bbo`"), "{outcome:#?}");
    assert!(outcome.stderr.contains("INV-001 binds servers"), "{outcome:#?}");
}

#[test]
fn who_skips_by_hand_gets_no_passes() {
    let folder = tempfile::tempdir().unwrap();
    let said = folder.path().join("said");
    std::fs::write(&said, "skip\n").unwrap();
    let arguments = ["client", "--by-hand", "--listen", "127.0.0.1:0", "--only", "refused"];
    let mut command = program(arguments);
    command.stdin(std::fs::File::open(&said).unwrap());
    let outcome = process::run(command);
    assert_eq!(outcome.code(), Some(3), "{outcome:#?}");
    assert!(outcome.stderr.contains("open a session as the external id"), "{outcome:#?}");
    assert!(outcome.stderr.contains("skipped"), "{outcome:#?}");
}

/// What a server on this machine answers.
fn ask(address: &str, line: &str, host: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!(
        "{line} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\nContent-Length: 0\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_page_says_what_to_do_and_skips() {
    let arguments = ["client", "--by-hand", "--listen", "127.0.0.1:0", "--only", "refused"];
    let mut command = program(arguments);
    let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let address = lines.find_map(|line| {
        let url = line.strip_prefix("What to do next also stands at http://")?;
        Some(url.trim_end_matches('/').to_owned())
    });
    let address = address.unwrap();
    let step = "open a session as the external id";
    assert!(lines.any(|line| line.contains(step)));

    let page = ask(&address, "GET /", &address, "");
    assert!(
        page.contains("content-security-policy: ") && page.contains("What to do next"),
        "{page}"
    );
    let told = ask(&address, "GET /told?from=0", &address, "");
    assert!(told.contains(step), "{told}");
    assert!(!ask(&address, "GET /told?from=100", &address, "").contains(step));

    // Another site has the browser ask, or lends the page its own name.
    let own = "X-Invite-Conformance: 1\r\n";
    for (line, host, headers) in [
        ("POST /skip", address.as_str(), ""),
        ("POST /skip", "else.example", own),
        ("GET /told", "else.example", ""),
        ("GET /", "else.example", ""),
    ] {
        let answer = ask(&address, line, host, headers);
        assert!(answer.starts_with("HTTP/1.1 403"), "{line} {host}: {answer}");
    }
    assert!(child.try_wait().unwrap().is_none());

    let skipped = ask(&address, "POST /skip", &address, own);
    assert!(skipped.starts_with("HTTP/1.1 204"), "{skipped}");
    assert!(lines.any(|line| line.contains("skipped")));
    assert_eq!(child.wait().unwrap().code(), Some(3));
}
