//! Servers that refuse a call after having carried out a part of it.

use super::request::{is, profiles};
use super::{Mutant, wrong};
use crate::core::rules::Hooks;
use crate::core::{Call, Refusal};
use invite_spec::permission::Permission;
use serde_json::{Map, Value, json};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the current call is to be refused after it has been carried out. Calls run one at a time.
#[derive(Debug, Default)]
struct Late(AtomicBool);

impl Late {
    fn settle(&self, result: Result<Value, Refusal>) -> Result<Value, Refusal> {
        if self.0.swap(false, Ordering::Relaxed) {
            return Err(Refusal::argument("a part of the request is wrong"));
        }
        result
    }

    fn is_due(&self, late: bool) {
        self.0.store(late, Ordering::Relaxed);
    }
}

/// A server that leaves what is wrong out of a request, carries out the rest, and refuses. The block
/// says whether anything was wrong.
macro_rules! refuses_late {
    (
        $name:literal breaks $breaks:ident: $does:literal,
        $($operation:literal)|+ |$body:ident| $mend:block
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            remembers { late: Late }
            in Hooks: fn rewrite_call(&self, call: &mut Call) {
                let concerned = $(is(call.endpoint, $operation))||+;
                let late = match &mut call.body {
                    Ok($body) if concerned => $mend,
                    _ => false,
                };
                self.late.is_due(late);
            }
            fn rewrite_result(
                &self,
                _: &Call,
                result: Result<Value, Refusal>,
            ) -> Result<Value, Refusal> {
                self.late.settle(result)
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    refuses_late! {
        "refused-create-remains" breaks PRM_009:
        "refuses a REST create for an unknown permission, and leaves the conference behind.",
        "rest.create" |body| { drop_people(body, knows_no_permission) }
    },
    refuses_late! {
        "refused-create-rings" breaks PRM_009:
        "refuses a REST create for an unknown permission, and invites with the others.",
        "rest.create" |body| {
            let lists = body.get_mut("participants").and_then(Value::as_object_mut);
            lists.into_iter().flat_map(|people| people.values_mut()).fold(false, |wrong, person| {
                let names = person.get_mut("permissions").and_then(Value::as_array_mut);
                names.map_or(wrong, |names| {
                    let all = names.len();
                    names.retain(|it| it.as_str().is_none_or(|name| Permission::parse(name).is_some()));
                    wrong || names.len() < all
                })
            })
        }
    },
    refuses_late! {
        "refused-create-for-shape-remains" breaks ERR_011:
        "refuses a REST create whose people have the wrong shape, and leaves the conference behind.",
        "rest.create" |body| {
            let wrong = body.get("participants").is_some_and(|it| !it.is_object());
            if wrong {
                body["participants"] = json!({});
            }
            wrong
        }
    },
    refuses_late! {
        "half-of-a-rest-invite" breaks PRM_009:
        "refuses a REST invite for an unknown permission, and invites the others.",
        "rest.invite" |body| { drop_people(body, knows_no_permission) }
    },
    refuses_late! {
        "half-of-a-rest-update" breaks PRM_009:
        "refuses a REST update for an unknown permission, and updates the others.",
        "rest.permissions" |body| { drop_people(body, knows_no_permission) }
    },
    refuses_late! {
        "half-of-an-sdk-invite" breaks PRM_009:
        "refuses an SDK invite for an unknown permission, and invites the others.",
        "sdk.invite" |body| { drop_profiles(body, "externalProfiles", "permissions") }
    },
    refuses_late! {
        "half-of-an-sdk-update" breaks PRM_009:
        "refuses an SDK update for an unknown permission, and updates the others.",
        "sdk.permissions" |body| { drop_profiles(body, "userPermissions", "newPermissions") }
    },
    refuses_late! {
        "half-of-a-kick" breaks ERR_011:
        "refuses a REST kick whose list has something else than a text, and kicks the others.",
        "rest.kick" |body| {
            let list = body.get_mut("externalIds").and_then(Value::as_array_mut);
            list.is_some_and(|list| {
                let all = list.len();
                list.retain(Value::is_string);
                list.len() < all
            })
        }
    },
    refuses_late! {
        "half-of-a-subscription" breaks ERR_012:
        "refuses a subscription of the wrong shape, and makes the others.",
        "sdk.subscribe" |body| {
            let list = body.get_mut("subscriptions").and_then(Value::as_array_mut);
            list.is_some_and(|list| {
                let all = list.len();
                list.retain(|it| it.get("conferenceAlias").is_some_and(Value::is_string));
                list.len() < all
            })
        }
    },
    refuses_late! {
        "refused-create-without-owner-remains" breaks ERR_010:
        "refuses a REST create without an owner, and leaves the conference behind.",
        "rest.create" |body| {
            let wrong = body.is_object() && body.get("ownerExternalId").is_none();
            if wrong {
                body["ownerExternalId"] = json!("nobody");
            }
            wrong
        }
    },
    refuses_late! {
        "refused-message-is-sent" breaks ERR_018:
        "refuses a message that is not a text, and sends it as one.",
        "sdk.send" | "rest.message" |body| {
            let number = body.get("message").filter(|it| it.is_number()).map(Value::to_string);
            let wrong = number.is_some();
            if let Some(number) = number {
                body["message"] = json!(number);
            }
            wrong
        }
    },
    refuses_late! {
        "refused-sdk-create-remains" breaks ERR_018:
        "refuses an SDK create whose parameters have the wrong shape, and leaves the conference \
         behind.",
        "sdk.create" |body| {
            let wrong = body.get("params").is_some_and(|it| !it.is_object() && !it.is_null());
            if wrong {
                body["params"] = json!({});
            }
            wrong
        }
    },
];

/// Whether a permission of this list is unknown.
fn is_unknown(permissions: Option<&Value>) -> bool {
    let names = permissions.and_then(Value::as_array).into_iter().flatten();
    names.into_iter().any(|name| name.as_str().is_none_or(|name| Permission::parse(name).is_none()))
}

fn knows_no_permission(person: &Value) -> bool {
    is_unknown(person.get("permissions"))
}

/// Removes the people of a REST request for whom something is wrong. Whether there were any.
fn drop_people(body: &mut Value, is_wrong: fn(&Value) -> bool) -> bool {
    let Some(people) = body.get_mut("participants").and_then(Value::as_object_mut) else {
        return false;
    };
    let all = people.len();
    let right: Map<String, Value> =
        std::mem::take(people).into_iter().filter(|(_, person)| !is_wrong(person)).collect();
    *people = right;
    people.len() < all
}

/// The same for an SDK request.
fn drop_profiles(body: &mut Value, list: &str, permissions: &str) -> bool {
    if !profiles(body).any(|person| is_unknown(person.get(permissions))) {
        return false;
    }
    if let Some(people) = body.get_mut(list).and_then(Value::as_array_mut) {
        people.retain(|person| !is_unknown(person.get(permissions)));
    }
    true
}
