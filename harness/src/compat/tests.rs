//! Made-up changes, each with whom it breaks, in both directions; and what holds of all schemas.

use super::Breaks::{Both, Clients, Nobody, Servers, Unknown};
use super::compare::differences;
use super::difference::{Difference, Effect};
use super::{Breaks, Change, Kind, Schema, Schemas, compare};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A payload that the server sends, one that the client sends, and one that nobody knows.
const ANSWER: &str = "rest-create-answer";
const REQUEST: &str = "rest-create-request";
const STRANGER: &str = "no-such-payload";

fn changes(payload: &str, old: &Value, new: &Value) -> Vec<Change> {
    let one = |value: &Value| {
        let schema = Schema::read(value.clone()).unwrap_or_else(|fault| panic!("{value}: {fault}"));
        Schemas::from([(payload.to_owned(), schema)])
    };
    compare(&one(old), &one(new))
}

/// A change: what it is, the schemas, and each pointer with what is expected there of an answer and
/// of a request.
type Row = (&'static str, Value, Value, &'static [(&'static str, Kind, Breaks, Breaks)]);

#[track_caller]
fn check(rows: Vec<Row>) {
    for (name, old, new, expected) in rows {
        for payload in [ANSWER, REQUEST] {
            let found: Vec<_> = changes(payload, &old, &new)
                .into_iter()
                .filter(|change| !change.is_editorial())
                .map(|change| (change.pointer, change.kind, change.breaks))
                .collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|(pointer, kind, answer, request)| {
                    let breaks = if payload == ANSWER { answer } else { request };
                    ((*pointer).to_owned(), *kind, *breaks)
                })
                .collect();
            assert_eq!(found, expected, "{name}, {payload}");
        }
    }
}

/// An object with one field `f`.
fn field(schema: Value) -> Value {
    json!({ "type": "object", "properties": { "f": schema } })
}

#[test]
fn fields_that_come_and_go() {
    let empty = json!({ "type": "object" });
    let text = json!({ "type": "string" });
    let required = json!({ "type": "object", "properties": { "f": text }, "required": ["f"] });
    let closed = |mut schema: Value| {
        schema["additionalProperties"] = json!(false);
        schema
    };
    let map = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    check(vec![
        (
            "new optional field",
            empty.clone(),
            field(text.clone()),
            &[("/f", Kind::FieldAdded, Nobody, Nobody)],
        ),
        (
            "new required field",
            empty.clone(),
            required.clone(),
            &[("/f", Kind::Required, Servers, Clients)],
        ),
        (
            "optional field removed",
            field(text.clone()),
            empty.clone(),
            &[("/f", Kind::FieldRemoved, Clients, Clients)],
        ),
        (
            "required field removed",
            required.clone(),
            empty.clone(),
            &[("/f", Kind::FieldRemoved, Clients, Both)],
        ),
        (
            "newly required",
            field(text.clone()),
            required.clone(),
            &[("/f", Kind::Required, Servers, Clients)],
        ),
        (
            "no longer required",
            required.clone(),
            field(text.clone()),
            &[("/f", Kind::Required, Clients, Servers)],
        ),
        (
            "required without being named",
            empty.clone(),
            json!({ "type": "object", "required": ["f"] }),
            &[("/f", Kind::Required, Servers, Clients)],
        ),
        (
            "new optional field among refused ones",
            closed(empty.clone()),
            closed(field(text.clone())),
            &[("/f", Kind::FieldAdded, Clients, Servers)],
        ),
        (
            "new required field among refused ones",
            closed(empty.clone()),
            closed(required.clone()),
            &[("/f", Kind::Required, Both, Both)],
        ),
        (
            "field removed and refused",
            closed(field(text.clone())),
            closed(empty.clone()),
            &[("/f", Kind::FieldRemoved, Both, Clients)],
        ),
        (
            "field named that a map had",
            map.clone(),
            {
                let mut named = map.clone();
                named["properties"] = json!({ "f": { "type": "string" } });
                named
            },
            &[("/f", Kind::FieldAdded, Nobody, Nobody)],
        ),
        (
            "field of a map named as another type",
            map.clone(),
            {
                let mut named = map.clone();
                named["properties"] = json!({ "f": { "type": "integer" } });
                named
            },
            &[("/f", Kind::Type, Both, Both)],
        ),
        (
            "other fields refused",
            empty.clone(),
            closed(empty.clone()),
            &[("/*", Kind::Others, Servers, Clients)],
        ),
        (
            "other fields no longer refused",
            closed(empty.clone()),
            empty.clone(),
            &[("/*", Kind::Others, Clients, Servers)],
        ),
        (
            "other fields restricted",
            empty.clone(),
            map.clone(),
            &[("/*", Kind::Type, Servers, Clients)],
        ),
        (
            "a field forbidden",
            empty.clone(),
            field(json!(false)),
            &[("/f", Kind::FieldRemoved, Servers, Clients)],
        ),
    ]);
}

#[test]
fn types_and_values() {
    let text = || field(json!({ "type": "string" }));
    let nullable = || field(json!({ "type": ["string", "null"] }));
    let one_of = |values: &[&str]| {
        field(json!({
            "oneOf": values.iter().map(|value| json!({ "type": "string", "const": value }))
                .collect::<Vec<_>>(),
        }))
    };
    let among = |values: &[&str]| field(json!({ "type": "string", "enum": values }));
    check(vec![
        ("null no longer allowed", nullable(), text(), &[("/f", Kind::Type, Servers, Clients)]),
        ("null allowed", text(), nullable(), &[("/f", Kind::Type, Clients, Servers)]),
        (
            "another type",
            text(),
            field(json!({ "type": "boolean" })),
            &[("/f", Kind::Type, Both, Both)],
        ),
        (
            "whole numbers only",
            field(json!({ "type": "number" })),
            field(json!({ "type": "integer" })),
            &[("/f", Kind::Type, Servers, Clients)],
        ),
        (
            "any number",
            field(json!({ "type": "integer" })),
            field(json!({ "type": ["number", "integer"] })),
            &[("/f", Kind::Type, Clients, Servers)],
        ),
        (
            "anything to something",
            field(json!(true)),
            text(),
            &[("/f", Kind::Type, Servers, Clients)],
        ),
        (
            "something to anything",
            text(),
            field(json!({})),
            &[("/f", Kind::Type, Clients, Servers)],
        ),
        (
            "value removed from oneOf",
            one_of(&["a", "b"]),
            one_of(&["a"]),
            &[("/f", Kind::Values, Servers, Clients)],
        ),
        (
            "value added to enum",
            among(&["a"]),
            among(&["a", "b"]),
            &[("/f", Kind::Values, Clients, Servers)],
        ),
        (
            "value replaced",
            among(&["a", "b"]),
            one_of(&["b", "c"]),
            &[("/f", Kind::Values, Clients, Servers), ("/f", Kind::Values, Servers, Clients)],
        ),
        (
            "const changed",
            field(json!({ "const": 1 })),
            field(json!({ "const": 2.0 })),
            &[("/f", Kind::Values, Clients, Servers), ("/f", Kind::Values, Servers, Clients)],
        ),
        (
            "limited to listed values",
            text(),
            among(&["a"]),
            &[("/f", Kind::Values, Servers, Clients)],
        ),
        (
            "no longer limited to listed values",
            among(&["a"]),
            text(),
            &[("/f", Kind::Values, Clients, Servers)],
        ),
        (
            "listed values to a pattern that not all match",
            among(&["a", "b"]),
            field(json!({ "type": "string", "pattern": "^[ac]$" })),
            &[("/f", Kind::Values, Both, Both)],
        ),
        (
            "false no longer possible",
            field(json!({ "type": "boolean" })),
            field(json!({ "const": true })),
            &[("/f", Kind::Values, Servers, Clients)],
        ),
        ("the same, said otherwise", one_of(&["a", "b"]), among(&["b", "a"]), &[]),
        (
            "null, said otherwise",
            nullable(),
            field(json!({
                "anyOf": [{ "type": "null" }, { "$ref": "#/$defs/T" }],
            }))
            .as_object()
            .map(|object| {
                let mut object = object.clone();
                object.insert("$defs".into(), json!({ "T": { "type": "string" } }));
                Value::Object(object)
            })
            .unwrap(),
            &[],
        ),
    ]);
}

#[test]
fn bounds_patterns_and_formats() {
    let text = |more: Value| {
        let mut schema = more;
        schema["type"] = json!("string");
        field(schema)
    };
    let number = |more: Value| {
        let mut schema = more;
        schema["type"] = json!("integer");
        field(schema)
    };
    check(vec![
        (
            "shortest length added",
            text(json!({})),
            text(json!({ "minLength": 1 })),
            &[("/f", Kind::Range, Servers, Clients)],
        ),
        ("a shortest length of 0", text(json!({})), text(json!({ "minLength": 0 })), &[]),
        (
            "longest length raised",
            text(json!({ "maxLength": 5 })),
            text(json!({ "maxLength": 6 })),
            &[("/f", Kind::Range, Clients, Servers)],
        ),
        (
            "longest length lowered",
            text(json!({ "maxLength": 5 })),
            text(json!({ "maxLength": 4 })),
            &[("/f", Kind::Range, Servers, Clients)],
        ),
        (
            "pattern added",
            text(json!({})),
            text(json!({ "pattern": "^a" })),
            &[("/f", Kind::Pattern, Servers, Clients)],
        ),
        (
            "pattern removed",
            text(json!({ "pattern": "^a" })),
            text(json!({})),
            &[("/f", Kind::Pattern, Clients, Servers)],
        ),
        (
            "pattern changed",
            text(json!({ "pattern": "^a" })),
            text(json!({ "pattern": "^b" })),
            &[("/f", Kind::Pattern, Unknown, Unknown)],
        ),
        (
            "format added",
            text(json!({})),
            text(json!({ "format": "uri" })),
            &[("/f", Kind::Format, Servers, Clients)],
        ),
        (
            "format changed",
            text(json!({ "format": "date" })),
            text(json!({ "format": "uri" })),
            &[("/f", Kind::Format, Unknown, Unknown)],
        ),
        (
            "least number raised",
            number(json!({ "minimum": 0 })),
            number(json!({ "minimum": 1 })),
            &[("/f", Kind::Range, Servers, Clients)],
        ),
        (
            "greatest number removed",
            number(json!({ "maximum": 9 })),
            number(json!({})),
            &[("/f", Kind::Range, Clients, Servers)],
        ),
        (
            "the same bound, said otherwise",
            number(json!({ "exclusiveMinimum": 0 })),
            number(json!({ "minimum": 1.0 })),
            &[],
        ),
        (
            "a wider integer",
            number(json!({ "format": "uint32" })),
            number(json!({ "format": "uint64" })),
            &[("/f", Kind::Range, Clients, Servers)],
        ),
        (
            "a signed integer",
            number(json!({ "format": "uint64" })),
            number(json!({ "format": "int64" })),
            &[("/f", Kind::Range, Servers, Clients), ("/f", Kind::Range, Clients, Servers)],
        ),
        (
            "beyond what a float tells apart",
            number(json!({ "maximum": 9_007_199_254_740_993_i64 })),
            number(json!({ "maximum": 9_007_199_254_740_992_i64 })),
            &[("/f", Kind::Range, Servers, Clients)],
        ),
        (
            "multiples only",
            number(json!({})),
            number(json!({ "multipleOf": 2 })),
            &[("/f", Kind::Keyword, Servers, Clients)],
        ),
        (
            "more fields at least",
            json!({ "type": "object" }),
            json!({ "type": "object", "minProperties": 1 }),
            &[("", Kind::Range, Servers, Clients)],
        ),
    ]);
}

#[test]
fn arrays_shapes_and_what_cannot_be_told() {
    let list = |items: Value| field(json!({ "type": "array", "items": items }));
    let tagged = |tags: &[(&str, &str)]| {
        json!({
            "oneOf": tags.iter().map(|(tag, kind)| json!({
                "type": "object", "required": ["type"],
                "properties": { "type": { "const": tag }, "data": { "type": kind } },
            })).collect::<Vec<_>>(),
        })
    };
    check(vec![
        (
            "an item's field",
            list(field(json!({ "type": "string" }))),
            list(field(json!({ "type": "null" }))),
            &[("/f/*/f", Kind::Type, Both, Both)],
        ),
        (
            "fewer items",
            list(json!(true)),
            field(json!({ "type": "array", "maxItems": 3 })),
            &[("/f", Kind::Range, Servers, Clients)],
        ),
        (
            "the first item named",
            list(json!({ "type": "string" })),
            field(json!({
                "type": "array", "prefixItems": [{ "type": "null" }], "items": { "type": "string" },
            })),
            &[("/f/0", Kind::Type, Both, Both)],
        ),
        (
            "no item twice",
            list(json!(true)),
            field(json!({ "type": "array", "uniqueItems": true })),
            &[("/f", Kind::Keyword, Servers, Clients)],
        ),
        (
            "a shape removed",
            tagged(&[("a", "null"), ("b", "null")]),
            tagged(&[("b", "null")]),
            &[("", Kind::Alternatives, Servers, Clients)],
        ),
        (
            "a shape added",
            tagged(&[("a", "null")]),
            tagged(&[("b", "null"), ("a", "null")]),
            &[("", Kind::Alternatives, Clients, Servers)],
        ),
        (
            "a field of one shape",
            tagged(&[("a", "null"), ("b", "null")]),
            tagged(&[("b", "string"), ("a", "null")]),
            &[("/data", Kind::Type, Both, Both)],
        ),
        (
            "`not` added",
            field(json!({})),
            field(json!({ "not": { "type": "null" } })),
            &[("/f", Kind::Keyword, Servers, Clients)],
        ),
        (
            "`not` changed",
            field(json!({ "not": { "const": 1 } })),
            field(json!({ "not": { "const": 2 } })),
            &[("/f", Kind::Keyword, Unknown, Unknown)],
        ),
        (
            "a keyword that nobody knows",
            field(json!({})),
            field(json!({ "sometimes": true })),
            &[("/f", Kind::Keyword, Unknown, Unknown)],
        ),
        (
            "patterns of names",
            json!({ "patternProperties": { "^a": {} } }),
            json!({ "patternProperties": { "^a": { "type": "null" } } }),
            &[("", Kind::Keyword, Unknown, Unknown)],
        ),
        (
            "another document",
            field(json!({ "$ref": "a.json" })),
            field(json!({ "$ref": "b.json" })),
            &[("/f", Kind::Keyword, Unknown, Unknown)],
        ),
        (
            "another default",
            field(json!({ "default": 1 })),
            field(json!({ "default": 2 })),
            &[("/f", Kind::Keyword, Unknown, Unknown)],
        ),
        (
            "two that overlap",
            json!({ "oneOf": [{ "minimum": 1 }, { "maximum": 2 }] }),
            json!({ "oneOf": [{ "minimum": 1 }, { "maximum": 3 }] }),
            &[("", Kind::Keyword, Unknown, Unknown)],
        ),
        (
            "nothing fits any more",
            json!({ "type": "object" }),
            json!(false),
            &[("", Kind::Type, Servers, Clients)],
        ),
    ]);
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
    assert_eq!(found[0].what, "written otherwise, with the same meaning");
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
    assert!(gone.why.ends_with("`/user_id` is new and has the same schema: perhaps its new name."));
}

#[test]
fn todays_payloads_are_the_same_as_themselves() {
    let all: Schemas = invite_spec::payload::all()
        .map(|payload| (payload.name.to_owned(), Schema::read(payload.schema()).unwrap()))
        .collect();
    assert_eq!(compare(&all, &all), []);
}

/// Any JSON, with keys that mean something to a schema.
fn any_json() -> impl Strategy<Value = Value> {
    let keys = prop::sample::select(vec![
        "$ref",
        "type",
        "properties",
        "required",
        "items",
        "anyOf",
        "oneOf",
        "allOf",
        "enum",
        "const",
        "additionalProperties",
        "$defs",
        "not",
        "minLength",
        "maximum",
        "prefixItems",
        "pattern",
        "format",
        "patternProperties",
        "$id",
        "$anchor",
        "title",
        "default",
        "a",
        "/~",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec!["#", "#/$defs/a", "#a", "x.json", "string", "object", "(", "a"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..6).prop_map(|fields| {
                Value::Object(
                    fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
                )
            }),
        ]
    })
}

/// A right schema over a small world; references stand only where they cannot go round in place.
fn right_schema() -> impl Strategy<Value = Value> {
    let names = prop::sample::subsequence(vec!["a", "b"], 0..=2);
    let values = || {
        prop::sample::subsequence(
            vec![
                json!("a"),
                json!("bb"),
                json!(1),
                json!(1.5),
                json!(null),
                json!(true),
                json!([]),
            ],
            1..=3,
        )
    };
    let size = || prop::option::of(0..3_u8);
    let with = |base: Value, more: Vec<(&str, Option<Value>)>| {
        let mut schema = base;
        for (key, value) in more {
            if let Some(value) = value {
                schema[key] = value;
            }
        }
        schema
    };
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        prop::sample::subsequence(
            vec!["string", "integer", "number", "null", "boolean", "array", "object"],
            1..=3
        )
        .prop_map(|types| json!({ "type": types })),
        values().prop_map(|values| json!({ "enum": values })),
        values().prop_map(|values| json!({ "const": values[0] })),
        (size(), size(), prop::option::of(prop::sample::select(vec!["^a", "b$", "^[ab]+$"])))
            .prop_map(move |(least, most, pattern)| with(
                json!({ "type": "string" }),
                vec![
                    ("minLength", least.map(Value::from)),
                    ("maxLength", most.map(Value::from)),
                    ("pattern", pattern.map(Value::from)),
                ]
            )),
        (size(), size(), size(), any::<bool>()).prop_map(move |(least, most, beyond, whole)| {
            let base = json!({ "type": if whole { "integer" } else { "number" } });
            with(
                base,
                vec![
                    ("minimum", least.map(Value::from)),
                    ("maximum", most.map(Value::from)),
                    ("exclusiveMinimum", beyond.map(Value::from)),
                ],
            )
        }),
    ];
    leaf.prop_recursive(3, 24, 3, move |inner| {
        let reference =
            prop::sample::select(vec!["#", "#/$defs/a"]).prop_map(|to| json!({ "$ref": to }));
        let below = prop_oneof![4 => inner.clone(), 1 => reference];
        let several = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            3 => (
                prop::collection::vec((prop::sample::select(vec!["a", "b"]), below.clone()), 0..3),
                names.clone(),
                prop::option::of(below.clone()),
                size(),
                any::<bool>(),
            )
                .prop_map(move |(fields, required, others, most, typed)| {
                    let fields: serde_json::Map<String, Value> =
                        fields.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
                    with(json!({ "properties": fields, "required": required }), vec![
                        ("additionalProperties", others),
                        ("maxProperties", most.map(Value::from)),
                        ("type", typed.then(|| json!("object"))),
                    ])
                }),
            2 => (prop::option::of(below.clone()), size(), prop::option::of(below)).prop_map(
                move |(items, least, first)| with(json!({ "type": "array" }), vec![
                    ("items", items),
                    ("minItems", least.map(Value::from)),
                    ("prefixItems", first.map(|first| json!([first]))),
                ])
            ),
            2 => several.clone().prop_map(|all| json!({ "anyOf": all })),
            1 => several.clone().prop_map(|all| json!({ "oneOf": all })),
            1 => several.prop_map(|all| json!({ "allOf": all })),
            1 => inner.prop_map(|one| json!({ "not": one })),
        ]
    })
}

