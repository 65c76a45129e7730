//! Who made a record: signatures, and what they cover.

use crate::program::process::{Outcome, program, run, run_alone};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tempfile::TempDir;

/// Two key pairs, a signed record, and the same without its signature.
struct Bench {
    folder: TempDir,
    signed: Value,
    unsigned: Value,
}

static BENCH: LazyLock<Bench> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    for name in ["own", "other"] {
        let outcome = new_key(&folder.path().join(name));
        assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    }
    let path = folder.path().join("run.json");
    let (key, wanted) = (folder.path().join("own"), format!("json={}", path.display()));
    let outcome = run_alone(program([
        "run",
        "--only",
        "invite-rest-two",
        "--report",
        &wanted,
        "--sign",
        key.to_str().unwrap(),
    ]));
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    let signed: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let mut unsigned = signed.clone();
    unsigned.as_object_mut().unwrap().remove("signature").unwrap();
    Bench { folder, signed, unsigned }
});

fn new_key(path: &Path) -> Outcome {
    run(program(["key", "new", path.to_str().unwrap()]))
}

fn path(name: &str) -> PathBuf {
    BENCH.folder.path().join(name)
}

/// `verify` on a record.
fn verify(record: &Value, more: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.json");
    std::fs::write(&file, record.to_string()).unwrap();
    let file = file.to_str().unwrap();
    run(program(["verify", file].into_iter().chain(more.iter().copied())))
}

/// `verify --key` with one of the public keys.
fn verify_with(record: &Value, key: &str, more: &[&str]) -> Outcome {
    let key = path(key);
    let with = ["--key", key.to_str().unwrap()];
    verify(record, &with.into_iter().chain(more.iter().copied()).collect::<Vec<_>>())
}

#[test]
fn a_key_is_written_for_its_owner_alone_and_never_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let (private, public) = (folder.path().join("key"), folder.path().join("key.pub"));
    let outcome = new_key(&private);
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    let secret = std::fs::read_to_string(&private).unwrap();
    assert!(secret.starts_with("-----BEGIN PRIVATE KEY-----\n"), "a key in PEM form");
    let line = secret.lines().nth(1).unwrap();
    assert!(!outcome.said().contains(line), "it is never printed");
    assert!(std::fs::read_to_string(&public).unwrap().starts_with("-----BEGIN PUBLIC KEY-----"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&private).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    for there in [&private, &public] {
        let other = folder.path().join("kept");
        std::fs::rename(there, &other).unwrap();
        let outcome = new_key(&private);
        assert_eq!(outcome.code(), Some(2), "{}", outcome.said());
        assert!(outcome.stderr.contains("no key is overwritten"), "{}", outcome.stderr);
        assert!(!there.exists(), "both files are written, or none");
        std::fs::rename(&other, there).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&private).unwrap(), secret);
}

#[test]
fn a_signed_record_names_its_key() {
    let outcome = verify_with(&BENCH.signed, "own.pub", &[]);
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    assert!(outcome.stdout.contains("EQUAL: "), "{}", outcome.stdout);
    let (_, by) = outcome.stdout.split_once("Signed by ").unwrap();
    let id = by.split([',', ' ']).next().unwrap();
    assert_eq!(id.len(), 32, "{by}");
    assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{by}");
    assert_eq!(verify_with(&BENCH.signed, "own.pub", &["--json"]).json()["signed"], true);

    let unchecked = verify(&BENCH.signed, &[]);
    assert_eq!(unchecked.code(), Some(0), "{}", unchecked.said());
    let words = format!("Signed by {id}, which nobody checked: consistent, not proof");
    assert!(unchecked.stdout.replace('\n', " ").contains(&words), "{}", unchecked.stdout);
    let said = [outcome.said(), unchecked.said()].concat();
    assert!(said.lines().all(|line| line.chars().count() <= 100), "{said}");
}

#[test]
fn a_record_without_the_signature_that_is_asked_for_fails() {
    let unsigned = verify_with(&BENCH.unsigned, "own.pub", &[]);
    assert_eq!(unsigned.code(), Some(1), "{}", unsigned.said());
    assert!(unsigned.stdout.contains("NOT SIGNED"), "{}", unsigned.stdout);
    let other = verify_with(&BENCH.signed, "other.pub", &[]);
    assert_eq!(other.code(), Some(1), "{}", other.said());
    assert!(other.stdout.contains("SIGNED BY ANOTHER KEY"), "{}", other.stdout);
    let plain = verify(&BENCH.unsigned, &[]);
    assert_eq!(plain.code(), Some(0), "{}", plain.said());
    assert!(plain.stdout.contains("Unsigned: consistent, not proof"), "{}", plain.stdout);
}

