//! Made-up changes, each with whom it breaks, in both directions.

mod calls;
mod properties;

use super::Breaks::{Clients, Nobody, Servers, Unknown};
use super::{Change, Kind, Schema, Schemas, Surface, Version};
use serde_json::{Value, json};

/// A payload that the server sends, one that the client sends, and one that nobody knows.
const ANSWER: &str = "rest-create-answer";
const REQUEST: &str = "rest-create-request";
const STRANGER: &str = "no-such-payload";

fn compare(old: &Schemas, new: &Schemas) -> Vec<Change> {
    let version = |schemas: &Schemas| Version { schemas: schemas.clone(), surface: None };
    super::compare(&version(old), &version(new))
}

fn changes(payload: &str, old: &Value, new: &Value) -> Vec<Change> {
    let one = |value: &Value| {
        let schema = Schema::read(value.clone()).unwrap_or_else(|fault| panic!("{value}: {fault}"));
        Schemas::from([(payload.to_owned(), schema)])
    };
    compare(&one(old), &one(new))
}

/// The table of made-up changes.
const TABLE: &str = include_str!("tests/changes.txt");

/// One row of it.
#[derive(Default)]
struct Row {
    name: String,
    old: Value,
    new: Value,
    /// Where, what kind, whom it breaks in an answer, whom in a request.
    expected: Vec<[String; 4]>,
}

fn rows() -> Vec<Row> {
    let json = |text: &str| -> Value {
        let (is_field, text) = match text.strip_prefix("f ") {
            Some(text) => (true, text),
            None => (false, text),
        };
        let value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        if is_field { field(value) } else { value }
    };
    let mut rows: Vec<Row> = Vec::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let Some(line) = line.strip_prefix("  ") else {
            rows.push(Row { name: line.to_owned(), ..Row::default() });
            continue;
        };
        let row = rows.last_mut().expect("a name comes first");
        match line.split_once(' ') {
            Some(("old", schema)) => row.old = json(schema),
            Some(("new", schema)) => row.new = json(schema),
            _ => {
                let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
                row.expected
                    .push(words.try_into().unwrap_or_else(|_| panic!("four words: {line}")));
            }
        }
    }
    rows
}

/// An object with one field `f`.
fn field(schema: Value) -> Value {
    json!({ "type": "object", "properties": { "f": schema } })
}

#[test]
fn each_change_of_the_table_breaks_whom_it_should() {
    let rows = rows();
    assert!(rows.len() >= 65, "{} rows", rows.len());
    for Row { name, old, new, expected } in rows {
        for (payload, column) in [(ANSWER, 2), (REQUEST, 3)] {
            let found: Vec<[String; 3]> = changes(payload, &old, &new)
                .into_iter()
                .filter(|change| !change.is_editorial())
                .map(|change| {
                    let kind = serde_json::to_value(change.kind).unwrap();
                    let kind = kind.as_str().unwrap().to_owned();
                    let whole = change.pointer.is_empty();
                    let at = if whole { "(all)".to_owned() } else { change.pointer };
                    [at, kind, change.breaks.to_string()]
                })
                .collect();
            let expected: Vec<[String; 3]> = expected
                .iter()
                .map(|row| [row[0].clone(), row[1].clone(), row[column].clone()])
                .collect();
            assert_eq!(found, expected, "{name}, {payload}");
        }
    }
}

#[test]
fn a_schema_that_refers_to_itself_is_compared_once() {
    let tree = |required: Value| {
        json!({
            "$ref": "#/$defs/Node",
            "$defs": { "Node": {
                "type": "object", "required": required,
                "properties": { "next": { "$ref": "#/$defs/Node" }, "name": { "type": "string" } },
            } },
        })
    };
    let found = changes(ANSWER, &tree(json!([])), &tree(json!(["name"])));
    let found: Vec<_> = found.iter().map(|it| (it.pointer.as_str(), it.breaks)).collect();
    assert_eq!(found, [("/name", Servers), ("/next/name", Servers)]);
    let endless = |title: &str| json!({ "$ref": "#", "title": title });
    let found = changes(ANSWER, &endless("a"), &endless("b"));
    assert!(found.iter().all(Change::is_editorial), "{found:?}");
    let found = changes(ANSWER, &endless("a"), &json!({ "type": "string", "title": "a" }));
    assert_eq!(found[0].breaks, Unknown);
}

#[test]
fn what_stands_for_too_much_is_not_decided() {
    // Each name stands for twice the one before: 2^40 fields in all.
    let doubling = |last: &str| {
        let mut names = serde_json::Map::new();
        for level in 0..40 {
            let next = json!({ "$ref": format!("#/$defs/d{}", level + 1) });
            let schema = json!({ "type": "object", "properties": { "l": next, "r": next } });
            names.insert(format!("d{level}"), schema);
        }
        names.insert("d40".into(), json!({ "type": last }));
        json!({ "$ref": "#/$defs/d0", "$defs": names })
    };
    let found = changes(ANSWER, &doubling("string"), &doubling("null"));
    assert!(found.iter().any(|change| change.breaks == Unknown && change.kind == Kind::Schema));
    // A chain of references is as deep as the document is long.
    let chain = |last: &str| {
        let mut names = serde_json::Map::new();
        for level in 0..5_000 {
            let next = format!("#/$defs/c{}", level + 1);
            names.insert(format!("c{level}"), json!({ "allOf": [{ "$ref": next }] }));
        }
        names.insert("c5000".into(), json!({ "type": last }));
        json!({ "$ref": "#/$defs/c0", "$defs": names })
    };
    let found = changes(ANSWER, &chain("string"), &chain("null"));
    assert!(found.iter().all(|change| change.breaks == Unknown), "{found:?}");
}

