//! Values that do not fit a matcher, and values that do.

use super::edit::set;
use invite_scenario::matching::{Context, fits, fits_all};
use invite_scenario::{Condition, Matcher};
use invite_spec::permission::Permission;
use invite_trace::{JsonType, TokenForm, TokenRecord};
use serde_json::{Value, json};

/// What stands in place of a value.
#[derive(Debug, Clone)]
pub(super) enum Wrong {
    /// Nothing.
    Absent,
    /// Another value.
    Value(Value),
    /// Another token.
    Token(TokenRecord),
}

/// The most members of a collection that are taken away, one at a time.
const MOST: usize = 12;

/// The pseudonym of the token that a specimen makes.
pub(super) const TOKEN: &str = "<token-of-a-specimen>";

/// What does not fit the matcher, in place of this value: of the same type first. The example is what
/// the specification shows at this place.
pub(super) fn wrong(
    condition: &Condition,
    matcher: &Matcher,
    held: Option<&Value>,
    example: Option<Value>,
    context: Context<'_>,
) -> Vec<Wrong> {
    let mut all: Vec<Wrong> = Vec::new();
    for value in example.into_iter().chain(others(matcher, held, context)) {
        let is_wrong = fits(matcher, Some(&value), context).is_err();
        if is_wrong {
            all.push(Wrong::Value(value));
        }
    }
    if fits(matcher, None, context).is_err() {
        all.push(Wrong::Absent);
    }
    // A token with other claims comes first: it is still a token.
    let mut tokens: Vec<Wrong> = held
        .and_then(Value::as_str)
        .and_then(|name| context.tokens.get(name))
        .map(|record| tokens(condition, matcher, record, context))
        .unwrap_or_default();
    tokens.append(&mut all);
    tokens
}

/// Other values than the one that is held: of its type first.
fn others(matcher: &Matcher, held: Option<&Value>, context: Context<'_>) -> Vec<Value> {
    let mut all = Vec::new();
    match held {
        Some(Value::String(text)) => {
            // Other spellings of a frame's type, by which a client knows it all the same.
            let first = text.chars().next().map(|first| first.to_lowercase().to_string());
            let rest = text.chars().skip(1).collect::<String>();
            all.extend(first.map(|first| json!(format!("{first}{rest}"))));
            all.extend([json!(format!("{text}x")), json!("something else"), json!("")]);
        }
        Some(Value::Bool(held)) => all.push(json!(!held)),
        Some(Value::Number(number)) => {
            let number = number.as_i64().unwrap_or_default();
            all.extend([json!(number + 1), json!(number - 1), json!(1_000_000_000_000_i64)]);
            all.push(json!(-1_000_000_000_000_i64));
        }
        Some(Value::Array(items)) => {
            all.extend((0..items.len()).rev().take(MOST).map(|place| {
                let mut fewer = items.clone();
                fewer.remove(place);
                Value::Array(fewer)
            }));
            all.extend(items.first().map(|first| {
                let mut more = items.clone();
                more.push(first.clone());
                Value::Array(more)
            }));
            all.push(json!([]));
        }
        Some(Value::Object(fields)) => {
            all.extend(fields.keys().take(MOST).map(|key| {
                let mut fewer = fields.clone();
                fewer.shift_remove(key);
                Value::Object(fewer)
            }));
            let mut more = fields.clone();
            more.insert("something".to_owned(), json!("else"));
            all.extend([Value::Object(more), json!({})]);
        }
        Some(Value::Null) | None => {}
    }
    all.extend(nested(matcher, held, context));
    let options = matcher.conditions.any_of.iter().flatten();
    all.extend(options.flat_map(|option| nested(option, held, context)));
    all.extend(without_any(matcher, held));
    // A token that somebody has is no fault by itself.
    let issued = context.tokens.iter().filter(|(_, it)| lists_authorities(it));
    for name in issued.map(|(name, _)| name).take(2) {
        all.extend([json!(name), json!({ name: name }), json!({ "something": name })]);
    }
    all.extend([
        json!("something else"),
        json!(7),
        json!(true),
        json!(false),
        json!([7]),
        json!({ "something": "else" }),
        Value::Null,
        json!(-1),
        json!([]),
        json!({}),
        json!(1_000_000_000_000_i64),
    ]);
    let wants = &matcher.conditions;
    // What must not be there, or not be so.
    all.extend(wants.differs_from.iter().map(|value| resolved(value, context)));
    for key in wants.lacks_keys.iter().flatten() {
        let key = resolved(&json!(key), context).as_str().unwrap_or(key).to_owned();
        let base = held.cloned().filter(Value::is_object).unwrap_or_else(|| json!({}));
        // Where tokens are expected, a text that is none breaks something else.
        let issued = context.tokens.iter().filter(|(_, it)| lists_authorities(it));
        let names = issued.map(|(name, _)| name.as_str()).chain(["something"]);
        all.extend(names.map(|name| {
            let mut more = base.clone();
            more[&key] = json!(name);
            more
        }));
    }
    all
}

