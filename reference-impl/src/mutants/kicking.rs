//! Servers with wrong kicks.

use super::news::sessions_of;
use super::request::{edit, field, is, locked, refuse};
use super::updates::Replaced;
use super::{Mutant, wrong};
use crate::core::frames;
use crate::core::rules::{
    Access, Announcements, Conferences, Hooks, Invitation, Inviting, Joining, News,
};
use crate::core::state::{Conference, Membership, Session, Tenant};
use crate::core::token::Claims;
use crate::core::{Call, ConferenceId, Delivery, Refusal, SessionId, Standard, UserId};
use invite_spec::endpoint::Endpoint;
use invite_spec::participant::ParticipantStatus;
use invite_spec::permission::{Permission, PermissionSet};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Mutex;

/// The conference of an alias that a call of this operation asks for.
fn asked_for(tenant: &Tenant, call: &Call, operation: &str) -> Option<ConferenceId> {
    let alias = field(call, "/alias").and_then(Value::as_str)?;
    let found = tenant.aliases.get(&Standard.alias_key(alias));
    found.filter(|_| is(call.endpoint, operation)).cloned()
}

/// The conference of a call, if the last participant has left it.
fn emptied(tenant: &Tenant, call: &Call) -> Option<ConferenceId> {
    let conference = tenant.conferences.get(call.parameter("conferenceId"))?;
    let mut people = conference.memberships.values();
    let has_left = people.any(|it| it.status == Some(ParticipantStatus::Left));
    (has_left && conference.joined.is_empty()).then(|| conference.id.clone())
}

