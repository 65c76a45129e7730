//! The calls, one section an endpoint.

use super::{overview, payload_anchor, payloads, table};
use crate::components;
use crate::document::FLOWS;
use crate::document::flow::What;
use crate::document::model::{Block, Code, Exchange, Language, Section};
use crate::document::text::{Target, Text};
use crate::endpoint::{Body, ENDPOINTS, Endpoint, Plane};
use crate::example::Example;
use crate::payload::{Payload, Wire};
use crate::token::{ClientTokenAnswer, TokenAnswer};

/// The calls of an application server.
pub(super) fn server_side() -> Section {
    Section::new("calls-rest", "Calls of an application server")
        .says(
            "An application server first exchanges the application’s key and secret for an API \
             token. All other calls take that token. Any 2xx status is a success.",
        )
        .within(of_planes(&[Plane::Auth, Plane::Rest]))
}

/// The calls of a client.
pub(super) fn client_side() -> Section {
    Section::new("calls-sdk", "Calls of a client")
        .says(
            "Web pages make these calls. Responses to preflights and to calls allow the calling \
             origin, with credentials (WIRE-007, WIRE-008). Every POST has a JSON body, `{}` at \
             least (WIRE-010).",
        )
        .within(of_planes(&[Plane::Session, Plane::Telemetry]))
}

fn of_planes(planes: &[Plane]) -> Vec<Section> {
    let wanted = ENDPOINTS.iter().filter(|endpoint| planes.contains(&endpoint.plane));
    wanted.map(|endpoint| section(endpoint)).collect()
}

fn section(endpoint: &'static Endpoint) -> Section {
    let mut facts = vec![("Credentials", overview::credentials_of(endpoint.authentication))];
    if let Some(scope) = endpoint.scope {
        facts.push((
            "Scope",
            Text::code(scope).and(Text::parse(", if the token has [scopes](#scopes)")),
        ));
    }
    if let Some(permission) = endpoint.permission {
        let name = Text::code_link(permission.as_str(), Target::Anchor("permissions".into()));
        facts.push(("Permission", name.and(Text::plain(", in a protected conference"))));
    }
    facts.push(("Request", request(endpoint)));
    facts.push(("Response", answer(endpoint)));
    let carried = endpoint.request.payload().into_iter().chain(&endpoint.answer);
    facts.push((
        "Requirements",
        Text::rules(components::requirements(endpoint.requirement, carried)),
    ));
    let flows = flows(endpoint);
    if !flows.is_empty() {
        facts.push(("Flows", flows));
    }
    let mut section = Section::new(endpoint.operation.as_str(), endpoint.title)
        .named(endpoint.operation.as_str())
        .with(Block::Call(endpoint.method, endpoint.path))
        .says(endpoint.requirement.row().text)
        .with(Block::Facts(facts))
        .with(Block::Exchange(exchange(endpoint)));
    let failures = endpoint.failures();
    if !failures.is_empty() {
        let rows = failures.into_iter().map(|failure| {
            vec![
                Text::plain(failure.status().to_string()),
                Text::code(failure.code().to_string()),
                Text::parse(failure.meaning()),
            ]
        });
        let refusals = table(&["Status", "Code", "Reason"], rows);
        section = section.with(Block::Folded("Refusals".into(), vec![refusals]));
    }
    let own = [endpoint.request.payload(), endpoint.answer.as_ref()];
    let own = own.into_iter().flatten().filter(|payload| is_explained_at(payload, endpoint));
    section.within(own.map(payloads::section))
}

/// An example of the call, and of its response.
fn exchange(endpoint: &Endpoint) -> Exchange {
    let example = Example::of(endpoint);
    let code = |language, text| Code { language, text };
    Exchange {
        request: vec![
            code(Language::Curl, example.curl()),
            code(Language::JavaScript, example.javascript()),
        ],
        response: Text::plain("Any 2xx status. Body: ").and(answer(endpoint)),
        body: endpoint.answer.as_ref().map(Payload::example),
    }
}

/// The section of the first endpoint that carries a payload explains it. The section on tokens
/// explains the responses to requests for tokens.
fn is_explained_at(payload: &Payload, endpoint: &Endpoint) -> bool {
    let carries = |it: &Endpoint| {
        it.request.payload().into_iter().chain(&it.answer).any(|known| known.name == payload.name)
    };
    let first = ENDPOINTS.iter().find(|it| carries(it));
    first.is_some_and(|first| first.operation == endpoint.operation)
        && ![TokenAnswer::NAME, ClientTokenAnswer::NAME].contains(&payload.name)
}

fn request(endpoint: &Endpoint) -> Text {
    let link = |payload: &Payload| {
        Text::code_link(payload.name, Target::Anchor(payload_anchor(payload.name)))
    };
    match &endpoint.request {
        Body::None => Text::plain("no body"),
        Body::Ignored => Text::plain("anything; the server does not read it"),
        Body::Json(payload) => link(payload).and(Text::plain(" as JSON")),
        Body::Form(payload) => link(payload).and(Text::plain(" as a form")),
        Body::JsonOrForm(payload) => link(payload).and(Text::plain(" as JSON or as a form")),
    }
}

fn answer(endpoint: &Endpoint) -> Text {
    match &endpoint.answer {
        Some(payload) => {
            Text::code_link(payload.name, Target::Anchor(payload_anchor(payload.name)))
        }
        None => Text::plain("empty or JSON; no client reads it"),
    }
}

/// The flows that show the call.
fn flows(endpoint: &Endpoint) -> Text {
    let drawn = FLOWS.iter().filter(|flow| {
        flow.steps.iter().any(
            |step| matches!(step.what, What::Call(_, operation) if operation == endpoint.operation),
        )
    });
    Text::joined(drawn.map(|flow| Text::link(flow.title, flow.anchor())), ", ")
}