/// An object without all keys that one of several matchers asks for.
fn without_any(matcher: &Matcher, held: Option<&Value>) -> Option<Value> {
    let options = matcher.conditions.any_of.iter().flatten();
    let keys: Vec<&String> =
        options.flat_map(|option| option.conditions.has_keys.iter().flatten()).collect();
    let mut fewer = held?.as_object()?.clone();
    fewer.retain(|key, _| !keys.contains(&key));
    (!keys.is_empty()).then_some(Value::Object(fewer))
}

/// Whether it is a conference access token, as all laws want it.
fn lists_authorities(record: &TokenRecord) -> bool {
    let TokenForm::Jwt { claims, .. } = &record.form else { return false };
    claims.get("authorities").is_some_and(Value::is_array)
}

/// Collections with one member that is not as the matcher wants it.
fn nested(matcher: &Matcher, held: Option<&Value>, context: Context<'_>) -> Vec<Value> {
    let wants = &matcher.conditions;
    let mut all = Vec::new();
    if let (Some(each), Some(held)) = (&wants.each, held) {
        let first = match held {
            Value::Array(items) if !items.is_empty() => Some("/0".to_owned()),
            Value::Object(fields) => fields.keys().next().map(|key| format!("/{key}")),
            _ => None,
        };
        if let Some(pointer) = first {
            let inner = others(each, held.pointer(&pointer), context);
            for value in inner.into_iter().filter(|it| fits(each, Some(it), context).is_err()) {
                let mut spoilt = held.clone();
                set(&mut spoilt, &pointer, Some(value));
                all.push(spoilt);
            }
        }
        // A collection that is empty has no member that is wrong: it gets one.
        if all.is_empty() {
            all.extend([json!([null]), json!({ "something": null })]);
        }
    }
    if let (Some(unwanted), Some(Value::Array(items))) = (&wants.none, held) {
        let bases = items.iter().cloned().chain([json!({})]);
        for mut element in bases {
            for (pointer, matcher) in unwanted {
                if fits(matcher, element.pointer(pointer), context).is_err() {
                    set(&mut element, pointer, right(matcher, context));
                }
            }
            if fits_all(unwanted, &element, context).is_ok() {
                let mut more = items.clone();
                more.push(element);
                all.push(Value::Array(more));
            }
        }
    }
    all
}

