//! One value against one matcher.

use super::{Context, names};
use crate::{Matcher, Permissions};
use invite_spec::limits::CLOCK_LEEWAY_SECONDS;
use invite_spec::permission::{Permission, PermissionSet};
use invite_text::{escape, show};
use invite_trace::TokenForm;
use invite_trace::{Bound, Seen, Wanted};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How a value differs from what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Where, as a JSON Pointer.
    pub pointer: String,
    /// What was expected there.
    pub expected: Wanted,
    /// What was there.
    pub seen: Seen,
}

/// Whether everything that is said of an object, by JSON Pointer, is so.
pub fn fits_all(
    expected: &BTreeMap<String, Matcher>,
    object: &Value,
    context: Context<'_>,
) -> Result<(), Mismatch> {
    for (pointer, matcher) in expected {
        let pointer = resolve(pointer, context);
        let value = object.pointer(&pointer);
        fits(matcher, value, context).map_err(|inner| Mismatch {
            pointer: format!("{pointer}{}", inner.pointer),
            ..inner
        })?;
    }
    Ok(())
}

/// Whether two values are the same to whoever reads JSON: `114`, `114.0` and `1.14e2` are.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || (one.is_f64() || other.is_f64()) && one.as_f64() == other.as_f64()
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same = |(key, value): (&String, &Value)| {
                other.get(key).is_some_and(|other| is_same(value, other))
            };
            one.len() == other.len() && one.iter().all(same)
        }
        _ => one == other,
    }
}

/// Whether one value is as the matcher wants it.
pub fn fits(
    matcher: &Matcher,
    value: Option<&Value>,
    context: Context<'_>,
) -> Result<(), Mismatch> {
    let wants = &matcher.conditions;
    let fail = |expected: Wanted| mismatch(expected, value);
    if let Some(options) = &wants.any_of
        && !options.iter().any(|option| fits(option, value, context).is_ok())
    {
        return fail(Wanted::AnyOf(options.iter().map(describe).collect()));
    }
    let there = value.filter(|value| !value.is_null());
    match wants.present {
        Some(true) if there.is_none() => return fail(Wanted::Present),
        Some(false) if there.is_some() => return fail(Wanted::Absent),
        _ => {}
    }
    if let Some(expected) = &wants.equals {
        let expected = resolve_value(expected, context);
        if !value.is_some_and(|value| is_same(value, &expected)) {
            return fail(Wanted::Equal(expected));
        }
    }
    if let Some(other) = &wants.differs_from {
        let other = resolve_value(other, context);
        if there.is_none_or(|value| is_same(value, &other)) {
            return fail(Wanted::OtherThan(other));
        }
    }
    if let Some(options) = &wants.one_of {
        let options: Vec<_> = options.iter().map(|option| resolve_value(option, context)).collect();
        if !value.is_some_and(|value| options.iter().any(|option| is_same(value, option))) {
            return fail(Wanted::OneOf(options));
        }
    }
    if let Some(text) = &wants.equals_ignoring_case {
        let text = resolve(text, context);
        let same =
            value.and_then(Value::as_str).map(str::to_lowercase) == Some(text.to_lowercase());
        if !same {
            return fail(Wanted::IgnoringCase(text));
        }
    }
    if let Some(kind) = wants.kind
        && !value.is_some_and(|value| kind.fits(value))
    {
        return fail(Wanted::Type(kind));
    }
    if let Some(text) = &wants.contains_text {
        let text = resolve(text, context);
        if !value.and_then(Value::as_str).is_some_and(|value| value.contains(&text)) {
            return fail(Wanted::Containing(text));
        }
    }
    if let Some(wanted) = wants.uuid
        && value.and_then(Value::as_str).is_some_and(is_uuid) != wanted
    {
        return fail(if wanted { Wanted::Uuid } else { Wanted::NoUuid });
    }
    if let Some(names) = &wants.lists {
        let listed: BTreeSet<String> = value
            .and_then(Value::as_str)
            .into_iter()
            .flat_map(|text| text.split(','))
            .map(|word| word.trim().to_lowercase())
            .collect();
        if !names.iter().all(|name| listed.contains(&name.to_lowercase())) {
            return fail(Wanted::Listing(names.clone()));
        }
    }
    keys(wants, value, context)?;
    numbers(wants, value)?;
    members(wants, value, context)?;
    if let Some(person) = &wants.person
        && !value.is_some_and(|value| names(value, person, context.bindings))
    {
        return fail(Wanted::Naming(person.clone()));
    }
    tokens(wants, value, context)
}

