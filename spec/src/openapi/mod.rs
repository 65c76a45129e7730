//! The OpenAPI documents, made from the table of endpoints, the registry of payloads, the table of
//! errors and the catalogue of requirements.
//!
//! There are two: [`rest`] for authors of application servers, [`client`] for authors of clients.
//! They are OpenAPI 3.1, whose schemas are JSON Schema 2020-12, like those of the payloads.

mod operation;
mod parameter;
mod refusals;
mod security;
#[cfg(test)]
mod tests;

use crate::endpoint::{Body, ENDPOINTS, Endpoint, Plane};
use crate::error::{ErrorResponse, Failure};
use crate::payload::Payload;
use crate::{components, requirement};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The tag of the calls outside the protocol.
const OUTSIDE: &str = "Outside the protocol";

/// The document of an application server's calls.
pub fn rest() -> Value {
    document(&About {
        title: "Conference invitations: the calls of an application server",
        summary: "API tokens, conferences, invitations, permissions, kicking and messages.",
        description: "Calls name people by their external ids. An application server first \
            exchanges its key and secret for an API token. All other calls take that token.",
        planes: &[Plane::Rest, Plane::Auth],
    })
}

/// The document of a client's calls.
pub fn client() -> Value {
    document(&About {
        title: "Conference invitations: the calls of a client",
        summary: "Sessions, conferences, joining, invitations, permissions and notifications.",
        description: "Calls name people by their user ids, and in invitations by their external \
            ids. A client identifies its user and then opens the WebSocket that the AsyncAPI \
            document describes. Over it the server pushes the effects of all calls.",
        planes: &[Plane::Session, Plane::Telemetry],
    })
}

/// The texts of a document that do not come from the tables.
struct About {
    title: &'static str,
    summary: &'static str,
    description: &'static str,
    /// The planes whose endpoints it holds. The document has the servers of the first one.
    planes: &'static [Plane],
}

/// How to read either document.
const READING: &str = "\
`x-requirements` names the requirements that a call can violate, and `x-requirement` the \
requirement of a field. `x-scope` is the scope that the caller's token must cover, unless it was \
requested without scopes. `x-permission` is the permission that the conference access token must \
hold if the conference is protected.\n\n\
Any 2xx status is a success, and any status of 400 or more is a refusal. This specification gives \
a status and a code for each refusal, and chose most of them itself. Only the requirements are \
normative. A field of a response is required only if a client breaks without it.";

fn document(about: &About) -> Value {
    let endpoints: Vec<&Endpoint> =
        ENDPOINTS.iter().copied().filter(|e| about.planes.contains(&e.plane)).collect();
    let mut paths = Map::new();
    for endpoint in &endpoints {
        let mut operation = operation::of(endpoint);
        if endpoint.plane != about.planes[0] {
            operation.insert("servers".into(), servers(endpoint.plane));
        }
        let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        path[endpoint.method.as_str().to_lowercase()] = Value::Object(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": about.title,
            "version": env!("CARGO_PKG_VERSION"),
            "summary": about.summary,
            "description": format!("{}\n\n{READING}", about.description),
            "license": {
                "name": env!("CARGO_PKG_LICENSE"),
                "identifier": env!("CARGO_PKG_LICENSE"),
            },
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": servers(about.planes[0]),
        "tags": tags(&endpoints),
        "paths": paths,
        "components": {
            "schemas": components::schemas(payloads(&endpoints).iter()),
            "responses": { "refusal": refusals::other() },
            "parameters": parameter::components(&endpoints),
            "examples": examples(&endpoints),
            "securitySchemes": security::schemes(&endpoints),
        },
    })
}

/// The servers of a plane. The host is an example, because every deployment has its own.
fn servers(plane: Plane) -> Value {
    let (host, what) = match plane {
        Plane::Auth => ("auth.example.com", "Issues API tokens."),
        Plane::Rest => ("api.example.com", "Takes the calls of application servers."),
        Plane::Session => ("session.example.com", "Takes the calls of clients."),
        Plane::Telemetry => ("telemetry.example.com", "Takes the telemetry of clients."),
    };
    json!([{
        "url": "{scheme}://{host}",
        "description": format!("{what} One address can serve several planes."),
        "variables": {
            "scheme": {
                "enum": ["https", "http"],
                "default": "https",
                "description": "`http` is for local tests.",
            },
            "host": { "default": host, "description": "The host, with a port if needed." },
        },
    }])
}

/// The tag of an endpoint: the area of the catalogue that its requirement belongs to.
fn tag(endpoint: &Endpoint) -> &'static str {
    if is_outside(endpoint) {
        return OUTSIDE;
    }
    endpoint.requirement.area().title
}

/// Whether a call is outside the protocol: no server reads its body.
fn is_outside(endpoint: &Endpoint) -> bool {
    matches!(endpoint.request, Body::Ignored)
}

/// The tags in use, in the order of the catalogue.
fn tags(endpoints: &[&Endpoint]) -> Value {
    let used: BTreeSet<&str> = endpoints.iter().map(|endpoint| tag(endpoint)).collect();
    let areas = requirement::areas().iter().filter(|area| used.contains(area.title)).map(|area| {
        json!({
            "name": area.title,
            "description": format!("The requirements `{}-…` of the catalogue.", area.prefix),
        })
    });
    let outside = used.contains(OUTSIDE).then(|| {
        json!({
            "name": OUTSIDE,
            "description": "Clients also send these calls. A server answers them so that the \
                clients work without errors.",
        })
    });
    areas.chain(outside).collect()
}

/// The payloads of these endpoints, each once, and the error.
fn payloads(endpoints: &[&Endpoint]) -> Vec<Payload> {
    let mut payloads: Vec<Payload> = Vec::new();
    let carried = endpoints.iter().flat_map(|endpoint| carried(endpoint)).copied();
    for payload in carried.chain([Payload::of::<ErrorResponse>()]) {
        if payloads.iter().all(|known| known.name != payload.name) {
            payloads.push(payload);
        }
    }
    payloads
}

/// The payloads of one endpoint: of the request, then of the response.
fn carried(endpoint: &Endpoint) -> impl Iterator<Item = &Payload> {
    endpoint.request.payload().into_iter().chain(&endpoint.answer)
}

/// The examples that the operations refer to: of payloads, and of refusals.
fn examples(endpoints: &[&Endpoint]) -> Value {
    let payloads = payloads(endpoints).into_iter().filter(|payload| {
        // The refusals are the examples of the error.
        payload.name != Payload::of::<ErrorResponse>().name
    });
    let payloads = payloads.map(|payload| {
        let example = json!({ "summary": payload.title, "value": payload.example() });
        (payload.name.to_owned(), example)
    });
    let used: BTreeSet<Failure> = endpoints.iter().flat_map(|e| e.failures()).collect();
    let refusals = used.into_iter().map(|failure| {
        let error = ErrorResponse::new(failure, failure.meaning());
        let example = json!({ "summary": failure.reason(), "value": error });
        (refusals::example_name(failure), example)
    });
    Value::Object(payloads.chain(refusals).collect())
}
