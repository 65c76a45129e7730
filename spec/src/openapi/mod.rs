//! The OpenAPI documents, made from the table of endpoints, the registry of payloads, the table of
//! errors and the catalogue of requirements.
//!
//! There are two, because two kinds of author need them: whoever writes an application server reads
//! [`rest`], whoever writes a client reads [`client`]. They are OpenAPI 3.1, whose schemas are JSON
//! Schema 2020-12, as the payloads' are.

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

/// The tag of the calls that are no part of the protocol.
const OUTSIDE: &str = "Outside the protocol";

/// The document of an application server's calls.
pub fn rest() -> Value {
    document(&About {
        title: "Conference invitations: the calls of an application server",
        summary: "API tokens, conferences, invitations, permissions, kicking and messages.",
        description: "People are named by their external ids. First the application's key and \
            secret are exchanged for an API token; all other calls take that token.",
        planes: &[Plane::Rest, Plane::Auth],
    })
}

/// The document of a client's calls.
pub fn client() -> Value {
    document(&About {
        title: "Conference invitations: the calls of a client",
        summary: "Sessions, conferences, joining, invitations, permissions and notifications.",
        description: "People are named by their user ids, in invitations by their external ids. A \
            client identifies its user, opens the WebSocket that the AsyncAPI document describes, \
            and hears there what its calls and those of others bring about.",
        planes: &[Plane::Session, Plane::Telemetry],
    })
}

/// What is said of a document, beside what the tables say.
struct About {
    title: &'static str,
    summary: &'static str,
    description: &'static str,
    /// Whose endpoints it holds; the first one's servers are the document's.
    planes: &'static [Plane],
}

/// How to read the document, whichever it is.
const READING: &str = "\
`x-requirements` names the rows of the requirement catalogue that a call can fail, \
`x-requirement` the row that a field carries. `x-scope` is the scope that the caller's token must \
cover, unless it was asked for without scopes. `x-permission` is the permission that the \
conference access token must hold when the conference is protected.\n\n\
Any status of 2xx is a success, and any of 400 or more a refusal. The statuses and codes given for \
each refusal are this specification's, most of them chosen by it; what is required of a server \
stands in the catalogue. A field of an answer is required only where a client breaks without it.";

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

/// Where a plane is served. The host is an example: every deployment has its own.
fn servers(plane: Plane) -> Value {
    let (host, what) = match plane {
        Plane::Auth => ("auth.example.com", "Where API tokens are had."),
        Plane::Rest => ("api.example.com", "Where application servers call."),
        Plane::Session => ("session.example.com", "Where clients call."),
        Plane::Telemetry => ("telemetry.example.com", "Where clients send telemetry."),
    };
    json!([{
        "url": "{scheme}://{host}",
        "description": format!("{what} One address may serve several planes."),
        "variables": {
            "scheme": {
                "enum": ["https", "http"],
                "default": "https",
                "description": "`http` serves for trying things out.",
            },
            "host": { "default": host, "description": "The host, with its port if need be." },
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

/// Whether a call is no part of the protocol: nobody reads what it says.
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
            "description": "What clients send besides, and a server answers so that they work \
                undisturbed.",
        })
    });
    areas.chain(outside).collect()
}

/// The payloads that these endpoints carry, each once, and the error's.
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

/// The payloads of one endpoint: the request's, then the answer's.
fn carried(endpoint: &Endpoint) -> impl Iterator<Item = &Payload> {
    endpoint.request.payload().into_iter().chain(&endpoint.answer)
}

/// The examples that the operations refer to: of payloads, and of refusals.
fn examples(endpoints: &[&Endpoint]) -> Value {
    let payloads = payloads(endpoints).into_iter().filter(|payload| {
        // The error's are those of the refusals.
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
