//! Servers with wrong deliveries of invitations: their recipients, time or content.

use super::{Mutant, wrong};
use crate::core::frames;
use crate::core::rules::{Announcements, Hooks, Inviting, News, Sessions};
use crate::core::state::{Conference, Session, Tenant};
use crate::core::{Delivery, SessionId, Standard, UserId};
use invite_spec::participant::ParticipantStatus;
use invite_spec::push::{InvitationReceived, Push};

/// A server that delivers a wrong invitation: how it changes the right one.
macro_rules! invites_with {
    (
        $name:literal breaks $breaks:ident: $does:literal,
        |$tenant:pat_param, $conference:ident, $invitee:pat_param, $token:pat_param, $frame:ident|
        $change:block
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            in Inviting: fn invitation(
                &self,
                tenant: &Tenant,
                conference: &Conference,
                inviter: &UserId,
                invitee: &UserId,
                token: String,
            ) -> InvitationReceived {
                let ($tenant, $conference) = (tenant, conference);
                let ($invitee, $token) = (invitee, &token);
                let mut $frame =
                    Standard.invitation(tenant, conference, inviter, invitee, token.clone());
                $change
                $frame
            }
        }
    };
}

/// A server that delivers invitations to the wrong sessions: how it changes the right ones.
macro_rules! delivers_to {
    (
        $name:literal breaks $breaks:ident: $does:literal,
        |$tenant:pat_param, $conference:ident, $user:pat_param, $to:ident| $change:block
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            in Inviting: fn recipients_of_invitation(
                &self,
                tenant: &Tenant,
                conference: &Conference,
                user: &UserId,
            ) -> Vec<SessionId> {
                let ($tenant, $conference, $user) = (tenant, conference, user);
                let mut $to = Standard.recipients_of_invitation(tenant, conference, user);
                $change
                $to
            }
        }
    };
}

/// All open sessions of an application.
fn everybody(tenant: &Tenant) -> Vec<SessionId> {
    let open = tenant.sessions.values().filter(|session| session.is_open());
    open.map(|session| session.id.clone()).collect()
}

