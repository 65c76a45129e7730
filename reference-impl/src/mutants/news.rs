//! Servers with wrong news about participants.

use super::request::{is, locked};
use super::{Mutant, wrong};
use crate::core::frames;
use crate::core::rules::{Announcements, Hooks, Joining, News};
use crate::core::state::{Conference, Tenant};
use crate::core::{ConferenceId, Delivery, SessionId, Standard, UserId};
use invite_spec::endpoint::Endpoint;
use invite_spec::participant::{ParticipantStatus, ParticipantType};
use invite_spec::push::Push;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

/// A server that delivers wrong news about participants: how it changes the right deliveries.
macro_rules! news {
    (
        $name:literal breaks $breaks:ident: $does:literal,
        |$tenant:pat_param, $conference:pat_param, $about:pat_param, $news:ident, $deliveries:ident|
        $change:block
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            in Announcements: fn deliveries_of_news(
                &self,
                tenant: &Tenant,
                conference: &Conference,
                about: &UserId,
                news: News,
            ) -> Vec<Delivery> {
                let ($tenant, $conference, $about, $news) = (tenant, conference, about, news);
                let mut $deliveries = Standard.deliveries_of_news(tenant, conference, about, news);
                $change
                $deliveries
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    news! {
        "connecting-unseen" breaks PRT_001:
        "does not tell the others that an invitee is connecting.",
        |_, conference, about, news, deliveries| {
            if news == (News::Joining { known: true }) {
                only_to_own_session(&mut deliveries, conference, about);
            }
        }
    },
    news! {
        "connected-unseen" breaks PRT_002:
        "does not tell the others that somebody is connected.",
        |_, conference, about, news, deliveries| {
            if news == News::Connected {
                only_to_own_session(&mut deliveries, conference, about);
            }
        }
    },
    news! {
        "connected-before-connecting" breaks PRT_004:
        "announces a joiner as connected first and as connecting afterwards.",
        |_, _, _, news, deliveries| {
            let status = match news {
                News::Joining { .. } => ParticipantStatus::OnAir,
                News::Connected => ParticipantStatus::Connecting,
                _ => return deliveries,
            };
            for delivery in &mut deliveries {
                match &mut delivery.push {
                    Push::ParticipantAdded(added) => added.status = Some(status.clone()),
                    Push::ParticipantUpdated(updated) => updated.status = Some(status.clone()),
                    _ => {}
                }
            }
        }
    },
    wrong! {
        "joiner-hears-nothing" breaks PRT_005:
        "does not tell a joiner about their own progress.",
        in Announcements: fn recipients_of_news(
            &self,
            _: &Tenant,
            conference: &Conference,
            about: &UserId,
        ) -> Vec<SessionId> {
            let others = conference.joined.iter().filter(|(user, _)| *user != about);
            others.map(|(_, session)| session.clone()).collect()
        }
    },
    news! {
        "nameless-newcomer" breaks PRT_006:
        "omits the external id when a person joins uninvited.",
        |_, _, _, news, deliveries| {
            let is_uninvited = news == (News::Joining { known: false });
            for delivery in deliveries.iter_mut().filter(|_| is_uninvited) {
                if let Push::ParticipantAdded(added) = &mut delivery.push {
                    added.external_id = None;
                }
            }
        }
    },
    news! {
        "updated-before-added" breaks PRT_007:
        "sends ParticipantUpdated before ParticipantAdded when a person joins uninvited.",
        |tenant, conference, about, news, deliveries| {
            if news == (News::Joining { known: false }) {
                let to = deliveries.iter().flat_map(|delivery| delivery.to.clone()).collect();
                deliveries.insert(0, Delivery::new(to, frames::updated(tenant, conference, about)));
            }
        }
    },
    wrong! {
        "news-for-the-invited" breaks PRT_008:
        "sends invitees who have not joined news about the conference.",
        in Announcements: fn recipients_of_news(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            about: &UserId,
        ) -> Vec<SessionId> {
            let mut to = Standard.recipients_of_news(tenant, conference, about);
            to.extend(sessions_of(tenant, conference, &ParticipantStatus::Reserved));
            to
        }
    },
    wrong! {
        "lists-ten-on-join" breaks PRT_009:
        "lists no more than ten people in the answer to a join.",
        in Joining: fn listed_on_join(&self, conference: &Conference, joiner: &UserId) -> Vec<UserId> {
            let mut listed = Standard.listed_on_join(conference, joiner);
            listed.truncate(10);
            listed
        }
    },
    wrong! {
        "present-unlisted" breaks PRT_009:
        "omits participants from the join answer.",
        in Joining: fn listed_on_join(
            &self,
            conference: &Conference,
            joiner: &UserId,
        ) -> Vec<UserId> {
            let mut listed = Standard.listed_on_join(conference, joiner);
            listed.retain(|user| !conference.joined.contains_key(user));
            listed
        }
    },
    wrong! {
        "reserved-unlisted" breaks PRT_010:
        "omits invitees from the join answer.",
        in Joining: fn listed_on_join(
            &self,
            conference: &Conference,
            joiner: &UserId,
        ) -> Vec<UserId> {
            let mut listed = Standard.listed_on_join(conference, joiner);
            listed.retain(|user| conference.joined.contains_key(user));
            listed
        }
    },
    news! {
        "left-unseen" breaks PRT_011:
        "does not tell the others that somebody has left.",
        |_, _, _, news, deliveries| {
            if news == News::Left {
                deliveries.clear();
            }
        }
    },
    wrong! {
        "lost-socket-leaves" breaks PRT_012:
        "removes a participant as soon as the socket is lost.",
        sets lost_socket: Duration::ZERO;
    },
    wrong! {
        "lost-participant-gone-after-a-second" breaks PRT_012:
        "removes a participant a second after the socket was lost.",
        sets lost_socket: Duration::from_secs(1);
    },
    wrong! {
        "lost-participant-gone-after-eight-seconds" breaks PRT_019:
        "removes a participant eight seconds after the socket was lost.",
        sets lost_socket: Duration::from_secs(8);
    },
    wrong! {
        "everybody-listed" breaks PRT_015:
        "lists people who are invited or have left as participants by REST.",
        in Joining: fn listed_by_rest(&self, conference: &Conference) -> Vec<UserId> {
            conference.memberships.keys().cloned().collect()
        }
    },
    wrong! {
        "return-unseen" breaks PRT_002:
        "does not tell the others when a person who had left joins again.",
        remembers { gone: Mutex<BTreeSet<(ConferenceId, UserId)>> }
        in Announcements: fn deliveries_of_news(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            about: &UserId,
            news: News,
        ) -> Vec<Delivery> {
            let mut gone = locked(&self.gone);
            let key = (conference.id.clone(), about.clone());
            let mut deliveries = Standard.deliveries_of_news(tenant, conference, about, news);
            match news {
                News::Left => drop(gone.insert(key)),
                News::Joining { .. } | News::Connected if gone.contains(&key) => {
                    only_to_own_session(&mut deliveries, conference, about);
                }
                _ => {}
            }
            deliveries
        }
    },
    wrong! {
        "listeners-hear-nothing" breaks PRT_002:
        "does not tell listeners about the others.",
        in Announcements: fn recipients_of_news(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            about: &UserId,
        ) -> Vec<SessionId> {
            let mut to = Standard.recipients_of_news(tenant, conference, about);
            let own = conference.joined.get(about);
            let listeners = sessions_of_listeners(conference);
            to.retain(|session| Some(session) == own || !listeners.contains(session));
            to
        }
    },
    wrong! {
        "gone-listed" breaks PRT_009:
        "lists people who have left as connected in the join answer.",
        in Joining: fn listed_on_join(
            &self,
            conference: &Conference,
            joiner: &UserId,
        ) -> Vec<UserId> {
            let mut listed = Standard.listed_on_join(conference, joiner);
            let others = conference.memberships.keys().filter(|user| *user != joiner);
            let left = Some(&ParticipantStatus::Left);
            listed.extend(others.filter(|user| conference.status(user) == left).cloned());
            listed
        }
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            let listed = answer.get_mut("participants").and_then(Value::as_array_mut);
            for listed in listed.into_iter().flatten().filter(|_| is(endpoint, "sdk.join")) {
                if listed.get("status") == Some(&json!("LEFT")) {
                    listed["status"] = json!("ON_AIR");
                }
            }
            answer
        }
    },
];

/// Keeps only the person's own session as a recipient.
fn only_to_own_session(deliveries: &mut [Delivery], conference: &Conference, about: &UserId) {
    let own = conference.joined.get(about);
    for delivery in deliveries {
        delivery.to.retain(|session| Some(session) == own);
    }
}

/// The open sessions of the people with this status.
pub(super) fn sessions_of(
    tenant: &Tenant,
    conference: &Conference,
    status: &ParticipantStatus,
) -> Vec<SessionId> {
    let memberships = conference.memberships.iter();
    let people = memberships.filter(|(_, membership)| membership.status.as_ref() == Some(status));
    let sessions = people.flat_map(|(user, _)| tenant.open_sessions(user));
    sessions.map(|session| session.id.clone()).collect()
}

/// The sessions of listeners.
pub(super) fn sessions_of_listeners(conference: &Conference) -> Vec<SessionId> {
    let listens = |user: &UserId| {
        let role = conference.membership(user).and_then(|membership| membership.role.as_ref());
        role == Some(&ParticipantType::Listener)
    };
    let listeners = conference.joined.iter().filter(|(user, _)| listens(user));
    listeners.map(|(_, session)| session.clone()).collect()
}
