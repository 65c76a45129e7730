//! `adapter smoke`: adapters that do their work, adapters that do something wrong, and those of the real
//! clients.

use super::process::{self, Outcome, program};
use super::{invoke, real_clients};
use std::path::{Path, PathBuf};

const HELLO: &str = r#"echo '{"hello":{"name":"demo","version":"1","operations":["open"]}}'"#;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Has the adapter of a shell script do everything.
fn shell(script: &str) -> Outcome {
    invoke(&["adapter", "smoke", "--timeout", "2", "sh", "-c", script])
}

/// Checks that an adapter is ready, and that nothing is wrong with what passed between it and the server:
/// what `smoke` printed, and what passed.
fn is_ready(command: &[&str], variables: &[(&str, &Path)]) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace.json");
    let trace = trace.to_str().unwrap();
    let mut smoke = program(["adapter", "smoke", "--timeout", "120", "--trace", trace]);
    smoke.args(command).envs(variables.iter().copied()).current_dir(repository());
    let outcome = process::run(smoke);
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    assert!(outcome.stdout.contains("READY: "), "{outcome:#?}");
    let judged = invoke(&["judge", trace]);
    assert_eq!(judged.code(), Some(0), "{judged:#?}");
    let passed = std::fs::read_to_string(trace).unwrap();
    assert!(!passed.contains("eyJ"), "a token");
    // The Web SDK tells the server of a WebSocket that ended in bad order, so: `1006 - `.
    assert!(!passed.contains("\"1006 - "), "a WebSocket ended in bad order");
    (outcome.stdout, passed)
}

/// Whether a program is there; the examples need what they are written in.
fn needs(name: &str) -> Option<&str> {
    let found = std::process::Command::new(name).arg("--version").output();
    let found = found.map(|_| name).map_err(|_| format!("there is no `{name}`"));
    real_clients::or_skip("an example of an adapter", found)
}

/// The examples, each with the program that it needs.
const EXAMPLES: [(&str, &str); 2] = [
    ("python3", "docs/adapters/python/adapter.py"),
    ("node", "docs/adapters/javascript/adapter.mjs"),
];

/// The command of an example, if the program that it needs is there.
fn example((program, adapter): (&str, &str)) -> Option<String> {
    let program = needs(program)?;
    Some(format!("{program} '{}'", repository().join(adapter).display()))
}

/// The command of the example in Python, if there is one.
pub(super) fn python_example() -> Option<String> {
    example(EXAMPLES[0])
}

/// What is copied from an example is a right client.
#[test]
fn the_examples_conform_as_clients() {
    let conforms = &|command: String| {
        let outcome = invoke(&["client", "--slow", "--adapter", &command]);
        assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
        assert!(outcome.stdout.contains("of 17 requirements 0 failed, 17 passed"), "{outcome:#?}");
    };
    // They mostly wait.
    std::thread::scope(|scope| {
        for command in EXAMPLES.into_iter().filter_map(example) {
            scope.spawn(move || conforms(command));
        }
    });
}

#[test]
fn the_examples_do_everything() {
    for (program, adapter) in EXAMPLES {
        if let Some(program) = needs(program) {
            let (printed, _) = is_ready(&[program, adapter], &[]);
            assert!(printed.contains("33 passed, 0 skipped, 0 not passed"), "{printed}");
        }
    }
}

#[test]
fn the_examples_are_short() {
    for (_, adapter) in EXAMPLES {
        let folder = repository().join(adapter).parent().unwrap().to_owned();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_file() {
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(text.lines().count() < 80, "{}", path.display());
            }
        }
    }
}

#[test]
fn the_python_rest_client_does_what_it_can() {
    let Some(python) = real_clients::or_skip("its adapter", real_clients::python()) else { return };
    let adapter = "reference-impl/tests/interop/python_adapter.py";
    let (printed, _) = is_ready(&[python.to_str().unwrap(), adapter], &[]);
    assert!(printed.contains("dolbyio-rest-apis 4.0.1: 13 passed, 13 skipped"), "{printed}");
}

