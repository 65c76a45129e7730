//! How a value differs from what was expected, by JSON Pointer.

use super::Difference;
use invite_scenario::matching::{Context, fits};
use invite_scenario::{Matcher, Permissions};
use invite_text::escape;
use invite_trace::{Spot, TokenForm};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The most differences that are told.
const MOST: usize = 12;

/// How two values differ: what is missing, what should not be there, what is another.
pub fn difference(expected: &Value, seen: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", expected, seen, &mut found);
    found
}

fn compare(pointer: &str, expected: &Value, seen: &Value, found: &mut Vec<Difference>) {
    match (expected, seen) {
        (Value::Object(expected), Value::Object(seen)) => {
            for (key, value) in expected {
                let inner = format!("{pointer}/{}", escape(key));
                match seen.get(key) {
                    Some(other) => compare(&inner, value, other, found),
                    None => found.push(Difference::missing(inner, value.clone())),
                }
            }
            for (key, value) in seen.iter().filter(|(key, _)| !expected.contains_key(*key)) {
                let inner = format!("{pointer}/{}", escape(key));
                found.push(Difference::unexpected(inner, value.clone()));
            }
        }
        (Value::Array(expected), Value::Array(seen)) => {
            for (index, value) in expected.iter().enumerate() {
                let inner = format!("{pointer}/{index}");
                match seen.get(index) {
                    Some(other) => compare(&inner, value, other, found),
                    None => found.push(Difference::missing(inner, value.clone())),
                }
            }
            for (index, value) in seen.iter().enumerate().skip(expected.len()) {
                let inner = format!("{pointer}/{index}");
                found.push(Difference::unexpected(inner, value.clone()));
            }
        }
        _ if expected == seen => {}
        _ => found.push(Difference::changed(pointer, expected.clone(), seen.clone())),
    }
}

/// How a document differs from what matchers want of it, each by JSON Pointer.
pub(super) fn by_matchers(
    wanted: &BTreeMap<String, Matcher>,
    document: &Value,
    context: Context<'_>,
) -> Vec<Difference> {
    let mut found = Vec::new();
    for (pointer, matcher) in wanted {
        let pointer = context.bindings.resolve_string(pointer).unwrap_or_else(|_| pointer.clone());
        by_matcher(&pointer, matcher, document.pointer(&pointer), context, &mut found);
    }
    found.truncate(MOST);
    found
}

fn by_matcher(
    pointer: &str,
    matcher: &Matcher,
    value: Option<&Value>,
    context: Context<'_>,
    found: &mut Vec<Difference>,
) {
    let Err(mismatch) = fits(matcher, value, context) else { return };
    let wants = &matcher.conditions;
    let before = found.len();
    let resolved =
        |value: &Value| context.bindings.resolve(value).unwrap_or_else(|_| value.clone());
    match (&wants.equals, value) {
        (Some(expected), Some(seen)) => compare(pointer, &resolved(expected), seen, found),
        (Some(expected), None) => found.push(Difference::missing(pointer, resolved(expected))),
        (None, _) => {}
    }
    let fields = value.and_then(Value::as_object);
    if let Some(fields) = fields {
        let listed = |keys: &Option<Vec<String>>| -> BTreeSet<String> {
            let keys = keys.iter().flatten().map(|key| Value::from(key.as_str())).collect();
            let keys = resolved(&Value::Array(keys));
            keys.as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(Into::into)
                .collect()
        };
        let (exact, needed) = (listed(&wants.keys), listed(&wants.has_keys));
        let unwanted = listed(&wants.lacks_keys);
        for key in exact.iter().chain(&needed).filter(|key| !fields.contains_key(*key)) {
            found.push(Difference::missing(format!("{pointer}/{}", escape(key)), "a value"));
        }
        for (key, value) in fields {
            let too_many = wants.keys.is_some() && !exact.contains(key);
            if too_many || unwanted.contains(key) {
                let inner = format!("{pointer}/{}", escape(key));
                found.push(Difference::unexpected(inner, value.clone()));
            }
        }
    }
    if let Some(each) = &wants.each {
        let items = value.and_then(Value::as_array).into_iter().flatten().enumerate();
        let items = items.map(|(index, item)| (index.to_string(), item));
        let fields = fields.into_iter().flatten().map(|(key, item)| (escape(key), item));
        for (name, item) in items.chain(fields) {
            by_matcher(&format!("{pointer}/{name}"), each, Some(item), context, found);
        }
    }
    of_token(pointer, matcher, value, context, found);
    if found.len() == before {
        let pointer = format!("{pointer}{}", mismatch.pointer);
        let seen = value.map_or(Value::Null, Clone::clone);
        let expected = mismatch.expected.to_string();
        found.push(match value {
            None => Difference::missing(pointer, expected),
            Some(_) => Difference::changed(pointer, expected, seen),
        });
    }
}

