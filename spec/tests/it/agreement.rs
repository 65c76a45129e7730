//! Types and schemas agree: what serde accepts the schema accepts, what one refuses the other
//! refuses.

use invite_spec::payload::{self, Payload};
use jsonschema::Validator;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};

/// One change of one place of a value.
#[derive(Debug, Clone)]
enum Edit {
    /// The place is taken away.
    Drop,
    /// Another value stands there.
    Put(Value),
    /// The place has another name.
    Rename,
    /// Something unknown stands beside it.
    Add,
    /// The value stands in an array.
    Wrap,
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        Just(Edit::Drop),
        Just(Edit::Rename),
        Just(Edit::Add),
        Just(Edit::Wrap),
        value().prop_map(Edit::Put),
    ]
}

/// Values of every type, those among them that some client or server has a special use for.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!({})),
        Just(json!([])),
        Just(json!("")),
        Just(json!("true")),
        Just(json!("JOIN")),
        Just(json!(["JOIN", "KICK"])),
        Just(json!(["FLY"])),
        Just(json!("3600")),
        Just(json!("36x")),
        Just(json!(3600.0)),
        Just(json!(1_000_000_000)),
        Just(json!(-1)),
        Just(json!(0.5)),
        any::<bool>().prop_map(Value::from),
        any::<u32>().prop_map(Value::from),
        "[a-z]{0,8}".prop_map(Value::from),
    ]
}

/// Every place of a value, as JSON Pointers; the whole value first.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(inner, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                places(inner, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn apply(value: &mut Value, pointer: &str, edit: &Edit) {
    if let Edit::Put(new) = edit {
        if let Some(place) = value.pointer_mut(pointer) {
            *place = new.clone();
        }
        return;
    }
    if let Edit::Wrap = edit {
        if let Some(place) = value.pointer_mut(pointer) {
            *place = json!([place.clone()]);
        }
        return;
    }
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    let key = key.replace("~1", "/").replace("~0", "~");
    match value.pointer_mut(parent) {
        Some(Value::Object(fields)) => edit_field(fields, &key, edit),
        Some(Value::Array(items)) => {
            if let (Edit::Drop, Ok(index)) = (edit, key.parse::<usize>()) {
                items.remove(index);
            }
        }
        _ => {}
    }
}

fn edit_field(fields: &mut Map<String, Value>, key: &str, edit: &Edit) {
    match edit {
        Edit::Drop => {
            fields.remove(key);
        }
        Edit::Rename => {
            if let Some(value) = fields.remove(key) {
                fields.insert(format!("{key}X"), value);
            }
        }
        Edit::Add => {
            fields.insert("x-unknown".into(), json!({ "deep": [1] }));
        }
        Edit::Put(_) | Edit::Wrap => {}
    }
}

fn validator(payload: &Payload) -> Validator {
    jsonschema::validator_for(&payload.schema()).unwrap()
}

fn compare(payload: &Payload, validator: &Validator, value: &Value) -> Result<(), TestCaseError> {
    let parsed = payload.parse(value);
    let valid = validator.validate(value).map_err(|error| error.to_string());
    prop_assert_eq!(
        parsed.is_ok(),
        valid.is_ok(),
        "{}: {}\n  serde: {:?}\n  schema: {:?}",
        payload.name,
        value,
        parsed.err(),
        valid.err()
    );
    Ok(())
}

#[test]
fn serde_and_schema_accept_and_refuse_the_same() {
    for payload in payload::all() {
        let validator = validator(payload);
        let edits = prop::collection::vec((any::<Index>(), edit()), 1..3);
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
            cases: 300,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let outcome = runner.run(&edits, |edits| {
            let mut value = payload.example();
            for (index, edit) in &edits {
                let mut found = Vec::new();
                places(&value, "", &mut found);
                apply(&mut value, index.get::<String>(&found), edit);
            }
            compare(payload, &validator, &value)
        });
        if let Err(error) = outcome {
            panic!("{error}");
        }
    }
}

#[test]
fn what_is_written_is_valid() {
    for payload in payload::all() {
        let written = payload.parse(&payload.example()).unwrap();
        assert!(validator(payload).is_valid(&written), "{}: {written}", payload.name);
    }
}

/// Spellings of frame types that are right, nearly right, and wrong.
fn spelling(name: &'static str) -> impl Strategy<Value = String> {
    let snake: String = name
        .chars()
        .enumerate()
        .flat_map(|(at, c)| {
            let gap = (c.is_uppercase() && at > 0).then_some('_');
            gap.into_iter().chain(c.to_lowercase())
        })
        .collect();
    let mut lower = name.to_owned();
    lower[..1].make_ascii_lowercase();
    let base = prop::sample::select(vec![name.to_owned(), snake, lower, name.to_uppercase()]);
    let end = prop::sample::select(vec!["", "Event", "Push", "EventPush", "_event", "_push", "x"]);
    (base, end).prop_map(|(base, end)| format!("{base}{end}"))
}

#[test]
fn a_frame_type_is_spelled_as_the_schema_says() {
    for kind in invite_spec::push::KINDS {
        let validator = validator(&kind.payload);
        let mut runner = proptest::test_runner::TestRunner::default();
        let outcome = runner.run(&spelling(kind.name), |spelled| {
            let mut frame = kind.payload.example();
            frame["type"] = spelled.into();
            compare(&kind.payload, &validator, &frame)
        });
        if let Err(error) = outcome {
            panic!("{error}");
        }
    }
}
