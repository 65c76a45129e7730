//! One endpoint as an operation.

use super::{carried, is_outside, parameter, refusals, security, tag};
use crate::components;
use crate::endpoint::{Body, Endpoint, Method};
use crate::payload::Payload;
use serde_json::{Map, Value, json};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// The operation of an endpoint.
pub(super) fn of(endpoint: &Endpoint) -> Map<String, Value> {
    let mut operation = Map::new();
    let mut set = |key: &str, value: Value| operation.insert(key.to_owned(), value);
    set("operationId", endpoint.operation.as_str().into());
    set("tags", json!([tag(endpoint)]));
    set("summary", endpoint.title.into());
    set("description", description(endpoint).into());
    let parameters = parameter::of(endpoint);
    if !parameters.is_empty() {
        set("parameters", parameters.into());
    }
    if let Some(body) = request(endpoint) {
        set("requestBody", body);
    }
    set("responses", responses(endpoint));
    set("security", security::of(endpoint.authentication));
    if let Some(scope) = endpoint.scope {
        set("x-scope", scope.into());
    }
    if let Some(permission) = endpoint.permission {
        set("x-permission", permission.as_str().into());
    }
    if is_outside(endpoint) {
        set("x-outside-protocol", true.into());
    }
    set("x-requirements", json!(components::requirements(endpoint.requirement, carried(endpoint))));
    operation
}

/// The requirement of the call, its scope and its permission, one paragraph each.
fn description(endpoint: &Endpoint) -> String {
    let mut paragraphs = vec![components::rule(endpoint.requirement)];
    if let Some(scope) = endpoint.scope {
        paragraphs.push(format!("Scope: `{scope}`, if the token has scopes."));
    }
    if let Some(permission) = endpoint.permission {
        paragraphs.push(format!("Permission in a protected conference: `{permission}`."));
    }
    if is_outside(endpoint) {
        paragraphs
            .push("This call is outside the protocol. The server does not read its body.".into());
    }
    paragraphs.join("\n\n")
}

fn request(endpoint: &Endpoint) -> Option<Value> {
    let types: &[&str] = match endpoint.request {
        Body::None => return None,
        Body::Ignored if endpoint.method == Method::Get => return None,
        Body::Ignored => {
            return Some(
                json!({ "description": "The server does not read the body.", "content": { "*/*": {} } }),
            );
        }
        Body::Json(_) => &[JSON],
        Body::Form(_) => &[FORM],
        Body::JsonOrForm(_) => &[JSON, FORM],
    };
    let payload = endpoint.request.payload()?;
    // Where an empty object is a complete body, the body may be left out.
    let required = payload.parse(&json!({})).is_err();
    Some(json!({
        "description": payload.title,
        "required": required,
        "content": content(types, payload),
    }))
}

fn responses(endpoint: &Endpoint) -> Value {
    let success = match &endpoint.answer {
        Some(payload) => {
            json!({ "description": payload.title, "content": content(&[JSON], payload) })
        }
        None if is_outside(endpoint) => json!({ "description": "Accepted." }),
        None => {
            json!({ "description": "Success. The body is empty or JSON, and no client reads it." })
        }
    };
    // Clients accept any 2xx status, so the document names none.
    let mut responses = Map::from_iter([("2XX".to_owned(), success)]);
    responses.extend(refusals::responses(endpoint));
    responses.insert("default".into(), json!({ "$ref": "#/components/responses/refusal" }));
    Value::Object(responses)
}

/// A payload, in each of these media types.
fn content(types: &[&str], payload: &Payload) -> Value {
    let media = json!({
        "schema": components::schema(payload),
        "examples": {
            payload.name: { "$ref": format!("#/components/examples/{}", payload.name) },
        },
    });
    types.iter().map(|name| ((*name).to_owned(), media.clone())).collect()
}
