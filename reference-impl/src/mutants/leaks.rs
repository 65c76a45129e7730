//! Servers that show somebody's tokens to others, in fields that no client reads.

use super::request::{is, locked};
use super::{Mutant, wrong};
use crate::core::rules::{Hooks, Wire};
use crate::core::{Call, Refusal, Standard};
use invite_spec::endpoint::{Endpoint, Operation, Plane};
use invite_spec::push::Push;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Tokens by the person or the conference that they belong to.
#[derive(Debug, Default)]
struct Kept(Mutex<BTreeMap<String, String>>);

impl Kept {
    fn keep(&self, whose: Option<&Value>, token: Option<&Value>) {
        let text = |value: Option<&Value>| Some(value?.as_str()?.to_owned());
        if let (Some(whose), Some(token)) = (text(whose), text(token)) {
            locked(&self.0).insert(whose, token);
        }
    }

    /// Keeps the tokens of people in an answer of the REST plane.
    fn keep_all(&self, endpoint: &Endpoint, answer: &Value) {
        let people = match endpoint.operation {
            Operation::RestCreate => answer.get("usersTokens"),
            Operation::RestInvite => Some(answer),
            _ => None,
        };
        for (id, token) in people.and_then(Value::as_object).into_iter().flatten() {
            self.keep(Some(&json!(id)), Some(token));
        }
    }

    fn of(&self, whose: &str) -> Option<String> {
        locked(&self.0).get(whose).cloned()
    }
}

/// A frame with another field.
fn with(push: &Push, field: &str, value: Value) -> String {
    let mut frame = serde_json::to_value(push).unwrap_or_default();
    frame[field] = value;
    frame.to_string()
}

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "token-in-participant-added" breaks TOK_007:
        "adds the conference token of a participant to the news that the others get.",
        remembers { kept: Kept }
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, answer: Value) -> Value {
            self.kept.keep_all(endpoint, &answer);
            answer
        }
        in Wire: fn frame_text(&self, push: &Push) -> String {
            let Push::ParticipantAdded(frame) = push else { return Standard.frame_text(push) };
            match frame.external_id.as_deref().and_then(|id| self.kept.of(id)) {
                Some(token) => with(push, "key", json!(token)),
                None => Standard.frame_text(push),
            }
        }
    },
    wrong! {
        "session-token-in-participant-updated" breaks TOK_007:
        "adds the session token of a participant to updates about the participant.",
        remembers { kept: Kept }
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, answer: Value) -> Value {
            if is(endpoint, "sdk.identify") {
                self.kept.keep(answer.get("user_id"), answer.get("jwt_user_token"));
            }
            answer
        }
        in Wire: fn frame_text(&self, push: &Push) -> String {
            let Push::ParticipantUpdated(frame) = push else { return Standard.frame_text(push) };
            match self.kept.of(frame.user_id.as_str()) {
                Some(token) => with(push, "debug", json!({ "session": [token] })),
                None => Standard.frame_text(push),
            }
        }
    },
    wrong! {
        "owner-token-in-invitation" breaks TOK_007:
        "adds the owner token of the conference to invitations.",
        remembers { kept: Kept }
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, answer: Value) -> Value {
            if matches!(endpoint.operation, Operation::RestCreate | Operation::SdkCreate) {
                self.kept.keep(answer.get("conferenceId"), answer.get("ownerToken"));
            }
            answer
        }
        in Wire: fn frame_text(&self, push: &Push) -> String {
            let Push::InvitationReceived(frame) = push else { return Standard.frame_text(push) };
            match self.kept.of(frame.conference_id.as_str()) {
                Some(token) => with(push, "ownerToken", json!(token)),
                None => Standard.frame_text(push),
            }
        }
    },
    wrong! {
        "tokens-in-join-answer" breaks TOK_007:
        "adds the conference tokens of the participants to the answer to a join.",
        remembers { kept: Kept }
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            self.kept.keep_all(endpoint, &answer);
            if is(endpoint, "sdk.join") {
                let people = answer.get_mut("participants").and_then(Value::as_array_mut);
                for person in people.into_iter().flatten() {
                    let id = person.get("externalId").and_then(Value::as_str);
                    if let Some(token) = id.and_then(|id| self.kept.of(id)) {
                        person["metadata"]["conferenceAccessToken"] = json!(token);
                    }
                }
            }
            answer
        }
    },
    wrong! {
        "api-token-in-join-answer" breaks TOK_007:
        "adds the API token of the application server to the answer to a join.",
        remembers { kept: Kept }
        in Hooks: fn rewrite_result(
            &self,
            call: &Call,
            result: Result<Value, Refusal>,
        ) -> Result<Value, Refusal> {
            let mut answer = result?;
            let shown = call.credentials.authorization.as_deref();
            let token = shown.and_then(|it| it.strip_prefix("Bearer ")).map(|it| json!(it));
            if call.endpoint.plane == Plane::Rest {
                self.kept.keep(answer.get("conferenceId"), token.as_ref());
            }
            if is(call.endpoint, "sdk.join")
                && let Some(token) = self.kept.of(call.parameter("conferenceId"))
            {
                answer["metadata"]["upstream"] = json!(format!("Bearer {token}"));
            }
            Ok(answer)
        }
    },
    wrong! {
        "session-token-in-message" breaks TOK_007:
        "adds the session token of the sender to messages.",
        remembers { kept: Kept }
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, answer: Value) -> Value {
            if is(endpoint, "sdk.identify") {
                self.kept.keep(answer.get("user_id"), answer.get("jwt_user_token"));
            }
            answer
        }
        in Wire: fn frame_text(&self, push: &Push) -> String {
            let Push::ConferenceMessageReceived(frame) = push else {
                return Standard.frame_text(push);
            };
            match self.kept.of(frame.user_id.as_str()) {
                Some(token) => with(push, "from", json!({ "token": token })),
                None => Standard.frame_text(push),
            }
        }
    },
];
