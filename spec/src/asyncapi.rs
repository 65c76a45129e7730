//! The AsyncAPI document of the WebSocket, made from the table of pushed frames and the registry of
//! payloads.
//!
//! AsyncAPI describes one application. Here that is the **server**, because the requirements are
//! for servers: it sends the pushed frames and receives those of clients.
//!
//! The payloads are AsyncAPI's own schema objects, not JSON Schema 2020-12 by `schemaFormat`. Tools
//! need not know that format. The official parser does not know it, and accepts such a schema
//! unread, whatever is wrong in it. Schema objects extend draft 07. A test checks that our schemas
//! use only keywords that draft 07 has and reads in the same way.

use crate::client_frame::{Acknowledgement, KeepAlive};
use crate::endpoint::{CLIENT_ID_HEADER, SOCKET_CLIENT_ID, SOCKET_PATH, SOCKET_TOKEN};
use crate::limits::CLIENT_ID_CHARACTERS;
use crate::payload::Payload;
use crate::push::FrameType;
use crate::requirement::{RequirementId, id};
use crate::{components, push};
use serde_json::{Map, Value, json};

/// The frames that a client sends, each with its requirement.
const CLIENT_FRAMES: &[(&str, Payload, RequirementId)] = &[
    ("KeepAlive", Payload::of::<KeepAlive>(), id::SES_010),
    (ACKNOWLEDGEMENT, Payload::of::<Acknowledgement>(), id::SES_010),
];

/// The requirements of the socket itself.
const SOCKET: &[RequirementId] =
    &[id::SES_002, id::SES_005, id::SES_009, id::WIRE_005, id::WIRE_006, id::WIRE_013];

/// The only frame that clients acknowledge, and the pointer to its number.
const ACKNOWLEDGED: (&str, &str) = (FrameType::UpdateToken.as_str(), "/amu");
const ACKNOWLEDGEMENT: &str = "Acknowledgement";
/// The pointer to the number in the acknowledgement.
const ACKNOWLEDGES: &str = "/ackMessageUuid";

/// A frame of either direction.
struct Frame {
    name: &'static str,
    payload: Payload,
    requirement: RequirementId,
    /// Whether the server sends it.
    pushed: bool,
}

/// Every frame: the pushed ones, then those that clients send.
fn frames() -> impl Iterator<Item = Frame> {
    let pushed = push::KINDS.iter().map(|kind| Frame {
        name: kind.name.as_str(),
        payload: kind.payload,
        requirement: kind.requirement,
        pushed: true,
    });
    let received = CLIENT_FRAMES.iter().map(|(name, payload, rule)| Frame {
        name,
        payload: *payload,
        requirement: *rule,
        pushed: false,
    });
    pushed.chain(received)
}

/// The document of the WebSocket.
pub fn session() -> Value {
    let payloads: Vec<Payload> = frames().map(|frame| frame.payload).collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Conference invitations: the WebSocket of a session",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The frames that a server pushes to a client, and the two frames that a \
                client sends. **This document describes the server**: operations with `send` push \
                a frame, those with `receive` take one from a client.\n\n\
                Every frame is a text message with one JSON object. The `type` names the kind of a \
                server's frame, and clients ignore unknown types. A client opens the socket after \
                identify, which the OpenAPI document of the client's calls describes. \
                `x-requirements` names the requirements that a frame can violate, and \
                `x-requirement` the requirement of a field. A field is required only if a client \
                breaks without it.",
            "license": { "name": env!("CARGO_PKG_LICENSE") },
        },
        "defaultContentType": "application/json",
        "servers": {
            "session": server("wss", "The address in `wsUri` of the response to identify."),
            "sessionWithoutTls": server("ws", "The same without TLS, for local tests."),
        },
        "channels": { "session": channel() },
        "operations": operations(),
        "components": {
            "messages": messages(),
            "schemas": components::schemas(&payloads),
            "securitySchemes": {
                "sessionToken": {
                    "type": "httpApiKey",
                    "in": "query",
                    "name": SOCKET_TOKEN,
                    "description": "The session token, from the response to identify.",
                },
            },
        },
    })
}

fn server(protocol: &str, description: &str) -> Value {
    json!({
        "host": "{host}",
        "protocol": protocol,
        "description": description,
        "variables": {
            "host": {
                "default": "session.example.com",
                "description": "The host, with a port if needed. Every deployment has its own.",
            },
        },
        "security": [{ "$ref": "#/components/securitySchemes/sessionToken" }],
    })
}

fn channel() -> Value {
    let rules: Vec<String> =
        SOCKET.iter().map(|id| format!("- {}", components::rule(*id))).collect();
    let messages: Map<String, Value> = frames()
        .map(|frame| {
            let message = json!({ "$ref": format!("#/components/messages/{}", frame.name) });
            (frame.name.to_owned(), message)
        })
        .collect();
    json!({
        "address": SOCKET_PATH,
        "title": "The socket of a session",
        "description": rules.join("\n"),
        "servers": [
            { "$ref": "#/servers/session" },
            { "$ref": "#/servers/sessionWithoutTls" },
        ],
        "messages": messages,
        "bindings": {
            "ws": {
                "method": "GET",
                "query": {
                    "type": "object",
                    "properties": {
                        SOCKET_CLIENT_ID: {
                            "type": "string",
                            "minLength": 1,
                            "description": format!(
                                "The client instance, as in the header `{CLIENT_ID_HEADER}`: \
                                 {CLIENT_ID_CHARACTERS} characters that the client generates."
                            ),
                        },
                        SOCKET_TOKEN: {
                            "type": "string",
                            "minLength": 1,
                            "description": "The session token: `jwt_user_token` from identify.",
                        },
                    },
                    "required": [SOCKET_CLIENT_ID, SOCKET_TOKEN],
                },
                "bindingVersion": "0.1.0",
            },
        },
        "x-requirements": SOCKET,
    })
}

