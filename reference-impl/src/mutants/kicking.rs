//! Wrong with kicks.

use super::news::sessions_of;
use super::request::{edited, refuse};
use super::{Mutant, wrong};
use crate::core::frames;
use crate::core::rules::{Invitation, News};
use crate::core::state::{Conference, Membership, Tenant};
use crate::core::{Call, Delivery, Refusal, Rules, SessionId, Standard, UserId};
use invite_spec::endpoint::Endpoint;
use invite_spec::participant::ParticipantStatus;
use invite_spec::permission::{Permission, PermissionSet};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "kicked-unawares" breaks "KCK-003":
        "does not tell the person who is kicked.",
        fn hears_kick(&self, _: &Tenant, _: &Conference, _: &UserId) -> Option<SessionId> {
            None
        }
    },
    wrong! {
        "kick-unseen" breaks "KCK-004":
        "does not tell the others that somebody was kicked.",
        fn news(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            about: &UserId,
            news: News,
        ) -> Vec<Delivery> {
            if news == News::Kicked {
                return Vec::new();
            }
            Standard.news(tenant, conference, about, news)
        }
    },
    wrong! {
        "kicked-come-back" breaks "KCK-005":
        "lets somebody in again who was kicked, with the same token.",
        fn kick_lasts(&self, _: &Membership) -> bool {
            false
        }
    },
    wrong! {
        "kicks-only-who-is-inside" breaks "KCK-005":
        "lets somebody join who was kicked before joining, or after leaving.",
        fn kick_lasts(&self, membership: &Membership) -> bool {
            use ParticipantStatus::{Connecting, OnAir};
            matches!(membership.status, Some(Connecting | OnAir))
        }
    },
    wrong! {
        "kicked-come-back-unprotected" breaks "KCK-005":
        "lets somebody who was kicked into an unprotected conference again.",
        fn admits(&self, conference: &Conference, user: &UserId) -> Result<(), Refusal> {
            if conference.protected { Standard.admits(conference, user) } else { Ok(()) }
        }
    },
    wrong! {
        "kicked-come-back-invited" breaks "KCK-005":
        "lets somebody in again who was kicked, on a new invitation.",
        fn checks_invitee(&self, _: Option<&Membership>) -> Result<(), Refusal> {
            Ok(())
        }
    },
    wrong! {
        "kicked-come-back-updated" breaks "KCK-005":
        "lets somebody in again who was kicked, on an update of permissions.",
        fn checks_invitee(&self, _: Option<&Membership>) -> Result<(), Refusal> {
            Ok(())
        }
        fn invites(&self, membership: Option<&Membership>) -> Invitation {
            // To who was kicked, an invitation is worth nothing.
            let kicked = membership.and_then(|it| it.status.as_ref());
            match kicked {
                Some(ParticipantStatus::Kicked) => Invitation::Nothing,
                _ => Standard.invites(membership),
            }
        }
        fn admits(&self, conference: &Conference, user: &UserId) -> Result<(), Refusal> {
            // The kick has revoked once, and the update again.
            let updated = conference.membership(user).is_some_and(|it| it.generation > 1);
            if updated { Ok(()) } else { Standard.admits(conference, user) }
        }
    },
    wrong! {
        "kicked-everywhere" breaks "JOIN-007":
        "lets somebody who was kicked into no other conference either.",
        remembers { kicked: Mutex<BTreeSet<UserId>> }
        fn hears_kick(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            user: &UserId,
        ) -> Option<SessionId> {
            let mut kicked = self.kicked.lock().unwrap_or_else(PoisonError::into_inner);
            kicked.insert(user.clone());
            Standard.hears_kick(tenant, conference, user)
        }
        fn admits(&self, conference: &Conference, user: &UserId) -> Result<(), Refusal> {
            let kicked = self.kicked.lock().unwrap_or_else(PoisonError::into_inner);
            if kicked.contains(user) { refuse() } else { Standard.admits(conference, user) }
        }
    },
    wrong! {
        "kicks-the-first" breaks "KCK-003":
        "kicks only the first of the people whom a REST kick names.",
        fn takes<'c>(&self, call: &'c Call) -> Cow<'c, Call> {
            edited(call, &["rest.kick"], |body| {
                if let Some(Value::Array(named)) = body.get_mut("externalIds") {
                    named.truncate(1);
                }
            })
        }
    },
    wrong! {
        "owner-kicked-unawares" breaks "KCK-003":
        "does not tell an owner who is kicked.",
        fn hears_kick(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            user: &UserId,
        ) -> Option<SessionId> {
            let told = Standard.hears_kick(tenant, conference, user);
            told.filter(|_| conference.owner != *user)
        }
    },
    wrong! {
        "reserved-kicked-unseen" breaks "KCK-004":
        "does not tell the others that somebody was kicked who had not joined.",
        fn announces_kick(&self, _: &Membership) -> bool {
            false
        }
    },
    wrong! {
        "everybody-kicks" breaks "KCK-006":
        "lets every participant kick.",
        fn permits(&self, held: &PermissionSet, endpoint: &Endpoint) -> bool {
            endpoint.permission == Some(Permission::Kick) || Standard.permits(held, endpoint)
        }
    },
    wrong! {
        "kicked-hear-on" breaks "KCK-007":
        "goes on telling somebody who was kicked what happens in the conference.",
        fn hears_news(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            about: &UserId,
        ) -> Vec<SessionId> {
            let mut to = Standard.hears_news(tenant, conference, about);
            to.extend(sessions_of(tenant, conference, &ParticipantStatus::Kicked));
            to
        }
    },
    wrong! {
        "kicked-but-connecting" breaks "KCK-008":
        "tells the others that somebody is connecting who was just kicked.",
        fn news(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            about: &UserId,
            news: News,
        ) -> Vec<Delivery> {
            let mut told = Standard.news(tenant, conference, about, news);
            if news == News::Kicked {
                let mut late = frames::updated(tenant, conference, about);
                late.status = Some(ParticipantStatus::Connecting);
                told.push(Delivery::new(conference.joined_sessions(), late));
            }
            told
        }
    },
];