fn document((root, defined): (Value, Value)) -> Value {
    match root {
        Value::Object(mut object) => {
            object.insert("$defs".into(), json!({ "a": defined }));
            Value::Object(object)
        }
        root => json!({ "allOf": [root], "$defs": { "a": defined } }),
    }
}

/// Two documents, of which the second is mostly the first with one part exchanged.
fn pair() -> impl Strategy<Value = (Value, Value)> {
    let part = (right_schema(), right_schema());
    (part, any::<prop::sample::Index>(), right_schema(), any::<u8>()).prop_map(
        |(part, at, other, how)| {
            let old = document(part);
            let mut pointers = Vec::new();
            places(&old, String::new(), &mut pointers);
            let mut new = old.clone();
            let place = &pointers[at.index(pointers.len())];
            if let Some(target) = new.pointer_mut(place) {
                match (how % 4, target) {
                    (0, Value::Array(items)) if items.len() > 1 => _ = items.pop(),
                    (0 | 1, Value::Object(object)) if !place.is_empty() => {
                        let key = object.keys().next().cloned();
                        key.map(|key| object.remove(&key));
                    }
                    (_, Value::Number(number)) => {
                        *new.pointer_mut(place).unwrap() = json!(number.as_u64().unwrap_or(0) + 1);
                    }
                    (_, target) if !place.is_empty() => *target = other,
                    _ => {}
                }
            }
            (old, new)
        },
    )
}

