//! The endpoints and frame types of one version, read from its OpenAPI and AsyncAPI documents.

use super::touches::Requirement;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// How often a reference may lead to a reference.
const HOPS: usize = 8;
/// The keys of a path item that are operations.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The endpoints and frame types of one version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surface {
    /// Endpoints, by operation id.
    pub(super) endpoints: BTreeMap<String, Endpoint>,
    /// Frame types, by name.
    pub(super) frames: BTreeMap<String, Frame>,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) method: String,
    pub(super) path: String,
    /// The accepted credentials, of which a call needs one; `none` if it needs none.
    pub(super) credentials: BTreeSet<String>,
    /// What else a call must have.
    pub(super) demands: BTreeSet<String>,
    /// What a call may have: headers, queries, and bodies by media type and payload.
    pub(super) takes: BTreeSet<String>,
    /// What a successful response carries, by media type and payload.
    pub(super) answers: BTreeSet<String>,
    /// The documented error statuses.
    pub(super) refusals: BTreeSet<String>,
    pub(super) requirements: Vec<Requirement>,
}

/// A frame type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// Whether the server sends it; otherwise it receives it.
    pub(super) pushed: bool,
    pub(super) payload: String,
    pub(super) requirements: Vec<Requirement>,
}

impl Endpoint {
    /// Method and path, as people write them.
    pub(super) fn call(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The same without the names of path parameters, which are not sent.
    pub(super) fn shape(&self) -> String {
        let parts = self.path.split('/');
        let parts = parts.map(|part| if part.starts_with('{') { "{}" } else { part });
        format!("{} {}", self.method, parts.collect::<Vec<_>>().join("/"))
    }
}

impl Surface {
    /// Adds the contents of a document; an error says what is wrong with it, and where.
    pub(super) fn read(&mut self, document: &Value) -> Result<(), String> {
        if document.get("openapi").is_some() {
            self.openapi(document)
        } else if document.get("asyncapi").is_some() {
            self.asyncapi(document)
        } else {
            Err("neither an OpenAPI nor an AsyncAPI document".to_owned())
        }
    }

    fn openapi(&mut self, document: &Value) -> Result<(), String> {
        for (path, item) in object(document, "paths")? {
            let Value::Object(item) = item else {
                return Err(format!("paths/{path}: not an object"));
            };
            for (method, operation) in item {
                if !METHODS.contains(&method.as_str()) {
                    continue;
                }
                let method = method.to_uppercase();
                let endpoint = endpoint(document, item, (&method, path), operation)
                    .map_err(|why| format!("{method} {path}: {why}"))?;
                let id = operation.get("operationId").and_then(Value::as_str);
                let id = id.map_or_else(|| endpoint.call(), str::to_owned);
                if self.endpoints.insert(id.clone(), endpoint).is_some() {
                    return Err(format!("{method} {path}: duplicate operation id `{id}`"));
                }
            }
        }
        Ok(())
    }

