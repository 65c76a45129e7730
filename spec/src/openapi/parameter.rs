//! The parameters of calls: in their paths and headers.

use crate::endpoint::{CLIENT_ID_HEADER, CONFERENCE_TOKEN_HEADER, Endpoint};
use crate::limits::CLIENT_ID_CHARACTERS;
use serde_json::{Map, Value, json};

/// The parameters of an endpoint, as references to the components.
pub(super) fn of(endpoint: &Endpoint) -> Vec<Value> {
    let refer = |name| json!({ "$ref": format!("#/components/parameters/{name}") });
    endpoint.parameters().chain(endpoint.headers()).map(refer).collect()
}

/// The parameters that these endpoints use.
pub(super) fn components(endpoints: &[&Endpoint]) -> Map<String, Value> {
    let mut all = Map::new();
    for endpoint in endpoints {
        for name in endpoint.parameters() {
            all.insert(name.to_owned(), in_path(name));
        }
    }
    for endpoint in endpoints {
        for name in endpoint.headers() {
            all.insert(name.to_owned(), in_header(name));
        }
    }
    all
}

fn in_path(name: &str) -> Value {
    json!({
        "name": name,
        "in": "path",
        "required": true,
        "description": meaning(name),
        "schema": { "type": "string", "minLength": 1 },
    })
}

fn in_header(name: &str) -> Value {
    json!({
        "name": name,
        "in": "header",
        // Only protected conferences require the token.
        "required": name == CLIENT_ID_HEADER,
        "description": meaning(name),
        "schema": { "type": "string", "minLength": 1 },
    })
}

/// The description of a parameter.
fn meaning(name: &str) -> String {
    match name {
        "conferenceId" => "The conference's id, from the response to its create.".into(),
        "userId" => "A participant's user id.".into(),
        "timestamp" => "The time of the measurement.".into(),
        CLIENT_ID_HEADER => format!(
            "The client instance: {CLIENT_ID_CHARACTERS} characters that the client generates, the \
             same for all calls and sockets of a session."
        ),
        CONFERENCE_TOKEN_HEADER => "The current conference access token. Protected conferences \
            require it. Otherwise the server ignores it, because clients keep sending an old one."
            .into(),
        _ => String::new(),
    }
}