fn operations() -> Map<String, Value> {
    let of_channel =
        |name: &str| json!([{ "$ref": format!("#/channels/session/messages/{name}") }]);
    let operation = |frame: Frame| {
        let action = if frame.pushed { "send" } else { "receive" };
        let mut operation = json!({
            "action": action,
            "channel": { "$ref": "#/channels/session" },
            "title": frame.payload.title,
            "description": components::rule(frame.requirement),
            "messages": of_channel(frame.name),
            "x-requirements": components::requirements(frame.requirement, [&frame.payload]),
        });
        if frame.name == ACKNOWLEDGED.0 {
            operation["reply"] = json!({
                "channel": { "$ref": "#/channels/session" },
                "messages": of_channel(ACKNOWLEDGEMENT),
            });
        }
        (format!("{action}{}", frame.name), operation)
    };
    frames().map(operation).collect()
}

fn messages() -> Map<String, Value> {
    let message = |frame: Frame| {
        let mut message = json!({
            "name": frame.name,
            "title": frame.payload.title,
            "contentType": "application/json",
            "payload": components::schema(&frame.payload),
            "examples": [{ "name": frame.payload.name, "payload": frame.payload.example() }],
            "x-requirements": components::requirements(frame.requirement, [&frame.payload]),
        });
        message["tags"] = json!([{ "name": frame.requirement.area().title }]);
        let correlated = [ACKNOWLEDGED, (ACKNOWLEDGEMENT, ACKNOWLEDGES)];
        if let Some((_, pointer)) = correlated.iter().find(|(name, _)| *name == frame.name) {
            message["correlationId"] = json!({
                "location": format!("$message.payload#{pointer}"),
                "description": "The acknowledgement repeats the number of the frame that it \
                    acknowledges.",
            });
        }
        (frame.name.to_owned(), message)
    };
    frames().map(message).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::check;
    use crate::payload;
    use crate::payload::Sender;

    #[test]
    fn every_frame_is_there_in_its_direction() {
        let document = session();
        for kind in push::KINDS {
            let operation = &document["operations"][format!("send{}", kind.name)];
            assert_eq!(operation["action"], "send", "{}", kind.name);
            assert_eq!(operation["x-requirements"][0], kind.requirement.as_str());
        }
        for name in ["KeepAlive", "Acknowledgement"] {
            assert_eq!(document["operations"][format!("receive{name}")]["action"], "receive");
        }
        let messages = document["components"]["messages"].as_object().unwrap();
        assert_eq!(messages.len(), push::KINDS.len() + CLIENT_FRAMES.len());
        assert_eq!(document["channels"]["session"]["messages"].as_object().unwrap().len(), 15);
        assert_eq!(document["channels"]["session"]["address"], SOCKET_PATH);
    }

    #[test]
    fn references_lead_somewhere_and_components_are_used() {
        let document = session();
        check::references_lead_somewhere(&document);
        check::components_are_used(&document);
    }

    #[test]
    fn examples_fit_their_schemas_in_either_dialect() {
        let document = session();
        for dialect in [
            "http://json-schema.org/draft-07/schema#",
            "https://json-schema.org/draft/2020-12/schema",
        ] {
            let mut schemas = check::Schemas::new(&document, dialect);
            for message in document["components"]["messages"].as_object().unwrap().values() {
                let reference = message["payload"]["$ref"].as_str().unwrap();
                schemas.fit(reference, &message["examples"][0]["payload"]);
            }
        }
    }

    #[test]
    fn schemas_use_no_word_that_draft_07_lacks_or_reads_otherwise() {
        const COMMON: &[&str] = &[
            "$ref",
            "additionalProperties",
            "anyOf",
            "const",
            "description",
            "enum",
            "examples",
            "format",
            "items",
            "maxProperties",
            "maximum",
            "minLength",
            "minimum",
            "oneOf",
            "pattern",
            "properties",
            "required",
            "title",
            "type",
            "x-requirement",
        ];
        fn walk(schema: &Value) {
            let Some(object) = schema.as_object() else {
                // An array of schemas for `items` is what draft 07 reads otherwise.
                return assert!(schema.is_boolean(), "{schema} is not a schema");
            };
            for (word, value) in object {
                assert!(COMMON.contains(&&**word), "{word} in {schema}");
                match &**word {
                    "properties" => value.as_object().unwrap().values().for_each(walk),
                    "items" | "additionalProperties" => walk(value),
                    "anyOf" | "oneOf" => value.as_array().unwrap().iter().for_each(walk),
                    // Draft 07 ignores what is next to a reference.
                    "$ref" => assert!(object.keys().all(|word| {
                        ["$ref", "description", "x-requirement"].contains(&&**word)
                    })),
                    _ => {}
                }
            }
        }
        session()["components"]["schemas"].as_object().unwrap().values().for_each(walk);
    }

    #[test]
    fn the_acknowledgement_repeats_what_it_acknowledges() {
        let acknowledged = FrameType::UpdateToken.kind().payload.example();
        let acknowledgement = payload::find("acknowledgement").unwrap().example();
        let number = acknowledged.pointer(ACKNOWLEDGED.1).unwrap();
        assert_eq!(Some(number), acknowledgement.pointer(ACKNOWLEDGES));
    }

    #[test]
    fn clients_send_what_is_said_that_they_send() {
        for (_, payload, _) in CLIENT_FRAMES {
            assert_eq!(payload.sender, Sender::Client);
        }
    }
}