/// A server that forgets the kicks from the conference that it sees in a call.
macro_rules! forgets_kicks {
    ($name:literal breaks $breaks:ident: $does:literal, $of:expr) => {
        wrong! {
            $name breaks $breaks: $does,
            remembers { seen: Mutex<BTreeSet<ConferenceId>> }
            in Hooks: fn check_call(&self, tenant: &Tenant, call: &Call) -> Result<(), Refusal> {
                let of: fn(&Tenant, &Call) -> Option<ConferenceId> = $of;
                let mut seen = locked(&self.seen);
                seen.extend(of(tenant, call));
                Standard.check_call(tenant, call)
            }
            in Access: fn is_revoked(&self, claims: &Claims, of: Option<&Membership>) -> bool {
                let is_kicked = of.is_some_and(|membership| membership.is_kicked());
                let seen = locked(&self.seen);
                let mut forgotten = seen.iter().map(ConferenceId::as_str);
                let is_forgotten =
                    is_kicked && forgotten.any(|id| Some(id) == claims.conference_id.as_deref());
                !is_forgotten && Standard.is_revoked(claims, of)
            }
            in Joining: fn may_join(
                &self,
                conference: &Conference,
                user: &UserId,
            ) -> Result<(), Refusal> {
                let seen = locked(&self.seen);
                if seen.contains(&conference.id) {
                    return Ok(());
                }
                Standard.may_join(conference, user)
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    forgets_kicks! {
        "kicked-come-back-created-by-sdk" breaks KCK_005:
        "forgets the kicks from a conference when a client asks for it by its alias.",
        |tenant, call| asked_for(tenant, call, "sdk.create")
    },
    forgets_kicks! {
        "kicked-come-back-created-by-rest" breaks KCK_005:
        "forgets the kicks from a conference when a REST create asks for it by its alias.",
        |tenant, call| asked_for(tenant, call, "rest.create")
    },
    forgets_kicks! {
        "kicked-come-back-when-empty" breaks KCK_005:
        "forgets the kicks from a conference when its last participant has left.", emptied
    },
    wrong! {
        "kicked-unawares" breaks KCK_003:
        "does not tell a kicked person about the kick.",
        in Announcements: fn recipient_of_kick(
            &self,
            _: &Tenant,
            _: &Conference,
            _: &UserId,
        ) -> Option<SessionId> {
            None
        }
    },
    wrong! {
        "kick-unseen" breaks KCK_004:
        "does not tell the others that somebody was kicked.",
        in Announcements: fn deliveries_of_news(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            about: &UserId,
            news: News,
        ) -> Vec<Delivery> {
            if news == News::Kicked {
                return Vec::new();
            }
            Standard.deliveries_of_news(tenant, conference, about, news)
        }
    },
    wrong! {
        "kicked-come-back" breaks KCK_005:
        "lets a kicked person join again with the same token.",
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            let is_kicked = membership.is_some_and(|membership| membership.is_kicked());
            !is_kicked && Standard.is_revoked(claims, membership)
        }
        in Joining: fn may_join(&self, _: &Conference, _: &UserId) -> Result<(), Refusal> {
            Ok(())
        }
    },
    wrong! {
        "kicks-only-who-is-inside" breaks KCK_005:
        "lets a person join who was kicked before joining or after leaving.",
        remembers { kicked_inside: Mutex<BTreeSet<UserId>> }
        in Announcements: fn recipient_of_kick(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            user: &UserId,
        ) -> Option<SessionId> {
            let recipient = Standard.recipient_of_kick(tenant, conference, user);
            if recipient.is_some() {
                let mut inside = locked(&self.kicked_inside);
                inside.insert(user.clone());
            }
            recipient
        }
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            let is_kicked = membership.is_some_and(|membership| membership.is_kicked());
            !is_kicked && Standard.is_revoked(claims, membership)
        }
        in Joining: fn may_join(
            &self,
            conference: &Conference,
            user: &UserId,
        ) -> Result<(), Refusal> {
            let inside = locked(&self.kicked_inside);
            if inside.contains(user) { Standard.may_join(conference, user) } else { Ok(()) }
        }
    },
    wrong! {
        "kicked-come-back-unprotected" breaks KCK_005:
        "lets a kicked person join an unprotected conference again.",
        in Joining: fn may_join(
            &self,
            conference: &Conference,
            user: &UserId,
        ) -> Result<(), Refusal> {
            if conference.protected { Standard.may_join(conference, user) } else { Ok(()) }
        }
    },
    wrong! {
        "kicked-come-back-invited" breaks KCK_005:
        "lets a kicked person join again after a new invitation.",
        in Inviting: fn check_invitee(&self, _: Option<&Membership>) -> Result<(), Refusal> {
            Ok(())
        }
    },
    wrong! {
        "kicked-come-back-updated" breaks KCK_005:
        "lets a kicked person join again after an update of permissions.",
        in Inviting: fn check_invitee(&self, _: Option<&Membership>) -> Result<(), Refusal> {
            Ok(())
        }
        fn effect_of_invitation(&self, membership: Option<&Membership>) -> Invitation {
            // An invitation does not help a kicked person; only an update does.
            let kicked = membership.and_then(|it| it.status.as_ref());
            match kicked {
                Some(ParticipantStatus::Kicked) => Invitation::Nothing,
                _ => Standard.effect_of_invitation(membership),
            }
        }
        in Joining: fn may_join(
            &self,
            conference: &Conference,
            user: &UserId,
        ) -> Result<(), Refusal> {
            // The kick has revoked once, and the update a second time.
            let updated = conference.membership(user).is_some_and(|it| it.generation > 1);
            if updated { Ok(()) } else { Standard.may_join(conference, user) }
        }
    },
    wrong! {
        "kicked-everywhere" breaks JOIN_007:
        "keeps a kicked person out of every other conference as well.",
        remembers { kicked: Mutex<BTreeSet<UserId>> }
        in Announcements: fn recipient_of_kick(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            user: &UserId,
        ) -> Option<SessionId> {
            let mut kicked = locked(&self.kicked);
            kicked.insert(user.clone());
            Standard.recipient_of_kick(tenant, conference, user)
        }
        in Joining: fn may_join(
            &self,
            conference: &Conference,
            user: &UserId,
        ) -> Result<(), Refusal> {
            let kicked = locked(&self.kicked);
            if kicked.contains(user) { refuse() } else { Standard.may_join(conference, user) }
        }
    },
    wrong! {
        "kicks-the-first" breaks KCK_003:
        "kicks only the first person that a REST kick names.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.kick"], |body| {
                if let Some(Value::Array(named)) = body.get_mut("externalIds") {
                    named.truncate(1);
                }
            })
        }
    },
    wrong! {
        "owner-kicked-unawares" breaks KCK_003:
        "does not tell a kicked owner about the kick.",
        in Announcements: fn recipient_of_kick(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            user: &UserId,
        ) -> Option<SessionId> {
            let recipient = Standard.recipient_of_kick(tenant, conference, user);
            recipient.filter(|_| conference.owner != *user)
        }
    },
    wrong! {
        "reserved-kicked-unseen" breaks KCK_004:
        "does not tell the others about a kick of a person who has not joined.",
        in Announcements: fn is_kick_announced(&self, _: &Membership) -> bool {
            false
        }
    },
    wrong! {
        "everybody-kicks" breaks KCK_006:
        "lets every participant kick.",
        in Access: fn permissions_allow(
            &self,
            held: &PermissionSet,
            endpoint: &Endpoint,
        ) -> bool {
            endpoint.permission == Some(Permission::Kick)
                || Standard.permissions_allow(held, endpoint)
        }
    },
    wrong! {
        "kicked-hear-on" breaks KCK_007:
        "keeps sending a kicked person news about the conference.",
        in Announcements: fn recipients_of_news(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            about: &UserId,
        ) -> Vec<SessionId> {
            let mut to = Standard.recipients_of_news(tenant, conference, about);
            to.extend(sessions_of(tenant, conference, &ParticipantStatus::Kicked));
            to
        }
    },
    wrong! {
        "kicked-but-connecting" breaks KCK_008:
        "tells the others that a person is connecting who was just kicked.",
        in Announcements: fn deliveries_of_news(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            about: &UserId,
            news: News,
        ) -> Vec<Delivery> {
            let mut deliveries = Standard.deliveries_of_news(tenant, conference, about, news);
            if news == News::Kicked {
                let mut late = frames::updated(tenant, conference, about);
                late.status = Some(ParticipantStatus::Connecting);
                deliveries.push(Delivery::new(conference.joined_sessions(), late));
            }
            deliveries
        }
    },
    wrong! {
        "kick-reaches-the-replaced-session" breaks KCK_003:
        "tells of a kick the session that a further one of the person has replaced.",
        remembers { replaced: Replaced }
        in Joining: fn replaced_session(
            &self,
            conference: &Conference,
            session: &Session,
        ) -> Option<SessionId> {
            self.replaced.note(conference, session)
        }
        in Announcements: fn recipient_of_kick(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            user: &UserId,
        ) -> Option<SessionId> {
            let earlier = self.replaced.session(conference, user);
            earlier.or_else(|| Standard.recipient_of_kick(tenant, conference, user))
        }
    },
];
