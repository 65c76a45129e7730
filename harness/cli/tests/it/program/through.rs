//! `run --adapter`: the suite through a client.

use super::process::{self, program};
use super::{adapter, invoke, wrong};

const ALL: &str = r#"["open","create","join","listen","invite","update_permissions","kick","leave","send","subscribe","close"]"#;

#[test]
fn scenarios_are_driven_through_a_client_and_judged_as_ever() {
    let Some(example) = adapter::python_example() else { return };
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("run.json");
    let report = format!("json={}", record.display());
    let outcome = invoke(&[
        "run",
        "--adapter",
        &example,
        "--only",
        "invite-sdk-*",
        "--only",
        "kick-sdk*",
        "--only",
        "permissions-sdk-*",
        "--report",
        &report,
    ]);
    assert_eq!(outcome.code(), Some(0), "{outcome:#?}");
    assert!(outcome.stdout.contains("CONFORMS: "), "{outcome:#?}");
    let written = std::fs::read_to_string(&record).unwrap();
    // The client's own body: the harness says which version of the real client it looks like.
    assert!(written.contains(r#""sdkVersion":"1""#) || written.contains(r#""sdkVersion": "1""#));
    // The verdicts follow from the traces, whoever caused them.
    let verified = invoke(&["verify", record.to_str().unwrap()]);
    assert_eq!(verified.code(), Some(0), "{verified:#?}");
}

#[test]
fn what_a_client_cannot_do_is_skipped_with_that_reason() {
    let Some(example) = adapter::python_example() else { return };
    // What a client cannot do: an update as the Web SDK sends a Set, credentials of another kind, and what
    // has to be accepted next to a call that is refused.
    let outcome = invoke(&[
        "run",
        "--adapter",
        &example,
        "--only",
        "permissions-sdk-empty-object",
        "--only",
        "auth-unknown-session-scopes",
        "--only",
        "error-refused-invite-reserves-nobody",
        "--json",
    ]);
    let record = outcome.json();
    let checks = record["checks"].as_array().unwrap().iter();
    let of_scenarios = record["scenarios"].as_array().unwrap().iter();
    let text = of_scenarios.chain(checks).map(ToString::to_string).collect::<String>();
    assert!(text.contains("a client does not send this"), "{text}");
    let tally = record["tally"]["requirements"].as_array().unwrap();
    let of = |verdict: &str| tally.iter().filter(|row| row["verdict"] == verdict).count();
    assert_eq!((of("fail"), of("blocked"), of("error")), (0, 0, 0), "{tally:#?}");
    assert!(of("skip") > 0, "{tally:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_server_is_red_through_a_client_as_well() {
    let Some(example) = adapter::python_example() else { return };
    let server = wrong::serve(Some("kicked-unawares"));
    let url = server.url();
    let mut run = program(["run", "--url", &url, "--adapter", &example, "--only", "kick-sdk*"]);
    run.env("INVITE_APP_KEY", wrong::KEY).env("INVITE_APP_SECRET", wrong::SECRET);
    let outcome = process::run(run);
    assert_eq!(outcome.code(), Some(1), "{outcome:#?}");
    assert!(outcome.stdout.contains("FAIL KCK-003"), "{outcome:#?}");
    server.shutdown().await;
}

/// What needs no client is judged all the same.
#[cfg(unix)]
#[test]
fn an_adapter_that_dies_is_an_error_that_names_it() {
    let script = format!(
        r#"echo '{{"hello":{{"name":"demo","version":"1","operations":{ALL}}}}}'; read line; exit 7"#
    );
    let command = format!("sh -c '{}'", script.replace('\'', r"'\''"));
    let outcome = invoke(&[
        "run",
        "--adapter",
        &command,
        "--only",
        "invite-sdk-delivered",
        "--only",
        "permissions-rest-create-exact",
    ]);
    assert_eq!(outcome.code(), Some(70), "{outcome:#?}");
    let said = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("adapter `demo 1`: expected it to run until"), "{outcome:#?}");
    assert!(said.contains(" passed"), "{outcome:#?}");
}

#[cfg(unix)]
#[test]
fn an_adapter_that_is_of_no_use_ends_the_run_before_it_begins() {
    let hello = |more: &str| {
        format!(
            r#"sh -c "echo '{{\"hello\":{{\"name\":\"demo\",\"version\":\"1\",\"operations\":[]{more}}}}}'; cat""#
        )
    };
    for (command, code, expected) in [
        ("/nowhere/adapter".to_owned(), 2, "cannot be started"),
        ("'".to_owned(), 2, "the quote ' in the command of the adapter has no end"),
        ("sh -c 'exit 3'".to_owned(), 3, "expected it to run until its hello, but it ended"),
        (hello(r#",\"needs\":[\"application\"]"#), 2, "drives no client of a person"),
        (hello(r#",\"needs\":[\"unprotected_conferences\"]"#), 2, "no conference access tokens"),
    ] {
        let outcome = invoke(&["run", "--adapter", &command, "--only", "invite-sdk-delivered"]);
        assert_eq!(outcome.code(), Some(code), "{outcome:#?}");
        assert!(outcome.stderr.contains(expected), "{outcome:#?}");
    }
}

/// An SDK that throws whatever it is asked for shows nothing of the server.
#[cfg(unix)]
#[test]
fn an_adapter_that_fails_at_each_call_is_an_error_and_no_success() {
    let hello = format!(r#"{{"hello":{{"name":"throws","version":"1","operations":{ALL}}}}}"#);
    for answer in [r#"\"failed\":\"TypeError\""#, r#"\"done\":{}"#] {
        let script = format!(
            "echo '{hello}'\nwhile read -r line; do\n  \
             id=$(echo \"$line\" | sed 's/{{\"id\":\\([0-9]*\\).*/\\1/')\n  \
             echo \"{{\\\"id\\\":$id,{answer}}}\"\ndone\n"
        );
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("throws.sh");
        std::fs::write(&path, script).unwrap();
        let command = format!("sh {}", path.display());
        let only = ["--only", "invite-sdk-delivered", "--only", "kick-sdk"];
        let outcome = invoke(&[&["run", "--adapter", &command][..], &only[..]].concat());
        assert_eq!(outcome.code(), Some(70), "{outcome:#?}");
        assert!(!outcome.stdout.contains("CONFORM"), "{outcome:#?}");
        assert!(outcome.stdout.contains("\nNO VERDICT: "), "{outcome:#?}");
        assert!(outcome.stdout.contains("fails at it each time"), "{outcome:#?}");
    }
}
