//! What a scenario wants, as `replay.py` takes it: references resolved, people and sets of
//! permissions told out.

use super::Unavailable;
use super::claim::file_name;
use invite_spec::permission::Permission;
use invite_trace::reference::Bindings;
use serde_json::{Map, Value, json};

/// A frame as a scenario describes it, and the step since whose beginning it counts.
pub(super) fn pattern(
    raw: &Value,
    bindings: &Bindings,
) -> Result<(Value, Option<String>), Unavailable> {
    let mut pattern = Map::new();
    if let Some(frame) = raw.get("frame").and_then(Value::as_str) {
        pattern.insert("frame".into(), frame.into());
    }
    if let Some(about) = raw.get("about").and_then(Value::as_str) {
        pattern.insert("about".into(), person(about, bindings));
    }
    if let Some(fits) = raw.get("where").filter(|fits| !fits.is_null()) {
        pattern.insert("where".into(), matchers(fits, bindings)?);
    }
    let mark = raw.get("after").and_then(Value::as_str).map(str::to_owned);
    if let Some(mark) = &mark {
        pattern.insert("since".into(), file_name(mark).into());
    }
    Ok((Value::Object(pattern), mark))
}

fn person(name: &str, bindings: &Bindings) -> Value {
    let name = name.split('/').next().unwrap_or(name);
    let user = bindings.text(&format!("{name}.user"));
    json!({ "external": bindings.text(name), "user": user })
}

/// Matchers with their references resolved, and people and sets of permissions told out.
pub(super) fn matchers(raw: &Value, bindings: &Bindings) -> Result<Value, Unavailable> {
    let resolved = bindings.resolve(raw);
    let resolved = resolved.map_err(|error| Unavailable(format!("{error} in the trace")))?;
    Ok(told_out(resolved, bindings))
}

fn told_out(value: Value, bindings: &Bindings) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(key, value)| {
                    let value = match (key.as_str(), value) {
                        ("person", Value::String(name)) => person(&name, bindings),
                        (key, Value::String(set)) if key.starts_with("permissions") => {
                            permissions(&set)
                        }
                        (_, other) => told_out(other, bindings),
                    };
                    (key, value)
                })
                .collect(),
        ),
        Value::Array(items) => items.into_iter().map(|item| told_out(item, bindings)).collect(),
        plain => plain,
    }
}

fn permissions(set: &str) -> Value {
    let all: &[Permission] = match set {
        "all" => &Permission::ALL,
        "default" => &Permission::DEFAULT,
        other => return other.into(),
    };
    all.iter().map(|permission| Value::from(permission.as_str())).collect()
}

/// A step as it stands in the file.
pub(super) fn raw_step(source: &str, label: &str) -> Option<Value> {
    let scenario: Value = serde_saphyr::from_str(source).ok()?;
    find(scenario.get("steps")?.as_array()?, "", label)
}

fn find(steps: &[Value], prefix: &str, label: &str) -> Option<Value> {
    steps.iter().enumerate().find_map(|(index, step)| {
        let place = format!("{prefix}{}", index + 1);
        let (kind, inner) = step.as_object()?.iter().next()?;
        if let (true, Some(steps)) = (kind == "together", inner.as_array()) {
            return find(steps, &format!("{place}."), label);
        }
        let own = inner.get("id").and_then(Value::as_str).unwrap_or(&place);
        (own == label).then(|| inner.clone())
    })
}