/// Whether a text is a UUID as RFC 9562 writes it, of any version, in upper or lower case.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn mismatch(expected: Wanted, value: Option<&Value>) -> Result<(), Mismatch> {
    Err(Mismatch { pointer: String::new(), expected, seen: Seen::value(value) })
}

type Conditions = crate::matcher::Conditions;

fn keys(wants: &Conditions, value: Option<&Value>, context: Context<'_>) -> Result<(), Mismatch> {
    let listed = |keys: &[String]| -> BTreeSet<String> {
        keys.iter().flat_map(|key| resolve_key(key, context)).collect()
    };
    let found: Option<BTreeSet<String>> =
        value.and_then(Value::as_object).map(|object| object.keys().cloned().collect());
    if let Some(expected) = wants.keys.as_deref().map(listed)
        && found.as_ref() != Some(&expected)
    {
        return mismatch(Wanted::ExactKeys(expected), value);
    }
    if let Some(expected) = wants.has_keys.as_deref().map(listed)
        && !found.as_ref().is_some_and(|found| expected.is_subset(found))
    {
        return mismatch(Wanted::Keys(expected), value);
    }
    if let Some(unwanted) = wants.lacks_keys.as_deref().map(listed) {
        // What is no object lacks every key.
        if found.is_some_and(|found| !found.is_disjoint(&unwanted)) {
            return mismatch(Wanted::NoKeys(unwanted), value);
        }
    }
    Ok(())
}

fn numbers(wants: &Conditions, value: Option<&Value>) -> Result<(), Mismatch> {
    let number = value.and_then(Value::as_f64);
    if let Some(least) = wants.at_least
        && !number.is_some_and(|number| number >= least)
    {
        return mismatch(Wanted::AtLeast(least.into()), value);
    }
    if let Some(most) = wants.at_most
        && !number.is_some_and(|number| number <= most)
    {
        return mismatch(Wanted::AtMost(most.into()), value);
    }
    Ok(())
}

fn members(
    wants: &Conditions,
    value: Option<&Value>,
    context: Context<'_>,
) -> Result<(), Mismatch> {
    if let Some(expected) = wants.length {
        let length = match value {
            Some(Value::Array(items)) => Some(items.len()),
            Some(Value::Object(fields)) => Some(fields.len()),
            _ => None,
        };
        if length.map(|length| length as u64) != Some(expected) {
            return mismatch(Wanted::Members(expected), value);
        }
    }
    let items = value.and_then(Value::as_array);
    if let Some(wanted) = &wants.some {
        let found =
            items.is_some_and(|items| items.iter().any(|i| fits_all(wanted, i, context).is_ok()));
        if !found {
            return mismatch(Wanted::Element(describe_all(wanted)), value);
        }
    }
    if let Some(unwanted) = &wants.none {
        let clean = items
            .is_some_and(|items| items.iter().all(|i| fits_all(unwanted, i, context).is_err()));
        if !clean {
            return mismatch(Wanted::NoElement(describe_all(unwanted)), value);
        }
    }
    if let Some(each) = &wants.each {
        let named: Vec<(String, &Value)> = match value {
            Some(Value::Array(items)) => {
                items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
            }
            Some(Value::Object(fields)) => {
                fields.iter().map(|(key, item)| (escape(key), item)).collect()
            }
            _ => return mismatch(Wanted::Collection, value),
        };
        for (name, item) in named {
            fits(each, Some(item), context).map_err(|inner| Mismatch {
                pointer: format!("/{name}{}", inner.pointer),
                ..inner
            })?;
        }
    }
    Ok(())
}