/// What no seal covers, and follows from nothing, is signed all the same.
#[test]
fn every_change_breaks_the_signature() {
    let edits: [fn(&mut Value); 7] = [
        |record| record["duration_ms"] = 1.into(),
        |record| record["options"]["run_id"] = "another".into(),
        |record| record["scenarios"][0]["title"] = "Another".into(),
        |record| record["target"]["name"] = "another".into(),
        |record| record["target"]["claims"] = json!(["rest"]),
        |record| record["scenarios"][0]["trace"]["entries"][0]["at_us"] = 1.into(),
        |record| record["unknown"] = json!(null),
    ];
    for edit in edits {
        let mut changed = BENCH.signed.clone();
        edit(&mut changed);
        for outcome in [verify_with(&changed, "own.pub", &[]), verify(&changed, &[])] {
            assert_eq!(outcome.code(), Some(1), "{}", outcome.said());
            assert!(outcome.stdout.contains("SIGNATURE BROKEN"), "{}", outcome.stdout);
        }
    }
}

/// The form of the file is not what is signed: it may be written again by anybody.
#[test]
fn a_copy_of_a_signed_record_is_signed() {
    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (folder.path().join("run.json"), folder.path().join("copy.json"));
    let mut turned = serde_json::Map::new();
    for (name, value) in BENCH.signed.as_object().unwrap().iter().rev() {
        turned.insert(name.clone(), value.clone());
    }
    std::fs::write(&file, Value::from(turned).to_string()).unwrap();
    let wanted = format!("json={}", copy.display());
    let outcome = run(program(["report", file.to_str().unwrap(), "--report", &wanted]));
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    for text in [&file, &copy].map(|path| std::fs::read_to_string(path).unwrap()) {
        let outcome = verify_with(&serde_json::from_str(&text).unwrap(), "own.pub", &[]);
        assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
    }
}

#[test]
fn whoever_merges_shards_signs_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let key = path("own");
    let key = key.to_str().unwrap();
    let shards: Vec<String> = ["1", "2"]
        .map(|index| {
            let path = folder.path().join(format!("{index}.json")).display().to_string();
            let (shard, wanted) = (format!("{index}/2"), format!("json={path}"));
            let outcome = run_alone(program([
                "run",
                "--only",
                "invite-rest-two",
                "--only",
                "invite-rest-notified",
                "--shard",
                &shard,
                "--report",
                &wanted,
                "--sign",
                key,
            ]));
            assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
            path
        })
        .into();
    let whole = folder.path().join("whole.json");
    let wanted = format!("json={}", whole.display());
    let merge = ["report", &shards[0], &shards[1], "--report", &wanted];
    for (more, code, words) in [(vec![], 1, "NOT SIGNED"), (vec!["--sign", key], 0, "Signed by ")] {
        let outcome = run(program(merge.into_iter().chain(more)));
        assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
        let record = serde_json::from_str(&std::fs::read_to_string(&whole).unwrap()).unwrap();
        let outcome = verify_with(&record, "own.pub", &[]);
        assert_eq!(outcome.code(), Some(code), "{}", outcome.said());
        assert!(outcome.stdout.contains(words), "{}", outcome.stdout);
    }
}

#[test]
fn a_wrong_key_file_is_named_before_anything_is_done() {
    let (private, public) = (path("own"), path("own.pub"));
    let (private, public) = (private.to_str().unwrap(), public.to_str().unwrap());
    let record = path("run.json");
    let record = record.to_str().unwrap();
    let only = ["run", "--only", "invite-rest-two", "--sign"];
    let wanted = ["--report", "json=-"];
    let cases = [
        (only.into_iter().chain([private]).collect(), "none is written"),
        (only.into_iter().chain([public]).chain(wanted).collect(), "no private Ed25519 key"),
        (only.into_iter().chain(["/nowhere"]).chain(wanted).collect(), "cannot read /nowhere"),
        (vec!["verify", record, "--key", private], "it is a private key"),
        (vec!["verify", record, "--key", record], "no public Ed25519 key"),
        (vec!["report", record, "--sign", private], "none is written"),
    ];
    let secret = std::fs::read_to_string(private).unwrap();
    let secret = secret.lines().nth(1).unwrap();
    for (arguments, words) in cases {
        let outcome = run(program(arguments));
        assert_eq!(outcome.code(), Some(2), "{}", outcome.said());
        assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
        assert!(!outcome.said().contains(secret), "a key is printed");
    }
}
