//! The paths of all fields of a payload, read off its schema.

use invite_spec::payload::Payload;
use serde_json::Value;

/// The path of every field that the payload's example has: JSON Pointers in which `*` matches every
/// member of a list or a map.
pub(super) fn field_paths(payload: &Payload) -> Vec<String> {
    let schema = payload.schema();
    let mut found = Vec::new();
    walk(&schema, &schema, &payload.example(), "", &mut found);
    found
}

fn walk(root: &Value, schema: &Value, sample: &Value, at: &str, found: &mut Vec<String>) {
    let schema = resolved(root, schema);
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, field) in properties.into_iter().flatten() {
        if let Some(sample) = sample.get(name) {
            let path = format!("{at}/{name}");
            found.push(path.clone());
            walk(root, field, sample, &path, found);
        }
    }
    if let (Some(items), Some(sample)) = (schema.get("items"), sample.get(0)) {
        walk(root, items, sample, &format!("{at}/*"), found);
    }
    let members = schema.get("additionalProperties").filter(|members| members.is_object());
    if let (Some(members), Some(sample)) = (members, first_member(sample)) {
        let path = format!("{at}/*");
        found.push(path.clone());
        walk(root, members, sample, &path, found);
    }
}

fn first_member(value: &Value) -> Option<&Value> {
    value.as_object()?.values().next()
}

/// Follows a reference, or takes the first of several alternatives.
fn resolved<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    let reference = schema.get("$ref").and_then(Value::as_str);
    let alternative = || ["anyOf", "oneOf"].iter().find_map(|key| schema.get(key)?.get(0));
    match reference.and_then(|reference| root.pointer(reference.strip_prefix('#')?)) {
        Some(target) => resolved(root, target),
        None => alternative().map_or(schema, |first| resolved(root, first)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimens::proxy::site::PayloadSite;
    use invite_spec::payload;

    #[test]
    fn nested_fields_lists_and_maps_are_walked() {
        let paths = |name: &str| field_paths(payload::find(name).unwrap());
        assert!(paths("push-invitation-received").contains(&"/inviter/nickName".to_owned()));
        assert!(paths("sdk-join-answer").contains(&"/participants/*/participant_id".to_owned()));
        assert!(paths("rest-create-answer").contains(&"/usersTokens/*".to_owned()));
        assert_eq!(paths("rest-invite-answer"), ["/*"]);
    }

    #[test]
    fn every_field_that_a_schema_names_is_in_the_example() {
        // A refusal has one of two shapes, and the example shows the first.
        let second_shape = ["status", "error", "message"];
        for site in PayloadSite::all() {
            let payload = site.payload().unwrap();
            let (example, schema) = (payload.example(), payload.schema());
            let fields = schema.get("properties").and_then(Value::as_object);
            for name in fields.into_iter().flatten().map(|(name, _)| name.as_str()) {
                let excused =
                    matches!(site, PayloadSite::Refusal(_)) && second_shape.contains(&name);
                assert!(example.get(name).is_some() || excused, "{}: {name}", payload.name);
            }
        }
    }
}
