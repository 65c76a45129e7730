//! Servers that do not isolate applications from each other.

use super::request::{field, is};
use super::{Mutant, wrong};
use crate::core::rules::{Conferences, Hooks};
use crate::core::state::Tenant;
use crate::core::{Call, Standard};
use invite_spec::endpoint::Plane;
use serde_json::Value;

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "sessions-in-one-application" breaks APP_001:
        "opens the sessions of every application in the first one.",
        in Hooks: fn tenant_of_call(&self, _: &[Tenant], own: usize, call: &Call) -> usize {
            if is(call.endpoint, "sdk.identify") { 0 } else { own }
        }
    },
    wrong! {
        "api-tokens-in-one-application" breaks APP_003:
        "issues the API tokens of every application for the first one.",
        in Hooks: fn tenant_of_call(&self, _: &[Tenant], own: usize, call: &Call) -> usize {
            if is(call.endpoint, "auth.token") { 0 } else { own }
        }
    },
    wrong! {
        "one-alias-for-all" breaks APP_002:
        "answers a REST create with the conference of the same alias in whichever application.",
        in Hooks: fn tenant_of_call(&self, tenants: &[Tenant], own: usize, call: &Call) -> usize {
            let alias = field(call, "/alias").and_then(Value::as_str).filter(|it| !it.is_empty());
            let key = alias.map(|alias| Standard.alias_key(alias));
            let has = |tenant: &Tenant| key.as_ref().is_some_and(|it| tenant.aliases.contains_key(it));
            let found = tenants.iter().position(has);
            found.filter(|_| is(call.endpoint, "rest.create")).unwrap_or(own)
        }
    },
    wrong! {
        "any-applications-conference" breaks APP_003:
        "lets an application server act on the conferences of every application.",
        in Hooks: fn tenant_of_call(&self, tenants: &[Tenant], own: usize, call: &Call) -> usize {
            let id = call.parameter("conferenceId");
            let found = tenants.iter().position(|tenant| tenant.conferences.contains_key(id));
            found.filter(|_| call.endpoint.plane == Plane::Rest).unwrap_or(own)
        }
    },
    wrong! {
        "clients-in-one-application" breaks APP_004:
        "issues the client access tokens of every application for the first one.",
        in Hooks: fn tenant_of_call(&self, _: &[Tenant], own: usize, call: &Call) -> usize {
            if is(call.endpoint, "rest.client-access-token") { 0 } else { own }
        }
    },
];