#[test]
fn editorial_changes_break_nobody_and_are_told_apart() {
    let old = json!({
        "$id": "https://example.org/a", "title": "A", "type": "object",
        "properties": { "f": { "$ref": "#/$defs/F" } },
        "$defs": { "F": { "type": "string", "description": "F." } },
    });
    let mut new = old.clone();
    new["$id"] = json!("https://example.org/b");
    new["title"] = json!("B");
    new["examples"] = json!([{}]);
    new["$defs"]["F"]["description"] = json!("f.");
    let found = changes(ANSWER, &old, &new);
    let what: Vec<_> = found.iter().map(|it| (it.pointer.as_str(), it.what.as_str())).collect();
    assert_eq!(
        what,
        [
            ("", "`$id` changed"),
            ("", "`examples` added"),
            ("", "`title` changed"),
            ("/f", "`description` changed"),
        ]
    );
    assert!(found.iter().all(|change| change.is_editorial() && change.breaks == Nobody));
    let ordered = json!({ "type": "object", "required": ["a"] });
    let otherwise = json!({ "required": ["a"], "type": "object" });
    let found = changes(ANSWER, &ordered, &otherwise);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].what, "written differently, same meaning");
}

#[test]
fn payloads_that_come_and_go() {
    let schema = |title: &str| Schema::read(json!({ "type": "object", "title": title })).unwrap();
    let none = Schemas::new();
    for payload in [ANSWER, REQUEST, STRANGER] {
        let one = Schemas::from([(payload.to_owned(), schema("a"))]);
        let added = compare(&none, &one);
        assert_eq!((added[0].kind, added[0].breaks), (Kind::PayloadAdded, Servers), "{payload}");
        let removed = compare(&one, &none);
        assert_eq!((removed[0].kind, removed[0].breaks), (Kind::PayloadRemoved, Clients));
        assert_eq!((added.len(), removed.len()), (1, 1));
    }
    let renamed = compare(
        &Schemas::from([(STRANGER.to_owned(), schema("a"))]),
        &Schemas::from([(ANSWER.to_owned(), schema("b"))]),
    );
    assert!(renamed[1].why.contains(ANSWER), "{renamed:?}");
}

#[test]
fn a_payload_that_is_not_known_has_no_direction() {
    let found = changes(STRANGER, &field(json!({ "type": "string" })), &field(json!({})));
    assert_eq!((found[0].breaks, found[0].sender), (Unknown, None));
    assert!(found[0].why.contains("no payload of this name"), "{}", found[0].why);
    let found = changes(STRANGER, &json!({ "type": "object" }), &field(json!({})));
    assert_eq!(found[0].breaks, Nobody);
}

#[test]
fn a_field_with_a_new_name_is_pointed_out() {
    let old = json!({ "properties": { "userId": { "type": "string", "description": "a" } } });
    let new = json!({ "properties": { "user_id": { "type": "string", "description": "b" } } });
    let found = changes(ANSWER, &old, &new);
    let gone = found.iter().find(|change| change.kind == Kind::FieldRemoved).unwrap();
    assert!(
        gone.why.ends_with("`/user_id` is new and has the same schema: it may be the new name.")
    );
}

#[test]
fn todays_payloads_are_the_same_as_themselves() {
    let all: Schemas = invite_spec::payload::all()
        .map(|payload| (payload.name.to_owned(), Schema::read(payload.schema()).unwrap()))
        .collect();
    assert_eq!(compare(&all, &all), []);
}

#[test]
fn nothing_in_a_schema_steers_the_terminal() {
    let colours = invite_text::Style { colour: true };
    let version = |poison: &str| {
        let schema =
            field(json!({ "type": "object", "properties": { poison: { "const": poison } } }));
        let schemas = Schemas::from([(poison.to_owned(), Schema::read(schema).unwrap())]);
        Version { schemas, surface: None }
    };
    let (old, new) = (version("a\u{1b}[2J\u{202e}"), version("b\u{1b}]0;x\u{7}\n::error::"));
    let report = super::Report::new(("old\u{9b}", &old), ("new", &new));
    let text = super::text(&report, true, invite_text::Page::new(44, colours));
    let ours = ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[31m", "\u{1b}[33m"];
    let rest = ours.iter().fold(text.clone(), |text, ours| text.replace(ours, ""));
    let markdown = super::markdown(&report, true);
    for text in [rest, markdown] {
        let unsafe_ = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(text.contains("\\u001b[2J") && !text.contains(unsafe_), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
    }
}
