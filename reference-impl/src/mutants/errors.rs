//! Servers that accept what must be refused, or refuse it in a wrong form.

use super::request::{do_nothing, edit, is, locked};
use super::{Mutant, wrong};
use crate::core::rules::{Hooks, Wire};
use crate::core::{Call, Refusal, Standard};
use invite_spec::endpoint::{Endpoint, Plane};
use invite_spec::error::Failure;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Mutex;

/// A server that answers some failures with another status; `None` for the right one.
macro_rules! status {
    (
        $name:literal breaks $breaks:ident: $does:literal,
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
                let default = failure.status();
                match failure {
                    $($failure)|+ => $status.unwrap_or(default),
                    _ => default,
                }
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "null-error" breaks ERR_001:
        "answers a refused SDK call with null.",
        in Wire: fn refusal_body(&self, endpoint: Option<&Endpoint>, refusal: &Refusal) -> Value {
            if is_of(endpoint, Plane::Session) {
                return Value::Null;
            }
            Standard.refusal_body(endpoint, refusal)
        }
    },
    wrong! {
        "problem-details-by-sdk" breaks ERR_002:
        "answers a refused SDK call with an error body that clients cannot read.",
        in Wire: fn refusal_body(&self, endpoint: Option<&Endpoint>, refusal: &Refusal) -> Value {
            if !is_of(endpoint, Plane::Session) {
                return Standard.refusal_body(endpoint, refusal);
            }
            json!({ "title": refusal.failure.reason(), "detail": refusal.description })
        }
    },
    wrong! {
        "problem-details-by-rest" breaks ERR_003:
        "answers a refused REST call with an error body that clients cannot read.",
        in Wire: fn refusal_body(&self, endpoint: Option<&Endpoint>, refusal: &Refusal) -> Value {
            if is_of(endpoint, Plane::Session) {
                return Standard.refusal_body(endpoint, refusal);
            }
            json!({ "title": refusal.failure.reason(), "detail": refusal.description })
        }
    },
    wrong! {
        "another-code-for-permissions" breaks ERR_004:
        "uses another error code for a missing permission.",
        in Wire: fn refusal_body(&self, endpoint: Option<&Endpoint>, refusal: &Refusal) -> Value {
            let mut error = Standard.refusal_body(endpoint, refusal);
            if refusal.failure == Failure::InsufficientPermissions {
                error["error_code"] = json!(115);
            }
            error
        }
    },
    status! {
        "unknown-conference-by-rest" breaks ERR_005:
        "accepts REST calls about unknown conferences.",
        |endpoint| Failure::NoSuchConference => accepted(endpoint, Plane::Rest)
    },
    wrong! {
        "ended-conference-by-rest" breaks ERR_005:
        "accepts REST calls about conferences that have ended.",
        remembers { ended: Mutex<BTreeSet<String>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let mut ended = locked(&self.ended);
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
        "unknown-conference-by-sdk" breaks ERR_006:
        "accepts SDK calls about unknown conferences.",
        |endpoint| Failure::NoSuchConference => accepted(endpoint, Plane::Session)
    },
    status! {
        "unknown-conference-is-a-bad-request" breaks ERR_007:
        "answers 400 if the conference is unknown.",
        |_| Failure::NoSuchConference => Some(400)
    },
    wrong! {
        "any-rest-body" breaks ERR_008:
        "treats the body of a REST call that is not JSON as an empty one.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            if call.endpoint.plane != Plane::Rest || call.body.is_ok() {
                return;
            }
            let body = json!({ "ownerExternalId": "somebody", "participants": {} });
            call.body = Ok(body);
        }
    },
    wrong! {
        "any-sdk-body" breaks ERR_009:
        "treats the body of an SDK call that is not JSON as an empty one.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            if call.endpoint.plane != Plane::Session || call.body.is_ok() {
                return;
            }
            let body = json!({ "externalProfiles": [], "userPermissions": [], "message": "" });
            call.body = Ok(body);
        }
    },
    wrong! {
        "nobody-owns" breaks ERR_010:
        "creates conferences by REST without an owner.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.create"], |body| {
                if body.get("ownerExternalId").is_none() {
                    body["ownerExternalId"] = json!("nobody");
                }
            })
        }
    },
    wrong! {
        "any-rest-shape" breaks ERR_011:
        "accepts the body of a REST call that has the wrong shape.",
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
        "any-sdk-shape" breaks ERR_012:
        "accepts the body of an SDK call that has the wrong shape.",
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
        "bad-body-is-unprocessable" breaks ERR_013:
        "answers 422 if the body is invalid.",
        |_| Failure::IllegalArgument => Some(422)
    },
    status! {
        "bad-credential-is-forbidden" breaks ERR_014:
        "answers 403 if a credential is invalid.",
        |_| Failure::InvalidToken => Some(403)
    },
    status! {
        "missing-permission-is-a-bad-request" breaks ERR_015:
        "answers 400 if a permission is missing or the token is another person's.",
        |_| Failure::InsufficientPermissions | Failure::ForeignToken => Some(400)
    },
    status! {
        "missing-conference-token-is-a-bad-request" breaks ERR_015:
        "answers 400 if the conference token is invalid or the session may not use one.",
        |endpoint| Failure::InvalidToken | Failure::UserNotValid => {
            endpoint.filter(|endpoint| endpoint.permission.is_some()).map(|_| 400)
        }
    },
    wrong! {
        "bodies-of-any-length" breaks ERR_016:
        "accepts a body of any length.",
        sets body_bytes: usize::MAX;
    },
    status! {
        "bad-body-is-its-own-fault" breaks ERR_017:
        "answers 500 if the body is invalid.",
        |_| Failure::IllegalArgument => Some(500)
    },
    wrong! {
        "every-refusal-is-its-own-fault" breaks ERR_017:
        "answers 500 whenever it refuses a call.",
        in Wire: fn refusal_status(&self, _: Option<&Endpoint>, _: Failure) -> u16 {
            500
        }
    },
    wrong! {
        "refuses-what-it-did" breaks ERR_018:
        "answers an invitation with a refusal after delivering it.",
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

/// The status of a success, for calls of this plane whose answer clients ignore.
fn accepted(endpoint: Option<&Endpoint>, plane: Plane) -> Option<u16> {
    endpoint.filter(|it| it.plane == plane && it.answer.is_none()).map(|_| 200)
}
