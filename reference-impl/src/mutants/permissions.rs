//! Servers with wrong grants, or that require the wrong permissions.

use super::request::{add_permission, each_permissions, edit};
use super::{Mutant, wrong};
use crate::core::rules::{Access, Hooks, Inviting};
use crate::core::state::Membership;
use crate::core::{Call, Refusal, Standard};
use invite_spec::endpoint::Endpoint;
use invite_spec::participant::ParticipantStatus;
use invite_spec::permission::{Permission, PermissionSet, RequestedPermissions};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};

/// A server whose invitations grant the wrong permissions.
macro_rules! grants {
    (
        $name:literal breaks $breaks:ident: $does:literal,
        |$asked:ident, $held:ident| $granted:expr
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            in Inviting: fn grants_of_invitation(
                &self,
                $asked: &RequestedPermissions,
                $held: Option<&PermissionSet>,
            ) -> Result<PermissionSet, Refusal> {
                $granted
            }
        }
    };
}

/// A server that misreads the permissions of a request.
macro_rules! reads_permissions {
    (
        $name:literal breaks $breaks:ident: $does:literal,
        $operations:expr, |$permissions:ident| $change:block
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            in Hooks: fn rewrite_call(&self, call: &mut Call) {
                edit(call, $operations, |body| each_permissions(body, |$permissions| $change))
            }
        }
    };
}

const EVERY_REQUEST: &[&str] =
    &["rest.create", "rest.invite", "rest.permissions", "sdk.invite", "sdk.permissions"];