/// Tokens with other claims.
fn tokens(
    condition: &Condition,
    matcher: &Matcher,
    record: &TokenRecord,
    context: Context<'_>,
) -> Vec<Wrong> {
    let TokenForm::Jwt { header, claims, signature } = &record.form else { return Vec::new() };
    let with = |pointer: &str, value: Option<Value>| {
        let mut claims = claims.clone();
        set(&mut claims, pointer, value);
        let (header, signature) = (header.clone(), signature.clone());
        let form = TokenForm::Jwt { header, claims, signature };
        Wrong::Token(TokenRecord { form, forged_from: record.forged_from.clone() })
    };
    let mut all = Vec::new();
    match condition {
        Condition::Permissions
        | Condition::PermissionsWithin
        | Condition::PermissionsInclude
        | Condition::AnyOf => {
            let held = claims.get("authorities").and_then(Value::as_array);
            let held = held.cloned().unwrap_or_default();
            let every: Vec<&str> = Permission::ALL.iter().map(|it| it.as_str()).collect();
            let fewer: Vec<Value> = held.iter().skip(1).cloned().collect();
            all.push(with("/authorities", Some(Value::Array(fewer))));
            for more in &every {
                let mut held = held.clone();
                held.push(json!(more));
                all.push(with("/authorities", Some(Value::Array(held))));
            }
            all.push(with("/authorities", Some(json!(every))));
            all.push(with("/authorities", Some(json!([]))));
        }
        Condition::Claim(pointer) => {
            let wanted = matcher.conditions.claims.iter().flatten().next();
            let held = claims.pointer(pointer);
            if let Some((_, inner)) = wanted {
                let others = others(inner, held, context).into_iter().map(Some).chain([None]);
                let misfits = others.filter(|it| fits(inner, it.as_ref(), context).is_err());
                all.extend(misfits.map(|value| with(pointer, value)));
            }
        }
        Condition::ExpiresWithin | Condition::ExpiresAfter => {
            all.extend([json!(1), json!(99_999_999_999_i64)].map(|exp| with("/exp", Some(exp))));
            all.push(with("/exp", None));
        }
        _ => {}
    }
    all
}

/// A value that fits; `None` if none is known, or it must be absent.
pub(super) fn right(matcher: &Matcher, context: Context<'_>) -> Option<Value> {
    let wants = &matcher.conditions;
    if let Some(option) = wants.any_of.iter().flatten().next() {
        return right(option, context);
    }
    let mut known = Vec::new();
    if let Some(some) = &wants.some {
        let mut element = json!({});
        for (pointer, matcher) in some {
            set(&mut element, pointer, right(matcher, context));
        }
        known.push(json!([element]));
    }
    known.extend(wants.equals.iter().map(|value| resolved(value, context)));
    known.extend(wants.one_of.iter().flatten().map(|value| resolved(value, context)));
    known.extend(wants.equals_ignoring_case.iter().map(|it| resolved(&json!(it), context)));
    known.extend(wants.contains_text.iter().map(|it| resolved(&json!(it), context)));
    if let Some(person) = &wants.person {
        let person = person.split('/').next().unwrap_or(person);
        let mut names = json!({});
        if let Some(external) = context.bindings.text(person) {
            names["externalId"] = external.into();
        }
        if let Some(user) = context.bindings.text(&format!("{person}.user")) {
            names["userId"] = user.into();
        }
        known.push(names);
    }
    known.extend(wants.at_least.iter().map(|it| json!(it)));
    known.extend(wants.at_most.iter().map(|it| json!(it)));
    known.extend(wants.has_keys.iter().chain(&wants.keys).map(|keys| {
        let keys = keys.iter().filter_map(|key| {
            Some((resolved(&json!(key), context).as_str()?.to_owned(), json!("something")))
        });
        Value::Object(keys.collect())
    }));
    known.extend(wants.kind.map(|kind| match kind {
        JsonType::String => json!("something"),
        JsonType::Boolean => json!(true),
        JsonType::Array => json!([]),
        JsonType::Object => json!({}),
        _ => json!(7),
    }));
    known.extend([json!("something"), json!(7), json!(true), json!([]), json!({})]);
    known.extend(context.tokens.keys().map(|name| json!(name)));
    known.into_iter().find(|value| fits(matcher, Some(value), context).is_ok())
}

fn resolved(value: &Value, context: Context<'_>) -> Value {
    context.bindings.resolve(value).unwrap_or_else(|_| value.clone())
}