fn tokens(wants: &Conditions, value: Option<&Value>, context: Context<'_>) -> Result<(), Mismatch> {
    let needed = wants.permissions.is_some()
        || wants.permissions_within.is_some()
        || wants.permissions_include.is_some()
        || wants.claims.is_some()
        || wants.expires_within.is_some()
        || wants.expires_after.is_some();
    if !needed {
        return Ok(());
    }
    let record = value.and_then(Value::as_str).and_then(|name| context.tokens.get(name));
    let Some(TokenForm::Jwt { claims, .. }) = record.map(|record| &record.form) else {
        let seen = match record {
            Some(_) => Seen::OpaqueToken,
            None => Seen::value(value),
        };
        return Err(Mismatch { pointer: String::new(), expected: Wanted::Jwt, seen });
    };
    if let Some(expected) = &wants.claims {
        fits_all(expected, claims, context)?;
    }
    lifetime(wants, claims, context)?;
    let authorities: Option<BTreeSet<&str>> = claims
        .get("authorities")
        .and_then(Value::as_array)
        .map(|items| items.iter().filter_map(Value::as_str).collect());
    let held: Option<PermissionSet> =
        authorities.map(|held| held.iter().filter_map(|name| Permission::parse(name)).collect());
    let check = |wanted: &Option<Permissions>,
                 bound: Bound,
                 right: fn(&PermissionSet, &PermissionSet) -> bool| {
        let Some(wanted) = wanted.as_ref().map(Permissions::set) else { return Ok(()) };
        if held.as_ref().is_some_and(|held| right(held, &wanted)) {
            return Ok(());
        }
        let seen = match &held {
            Some(held) => Seen::grants(held.clone(), &wanted),
            None => Seen::NoAuthorities,
        };
        let expected = Wanted::Permissions { bound, set: wanted };
        Err(Mismatch { pointer: String::new(), expected, seen })
    };
    check(&wants.permissions, Bound::Exactly, |held, wanted| held == wanted)?;
    check(&wants.permissions_within, Bound::AtMost, |held, wanted| held.is_subset(wanted))?;
    check(&wants.permissions_include, Bound::AtLeast, |held, wanted| held.is_superset(wanted))
}

/// How far apart the clocks of two machines may be, in seconds.
const CLOCKS_APART: f64 = CLOCK_LEEWAY_SECONDS as f64;

fn lifetime(wants: &Conditions, claims: &Value, context: Context<'_>) -> Result<(), Mismatch> {
    let Some(received) = context.received_at else { return Ok(()) };
    let left = claims.get("exp").and_then(Value::as_f64).map(|exp| exp - received);
    let wrong = |expected: Wanted| {
        // A lifetime is a small number of seconds; what is not is shown at the limit.
        let seen = left.map_or(Seen::NoExpiry, |left| Seen::SecondsLeft(left.round() as i64));
        Err(Mismatch { pointer: "/exp".into(), expected, seen })
    };
    if let Some(most) = wants.expires_within
        && !left.is_some_and(|left| left <= most as f64 + CLOCKS_APART)
    {
        return wrong(Wanted::ExpiresWithin(most));
    }
    if let Some(least) = wants.expires_after
        && !left.is_some_and(|left| left >= least as f64 - CLOCKS_APART)
    {
        return wrong(Wanted::LivesFor(least));
    }
    Ok(())
}

/// A matcher in a few words.
pub(super) fn describe(matcher: &Matcher) -> String {
    let wants = &matcher.conditions;
    let mut words = Vec::new();
    let names = |set: &Permissions| {
        set.set().iter().map(|permission| permission.as_str()).collect::<Vec<_>>().join(", ")
    };
    words.extend(wants.equals.as_ref().map(|value| show(Some(value))));
    words.extend(wants.differs_from.as_ref().map(|value| format!("other than {value}")));
    words.extend(
        wants.one_of.as_ref().map(|values| format!("one of {}", Value::from(values.clone()))),
    );
    words.extend(wants.equals_ignoring_case.as_ref().map(|text| format!("\"{text}\" in any case")));
    words.extend(wants.kind.map(|kind| kind.to_string()));
    words.extend(wants.present.map(|there| if there { "present" } else { "absent" }.to_owned()));
    words.extend(
        wants.keys.as_ref().map(|keys| format!("with exactly the keys {}", keys.join(", "))),
    );
    words.extend(wants.has_keys.as_ref().map(|keys| format!("with the keys {}", keys.join(", "))));
    words.extend(wants.lacks_keys.as_ref().map(|keys| format!("without {}", keys.join(", "))));
    words.extend(wants.length.map(|length| format!("of {length} members")));
    words.extend(wants.at_least.map(|least| format!("at least {least}")));
    words.extend(wants.at_most.map(|most| format!("at most {most}")));
    words.extend(wants.contains_text.as_ref().map(|text| format!("containing \"{text}\"")));
    words.extend(wants.uuid.map(|wanted| if wanted { "a UUID" } else { "not a UUID" }.to_owned()));
    words.extend(
        wants.some.as_ref().map(|inner| format!("with an element {}", describe_all(inner))),
    );
    words.extend(
        wants.none.as_ref().map(|inner| format!("without an element {}", describe_all(inner))),
    );
    words.extend(wants.each.as_ref().map(|inner| format!("each {}", describe(inner))));
    words.extend(wants.person.as_ref().map(|person| format!("naming {person}")));
    words.extend(
        wants.permissions.as_ref().map(|set| format!("a token with exactly {}", names(set))),
    );
    words.extend(
        wants
            .permissions_within
            .as_ref()
            .map(|set| format!("a token with no more than {}", names(set))),
    );
    words.extend(
        wants
            .permissions_include
            .as_ref()
            .map(|set| format!("a token with at least {}", names(set))),
    );
    words.extend(wants.claims.as_ref().map(|inner| format!("a JWT {}", describe_all(inner))));
    words.extend(wants.lists.as_ref().map(|names| format!("listing {}", names.join(", "))));
    words.extend(wants.expires_within.map(|most| format!("expiring within {most} s")));
    words.extend(wants.expires_after.map(|least| format!("living for {least} s")));
    words.extend(
        wants
            .any_of
            .as_ref()
            .map(|options| options.iter().map(describe).collect::<Vec<_>>().join(" or ")),
    );
    words.join(" and ")
}

