//! What the first red line says when one fault spoils much: near misses, floods and a crash.

use super::process::{Outcome, program, run};
use super::wrong::{KEY, Run, SECRET, serve, url};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// A run of these scenarios against a server at this address.
async fn against(address: &str, only: &[&str]) -> Outcome {
    against_with(&[], address, only).await
}

async fn against_with(more: &[&str], address: &str, only: &[&str]) -> Outcome {
    let mut arguments = [&["run", "--url", address], more].concat();
    arguments.extend(only.iter().flat_map(|scenario| ["--only", scenario]));
    let mut command = program(arguments);
    command.envs([("INVITE_APP_KEY", KEY), ("INVITE_APP_SECRET", SECRET)]);
    tokio::task::spawn_blocking(|| run(command)).await.unwrap()
}

/// The lines in which a report says what failed, and what counts. With several, they stand at the
/// head of the report as well.
fn red_lines(outcome: &Outcome) -> Vec<&str> {
    let mut lines: Vec<&str> = Vec::new();
    for line in outcome.stdout.lines().filter(|line| line.starts_with("FAIL")) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The first red line of a run against this wrong server has all these words, and few others follow.
async fn first_says(mutant: &str, only: &[&str], words: &[&str]) {
    let server = serve(Some(mutant));
    let outcome = against(&url(&server), only).await;
    server.shutdown().await;
    let red = red_lines(&outcome);
    assert!((1..=3).contains(&red.len()), "{mutant}: {red:#?}");
    let (_, told) = outcome.stdout.rsplit_once(red[0]).unwrap();
    let first = red[0].to_owned() + told.split("\nFAIL").next().unwrap();
    let first = first.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in words {
        assert!(first.contains(word), "{mutant}: no `{word}` in:\n{first}");
    }
    assert_eq!(outcome.code(), Some(1), "{outcome:#?}");
}

const INVITATIONS: [&str; 3] = ["invite-sdk-*", "invite-rest-notified", "invite-offline"];

#[tokio::test(flavor = "multi_thread")]
async fn what_nearly_was_the_awaited_frame_is_named() {
    let words = ["InvitationReceived", "type `Invitation`", "same conferenceId"];
    first_says("invitation-of-an-unknown-type", &INVITATIONS, &words).await;
    let words = ["`conference_id` is there, `conferenceId` is not"];
    first_says("invitation-in-snake-case", &INVITATIONS, &words).await;
    let words = ["WIRE-006", "names its kind in `type`", r#"{"data":{"type":"#];
    first_says("frames-inside-data", &INVITATIONS, &words).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_is_one_cause_and_the_leak_comes_first() {
    let all = ["participants-*", "invite-sdk-*", "invite-rest-n*", "join-*"];
    first_says("news-for-everybody", &all, &["PRT-008"]).await;
    first_says("invitations-for-everybody", &all, &["INV-017"]).await;
}

/// Relays connections to a server until a request for a kick comes by. Then all are cut.
async fn dies_at_a_kick(listener: TcpListener, server: String) {
    let died = Arc::new(Notify::new());
    let mut relays = JoinSet::new();
    let accept = async {
        while let Ok((client, _)) = listener.accept().await {
            relays.spawn(relay(client, server.clone(), died.clone()));
        }
    };
    tokio::select! {
        () = accept => {}
        () = died.notified() => {}
    }
}

async fn relay(mut client: TcpStream, server: String, dead: Arc<Notify>) {
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let requests = async {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from_client.read(&mut buffer).await {
            if String::from_utf8_lossy(&buffer[..read]).contains("/kick") {
                return dead.notify_one();
            }
            if to_server.write_all(&buffer[..read]).await.is_err() {
                return;
            }
        }
    };
    let answers = tokio::io::copy(&mut from_server, &mut to_client);
    tokio::select! {
        () = requests => {}
        _ = answers => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_is_said_to_have_died_and_after_which_call() {
    let server = serve(None);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let relay = tokio::spawn(dies_at_a_kick(listener, server.address().to_string()));
    // One scenario at a time: of several calls at once, nobody could say which was the last.
    let outcome = against_with(&["--jobs", "1"], &address, &["invite-*", "kick-sdk"]).await;
    relay.await.unwrap();
    server.shutdown().await;
    let red = red_lines(&outcome);
    assert_eq!(red.len(), 1, "{outcome:#?}");
    for word in ["stopped answering after POST", "/kick/", "of kick-sdk"] {
        assert!(outcome.stdout.contains(word), "no `{word}` in:\n{}", outcome.stdout);
    }
}

/// How many requirements a run of the whole suite counts.
async fn counted(mutant: Option<&str>) -> usize {
    let run = Run::of(mutant, &[]).await;
    let record = run.path("run.json");
    let verified = self::run(program(["verify", record.to_str().unwrap()]));
    assert_eq!(verified.code(), Some(0), "{verified:#?}");
    run.record["tally"]["requirements"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_wrong_server_kept_from_happening_is_counted_as_that() {
    let all = counted(None).await;
    for mutant in ["no-join", "frames-inside-data"] {
        assert_eq!(counted(Some(mutant)).await, all, "{mutant}");
    }
}