    fn asyncapi(&mut self, document: &Value) -> Result<(), String> {
        for (name, operation) in object(document, "operations")? {
            let within = |why: String| format!("operations/{name}: {why}");
            let pushed = match operation.get("action").and_then(Value::as_str) {
                Some("send") => true,
                Some("receive") => false,
                _ => return Err(within("`action` is neither `send` nor `receive`".to_owned())),
            };
            for message in items(operation, "messages") {
                let message = resolve(document, message).map_err(within)?;
                let frame = Frame {
                    pushed,
                    payload: payload(message.get("payload")),
                    requirements: requirements(operation),
                };
                let named = message.get("name").and_then(Value::as_str).unwrap_or(name);
                self.frames.insert(named.to_owned(), frame);
            }
        }
        Ok(())
    }
}

fn endpoint(
    document: &Value,
    item: &Map<String, Value>,
    (method, path): (&str, &str),
    operation: &Value,
) -> Result<Endpoint, String> {
    let mut endpoint = Endpoint {
        method: method.to_owned(),
        path: path.to_owned(),
        credentials: BTreeSet::new(),
        demands: BTreeSet::new(),
        takes: BTreeSet::new(),
        answers: BTreeSet::new(),
        refusals: BTreeSet::new(),
        requirements: requirements(operation),
    };
    let security = operation.get("security").or_else(|| document.get("security"));
    let ways = security.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    endpoint.credentials = ways.iter().map(way).collect();
    if ways.is_empty() {
        endpoint.credentials.insert("none".to_owned());
    }
    for (key, word) in [("x-permission", "permission"), ("x-scope", "scope")] {
        if let Some(value) = operation.get(key).and_then(Value::as_str) {
            endpoint.demands.insert(format!("{word} {value}"));
        }
    }
    let shared = item.get("parameters").and_then(Value::as_array).into_iter().flatten();
    for parameter in shared.chain(items(operation, "parameters")) {
        let parameter = resolve(document, parameter)?;
        let text = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or("?");
        let named = match text("in") {
            // The path shows these.
            "path" => continue,
            // Header names are case-insensitive.
            "header" => format!("header {}", text("name").to_lowercase()),
            place => format!("{place} {}", text("name")),
        };
        let named = format!("{named} ({})", payload(parameter.get("schema")));
        if parameter.get("required") == Some(&Value::Bool(true)) {
            endpoint.demands.insert(named.clone());
        }
        endpoint.takes.insert(named);
    }
    if let Some(body) = operation.get("requestBody") {
        let body = resolve(document, body)?;
        if body.get("required") == Some(&Value::Bool(true)) {
            endpoint.demands.insert("a body".to_owned());
        }
        endpoint.takes.extend(contents(body));
    }
    for (status, answer) in object(operation, "responses")? {
        let answer = resolve(document, answer)?;
        if status.starts_with('2') {
            endpoint.answers.extend(contents(answer));
        } else {
            endpoint.refusals.insert(status.clone());
        }
    }
    Ok(endpoint)
}

/// One accepted set of credentials: all of these together.
fn way(security: &Value) -> String {
    let schemes = security.as_object().into_iter().flatten();
    let mut schemes: Vec<&str> = schemes.map(|(name, _)| name.as_str()).collect();
    schemes.sort_unstable();
    if schemes.is_empty() { "none".to_owned() } else { schemes.join(" with ") }
}

/// What a body may be: media type and payload.
fn contents(body: &Value) -> impl Iterator<Item = String> {
    let contents = body.get("content").and_then(Value::as_object).into_iter().flatten();
    contents.map(|(media, content)| format!("{media}: {}", payload(content.get("schema"))))
}

/// The name of the payload that a schema refers to; any other schema as JSON.
fn payload(schema: Option<&Value>) -> String {
    let Some(schema) = schema else { return "anything".to_owned() };
    let name = schema.get("$ref").and_then(Value::as_str);
    let name = name.and_then(|name| name.rsplit('/').next());
    name.map_or_else(|| schema.to_string(), str::to_owned)
}

fn requirements(operation: &Value) -> Vec<Requirement> {
    items(operation, "x-requirements").filter_map(Value::as_str).map(Requirement::parse).collect()
}

fn items<'d>(node: &'d Value, key: &str) -> impl Iterator<Item = &'d Value> + use<'d> {
    node.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn object<'d>(node: &'d Value, key: &str) -> Result<&'d Map<String, Value>, String> {
    node.get(key).and_then(Value::as_object).ok_or_else(|| format!("`{key}` is not an object"))
}

/// Follows a reference within its document; anything else stays as it is.
fn resolve<'d>(document: &'d Value, node: &'d Value) -> Result<&'d Value, String> {
    let mut node = node;
    for _ in 0..HOPS {
        let Some(reference) = node.get("$ref").and_then(Value::as_str) else { return Ok(node) };
        let target = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
        node = target.ok_or_else(|| format!("`{reference}` points to nothing"))?;
    }
    Err("endless chain of references".to_owned())
}
