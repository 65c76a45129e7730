//! Servers that read requests wrong, or lack what browsers need.

use super::request::{field, is, locked, refuse};
use super::{Mutant, wrong};
use crate::core::rules::{Hooks, Wire};
use crate::core::state::Tenant;
use crate::core::{Call, Delivery, Refusal, Standard};
use invite_spec::endpoint::Endpoint;
use invite_spec::participant::ParticipantStatus;
use invite_spec::push::Push;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// A server that omits a word from one header of its responses to preflights.
macro_rules! forbids {
    ($name:literal breaks $breaks:ident: $does:literal, $header:literal, $word:literal) => {
        wrong! {
            $name breaks $breaks: $does,
            in Wire: fn preflight_headers(&self) -> Vec<(&'static str, String)> {
                let mut headers = Standard.preflight_headers();
                for (_, value) in headers.iter_mut().filter(|(name, _)| *name == $header) {
                    let kept = value.split(", ").filter(|word| *word != $word);
                    *value = kept.collect::<Vec<_>>().join(", ");
                }
                headers
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    forbids! {
        "x-token-forbidden" breaks WIRE_007:
        "does not let pages send the session token.", "access-control-allow-headers", "x-token"
    },
    forbids! {
        "delete-forbidden" breaks WIRE_007:
        "does not let pages send DELETE requests.", "access-control-allow-methods", "DELETE"
    },
    wrong! {
        "preflight-needs-a-token" breaks WIRE_007:
        "answers preflights with 401, because no browser sends a token with them.",
        in Wire: fn preflight_status(&self, _: &str) -> u16 {
            401
        }
    },
    wrong! {
        "preflight-unknown" breaks WIRE_007:
        "answers preflights with 404, with all the right headers.",
        in Wire: fn preflight_status(&self, _: &str) -> u16 {
            404
        }
    },
    wrong! {
        "any-origin" breaks WIRE_008:
        "allows every origin at once, which browsers do not accept with credentials.",
        in Wire: fn cors_headers(&self, _: &str) -> Vec<(&'static str, String)> {
            vec![
                ("access-control-allow-origin", "*".to_owned()),
                ("access-control-allow-credentials", "true".to_owned()),
            ]
        }
    },
    wrong! {
        "pages-without-credentials" breaks WIRE_008:
        "does not allow pages to read the answers to requests with credentials.",
        in Wire: fn cors_headers(&self, origin: &str) -> Vec<(&'static str, String)> {
            vec![("access-control-allow-origin", origin.to_owned())]
        }
    },
    wrong! {
        "no-strings-for-booleans" breaks WIRE_009:
        "refuses a string where a boolean is expected.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            let given = ["/params/liveRecording", "/params/dolbyVoice"].map(|at| field(call, at));
            if given.into_iter().flatten().any(Value::is_string) { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "no-empty-body" breaks WIRE_010:
        "refuses a leave with an empty body.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            let empty = call.body.as_ref().is_ok_and(|body| *body == json!({}));
            if is(call.endpoint, "sdk.leave") && empty { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "rest-of-a-body-stays" breaks WIRE_011:
        "reads the rest of a truncated body as the beginning of the next one.",
        remembers { waiting: Mutex<BTreeSet<String>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let Some(caller) = &call.credentials.authorization else { return };
            let mut waiting = locked(&self.waiting);
            if call.body.is_err() {
                waiting.insert(caller.clone());
                return;
            }
            if !waiting.remove(caller) {
                return;
            }
            call.body = Err("the body is not JSON".to_owned());
        }
    },
    wrong! {
        "further-fields-refused" breaks WIRE_012:
        "refuses a body with an unknown field.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            let known = call.endpoint.request.payload().map(|payload| payload.schema());
            let known = known.as_ref().and_then(|schema| schema.get("properties")?.as_object());
            let given = call.body.as_ref().ok().and_then(Value::as_object);
            let (Some(known), Some(given)) = (known, given) else { return Ok(()) };
            if given.keys().all(|name| known.contains_key(name)) { Ok(()) } else { refuse() }
        }
    },
    wrong! {
        "second-message-last" breaks WIRE_013:
        "holds back the second message of a sender until somebody has left.",
        remembers { held: Mutex<Vec<Delivery>>, sent: Mutex<BTreeMap<String, u32>> }
        in Hooks: fn rewrite_deliveries(
            &self,
            _: &Tenant,
            deliveries: Vec<Delivery>,
        ) -> Vec<Delivery> {
            let mut held = locked(&self.held);
            let mut sent = locked(&self.sent);
            let mut is_second = |it: &Delivery| {
                let Push::ConferenceMessageReceived(message) = &it.push else { return false };
                let count = sent.entry(message.user_id.to_string()).or_default();
                *count += 1;
                *count == 2
            };
            let (late, mut due): (Vec<_>, Vec<_>) =
                deliveries.into_iter().partition(&mut is_second);
            let news = due.iter().filter(|it| has_left(it));
            let reached: Vec<_> = news.flat_map(|it| &it.to).collect();
            let is_over = |it: &Delivery| it.to.iter().any(|session| reached.contains(&session));
            let (released, waiting) = held.drain(..).partition::<Vec<_>, _>(is_over);
            *held = waiting.into_iter().chain(late).collect();
            due.extend(released);
            due
        }
    },
    wrong! {
        "ids-of-its-own" breaks WIRE_015:
        "gives conferences and users ids that are not UUIDs.",
        in Hooks: fn rewrite_id(&self, id: Arc<str>) -> Arc<str> {
            format!("id_{}", id.replace('-', "")).into()
        }
    },
    wrong! {
        "telemetry-wanted" breaks WIRE_014:
        "tells clients to send telemetry.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            if is(endpoint, "telemetry.configuration") {
                answer["webrtc"]["enabled"] = json!(true);
            }
            answer
        }
    },
];

/// Whether a delivery announces that a participant has left.
fn has_left(delivery: &Delivery) -> bool {
    let Push::ParticipantUpdated(updated) = &delivery.push else { return false };
    updated.status == Some(ParticipantStatus::Left)
}