/// Where the claims of a token list its permissions.
const AUTHORITIES: &str = "/authorities";

fn of_token(
    pointer: &str,
    matcher: &Matcher,
    value: Option<&Value>,
    context: Context<'_>,
    found: &mut Vec<Difference>,
) {
    let wants = &matcher.conditions;
    let record = value.and_then(Value::as_str).and_then(|name| context.tokens.get(name));
    let Some(TokenForm::Jwt { claims, .. }) = record.map(|record| &record.form) else { return };
    if let Some(wanted) = &wants.claims {
        let within = by_matchers(wanted, claims, context);
        found.extend(within.into_iter().map(|inner| {
            let claim = inner.spot.pointer().unwrap_or_default().to_owned();
            Difference { spot: Spot::Body(pointer.to_owned()), ..inner.in_claims(claim) }
        }));
    }
    let Some(held) = claims.get("authorities").and_then(Value::as_array) else { return };
    let held: Vec<&str> = held.iter().filter_map(Value::as_str).collect();
    let names = |set: &Option<Permissions>| -> Option<Vec<&'static str>> {
        Some(set.as_ref()?.set().iter().map(|permission| permission.as_str()).collect())
    };
    let at_least = names(&wants.permissions).or_else(|| names(&wants.permissions_include));
    let at_most = names(&wants.permissions).or_else(|| names(&wants.permissions_within));
    for name in at_least.into_iter().flatten().filter(|name| !held.contains(name)) {
        found.push(Difference::missing(pointer, name).in_claims(AUTHORITIES));
    }
    if let Some(at_most) = at_most {
        for name in held.into_iter().filter(|name| !at_most.contains(name)) {
            found.push(Difference::unexpected(pointer, name).in_claims(AUTHORITIES));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Change;
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn what_is_missing_too_much_or_another_is_told_by_pointer() {
        let expected = json!({ "a": 1, "b": { "c/d": "x" }, "e": [1, 2] });
        let seen = json!({ "a": 2, "b": {}, "e": [1], "f": null });
        let found: Vec<String> = difference(&expected, &seen)
            .iter()
            .map(|one| format!("{} {}", one.sign(), one.words()))
            .collect();
        assert_eq!(
            found,
            [
                "~ /a: 2, not 1",
                "- /b/c~1d: \"x\" is missing",
                "- /e/1: 2 is missing",
                "+ /f: null should not be there",
            ]
        );
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0..5i32).prop_map(Value::from),
            "[a/~ ]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::vec(("[a-c/~]{1,2}", inner), 0..3)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn equal_values_do_not_differ_and_others_do_where_it_says(a in any_json(), b in any_json()) {
            prop_assert!(difference(&a, &a).is_empty());
            let found = difference(&a, &b);
            prop_assert_eq!(found.is_empty(), a == b);
            for one in found {
                let pointer = one.spot.pointer().unwrap();
                let (left, right) = (a.pointer(pointer), b.pointer(pointer));
                match one.change {
                    Change::Missing { expected } => {
                        prop_assert_eq!((left, right), (Some(&expected), None));
                    }
                    Change::Unexpected { seen } => {
                        prop_assert_eq!((left, right), (None, Some(&seen)));
                    }
                    Change::Changed { expected, seen } => {
                        prop_assert_eq!((left, right), (Some(&expected), Some(&seen)));
                    }
                }
            }
        }
    }
}
