//! Servers that refuse valid calls.

use super::request::{field, is, refuse, refuse_all};
use super::{Mutant, wrong};
use crate::core::rules::Hooks;
use crate::core::state::Tenant;
use crate::core::{Call, Refusal};
use invite_spec::endpoint::Operation;
use invite_spec::participant::ParticipantStatus;
use serde_json::{Value, json};

/// A server that refuses every call of an operation.
macro_rules! refuses {
    ($name:literal breaks $breaks:ident: $does:literal, $operation:literal) => {
        wrong! {
            $name breaks $breaks: $does,
            in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
                refuse_all(call, $operation)
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    refuses! {
        "no-invite-by-rest" breaks INV_001:
        "lets no application server invite.", "rest.invite"
    },
    refuses! {
        "no-invite-by-sdk" breaks INV_003:
        "lets no participant invite.", "sdk.invite"
    },
    refuses! {
        "no-update-by-rest" breaks PRM_014:
        "lets no application server change permissions.", "rest.permissions"
    },
    refuses! {
        "no-update-by-sdk" breaks PRM_018:
        "lets no participant change permissions.", "sdk.permissions"
    },
    refuses! { "no-join" breaks JOIN_001: "lets nobody join.", "sdk.join" },
    refuses! { "no-leave" breaks JOIN_019: "lets nobody leave.", "sdk.leave" },
    refuses! {
        "no-list" breaks PRT_014:
        "lets no application server list participants.", "rest.participants"
    },
    refuses! {
        "no-kick-by-rest" breaks KCK_001:
        "lets no application server kick.", "rest.kick"
    },
    refuses! { "no-kick-by-sdk" breaks KCK_002: "lets no participant kick.", "sdk.kick" },
    refuses! {
        "no-message-by-sdk" breaks MSG_001:
        "lets no participant send messages.", "sdk.send"
    },
    refuses! {
        "no-message-by-rest" breaks MSG_005:
        "lets no application server send messages.", "rest.message"
    },
    refuses! {
        "no-subscribe" breaks SUB_001:
        "lets nobody subscribe.", "sdk.subscribe"
    },
    refuses! {
        "no-unsubscribe" breaks SUB_002:
        "lets nobody unsubscribe.", "sdk.unsubscribe"
    },
    wrong! {
        "no-unprotected-invite-by-rest" breaks INV_004:
        "refuses REST invites to unprotected conferences.",
        in Hooks: fn check_call(&self, tenant: &Tenant, call: &Call) -> Result<(), Refusal> {
            let invites = is(call.endpoint, "rest.invite");
            if invites && is_unprotected(tenant, call) { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "no-unprotected-invite-by-sdk" breaks INV_005:
        "refuses SDK invites to unprotected conferences.",
        in Hooks: fn check_call(&self, tenant: &Tenant, call: &Call) -> Result<(), Refusal> {
            let invites = is(call.endpoint, "sdk.invite");
            if invites && is_unprotected(tenant, call) { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "forty-people-at-most" breaks INV_009:
        "refuses to invite more than forty people in one request.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            let named = field(call, "/participants").and_then(Value::as_object).map(|it| it.len());
            let listed = field(call, "/externalProfiles").and_then(Value::as_array).map(Vec::len);
            if named.or(listed) > Some(40) { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "only-who-is-online" breaks INV_027:
        "refuses to invite a person who has no open session.",
        in Hooks: fn check_call(&self, tenant: &Tenant, call: &Call) -> Result<(), Refusal> {
            let offline = |id: &str| match tenant.by_external_id(id) {
                Some(person) => tenant.open_sessions(&person.id).next().is_none(),
                None => true,
            };
            if invited(call).any(offline) { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "no-second-invitation" breaks INV_028:
        "refuses to invite a person who is already invited.",
        in Hooks: fn check_call(&self, tenant: &Tenant, call: &Call) -> Result<(), Refusal> {
            let conference = tenant.conferences.get(call.parameter("conferenceId"));
            let is_reserved = |id: &str| {
                let person = tenant.by_external_id(id);
                let status = person.and_then(|person| conference?.status(&person.id));
                status == Some(&ParticipantStatus::Reserved)
            };
            if invited(call).any(is_reserved) { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "somebody-must-be-invited" breaks INV_039:
        "refuses an invite without any people.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            let invites = [Operation::RestInvite, Operation::SdkInvite].contains(&call.endpoint.operation);
            let nobody = field(call, "/participants") == Some(&json!({}))
                || field(call, "/externalProfiles") == Some(&json!([]));
            if invites && nobody { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "no-listeners" breaks JOIN_002:
        "refuses to let listeners join.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            if listens(call) { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "no-invited-listeners" breaks JOIN_009:
        "refuses to let listeners join with the token of an invitation.",
        in Hooks: fn check_call(&self, tenant: &Tenant, call: &Call) -> Result<(), Refusal> {
            let conference = tenant.conferences.get(call.parameter("conferenceId"));
            let invited = conference.is_some_and(|it| it.protected && it.memberships.len() > 1);
            if listens(call) && invited { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "leaving-needs-a-token" breaks JOIN_021:
        "requires a conference token to leave a protected conference.",
        in Hooks: fn check_call(&self, tenant: &Tenant, call: &Call) -> Result<(), Refusal> {
            let leaves = is(call.endpoint, "sdk.leave") && !is_unprotected(tenant, call);
            let shown = call.credentials.conference_token.is_some();
            if leaves && !shown { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "no-set-of-permissions" breaks PRM_003:
        "refuses permissions that are written as an empty object.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            let lists = ["/externalProfiles", "/userPermissions"].map(|list| field(call, list));
            let people = lists.into_iter().flatten().filter_map(Value::as_array).flatten();
            let named = people.filter_map(|it| it.get("permissions").or(it.get("newPermissions")));
            if named.into_iter().any(|it| *it == json!({})) { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "no-unprotected-permissions" breaks PRM_013:
        "refuses an SDK invite with permissions to an unprotected conference.",
        in Hooks: fn check_call(&self, tenant: &Tenant, call: &Call) -> Result<(), Refusal> {
            let named = field(call, "/externalProfiles/0/permissions").is_some();
            if named && is_unprotected(tenant, call) { refuse() } else { Ok(()) }
        }
    },
];

/// The external ids that an SDK invite names.
fn invited(call: &Call) -> impl Iterator<Item = &str> {
    let listed = field(call, "/externalProfiles").and_then(Value::as_array);
    listed.into_iter().flatten().filter_map(|person| person.get("externalId")?.as_str())
}

fn listens(call: &Call) -> bool {
    is(call.endpoint, "sdk.join") && field(call, "/user/type") == Some(&json!("listener"))
}

fn is_unprotected(tenant: &Tenant, call: &Call) -> bool {
    let conference = tenant.conferences.get(call.parameter("conferenceId"));
    conference.is_some_and(|conference| !conference.protected)
}
