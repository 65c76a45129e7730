//! Snapshots of a target's payloads: steady from run to run, and clear where they are not.

use crate::program::process::{Outcome, program, run};
use invite_reference::{Application, Server, Settings, mutants};
use std::path::Path;

/// Runs some scenarios of each kind with snapshots in this folder, against a server that is wrong
/// in this way, or right.
async fn against(mutant: Option<&str>, folder: &Path, flags: &[&str]) -> Outcome {
    let mut settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: vec![Application::new("key", "s3cr3t-of-the-server").protected()],
        ..Settings::default()
    };
    if let Some(name) = mutant {
        settings.rules = (mutants::find(name).unwrap().rules)();
    }
    let server = Server::start(settings).unwrap();
    let url = format!("http://{}", server.address());
    let fixed = ["run", "--url", &url, "--app-key", "key", "--app-secret", "s3cr3t-of-the-server"];
    let only = ["invite-rest-t*", "permissions-rest-*", "error-*-by-sdk", "subscription-status"];
    let only = only.into_iter().filter(|it| *it != "invite-rest-thousand");
    let only: Vec<&str> = only.flat_map(|glob| ["--only", glob]).collect();
    let folder = ["--snapshots", folder.to_str().unwrap(), "--jobs", "8"];
    let arguments = fixed.into_iter().chain(only).chain(folder).chain(flags.iter().copied());
    let command = program(arguments);
    let outcome = tokio::task::spawn_blocking(|| run(command)).await.unwrap();
    server.shutdown().await;
    outcome
}

/// The files of a folder, with what they hold.
fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut files: Vec<_> = entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_give_the_same_bytes_and_a_wrong_server_shows_what_changed() {
    let folder = tempfile::TempDir::new().unwrap();
    let first = against(None, folder.path(), &["--seed", "1"]).await;
    assert_eq!(first.code(), Some(0), "{}", first.said());
    assert!(first.stdout.contains(" kinds of payload are written down in "), "{}", first.stdout);
    let written = files(folder.path());
    assert!(written.len() > 15, "{written:?}");
    for (name, text) in &written {
        assert!(name.ends_with(".snap"), "{name}");
        assert!(!text.contains("s3cr3t") && !text.contains("127.0.0.1"), "{text}");
    }

    // Another order, other ids, another port: nothing differs.
    let second = against(None, folder.path(), &["--seed", "2", "--check-snapshots"]).await;
    assert_eq!(second.code(), Some(0), "{}", second.said());
    assert!(second.stdout.contains(" kinds of payload look as they do in "), "{}", second.stdout);
    assert_eq!(files(folder.path()), written);

    // A wrong server: the difference stands in the report and beside the snapshot.
    let wrong = against(Some("nested-tokens"), folder.path(), &[]).await;
    for words in [
        "Payloads that look otherwise than in ",
        "rest.invite-200",
        "/[external-id] is gone: it was \"[token]\"; clients read it",
        "/usersTokens is new",
        "INV-002",
    ] {
        let words = words.replace("clients read it", "clients that read it miss it");
        assert!(wrong.stdout.contains(&words), "no `{words}` in\n{}", wrong.stdout);
    }
    let pending = folder.path().join("rest.invite-200.snap.new");
    assert!(std::fs::read_to_string(&pending).unwrap().contains("usersTokens"));
    assert_eq!(
        files(folder.path()).iter().filter(|(name, _)| name.ends_with(".snap")).count(),
        written.len()
    );

    // As it was before: what was pending is gone.
    let mended = against(None, folder.path(), &[]).await;
    assert_eq!(mended.code(), Some(0), "{}", mended.said());
    assert_eq!(files(folder.path()), written);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_fails_only_where_that_is_wanted_and_can_be_taken_over() {
    let folder = tempfile::TempDir::new().unwrap();
    against(None, folder.path(), &[]).await;
    // A conforming server of which an older one is remembered.
    let file = folder.path().join("rest.create-200.snap");
    let now = std::fs::read_to_string(&file).unwrap();
    let before = now.replace("\"conferenceId\"", "\"conferenceName\"");
    assert_ne!(now, before);
    std::fs::write(&file, &before).unwrap();
    let noted = against(None, folder.path(), &[]).await;
    assert_eq!(noted.code(), Some(0), "{}", noted.said());
    let report = noted.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(report.contains("/conferenceName is gone"), "{report}");
    assert!(report.contains("/conferenceId is new: \"[conference-id]\""), "{report}");
    let checked = against(None, folder.path(), &["--check-snapshots"]).await;
    assert_eq!(checked.code(), Some(1), "{}", checked.said());
    assert!(checked.stdout.contains("CONFORMS: "), "{}", checked.said());
    let accepted = against(None, folder.path(), &["--accept-snapshots"]).await;
    assert_eq!(accepted.code(), Some(0), "{}", accepted.said());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), now);
    assert!(files(folder.path()).iter().all(|(name, _)| !name.ends_with(".new")));

    // What is no snapshot, or rests on other scenarios, is found before the run.
    std::fs::write(&file, now.replace("--only", "--profile")).unwrap();
    let other = against(None, folder.path(), &[]).await;
    assert_eq!(other.code(), Some(2), "{}", other.said());
    assert!(other.stderr.contains("take another folder"), "{}", other.said());
    std::fs::write(&file, "nothing").unwrap();
    let broken = against(None, folder.path(), &[]).await;
    assert_eq!(broken.code(), Some(2), "{}", broken.said());
    assert!(broken.stderr.contains("rest.create-200.snap is no snapshot"), "{}", broken.said());
}

#[tokio::test(flavor = "multi_thread")]
async fn insta_reads_the_snapshots() {
    let folder = tempfile::TempDir::new().unwrap();
    against(None, folder.path(), &[]).await;
    let files = files(folder.path());
    assert!(!files.is_empty());
    for (name, text) in files {
        let name = name.strip_suffix(".snap").unwrap();
        let (_, content) = text.split_once("\n---\n").unwrap();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(folder.path());
        settings.set_prepend_module_to_snapshot(false);
        settings.bind(|| insta::assert_snapshot!(name, content));
        let parsed =
            insta::Snapshot::from_file(&folder.path().join(format!("{name}.snap"))).unwrap();
        assert!(parsed.metadata().description().is_some_and(|it| !it.is_empty()), "{name}");
    }
}

#[test]
fn flags_that_do_not_go_together_are_refused() {
    for flags in [
        &["--check-snapshots"][..],
        &["--accept-snapshots"],
        &["--snapshots", "x", "--check-snapshots", "--accept-snapshots"],
        &["--snapshots", "x", "--shard", "1/2"],
        &["--snapshots", "/proc/nowhere"],
    ] {
        let outcome = run(program(["run"].into_iter().chain(flags.iter().copied())));
        assert_eq!(outcome.code(), Some(2), "{flags:?}: {}", outcome.said());
    }
}