pub(super) const WRONG: &[Mutant] = &[
    delivers_to! {
        "invitations-for-everybody" breaks INV_017:
        "delivers each invitation to all sessions of the application.",
        |tenant, _conference, _, to| {
            to.clear();
            to.extend(everybody(tenant));
        }
    },
    wrong! {
        "news-for-everybody" breaks PRT_008:
        "sends the news about participants to all sessions of the application.",
        in Announcements: fn recipients_of_news(
            &self,
            tenant: &Tenant,
            _: &Conference,
            _: &UserId,
        ) -> Vec<SessionId> {
            everybody(tenant)
        }
    },
    wrong! {
        "messages-for-the-whole-application" breaks MSG_003:
        "delivers each message to all sessions of the application.",
        in Hooks: fn rewrite_deliveries(
            &self,
            tenant: &Tenant,
            mut deliveries: Vec<Delivery>,
        ) -> Vec<Delivery> {
            for delivery in &mut deliveries {
                if matches!(delivery.push, Push::ConferenceMessageReceived(_)) {
                    delivery.to = everybody(tenant);
                }
            }
            deliveries
        }
    },
    delivers_to! {
        "invitation-lost-once-begun" breaks INV_010:
        "delivers no invitation to a conference that has participants.",
        |_, conference, _, to| { to.retain(|_| conference.joined.is_empty()); }
    },
    delivers_to! {
        "one-device-rings" breaks INV_015:
        "delivers an invitation to only one of the invitee's sessions.",
        |_, _conference, _, to| { to.truncate(1); }
    },
    delivers_to! {
        "busy-are-not-invited" breaks INV_015:
        "delivers no invitation to a session that is in another conference.",
        |tenant, _conference, _, to| {
            to.retain(|id| tenant.sessions.get(id).is_some_and(|it| it.joined.is_none()));
        }
    },
    delivers_to! {
        "invitation-twice" breaks INV_016:
        "delivers each invitation twice.",
        |_, _conference, _, to| { to.extend_from_within(..); }
    },
    delivers_to! {
        "participants-are-invited-too" breaks INV_017:
        "delivers an invitation to every participant as well as to the invitee.",
        |_, conference, _, to| { to.extend(conference.joined_sessions()); }
    },
    delivers_to! {
        "invitations-by-subscription" breaks SUB_003:
        "delivers invitations only to sessions that have subscribed to something.",
        |tenant, conference, _, to| {
            let begun = !conference.joined.is_empty();
            let subscribed = |session: &Session| !session.topics.is_empty();
            to.retain(|id| !begun || tenant.sessions.get(id).is_some_and(subscribed));
        }
    },
    invites_with! {
        "invitation-to-nowhere" breaks INV_018:
        "leaves the conference id of an invitation empty.",
        |_, _conference, _, _, frame| { frame.conference_id.clear(); }
    },
    invites_with! {
        "invitation-without-alias" breaks INV_019:
        "omits the alias from invitations.",
        |_, _conference, _, _, frame| { frame.conf_alias = None; }
    },
    invites_with! {
        "invited-by-oneself" breaks INV_020:
        "names the invitee as the inviter when a participant invites.",
        |tenant, conference, invitee, _, frame| {
            if !conference.joined.is_empty() {
                frame.inviter = frames::inviter(tenant, invitee);
            }
        }
    },
    invites_with! {
        "invited-by-nobody" breaks INV_021:
        "names the invitee as the inviter when nobody has joined.",
        |tenant, conference, invitee, _, frame| {
            if conference.joined.is_empty() {
                frame.inviter = frames::inviter(tenant, invitee);
            }
        }
    },
    invites_with! {
        "invitation-in-the-invitees-name" breaks INV_020:
        "calls the inviter by the name of the invitee when nobody has joined.",
        |tenant, conference, invitee, _, frame| {
            if conference.joined.is_empty() {
                frame.inviter.nick_name = frames::inviter(tenant, invitee).nick_name;
            }
        }
    },
    invites_with! {
        "invitation-without-token" breaks INV_022:
        "omits the token from invitations when a participant invites.",
        |_, conference, _, _, frame| {
            frame.conf_token.take_if(|_| !conference.joined.is_empty());
        }
    },
    invites_with! {
        "token-without-need" breaks INV_023:
        "puts a token into invitations to unprotected conferences.",
        |_, _conference, _, token, frame| { frame.conf_token = Some(token.clone()); }
    },
    invites_with! {
        "notification-without-token" breaks INV_024:
        "omits the token from invitations when nobody has joined.",
        |_, conference, _, _, frame| {
            frame.conf_token.take_if(|_| conference.joined.is_empty());
        }
    },
    wrong! {
        "missed-invitation-comes-later" breaks INV_025:
        "delivers missed invitations when the invitee comes online.",
        in Sessions: fn deliveries_on_open(
            &self,
            tenant: &Tenant,
            session: &Session,
        ) -> Vec<Delivery> {
            let mut pushed = Standard.deliveries_on_open(tenant, session);
            pushed.extend(missed(tenant, session, |conference| !conference.joined.is_empty()));
            pushed
        }
    },
    wrong! {
        "missed-notification-comes-later" breaks INV_026:
        "delivers missed invitations to empty conferences when the invitee comes online.",
        in Sessions: fn deliveries_on_open(
            &self,
            tenant: &Tenant,
            session: &Session,
        ) -> Vec<Delivery> {
            let mut pushed = Standard.deliveries_on_open(tenant, session);
            pushed.extend(missed(tenant, session, |conference| conference.joined.is_empty()));
            pushed
        }
    },
    wrong! {
        "unannounced-invitee" breaks INV_033:
        "does not tell the participants that somebody was invited.",
        in Announcements: fn deliveries_of_news(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            about: &UserId,
            news: News,
        ) -> Vec<Delivery> {
            if news == News::Invited {
                return Vec::new();
            }
            Standard.deliveries_of_news(tenant, conference, about, news)
        }
    },
    wrong! {
        "silent-invite-unannounced" breaks INV_034:
        "tells the participants about an invitee only if the invitee is notified as well.",
        in Hooks: fn rewrite_deliveries(
            &self,
            _: &Tenant,
            mut deliveries: Vec<Delivery>,
        ) -> Vec<Delivery> {
            let is_invitation = |it: &Delivery| matches!(it.push, Push::InvitationReceived(_));
            if !deliveries.iter().any(is_invitation) {
                deliveries.retain(|it| !is_reserved(&it.push));
            }
            deliveries
        }
    },
    invites_with! {
        "owner-invites" breaks INV_020:
        "names the owner as the inviter of every invitation.",
        |tenant, conference, _, _, frame| {
            frame.inviter = frames::inviter(tenant, &conference.owner);
        }
    },
];

/// Whether a frame announces an invitee.
fn is_reserved(push: &Push) -> bool {
    let Push::ParticipantAdded(added) = push else { return false };
    added.status == Some(ParticipantStatus::Reserved)
}

/// The invitations of a session's person to conferences that match.
fn missed<'w>(
    tenant: &'w Tenant,
    session: &'w Session,
    such: impl Fn(&Conference) -> bool + 'w,
) -> impl Iterator<Item = Delivery> + 'w {
    let reserved = Some(&ParticipantStatus::Reserved);
    let invited = tenant.conferences.values();
    let invited = invited.filter(move |it| it.status(&session.user) == reserved && such(it));
    invited.map(|conference| {
        let inviter = frames::inviter(tenant, &conference.owner);
        let frame = frames::invitation(conference, inviter, None);
        Delivery::new(vec![session.id.clone()], frame)
    })
}