#[test]
fn the_node_rest_client_does_what_it_can() {
    let modules = real_clients::node_modules(&[real_clients::NODE_CLIENT]);
    let Some(modules) = real_clients::or_skip("its adapter", modules) else { return };
    let adapter = "reference-impl/tests/interop/node_adapter.js";
    let (printed, _) = is_ready(&["node", adapter], &[("INVITE_NODE_MODULES", &modules)]);
    assert!(printed.contains("client 4.1.0: 13 passed, 13 skipped"), "{printed}");
}

#[test]
fn the_web_sdks_do_what_they_can() {
    let needed = [real_clients::WEB_SDK, real_clients::OLDER_WEB_SDK, real_clients::PLAYWRIGHT];
    let found =
        real_clients::chromium().and_then(|it| Ok((it, real_clients::node_modules(&needed)?)));
    let Some((browser, modules)) = real_clients::or_skip("the adapter of the Web SDK", found)
    else {
        return;
    };
    let adapter = "reference-impl/tests/interop/web_sdk_adapter.mjs";
    let browser = browser.to_str().unwrap();
    for (version, summary, device) in [
        ("3.2.1", "web-sdk 3.2.1: 33 passed, 0 skipped, 0 not passed", "\"device_type\""),
        ("3.0.3", "web-sdk 3.0.3: 29 passed, 5 skipped, 0 not passed", "\"devive_type\""),
    ] {
        let command = ["node", adapter, browser, version];
        let (printed, passed) = is_ready(&command, &[("INVITE_NODE_MODULES", &modules)]);
        assert!(printed.contains(summary), "{printed}");
        assert!(passed.contains(device), "{version} spells this field so");
    }
}

#[cfg(unix)]
#[test]
fn an_adapter_that_can_do_nothing_is_skipped_and_no_success() {
    let hello = r#"echo '{"hello":{"name":"demo","version":"1","operations":[]}}'"#;
    let answers =
        r#"n=0; while read line; do n=$((n+1)); echo "{\"id\":$n,\"unsupported\":\"none\"}"; done"#;
    let script = format!("{hello}; {answers}");
    let outcome = shell(&script);
    assert_eq!(outcome.code(), Some(3), "{outcome:#?}");
    insta::assert_snapshot!("adapter-nothing", outcome.stdout);
    let outcome = invoke(&["adapter", "smoke", "--json", "sh", "-c", &script]);
    assert_eq!(outcome.code(), Some(3), "{outcome:#?}");
    insta::assert_json_snapshot!("adapter-nothing-json", outcome.json());
}

#[cfg(unix)]
#[test]
fn an_adapter_that_dies_keeps_what_came_before() {
    let script =
        r#"read line; echo '{"id":1,"done":{}}'; read line; echo 'out of luck' >&2; exit 7"#;
    let outcome = shell(&format!("{HELLO}; {script}"));
    assert_eq!(outcome.code(), Some(1), "{outcome:#?}");
    insta::assert_snapshot!("adapter-dies", outcome.stdout);
    assert_eq!(outcome.stderr, "adapter: out of luck\n");
    let json =
        invoke(&["adapter", "smoke", "-q", "--json", "sh", "-c", &format!("{HELLO}; {script}")]);
    let error = &json.json()["error"];
    assert_eq!(error["adapter"], "demo 1");
    assert_eq!(error["misbehaviour"]["kind"], "ended");
    assert_eq!(json.stderr, "");
}