fn places(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, format!("{at}/{index}"), all);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                places(field, format!("{at}/{name}"), all);
            }
        }
        _ => {}
    }
    all.push(at);
}

/// Every value of a small world.
fn world() -> Vec<Value> {
    let mut world = vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(1.5),
        json!(2),
        json!(3),
        json!(""),
        json!("a"),
        json!("b"),
        json!("bb"),
        json!("abc"),
        json!("c"),
    ];
    let plain = world.clone();
    world.extend([json!([]), json!({})]);
    for one in &plain {
        world.extend([json!([one]), json!({ "a": one }), json!({ "b": one }), json!({ "c": one })]);
        world.push(json!({ "a": { "a": one } }));
        for other in &plain {
            world.extend([json!([one, other]), json!({ "a": one, "b": other })]);
        }
    }
    world
}

fn settings(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(settings(512))]

    #[test]
    fn anything_is_the_same_as_itself_and_nothing_panics(old in any_json(), new in any_json()) {
        let (old, new) = (Schema::unchecked(old), Schema::unchecked(new));
        prop_assert_eq!(differences(&old, &old), vec![]);
        let _ = differences(&old, &new);
        let _ = differences(&new, &old);
    }

    #[test]
    fn reading_never_panics_and_what_it_takes_compares(document in any_json()) {
        if let Ok(schema) = Schema::read(document) {
            let other = Schema::unchecked(json!({ "type": "object" }));
            let _ = differences(&schema, &other);
            let _ = differences(&other, &schema);
        }
    }

    #[test]
    fn right_schemas_are_the_same_as_themselves(one in (right_schema(), right_schema())) {
        let schema = Schema::read(document(one)).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(differences(&schema, &schema), vec![]);
    }

    /// The one that counts: whatever a validator sees change, the comparison has told of.
    #[test]
    fn no_change_of_what_is_accepted_goes_untold((old, new) in pair()) {
        let (Ok(before), Ok(after)) = (Schema::read(old.clone()), Schema::read(new.clone())) else {
            return Ok(());
        };
        let found = differences(&before, &after);
        let told = |tells: fn(&Difference) -> bool| found.iter().any(tells);
        // A field that is newly named may have any value before; by convention that breaks nobody.
        let narrows = told(|it| it.effect.may_narrow() || it.effect == Effect::Added);
        let widens = told(|it| it.effect.may_widen());
        if narrows && widens {
            return Ok(());
        }
        let (Ok(before), Ok(after)) =
            (jsonschema::draft202012::new(&old), jsonschema::draft202012::new(&new))
        else {
            return Ok(());
        };
        for value in world() {
            let (was, is) = (before.is_valid(&value), after.is_valid(&value));
            prop_assert!(!was || is || narrows, "{value} is refused now: {found:#?}\n{old}\n{new}");
            prop_assert!(was || !is || widens, "{value} is accepted now: {found:#?}\n{old}\n{new}");
        }
    }
}
