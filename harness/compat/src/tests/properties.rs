//! What holds of all schemas: of made-up ones, and of what is none.

use crate::Schema;
use crate::schema::{Difference, Effect, differences};
use proptest::prelude::*;
use serde_json::{Value, json};

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
                    let fields = fields.into_iter().map(|(name, schema)| (name.to_owned(), schema));
                    let fields: serde_json::Map<String, Value> = fields.collect();
                    let base = json!({ "properties": fields, "required": required });
                    let typed = typed.then(|| json!("object"));
                    let most = most.map(Value::from);
                    let more = [("additionalProperties", others), ("maxProperties", most)];
                    with(base, [&more[..], &[("type", typed)]].concat())
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

/// `PROPTEST_CASES` in the environment asks for more.
fn settings() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(settings())]

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