/// Each is told by name what was expected and what was seen, in bounded time.
#[cfg(unix)]
#[test]
fn an_adapter_that_does_something_wrong_is_told_what() {
    for (script, named, expected) in [
        ("sleep 1000", "`sh -c sleep 1000`", "expected a hello within 2000 ms"),
        ("exit 0", "`sh -c exit 0`", "expected it to run until its hello, but it ended"),
        ("echo hi; sleep 1000", "", "expected its first line to be {\"hello\":…}"),
        (&format!("{HELLO}; sleep 1000"), "`demo 1`", "expected an answer to request 1 (open)"),
        (&format!("{HELLO}; read line; yes"), "`demo 1`", "expected one JSON object a line"),
        (&format!("{HELLO}; cat /dev/zero"), "`demo 1`", "expected lines of at most"),
        (
            &format!(r#"{HELLO}; yes '{{"event":{{"session":"a","type":"b","body":{{}}}}}}'"#),
            "`demo 1`",
            "expected at most 2000 lines a second",
        ),
        (
            &format!(r#"{HELLO}; echo '{{"id":9,"done":{{}}}}'; sleep 1000"#),
            "`demo 1`",
            "it answered 9, which nobody asked",
        ),
        (
            &format!(r#"{HELLO}; read line; echo '{{"id":1,"unsupported":"x"}}'; sleep 1000"#),
            "`demo 1`",
            "its hello lists `open`, but it answered `unsupported`: x",
        ),
    ] {
        let outcome = shell(script);
        assert_eq!(outcome.code(), Some(1), "{outcome:#?}");
        let said = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(&format!("adapter {named}")), "{outcome:#?}");
        assert!(said.contains(expected) && said.contains("WRONG: "), "{outcome:#?}");
    }
}

/// Whatever an adapter repeats, no token of its is shown.
#[cfg(unix)]
#[test]
fn what_an_adapter_gives_away_is_not_shown() {
    let says = r#"read line; echo "$line" >&2; echo "{\"id\":1,\"failed\":\"$(echo "$line" | tr -d '"{}')\"}"; read line; echo "$line"; cat"#;
    for more in [&[][..], &["--json"]] {
        let script = format!("{HELLO}; {says}");
        let outcome = invoke(&[&["adapter", "smoke"], more, &["sh", "-c", &script]].concat());
        assert_eq!(outcome.code(), Some(1), "{outcome:#?}");
        // Lines of the page may break anywhere in it.
        let is_told = more.is_empty() || outcome.stdout.contains("clientAccessToken");
        assert!(is_told, "{outcome:#?}");
        assert!(outcome.stderr.contains("clientAccessToken"), "{outcome:#?}");
        assert!(!outcome.stdout.contains("eyJ"), "{outcome:#?}");
        assert!(!outcome.stderr.contains("eyJ"), "{outcome:#?}");
    }
}

#[cfg(unix)]
#[test]
fn an_adapter_that_only_says_that_it_did_it_is_found_out() {
    let script = r#"n=0; while read line; do n=$((n+1)); echo "{\"id\":$n,\"done\":{}}"; done"#;
    let outcome = shell(&format!("{HELLO}; {script}"));
    assert_eq!(outcome.code(), Some(1), "{outcome:#?}");
    assert!(
        outcome.stdout.contains("expected a call `sdk.identify`, but the adapter made none"),
        "{outcome:#?}"
    );
}

#[test]
fn a_command_that_cannot_be_started_is_a_wrong_command_line() {
    for (command, expected) in [
        (&["/nowhere/adapter"][..], "adapter `/nowhere/adapter`: cannot be started"),
        (&["python3 'adapter"], "the quote ' in the command of the adapter has no end"),
        (&[" "], "expected the command of an adapter, but it is empty"),
        (&[], "<CMD>"),
    ] {
        let outcome = invoke(&[&["adapter", "smoke"], command].concat());
        assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
        assert!(outcome.stderr.contains(expected), "{outcome:#?}");
    }
    let outcome = invoke(&["adapter", "smoke", "--trace", "/nowhere/trace.json", "true"]);
    assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
}

#[test]
fn the_schema_of_the_lines_is_printed() {
    let outcome = invoke(&["schema", "adapter"]);
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    let committed = repository().join("harness/schemas/adapter.json");
    let committed: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(committed).unwrap()).unwrap();
    assert!(outcome.json() == committed, "stale: `cargo run --example generate` writes it");
    let schema = jsonschema::validator_for(&committed).unwrap();
    for line in [
        r#"{"hello":{"name":"x","version":"1","operations":["open"]}}"#,
        r#"{"id":1,"person":"bob","session":"bob","operation":"leave","conferenceId":"c"}"#,
        r#"{"id":1,"done":{}}"#,
        r#"{"id":1,"unsupported":"no","argument":"ttl"}"#,
        r#"{"event":{"session":"bob","type":"UpdateToken","body":{}}}"#,
    ] {
        assert!(schema.is_valid(&serde_json::from_str(line).unwrap()), "{line}");
    }
    for line in
        [r#"{"id":1}"#, r#"{"hello":{"name":"x"}}"#, r#"{"id":1,"operation":"leave"}"#, "[]"]
    {
        assert!(!schema.is_valid(&serde_json::from_str(line).unwrap()), "{line}");
    }
}
