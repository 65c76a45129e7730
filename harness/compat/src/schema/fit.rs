//! Whether an alternative admits a value, and whether two alternatives have no value in common, as far
//! as that is plain.

use super::document::Schema;
use super::facts::{self, Facts};
use super::fuel::Fuel;
use super::limit::limit;
use super::number;
use super::types::Type;
use serde_json::{Number, Value, json};

/// Whether an alternative admits a value; `None` if that is unknown.
pub(super) fn admits(facts: &Facts<'_>, value: &Value) -> Option<bool> {
    let kind = Type::of(value);
    if !facts.types.contains(kind) {
        return Some(false);
    }
    if facts.values.as_ref().is_some_and(|values| !values.contains(&value)) {
        return Some(false);
    }
    let plain = match value {
        Value::Null | Value::Bool(_) => Some(true),
        Value::Number(number) => Some(admits_number(facts, number)),
        Value::String(text) => admits_string(facts, text),
        Value::Array(items) => admits_array(facts, items),
        Value::Object(_) => admits_object(facts),
    };
    let other = facts.other.keys().any(|keyword| facts::concerns(keyword, kind));
    match plain {
        Some(true) if other => None,
        plain => plain,
    }
}

fn admits_number(facts: &Facts<'_>, value: &Number) -> bool {
    (!facts.integer || number::is_whole(value))
        && [true, false]
            .into_iter()
            .filter_map(|lower| limit(facts, lower))
            .all(|limit| limit.admits(value))
}

fn admits_string(facts: &Facts<'_>, text: &str) -> Option<bool> {
    let length = Number::from(text.chars().count());
    let fits = |keyword: &str, wrong: std::cmp::Ordering| {
        facts.bounds.get(keyword).is_none_or(|bound| number::compare(&length, bound) != wrong)
    };
    if !fits("minLength", std::cmp::Ordering::Less)
        || !fits("maxLength", std::cmp::Ordering::Greater)
    {
        return Some(false);
    }
    for pattern in &facts.patterns {
        let validator = jsonschema::draft202012::new(&json!({ "pattern": pattern })).ok()?;
        if !validator.is_valid(&Value::from(text)) {
            return Some(false);
        }
    }
    // Validators may ignore formats, so nothing follows from one.
    if facts.format.is_none() { Some(true) } else { None }
}

/// Decides only arrays whose items are unrestricted.
fn admits_array(facts: &Facts<'_>, items: &[Value]) -> Option<bool> {
    let free = facts.prefix.is_empty() && facts.items.is_none_or(facts::is_anything);
    let unbounded = !facts.bounds.keys().any(|keyword| keyword.ends_with("Items"));
    (items.is_empty() || free).then_some(()).filter(|()| unbounded).map(|()| true)
}

/// Decides only objects whose fields are unrestricted.
fn admits_object(facts: &Facts<'_>) -> Option<bool> {
    let free = facts.properties.is_empty()
        && facts.required.is_empty()
        && facts.additional.is_none()
        && !facts.bounds.keys().any(|keyword| keyword.ends_with("Properties"));
    free.then_some(true)
}

/// Whether clearly no value fits both.
pub(super) fn are_apart<'s>(
    schema: &'s Schema,
    one: &Facts<'s>,
    two: &Facts<'s>,
    fuel: &Fuel,
) -> bool {
    Type::ALL
        .into_iter()
        .filter(|kind| one.allows(*kind) && two.allows(*kind))
        .all(|kind| are_apart_as(kind, schema, one, two, fuel))
}

fn are_apart_as<'s>(
    kind: Type,
    schema: &'s Schema,
    one: &Facts<'s>,
    two: &Facts<'s>,
    fuel: &Fuel,
) -> bool {
    let refuses = |facts: &Facts<'s>, values: Vec<&Value>| {
        values.into_iter().all(|value| admits(facts, value) == Some(false))
    };
    match (one.listed(kind), two.listed(kind)) {
        (Some(values), _) if refuses(two, values.clone()) => true,
        (_, Some(values)) if refuses(one, values.clone()) => true,
        _ if kind == Type::Object => {
            lacks_required(one, two)
                || lacks_required(two, one)
                || one.required.intersection(&two.required).any(|name| {
                    let fields = (one.properties.get(name), two.properties.get(name));
                    let (Some(one), Some(two)) = fields else { return false };
                    tell_apart(schema, one, two, fuel)
                })
        }
        _ => false,
    }
}

/// Whether one requires a field that the other forbids.
fn lacks_required(demanding: &Facts<'_>, closed: &Facts<'_>) -> bool {
    closed.additional == Some(&Value::Bool(false))
        && !closed.other.contains_key("patternProperties")
        && demanding.required.iter().any(|name| !closed.properties.contains_key(name))
}

/// Whether a field tells two objects apart: its listed values have none in common. It looks at listed
/// values only, so it does not descend into nested objects.
fn tell_apart<'s>(schema: &'s Schema, one: &'s Value, two: &'s Value, fuel: &Fuel) -> bool {
    let (Some(one), Some(two)) = (tag(schema, one, fuel), tag(schema, two, fuel)) else {
        return false;
    };
    one.iter().all(|value| !two.contains(value))
}

/// The values that a schema lists, if it only lists values.
pub(super) fn tag<'s>(schema: &'s Schema, node: &'s Value, fuel: &Fuel) -> Option<Vec<&'s Value>> {
    fuel.spend()?;
    let object = schema.meant(node).as_object()?;
    match (object.get("const"), object.get("enum")) {
        (Some(value), _) => Some(vec![value]),
        (None, Some(Value::Array(values))) => Some(values.iter().collect()),
        _ => {
            // The shape that is generated for enums: one `const` a branch.
            let branches = object.get("oneOf")?.as_array()?;
            branches.iter().map(|branch| branch.as_object()?.get("const")).collect()
        }
    }
}
