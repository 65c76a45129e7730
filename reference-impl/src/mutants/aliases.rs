//! Servers that are wrong about aliases.

use super::request::{edit, locked, spoil};
use super::{Mutant, wrong};
use crate::core::rules::{Access, Announcements, Conferences, Hooks, Joining};
use crate::core::state::{Conference, Tenant};
use crate::core::token::Claims;
use crate::core::{Call, Delivery, Refusal, SessionId, Standard, UserId};
use invite_spec::error::Failure;
use invite_spec::push::Push;
use percent_encoding::percent_decode_str;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "tokens-by-alias" breaks JOIN_012:
        "accepts the tokens of an ended conference for the next one of the same alias.",
        remembers { aliases: Mutex<BTreeMap<String, String>> }
        in Conferences: fn gets_owner_token(
            &self,
            conference: &Conference,
            creator: &UserId,
        ) -> bool {
            if let Some(alias) = &conference.alias_key {
                let id = conference.id.as_str().to_owned();
                locked(&self.aliases).insert(id, alias.clone());
            }
            Standard.gets_owner_token(conference, creator)
        }
        in Access: fn is_token_for(
            &self,
            claims: &Claims,
            conference: &Conference,
            user: &UserId,
        ) -> bool {
            let aliases = locked(&self.aliases);
            let alias = claims.conference_id.as_ref().and_then(|id| aliases.get(id));
            let same = alias.is_some() && alias == conference.alias_key.as_ref();
            (same && claims.is_of(user)) || Standard.is_token_for(claims, conference, user)
        }
    },
    wrong! {
        "kicked-by-alias" breaks JOIN_007:
        "lets nobody who was kicked join the next conference of the same alias.",
        remembers { kicked: Mutex<BTreeSet<(String, UserId)>> }
        in Announcements: fn recipient_of_kick(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            user: &UserId,
        ) -> Option<SessionId> {
            if let Some(alias) = &conference.alias_key {
                locked(&self.kicked).insert((alias.clone(), user.clone()));
            }
            Standard.recipient_of_kick(tenant, conference, user)
        }
        in Joining: fn may_join(
            &self,
            conference: &Conference,
            user: &UserId,
        ) -> Result<(), Refusal> {
            let alias = conference.alias_key.clone().unwrap_or_default();
            if locked(&self.kicked).contains(&(alias, user.clone())) {
                return Err(Refusal::new(Failure::Kicked, "kicked from this alias"));
            }
            Standard.may_join(conference, user)
        }
    },
    wrong! {
        "first-owner-of-an-alias" breaks TOK_001:
        "gives the owner token of a conference to whoever created the alias first.",
        remembers { first: Mutex<BTreeMap<String, UserId>> }
        in Conferences: fn gets_owner_token(
            &self,
            conference: &Conference,
            creator: &UserId,
        ) -> bool {
            let Some(alias) = &conference.alias_key else {
                return Standard.gets_owner_token(conference, creator);
            };
            let mut first = locked(&self.first);
            let owner = first.entry(alias.clone()).or_insert_with(|| conference.owner.clone());
            conference.protected && owner == creator
        }
    },
    wrong! {
        "alias-percent-decoded" breaks CNF_024:
        "takes an alias for percent-encoded.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.create", "sdk.create"], |body| {
                spoil(body.get_mut("alias"), |alias| {
                    percent_decode_str(alias).decode_utf8_lossy().into_owned()
                });
            });
        }
    },
    wrong! {
        "alias-without-quotes" breaks CNF_024:
        "removes quotes and backslashes from an alias.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.create", "sdk.create"], |body| {
                spoil(body.get_mut("alias"), |alias| alias.replace(['"', '\\', '\''], ""));
            });
        }
    },
    wrong! {
        "one-conference-of-the-empty-alias" breaks CNF_010:
        "takes an empty alias in a REST create for an alias like all others.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.create"], |body| {
                spoil(body.get_mut("alias"), |alias| {
                    if alias.is_empty() { "(empty)".to_owned() } else { alias.to_owned() }
                });
            });
        }
    },
    wrong! {
        "status-of-the-first-alias" breaks SUB_008:
        "tells whoever subscribes to several aliases how the first of them stands.",
        in Hooks: fn rewrite_deliveries(
            &self,
            _: &Tenant,
            mut deliveries: Vec<Delivery>,
        ) -> Vec<Delivery> {
            let mut is_told = false;
            deliveries.retain(|delivery| match &delivery.push {
                Push::ConferenceStatusNotification(_) => !std::mem::replace(&mut is_told, true),
                _ => true,
            });
            deliveries
        }
    },
];