fn describe_all(matchers: &BTreeMap<String, Matcher>) -> String {
    let (own, inner): (Vec<_>, Vec<_>) =
        matchers.iter().partition(|(pointer, _)| pointer.is_empty());
    // The element as a whole, then what is in it.
    let own = own.into_iter().map(|(_, matcher)| describe(matcher));
    let inner: Vec<_> = inner
        .into_iter()
        .map(|(pointer, matcher)| format!("{pointer} {}", describe(matcher)))
        .collect();
    let inner = (!inner.is_empty()).then(|| format!("whose {}", inner.join(" and ")));
    own.chain(inner).collect::<Vec<_>>().join(" and ")
}

fn resolve(text: &str, context: Context<'_>) -> String {
    context.bindings.resolve_string(text).unwrap_or_else(|_| text.to_owned())
}

fn resolve_value(value: &Value, context: Context<'_>) -> Value {
    context.bindings.resolve(value).unwrap_or_else(|_| value.clone())
}

/// The keys that a key with references stands for: one, or one for each member of a group.
fn resolve_key(key: &str, context: Context<'_>) -> Vec<String> {
    match resolve_value(&Value::from(vec![key]), context) {
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => vec![key.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use invite_trace::reference::Bindings;
    use serde_json::json;

    fn mismatch(conditions: Value, value: Value) -> Option<Wanted> {
        let matcher: Matcher = serde_json::from_value(conditions).unwrap();
        let (bindings, tokens) = (Bindings::default(), BTreeMap::new());
        let context = Context { bindings: &bindings, tokens: &tokens, received_at: None };
        fits(&matcher, Some(&value), context).err().map(|mismatch| mismatch.expected)
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        let written: Value = serde_json::from_str("[114, 114.0, 1.14e2]").unwrap();
        for number in written.as_array().unwrap() {
            assert_eq!(mismatch(json!({ "equals": 114 }), number.clone()), None, "{number}");
            assert_eq!(mismatch(json!({ "one_of": [113, 114] }), number.clone()), None);
            assert!(mismatch(json!({ "differs_from": 114 }), number.clone()).is_some());
            assert!(mismatch(json!({ "equals": 115 }), number.clone()).is_some());
        }
        assert_eq!(mismatch(json!({ "equals": { "a": [1] } }), json!({ "a": [1.0] })), None);
        assert!(
            mismatch(json!({ "equals": { "a": [1] } }), json!({ "a": [1.0], "b": 1 })).is_some()
        );
        assert!(mismatch(json!({ "equals": 114 }), json!("114")).is_some());
    }

    #[test]
    fn a_uuid_has_its_form_whatever_its_version_and_case() {
        for right in [
            "2f1b8a54-0f0e-4b0a-9c39-0a8d7f3e1c11",
            "2F1B8A54-0F0E-1B0A-9C39-0A8D7F3E1C11",
            "00000000-0000-0000-0000-000000000000",
        ] {
            assert_eq!(mismatch(json!({ "uuid": true }), json!(right)), None, "{right}");
            assert_eq!(mismatch(json!({ "uuid": false }), json!(right)), Some(Wanted::NoUuid));
        }
        for wrong in [
            json!("2f1b8a540f0e4b0a9c390a8d7f3e1c11"),
            json!("{2f1b8a54-0f0e-4b0a-9c39-0a8d7f3e1c11}"),
            json!("2f1b8a54-0f0e-4b0a-9c39-0a8d7f3e1c1g"),
            json!("2f1b8a540-f0e-4b0a-9c39-0a8d7f3e1c11"),
            json!(""),
            json!(7),
            Value::Null,
        ] {
            let found = mismatch(json!({ "uuid": true }), wrong.clone());
            assert_eq!(found, Some(Wanted::Uuid), "{wrong}");
            assert_eq!(mismatch(json!({ "uuid": false }), wrong), None);
        }
    }
}
