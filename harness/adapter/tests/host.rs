//! Adapters that do something wrong, as processes: each ends in an error that says what, in bounded time.

#![cfg(unix)]

use invite_adapter::{
    Adapter, AdapterError, Application, Call, Close, Launch, Limits, Misbehaviour, Outcome,
    Patience, Wait,
};
use std::time::Duration;

const HELLO: &str = r#"echo '{"hello":{"name":"demo","version":"1","operations":["close"]}}'"#;

/// Deadlines that a test waits for are short, the others are not.
const PATIENT: Patience = Patience {
    hello: Duration::from_secs(60),
    answer: Duration::from_secs(60),
    event: Duration::from_secs(60),
    end: Duration::from_secs(60),
};

fn shell(script: &str) -> Launch {
    Launch::new(["sh", "-c", script])
}

async fn start(script: &str, patience: Patience) -> Result<Adapter, AdapterError> {
    Adapter::start(&shell(script), Limits::default(), patience).await
}

/// What comes of closing a session, if the adapter says hello and then runs this.
async fn close(script: &str, patience: Patience) -> Result<Outcome, AdapterError> {
    let adapter = start(&format!("{HELLO}; {script}"), patience).await?;
    let outcome = adapter.call("bob", "bob", Call::Close(Close {})).await;
    let ending = adapter.stop().await;
    outcome.and_then(|outcome| ending.map(|_| outcome))
}

#[tokio::test]
async fn an_adapter_that_does_its_work_is_asked_and_ended() {
    let script = r#"read line; echo '{"event":{"session":"bob","type":"X","body":{}}}'
        echo '{"id":1,"done":{}}'; echo 'I am done' >&2; cat"#;
    let adapter = start(&format!("{HELLO}; {script}"), PATIENT).await.unwrap();
    assert_eq!(adapter.hello().name, "demo");
    let outcome = adapter.call("bob", "bob", Call::Close(Close {})).await.unwrap();
    assert_eq!(outcome, Outcome::Done(serde_json::Map::new()));
    let event = adapter.event(0, |event| event.kind == "X", PATIENT.event).await.unwrap();
    assert_eq!(event.unwrap().session, "bob");
    let ending = adapter.stop().await.unwrap();
    assert_eq!((ending.killed, ending.log), (false, vec!["I am done".to_owned()]));
}

#[tokio::test]
async fn what_cannot_be_started_says_why() {
    let launch = Launch::new(["/nowhere/adapter", "--flag"]);
    let error = Adapter::start(&launch, Limits::default(), PATIENT).await.unwrap_err();
    let said = error.to_string();
    assert!(said.starts_with("adapter `/nowhere/adapter --flag`: cannot be started: "), "{said}");
}

#[tokio::test]
async fn an_adapter_that_dies_is_told_by_name_with_its_last_words() {
    let error = start("echo 'no module named sdk' >&2; exit 3", PATIENT).await.unwrap_err();
    let greeted = false;
    let how = Some("exit status: 3".to_owned());
    assert_eq!(error.misbehaviour, Misbehaviour::Ended { how, greeted });
    assert_eq!(error.log, ["no module named sdk"]);
    let error = close("read line; kill -9 $$", PATIENT).await.unwrap_err();
    assert_eq!(error.adapter, "demo 1");
    let said = error.to_string();
    assert!(said.contains("but it ended: signal: 9"), "{said}");
}

#[tokio::test]
async fn an_adapter_that_closes_its_output_and_stays_is_killed() {
    let error = close("read line; exec >&-; exec sleep 1000", PATIENT).await.unwrap_err();
    assert_eq!(error.misbehaviour, Misbehaviour::Ended { how: None, greeted: true });
}

#[tokio::test]
async fn an_adapter_that_hangs_is_given_a_deadline() {
    let short = Duration::from_millis(200);
    let error = start("sleep 1000", Patience { hello: short, ..PATIENT }).await.unwrap_err();
    assert_eq!(error.misbehaviour, Misbehaviour::TimedOut { wait: Wait::Hello, waited: short });
    let patience = Patience { answer: short, ..PATIENT };
    let error = close("read line; sleep 1000", patience).await.unwrap_err();
    let said = error.to_string();
    assert!(said.contains("expected an answer to request 1 (close) within 200 ms"), "{said}");
}

