//! Schemas and values in a few words, for people.

use super::alternatives::alternatives;
use super::document::Schema;
use super::facts::Facts;
use super::fuel::Fuel;
use super::limit::{format_range, limit};
use super::types::{Type, Types};
use serde_json::Value;

/// The longest description, in characters.
const LONGEST: usize = 80;
/// How many values are listed one by one.
const LISTED: usize = 4;
/// How many levels of a schema are described.
const LEVELS: usize = 2;

/// What a schema accepts.
pub(super) fn describe<'s>(schema: &'s Schema, node: &'s Value, fuel: &Fuel) -> String {
    short(&within(schema, node, fuel, LEVELS))
}

/// What one alternative accepts of one type.
pub(super) fn alternative<'s>(
    schema: &'s Schema,
    facts: &Facts<'s>,
    kind: Type,
    fuel: &Fuel,
) -> String {
    short(&open(schema, facts, kind, fuel, LEVELS))
}

/// A value as JSON.
pub(super) fn shown(value: &Value) -> String {
    short(&value.to_string())
}

/// Some values, one by one when they are few.
pub(super) fn listed(values: &[&Value]) -> String {
    match values {
        [] => "nothing".to_owned(),
        few if few.len() <= LISTED => {
            short(&few.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "))
        }
        many => format!("{} or {} more", listed(&many[..LISTED - 1]), many.len() + 1 - LISTED),
    }
}

/// Text that is cut when it is too long.
fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

fn within<'s>(schema: &'s Schema, node: &'s Value, fuel: &Fuel, levels: usize) -> String {
    let Ok(all) = alternatives(schema, node, fuel) else { return node.to_string() };
    if all.iter().any(is_free) {
        return "anything".to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    for kind in Type::ALL {
        let of_kind = || all.iter().filter(move |facts| facts.allows(kind));
        let values: Vec<&Value> =
            of_kind().filter_map(|facts| facts.listed(kind)).flatten().collect();
        if !values.is_empty() {
            words.push(listed(&values));
        }
        for facts in of_kind().filter(|facts| facts.values.is_none()) {
            let text = open(schema, facts, kind, fuel, levels);
            if !words.contains(&text) {
                words.push(text);
            }
        }
    }
    if words.is_empty() { "nothing".to_owned() } else { words.join(" or ") }
}

/// The schema within an array or an object.
fn inner<'s>(schema: &'s Schema, node: &'s Value, fuel: &Fuel, levels: usize) -> String {
    let words = within(schema, node, fuel, levels.saturating_sub(1));
    if words.contains(" or ") { format!("({words})") } else { words }
}

/// Whether an alternative accepts everything.
fn is_free(facts: &Facts<'_>) -> bool {
    facts.types == Types::ALL
        && !facts.integer
        && facts.values.is_none()
        && facts.bounds.is_empty()
        && facts.patterns.is_empty()
        && facts.format.is_none()
        && facts.prefix.is_empty()
        && facts.items.is_none()
        && facts.properties.is_empty()
        && facts.required.is_empty()
        && facts.additional.is_none()
        && facts.other.is_empty()
}

fn open<'s>(
    schema: &'s Schema,
    facts: &Facts<'s>,
    kind: Type,
    fuel: &Fuel,
    levels: usize,
) -> String {
    let bound = |keyword: &str| facts.bounds.get(keyword).map(ToString::to_string);
    let size = |unit: &str, least: Option<String>, most: Option<String>| match (least, most) {
        (None, None) => String::new(),
        (Some(least), None) => format!(" of at least {least} {unit}"),
        (None, Some(most)) => format!(" of at most {most} {unit}"),
        (Some(least), Some(most)) if least == most => format!(" of {most} {unit}"),
        (Some(least), Some(most)) => format!(" of {least} to {most} {unit}"),
    };
    let mut text = match kind {
        Type::Number if facts.integer => "integer".to_owned(),
        Type::Array if levels > 0 && facts.prefix.is_empty() => match facts.items {
            Some(items) => format!("array of {}", inner(schema, items, fuel, levels)),
            None => "array".to_owned(),
        },
        Type::Object if levels > 0 && facts.properties.is_empty() => match facts.additional {
            Some(Value::Bool(false)) => "empty object".to_owned(),
            Some(fields) => format!("map of {}", inner(schema, fields, fuel, levels)),
            None => "object".to_owned(),
        },
        kind => kind.name().to_owned(),
    };
    match kind {
        Type::String => {
            text.push_str(&size("characters", bound("minLength"), bound("maxLength")));
            for pattern in &facts.patterns {
                text.push_str(&format!(" like `{pattern}`"));
            }
        }
        Type::Number => {
            let limits = [true, false].into_iter().filter_map(|lower| limit(facts, lower));
            let limits: Vec<String> = limits.map(|limit| limit.to_string()).collect();
            if !limits.is_empty() {
                text.push_str(&format!(" {}", limits.join(" and ")));
            }
        }
        Type::Array => text.push_str(&size("items", bound("minItems"), bound("maxItems"))),
        Type::Object => {
            text.push_str(&size("fields", bound("minProperties"), bound("maxProperties")));
        }
        Type::Null | Type::Boolean => {}
    }
    if matches!(kind, Type::String | Type::Number)
        && let Some(format) = facts.format.filter(|it| format_range(it).is_none())
    {
        text.push_str(&format!(" ({format})"));
    }
    text
}
