//! Wrong with refusals: what is refused, and how.

use super::request::{do_nothing, edit, is};
use super::{Mutant, wrong};
use crate::core::rules::{Hooks, Wire};
use crate::core::{Call, Policy, Refusal, Rules, Standard};
use invite_spec::endpoint::{Endpoint, Plane};
use invite_spec::error::Failure;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// A server that answers a kind of failure with another status.
macro_rules! status {
    (
        $name:literal breaks $breaks:literal: $does:literal,
        |$endpoint:pat_param| $($failure:pat_param)|+ => $status:expr
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            in Wire: fn refusal_status(
                &self,
                endpoint: Option<&Endpoint>,
                failure: Failure,
            ) -> u16 {
                let $endpoint = endpoint;
                let usual = failure.status();
                match failure {
                    $($failure)|+ => $status.unwrap_or(usual),
                    _ => usual,
                }
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "null-error" breaks "ERR-001":
        "answers null to a client whom it refuses.",
        in Wire: fn refusal_body(&self, endpoint: Option<&Endpoint>, refusal: &Refusal) -> Value {
            if is_of(endpoint, Plane::Session) {
                return Value::Null;
            }
            Standard.refusal_body(endpoint, refusal)
        }
    },
    wrong! {
        "problem-details-by-sdk" breaks "ERR-002":
        "tells a client whom it refuses in another form than clients read.",
        in Wire: fn refusal_body(&self, endpoint: Option<&Endpoint>, refusal: &Refusal) -> Value {
            if !is_of(endpoint, Plane::Session) {
                return Standard.refusal_body(endpoint, refusal);
            }
            json!({ "title": refusal.failure.reason(), "detail": refusal.description })
        }
    },
    wrong! {
        "problem-details-by-rest" breaks "ERR-003":
        "tells an application server whom it refuses in another form than the clients read.",
        in Wire: fn refusal_body(&self, endpoint: Option<&Endpoint>, refusal: &Refusal) -> Value {
            if is_of(endpoint, Plane::Session) {
                return Standard.refusal_body(endpoint, refusal);
            }
            json!({ "title": refusal.failure.reason(), "detail": refusal.description })
        }
    },
    wrong! {
        "another-code-for-permissions" breaks "ERR-004":
        "gives the lack of a permission another code.",
        in Wire: fn refusal_body(&self, endpoint: Option<&Endpoint>, refusal: &Refusal) -> Value {
            let mut error = Standard.refusal_body(endpoint, refusal);
            if refusal.failure == Failure::InsufficientPermissions {
                error["error_code"] = json!(115);
            }
            error
        }
    },
    status! {
        "unknown-conference-by-rest" breaks "ERR-005":
        "accepts calls of application servers about conferences that it does not know.",
        |endpoint| Failure::NoSuchConference => accepted(endpoint, Plane::Rest)
    },
    wrong! {
        "ended-conference-by-rest" breaks "ERR-005":
        "accepts calls of application servers about conferences that it has ended.",
        remembers { ended: Mutex<BTreeSet<String>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            let conference = call.parameter("conferenceId").to_owned();
            if ended.contains(&conference) && call.endpoint.plane == Plane::Rest {
                do_nothing(call);
                return;
            }
            if is(call.endpoint, "rest.terminate") && call.credentials.authorization.is_some() {
                ended.insert(conference);
            }
        }
    },
    status! {
        "unknown-conference-by-sdk" breaks "ERR-006":
        "accepts calls of clients about conferences that it does not know.",
        |endpoint| Failure::NoSuchConference => accepted(endpoint, Plane::Session)
    },
    status! {
        "unknown-conference-is-a-bad-request" breaks "ERR-007":
        "answers 400 where a conference is not known.",
        |_| Failure::NoSuchConference => Some(400)
    },
    wrong! {
        "any-rest-body" breaks "ERR-008":
        "takes a body of an application server that is not JSON for an empty one.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            if call.endpoint.plane != Plane::Rest || call.body.is_ok() {
                return;
            }
            let body = json!({ "ownerExternalId": "somebody", "participants": {} });
            call.body = Ok(body);
        }
    },
    wrong! {
        "any-sdk-body" breaks "ERR-009":
        "takes a body of a client that is not JSON for an empty one.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            if call.endpoint.plane != Plane::Session || call.body.is_ok() {
                return;
            }
            let body = json!({ "externalProfiles": [], "userPermissions": [], "message": "" });
            call.body = Ok(body);
        }
    },
    wrong! {
        "nobody-owns" breaks "ERR-010":
        "creates conferences for application servers that name no owner.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.create"], |body| {
                if body.get("ownerExternalId").is_none() {
                    body["ownerExternalId"] = json!("nobody");
                }
            })
        }
    },
    wrong! {
        "any-rest-shape" breaks "ERR-011":
        "makes what it can of a body of an application server that has the wrong shape.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.create", "rest.invite", "rest.kick", "rest.message"], |body| {
                if !body.is_object() {
                    *body = json!({});
                }
                if !body["participants"].is_object() {
                    body["participants"] = json!({});
                }
                for person in super::request::people(body) {
                    if let Some(one @ Value::String(_)) = person.get("permissions") {
                        let one = json!([one]);
                        person.insert("permissions".to_owned(), one);
                    }
                }
                if !body["externalIds"].is_array() {
                    body["externalIds"] = json!([]);
                }
                if let Some(one @ Value::String(_)) = body.get("to") {
                    body["to"] = json!([one]);
                }
            })
        }
    },
    wrong! {
        "any-sdk-shape" breaks "ERR-012":
        "makes what it can of a body of a client that has the wrong shape.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["sdk.invite", "sdk.permissions", "sdk.send"], |body| {
                for list in ["externalProfiles", "userPermissions"] {
                    if !body[list].is_array() {
                        body[list] = json!([]);
                    }
                }
                if !body["message"].is_string() {
                    body["message"] = json!(body["message"].to_string());
                }
            })
        }
    },
    status! {
        "bad-body-is-unprocessable" breaks "ERR-013":
        "answers 422 where a body is bad.",
        |_| Failure::IllegalArgument => Some(422)
    },
    status! {
        "bad-credential-is-forbidden" breaks "ERR-014":
        "answers 403 where a credential is bad.",
        |_| Failure::InvalidToken => Some(403)
    },
    status! {
        "missing-permission-is-a-bad-request" breaks "ERR-015":
        "answers 400 where a permission is missing or a token is somebody else's.",
        |_| Failure::InsufficientPermissions | Failure::ForeignToken => Some(400)
    },
    status! {
        "missing-conference-token-is-a-bad-request" breaks "ERR-015":
        "answers 400 where a conference token is bad or its session may have none.",
        |endpoint| Failure::InvalidToken | Failure::UserNotValid => {
            endpoint.filter(|endpoint| endpoint.permission.is_some()).map(|_| 400)
        }
    },
    wrong! {
        "bodies-of-any-length" breaks "ERR-016":
        "reads a body of any length.",
        sets body_bytes: usize::MAX;
    },
    status! {
        "bad-body-is-its-own-fault" breaks "ERR-017":
        "answers 500 where a body is bad.",
        |_| Failure::IllegalArgument => Some(500)
    },
    wrong! {
        "refuses-what-it-did" breaks "ERR-018":
        "refuses an invitation after it has sent it.",
        in Hooks: fn rewrite_result(
            &self,
            call: &Call,
            result: Result<Value, Refusal>,
        ) -> Result<Value, Refusal> {
            if !is(call.endpoint, "sdk.invite") {
                return result;
            }
            result.and_then(|_| {
                Err(Refusal::new(Failure::InsufficientPermissions, "invitations are not allowed"))
            })
        }
    },
];

fn is_of(endpoint: Option<&Endpoint>, plane: Plane) -> bool {
    endpoint.is_some_and(|endpoint| endpoint.plane == plane)
}

/// The status of a success, for calls of this plane whose answer nobody reads.
fn accepted(endpoint: Option<&Endpoint>, plane: Plane) -> Option<u16> {
    endpoint.filter(|it| it.plane == plane && it.answer.is_none()).map(|_| 200)
}