/// What an adapter started must go with it.
#[tokio::test]
async fn what_an_adapter_started_ends_with_it() {
    let short = Patience { end: Duration::from_millis(200), ..PATIENT };
    let script =
        r#"sleep 1000 & echo "{\"event\":{\"session\":\"x\",\"type\":\"$!\",\"body\":{}}}"; wait"#;
    let adapter = start(&format!("{HELLO}; {script}"), short).await.unwrap();
    let event = adapter.event(0, |_| true, PATIENT.event).await.unwrap().unwrap();
    let child = event.kind.parse().ok().and_then(rustix::process::Pid::from_raw).unwrap();
    assert_eq!(rustix::process::test_kill_process(child), Ok(()));
    assert!(adapter.stop().await.unwrap().killed);
    // A child that is dead but was not collected yet still has its number, and it may take a moment to die.
    let place = format!("/proc/{}/stat", event.kind);
    let is_gone = || std::fs::read_to_string(&place).map_or(true, |state| state.contains(") Z"));
    let dies = async {
        while !is_gone() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let died = tokio::time::timeout(Duration::from_secs(30), dies).await;
    assert!(died.is_ok(), "the process {} goes on", event.kind);
}

#[tokio::test]
async fn an_adapter_that_floods_is_stopped() {
    let error = close(r#"while :; do echo '{"event":{}}'; done"#, PATIENT).await.unwrap_err();
    assert!(matches!(error.misbehaviour, Misbehaviour::NotAMessage { .. }), "{error}");
    let event = r#"{"event":{"session":"x","type":"y","body":{}}}"#;
    let error = close(&format!("yes '{event}'"), PATIENT).await.unwrap_err();
    assert_eq!(error.misbehaviour, Misbehaviour::Flood { most: 2_000 });
    let error = close("read line; exec cat /dev/zero", PATIENT).await.unwrap_err();
    assert_eq!(error.misbehaviour, Misbehaviour::LongLine { most: 1 << 20 });
}

#[tokio::test]
async fn an_adapter_that_writes_rubbish_or_lies_is_told_what_was_expected() {
    for (script, expected) in [
        ("read line; echo hello world", "expected one JSON object a line on standard output"),
        (r#"echo '{"id":7,"done":{}}'; cat"#, "it answered 7, which nobody asked"),
        (
            r#"read line; echo '{"id":1,"done":{}}'; echo '{"id":1,"done":{}}'; cat"#,
            "expected one answer to request 1 (close), but it gave another",
        ),
        (
            r#"read line; echo '{"id":1,"unsupported":"not today"}'; cat"#,
            "its hello lists `close`, but it answered `unsupported`: not today",
        ),
        (HELLO, "expected one hello"),
    ] {
        let said = close(script, PATIENT).await.unwrap_err().to_string();
        assert!(said.starts_with("adapter `demo 1`: ") && said.contains(expected), "{said}");
    }
    let early = start("echo '[]'; cat", PATIENT).await.unwrap_err().to_string();
    assert!(
        early.contains("expected its first line to be {\"hello\":…}, but it wrote `[]"),
        "{early}"
    );
}

#[tokio::test]
async fn the_secret_goes_to_whoever_needs_it_and_to_nobody_else() {
    let needs = r#"echo "{\"hello\":{\"name\":\"rest${INVITE_APP_SECRET-none}\",\"version\":\"1\",\"operations\":[],\"needs\":[\"application\"]}}"; cat"#;
    let error = start(needs, PATIENT).await.unwrap_err();
    assert_eq!(error.misbehaviour, Misbehaviour::NeedsApplication);
    assert!(error.adapter.starts_with("restnone"), "{error}");
    let application = Application { key: "key".into(), secret: "s3cret".into() };
    let launch = Launch { application: Some(application), ..shell(needs) };
    assert!(!format!("{launch:?}").contains("s3cret"));
    let adapter = Adapter::start(&launch, Limits::default(), PATIENT).await.unwrap();
    assert_eq!(adapter.hello().name, "rests3cret");
    adapter.stop().await.unwrap();
}
