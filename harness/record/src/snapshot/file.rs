//! A snapshot as a file that `cargo insta` reads: a head in YAML, then the content.

use super::Snapshot;
use serde_json::Value;

/// What is no snapshot of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is no snapshot of `run --snapshots`: {0}")]
pub struct NotASnapshot(String);

/// The text of a snapshot's file. `part` says which scenarios it rests on.
pub fn write(snapshot: &Snapshot, part: &str) -> String {
    // What JSON escapes, YAML reads.
    let quoted = |text: &str| Value::from(text).to_string();
    let shape = serde_json::to_string_pretty(&snapshot.shape).unwrap_or_default();
    format!(
        "---\nsource: invite-conformance\ndescription: {}\ninfo:\n  scenarios: {}\n---\n{shape}\n",
        quoted(&snapshot.title),
        quoted(part)
    )
}

/// What a snapshot's file shows, and which scenarios it rests on.
pub fn read(text: &str) -> Result<(Value, String), NotASnapshot> {
    let fault = |what: &str| NotASnapshot(what.to_owned());
    let text = text.replace("\r\n", "\n");
    let rest = text.strip_prefix("---\n").ok_or_else(|| fault("it has no head"))?;
    let (head, content) = rest.split_once("\n---\n").ok_or_else(|| fault("its head has no end"))?;
    let part = head
        .lines()
        .find_map(|line| line.trim().strip_prefix("scenarios: "))
        .map(|quoted| serde_json::from_str(quoted).unwrap_or_else(|_| quoted.to_owned()))
        .ok_or_else(|| fault("its head does not say which scenarios it rests on"))?;
    let shape = serde_json::from_str(content)
        .map_err(|error| NotASnapshot(format!("its content is not JSON: {error}")))?;
    Ok((shape, part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_is_read_again() {
        let snapshot = Snapshot {
            name: "rest.invite-200".into(),
            title: "POST \"x\" answers 200".into(),
            payload: None,
            shape: json!({ "a?": "[id]", "b": ["1 | 2"] }),
        };
        let text = write(&snapshot, "--only a\nb");
        assert_eq!(read(&text), Ok((snapshot.shape.clone(), "--only a\nb".to_owned())));
        assert_eq!(read(&text.replace('\n', "\r\n")), read(&text));
        for broken in
            ["", "{}", "---\na: b\n", "---\na: b\n---\n{}", "---\n  scenarios: all\n---\n{"]
        {
            assert!(read(broken).is_err(), "{broken}");
        }
    }
}
