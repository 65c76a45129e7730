//! The frames of the WebSocket, one section each.

use super::{payload_anchor, payloads};
use crate::client_frame::{Acknowledgement, KeepAlive};
use crate::document::FLOWS;
use crate::document::flow::What;
use crate::document::model::{Block, Code, Language, Section};
use crate::document::text::Text;
use crate::endpoint::SOCKET_PATH;
use crate::example;
use crate::payload::Payload;
use crate::requirement::id;
use crate::{components, push};

pub(super) fn section() -> Section {
    Section::new("frames", "Frames of the WebSocket")
        .says(&format!(
            "A client opens the WebSocket of its session at `{SOCKET_PATH}`, with its instance id \
             and the session token in the query (SES-002). Every frame is a text message with one \
             JSON object. The `type` names the kind of a server’s frame (WIRE-006), and clients \
             ignore unknown types. Frames have no sequence numbers, and the server does not replay \
             them: a frame that is pushed while the socket is closed is lost."
        ))
        .says("In a browser, with the [variables](#examples) of the examples of calls:")
        .with(javascript(example::open_socket()))
        .within(push::KINDS.iter().map(pushed))
        .within([sent(&Payload::of::<KeepAlive>()), sent(&Payload::of::<Acknowledgement>())])
}

fn pushed(kind: &'static push::Kind) -> Section {
    let mut facts = vec![(
        "Requirements",
        Text::rules(components::requirements(kind.requirement, [&kind.payload])),
    )];
    let drawn = FLOWS.iter().filter(|flow| {
        flow.steps.iter().any(|step| matches!(step.what, What::Push(_, name) if name == kind.name))
    });
    let flows = Text::joined(drawn.map(|flow| Text::link(flow.title, flow.anchor())), ", ");
    if !flows.is_empty() {
        facts.push(("Flows", flows));
    }
    Section::new(payload_anchor(kind.payload.name), kind.payload.title)
        .named(kind.name.as_str())
        .says(kind.requirement.row().text)
        .with(Block::Facts(facts))
        .with_all(payloads::blocks(&kind.payload))
}

fn sent(payload: &Payload) -> Section {
    let facts = vec![("Requirements", Text::rule(id::SES_010))];
    Section::new(payload_anchor(payload.name), payload.title)
        .named(payload.name)
        .with(Block::Facts(facts))
        .with_all(payloads::blocks(payload))
        .with(javascript(example::send_frame(payload)))
}

fn javascript(text: String) -> Block {
    Block::Code(Code { language: Language::JavaScript, text })
}