pub(super) const WRONG: &[Mutant] = &[
    grants! {
        "default-is-the-inviters" breaks PRM_001:
        "grants all permissions of the inviter in an SDK invite without permissions.",
        |asked, held| match held {
            Some(held) if asked.is_default() => Ok(held.clone()),
            _ => Standard.grants_of_invitation(asked, held),
        }
    },
    grants! {
        "default-is-everything" breaks PRM_002:
        "grants every permission in a REST request without permissions.",
        |asked, held| match held {
            None if asked.is_default() => Ok(Permission::ALL.into_iter().collect()),
            _ => Standard.grants_of_invitation(asked, held),
        }
    },
    reads_permissions! {
        "empty-object-is-none" breaks PRM_004:
        "treats null and an empty object as an empty list of permissions.",
        EVERY_REQUEST,
        |permissions| {
            if permissions.is_null() || *permissions == json!({}) {
                *permissions = json!([]);
            }
        }
    },
    reads_permissions! {
        "unstated-is-everything" breaks PRM_030:
        "treats null and an empty object as all permissions.",
        EVERY_REQUEST,
        |permissions| {
            if permissions.is_null() || *permissions == json!({}) {
                *permissions = json!(Permission::ALL);
            }
        }
    },
    reads_permissions! {
        "empty-list-is-everything" breaks PRM_030:
        "treats an empty list of permissions as all of them.",
        EVERY_REQUEST,
        |permissions| {
            if *permissions == json!([]) {
                *permissions = json!(Permission::ALL);
            }
        }
    },
    reads_permissions! {
        "sdk-invite-adds-stream" breaks PRM_005:
        "adds STREAM to the permissions of an SDK invite.",
        &["sdk.invite"],
        |permissions| { add_permission(permissions, "STREAM"); }
    },
    reads_permissions! {
        "rest-invite-adds-stream" breaks PRM_006:
        "adds STREAM to the permissions of a REST invite.",
        &["rest.invite"],
        |permissions| { add_permission(permissions, "STREAM"); }
    },
    grants! {
        "alone-means-joining-too" breaks PRM_006:
        "adds JOIN to a single permission that an application server grants.",
        |asked, held| {
            let mut granted = Standard.grants_of_invitation(asked, held)?;
            if held.is_none() && granted.len() == 1 {
                granted.insert(Permission::Join);
            }
            Ok(granted)
        }
    },
    grants! {
        "recording-means-streaming" breaks PRM_005:
        "grants STREAM instead of RECORD in an SDK invite.",
        |asked, held| {
            let mut granted = Standard.grants_of_invitation(asked, held)?;
            if held.is_some() && !asked.is_default() && granted.remove(&Permission::Record) {
                granted.insert(Permission::Stream);
            }
            Ok(granted)
        }
    },
    reads_permissions! {
        "rest-create-adds-stream" breaks PRM_007:
        "adds STREAM to the permissions of a REST create.",
        &["rest.create"],
        |permissions| { add_permission(permissions, "STREAM"); }
    },
    reads_permissions! {
        "rest-create-drops-invite" breaks PRM_007:
        "drops INVITE from the permissions of a REST create.",
        &["rest.create"],
        |permissions| {
            if let Some(list) = permissions.as_array_mut() {
                list.retain(|name| name != "INVITE");
            }
        }
    },
    reads_permissions! {
        "empty-list-is-joining" breaks PRM_008:
        "grants JOIN alone for an empty list of permissions.",
        EVERY_REQUEST,
        |permissions| {
            if *permissions == json!([]) {
                *permissions = json!(["JOIN"]);
            }
        }
    },
    reads_permissions! {
        "unknown-permission-dropped" breaks PRM_009:
        "ignores unknown permissions.",
        EVERY_REQUEST,
        |permissions| {
            if let Some(list) = permissions.as_array_mut() {
                list.retain(|name| name.as_str().and_then(Permission::parse).is_some());
            }
        }
    },
    grants! {
        "grants-beyond-oneself" breaks PRM_010:
        "lets participants grant permissions that they do not have.",
        |asked, held| {
            let _ = held;
            Ok(asked.resolve())
        }
    },
    grants! {
        "over-grant-is-nothing" breaks PRM_011:
        "grants nothing if the inviter grants a permission without having it.",
        |asked, held| {
            Standard.grants_of_invitation(asked, held).or_else(|_| Ok(PermissionSet::new()))
        }
    },
    grants! {
        "default-or-nothing" breaks PRM_012:
        "grants nothing by default if the inviter does not have the whole default.",
        |asked, held| {
            let beyond = held.is_some_and(|held| !asked.resolve().is_subset(held));
            if asked.is_default() && beyond {
                return Ok(PermissionSet::new());
            }
            Standard.grants_of_invitation(asked, held)
        }
    },
    wrong! {
        "everybody-updates" breaks PRM_022:
        "lets every participant change permissions.",
        in Access: fn permissions_allow(
            &self,
            held: &PermissionSet,
            endpoint: &Endpoint,
        ) -> bool {
            endpoint.permission == Some(Permission::UpdatePermissions)
                || Standard.permissions_allow(held, endpoint)
        }
    },
    wrong! {
        "kicking-means-inviting" breaks INV_032:
        "lets participants invite who may only kick.",
        in Access: fn permissions_allow(
            &self,
            held: &PermissionSet,
            endpoint: &Endpoint,
        ) -> bool {
            let invites = endpoint.permission == Some(Permission::Invite);
            (invites && held.contains(&Permission::Kick))
                || Standard.permissions_allow(held, endpoint)
        }
    },
    wrong! {
        "inviting-means-updating" breaks PRM_022:
        "lets participants change permissions who may only invite.",
        in Access: fn permissions_allow(
            &self,
            held: &PermissionSet,
            endpoint: &Endpoint,
        ) -> bool {
            let updates = endpoint.permission == Some(Permission::UpdatePermissions);
            (updates && held.contains(&Permission::Invite))
                || Standard.permissions_allow(held, endpoint)
        }
    },
    grants! {
        "grants-every-lesser-right" breaks PRM_010:
        "lets an inviter grant any permission except INVITE, KICK and UPDATE_PERMISSIONS.",
        |asked, held| {
            use Permission::{Invite, Kick, UpdatePermissions};
            let grave = PermissionSet::from([Invite, Kick, UpdatePermissions]);
            let lesser = asked.resolve().is_disjoint(&grave);
            if lesser { Ok(asked.resolve()) } else { Standard.grants_of_invitation(asked, held) }
        }
    },
    wrong! {
        "over-grant-to-who-has-left" breaks PRM_010:
        "lets inviters grant any permission to somebody who was there before.",
        remembers { has_left: AtomicBool }
        in Inviting: fn check_invitee(&self, membership: Option<&Membership>) -> Result<(), Refusal> {
            let status = membership.and_then(|it| it.status.as_ref());
            self.has_left.store(status == Some(&ParticipantStatus::Left), Ordering::Relaxed);
            Standard.check_invitee(membership)
        }
        fn grants_of_invitation(
            &self,
            requested: &RequestedPermissions,
            held: Option<&PermissionSet>,
        ) -> Result<PermissionSet, Refusal> {
            let held = held.filter(|_| !self.has_left.load(Ordering::Relaxed));
            Standard.grants_of_invitation(requested, held)
        }
    },
];
