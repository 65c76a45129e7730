//! What happened is data, and sentences are made from it once: nothing reads a sentence back.

use crate::bench::record;
use invite_record::{Record, verify};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The crates in which a sentence could be taken for data.
const CRATES: [&str; 9] =
    ["trace", "scenario", "judge", "drive", "record", "report", "explore", "selftest", "cli"];

/// What asks a text for its content.
const QUESTIONS: [&str; 11] = [
    ".contains(",
    ".starts_with(",
    ".ends_with(",
    ".split_once(",
    ".rsplit_once(",
    ".strip_prefix(",
    ".strip_suffix(",
    ".find(",
    ".rfind(",
    ".matches(",
    ".eq(",
];

/// Lines that ask a text for a sentence, and why each may.
const ALLOWED: [(&str, &str); 6] = [
    ("paragraph.find(\". \")", "the documentation of a source file, of which an index is made"),
    ("said.rsplit_once(\" at line \")", "the text of serde_json's error, which has no other place"),
    ("message.rfind(\" at line \")", "the text of the YAML parser's error"),
    ("about.strip_prefix(\"A \")", "the description of a schema, at the beginning of our sentence"),
    ("strip_prefix(\"scenarios: \")", "a line of our own snapshot file, which is data"),
    ("value.strip_prefix(\"Basic \")", "the scheme of a header"),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
}

/// The code of a file without its tests and comments, on one line each statement's worth.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    lines.collect::<Vec<_>>().join("")
}

/// Where code asks a text for a sentence: for a literal of several words, or for the content of a
/// sentence that was just made.
fn readers(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let around = |at: usize, length: usize| {
        let start = code[..at].char_indices().rev().nth(40).map_or(0, |(at, _)| at);
        let end = code[at..].char_indices().nth(length).map_or(code.len(), |(more, _)| at + more);
        code[start..end].to_owned()
    };
    for question in QUESTIONS {
        for (at, _) in code.match_indices(question) {
            let asked = code[at + question.len()..].trim_start_matches('&');
            let literal = asked.strip_prefix('"').and_then(|rest| rest.split('"').next());
            let is_sentence = literal.is_some_and(|text| text.contains(' '));
            let before = &code[..at];
            let was_made = ["to_string()", "seen_in_words()"].iter().any(|it| before.ends_with(it));
            if is_sentence || was_made {
                found.push(around(at, 80));
            }
        }
    }
    for comparison in ["== format!(", "!= format!("] {
        found.extend(code.match_indices(comparison).map(|(at, _)| around(at, 80)));
    }
    found.retain(|line| !ALLOWED.iter().any(|(allowed, _)| line.contains(allowed)));
    found
}

#[test]
fn no_code_reads_a_sentence_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for name in CRATES {
        sources(&root.join(name).join("src"), &mut files);
    }
    assert!(files.len() > 150, "only {} files", files.len());
    let found: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let lines = readers(&code(path));
            lines.into_iter().map(|line| format!("{}: {line}", path.display()))
        })
        .collect();
    assert!(found.is_empty(), "data can be read instead of:\n{}", found.join("\n"));
}

#[test]
fn a_reader_of_sentences_is_found() {
    for code in [
        r#"if stop.seen.contains("status 401") {"#,
        r#"let (_, rest) = expected.split_once("the invitation of ")?;"#,
        r"check.evidence.expected.to_string().starts_with(NO_CONNECTION)",
        r#"told == format!("{pattern} at {actor}")"#,
    ] {
        assert_eq!(readers(code).len(), 1, "{code}");
    }
    for code in [r#"header.contains("json")"#, r#"ids.contains(&id)"#, r#"path.starts_with('/')"#] {
        assert_eq!(readers(code), [""; 0], "{code}");
    }
}

/// The words of each check replaced by others.
fn reworded(record: &Record) -> Record {
    let mut value = serde_json::to_value(record).unwrap();
    let mut count = 0;
    for check in value["checks"].as_array_mut().unwrap() {
        for name in ["where", "expected", "seen", "because"] {
            if let Some(words) = check.get_mut(name).filter(|words| !words.is_null()) {
                *words = json!("x");
                count += 1;
            }
        }
    }
    assert!(count > record.checks.len(), "no words to replace");
    serde_json::from_value::<Record>(value).unwrap()
}

#[tokio::test]
async fn the_words_of_a_record_decide_nothing() {
    let scenarios = ["kick-sdk", "invite-sdk-delivered", "invite-rest-tokens"];
    let record = record(Some("kicked-unawares"), &scenarios).await;
    let fails = |record: &Record| record.tally.summary.failed;
    assert!(fails(&record) > 0);
    let mut sealed = record.clone();
    sealed.seal();
    let other = reworded(&sealed);
    assert_eq!(other, sealed);
    assert_eq!(verify(&other).unwrap(), []);
    let told = |record: &Record| -> Vec<Value> {
        let explained = invite_report::explain(record);
        explained.iter().map(|one| json!([one.rule.id, one.scenario, one.at, one.seen])).collect()
    };
    assert_eq!(told(&other), told(&sealed));
    assert!(!told(&other).is_empty());
}
