//! One line of an adapter, as a message or as what is wrong with it.

use crate::misbehaviour::Misbehaviour;
use crate::protocol::{Answer, Event, FromAdapter, Hello, Outcome, Refused};
use serde::Deserialize;
use serde_json::{Map, Value};

/// How much of a wrong line is shown.
const SHOWN: usize = 200;

/// An answer as it is written: exactly one of the outcomes is there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: u64,
    done: Option<Map<String, Value>>,
    refused: Option<Refused>,
    failed: Option<String>,
    unsupported: Option<String>,
    argument: Option<String>,
}

/// Reads a line.
pub(crate) fn read(line: &str) -> Result<FromAdapter, Misbehaviour> {
    let not_json = |cause: String| Misbehaviour::NotJson { line: shown(line), cause };
    let value: Value = serde_json::from_str(line).map_err(|error| not_json(error.to_string()))?;
    message(value).map_err(|cause| Misbehaviour::NotAMessage { line: shown(line), cause })
}

fn message(value: Value) -> Result<FromAdapter, String> {
    let Value::Object(mut fields) = value else {
        return Err("it is not an object".to_owned());
    };
    if fields.contains_key("id") {
        return answer(from(Value::Object(fields))?).map(FromAdapter::Answer);
    }
    let mut only = |name: &str| if fields.len() == 1 { fields.remove(name) } else { None };
    if let Some(hello) = only("hello") {
        return from::<Hello>(hello).map(FromAdapter::Hello);
    }
    if let Some(event) = only("event") {
        return from::<Event>(event).map(FromAdapter::Event);
    }
    Err("expected `hello` alone, `event` alone, or `id` with an outcome".to_owned())
}

fn from<'v, T: Deserialize<'v>>(value: Value) -> Result<T, String> {
    T::deserialize(value).map_err(|error| error.to_string())
}

fn answer(written: Written) -> Result<Answer, String> {
    let Written { id, done, refused, failed, unsupported, argument } = written;
    if argument.is_some() && unsupported.is_none() {
        return Err("`argument` belongs to `unsupported`".to_owned());
    }
    let outcomes = [
        done.map(Outcome::Done),
        refused.map(Outcome::Refused),
        failed.map(Outcome::Failed),
        unsupported.map(|unsupported| Outcome::Unsupported { unsupported, argument }),
    ];
    let mut outcomes = outcomes.into_iter().flatten();
    match (outcomes.next(), outcomes.next()) {
        (Some(outcome), None) => Ok(Answer { id, outcome }),
        (None, _) => Err(format!(
            "the answer to {id} holds none of `done`, `refused`, `failed` and `unsupported`"
        )),
        (Some(_), Some(_)) => Err(format!(
            "the answer to {id} holds more than one of `done`, `refused`, `failed` and `unsupported`"
        )),
    }
}

/// The beginning of a line.
pub(crate) fn shown(line: &str) -> String {
    let mut shown: String = line.chars().take(SHOWN).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::misbehaviour::Misbehaviour;
    use serde_json::{Value, json};

    fn cause(line: Value) -> String {
        match read(&line.to_string()) {
            Err(Misbehaviour::NotAMessage { cause, .. }) => cause,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn every_message_is_written_as_it_is_read() {
        for line in [
            json!({ "hello": { "name": "x", "version": "1", "operations": ["open", "join"] } }),
            json!({ "event": { "session": "bob", "type": "UpdateToken", "body": { "a": [1] } } }),
            json!({ "id": 1, "done": {} }),
            json!({ "id": 2, "refused": { "status": 403, "code": 114, "message": "no" } }),
            json!({ "id": 3, "failed": "TypeError" }),
            json!({ "id": 4, "unsupported": "no such thing" }),
            json!({ "id": 5, "unsupported": "no such thing", "argument": "permissions" }),
        ] {
            let message = read(&line.to_string()).unwrap();
            assert_eq!(serde_json::to_value(message).unwrap(), line);
        }
    }

    #[test]
    fn what_is_no_message_says_what_is_wrong() {
        for (line, expected) in [
            (json!([1]), "it is not an object"),
            (json!({}), "expected `hello` alone"),
            (json!({ "hello": {}, "event": {} }), "expected `hello` alone"),
            (json!({ "id": 1 }), "the answer to 1 holds none of"),
            (
                json!({ "id": 1, "done": {}, "failed": "" }),
                "the answer to 1 holds more than one of",
            ),
            (json!({ "id": 1, "done": {}, "argument": "x" }), "`argument` belongs to"),
            (json!({ "id": "1", "done": {} }), "invalid type: string \"1\", expected u64"),
            (json!({ "id": 1, "dnoe": {} }), "unknown field `dnoe`"),
            (json!({ "hello": { "name": "x", "version": "1", "operations": ["jion"] } }), "`jion`"),
        ] {
            let cause = cause(line);
            assert!(cause.contains(expected), "{cause}");
        }
        let garbage = read(&format!("hey {}", "x".repeat(1000))).unwrap_err().to_string();
        assert!(garbage.len() < 500 && garbage.contains("`hey xxx"), "{garbage}");
    }
}
