//! Wrong with the news of participants.

use super::request::is;
use super::{Mutant, wrong};
use crate::core::frames;
use crate::core::rules::{Announcements, Hooks, Joining, News};
use crate::core::state::{Conference, Tenant};
use crate::core::{ConferenceId, Delivery, Policy, Rules, SessionId, Standard, UserId};
use invite_spec::endpoint::Endpoint;
use invite_spec::participant::{ParticipantStatus, ParticipantType};
use invite_spec::push::Push;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A server whose news of participants are not as they ought to be: how it changes the right ones.
macro_rules! news {
    (
        $name:literal breaks $breaks:literal: $does:literal,
        |$tenant:pat_param, $conference:pat_param, $about:pat_param, $news:ident, $told:ident|
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
                let mut $told = Standard.deliveries_of_news(tenant, conference, about, news);
                $change
                $told
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    news! {
        "connecting-unseen" breaks "PRT-001":
        "does not tell the others that an invitee is connecting.",
        |_, conference, about, news, told| {
            if news == (News::Joining { known: true }) {
                only_for_oneself(&mut told, conference, about);
            }
        }
    },
    news! {
        "connected-unseen" breaks "PRT-002":
        "does not tell the others that somebody is connected.",
        |_, conference, about, news, told| {
            if news == News::Connected {
                only_for_oneself(&mut told, conference, about);
            }
        }
    },
    news! {
        "connected-before-connecting" breaks "PRT-004":
        "calls somebody who joins connected first and connecting afterwards.",
        |_, _, _, news, told| {
            let status = match news {
                News::Joining { .. } => ParticipantStatus::OnAir,
                News::Connected => ParticipantStatus::Connecting,
                _ => return told,
            };
            for delivery in &mut told {
                match &mut delivery.push {
                    Push::ParticipantAdded(added) => added.status = Some(status.clone()),
                    Push::ParticipantUpdated(updated) => updated.status = Some(status.clone()),
                    _ => {}
                }
            }
        }
    },
    wrong! {
        "joiner-hears-nothing" breaks "PRT-005":
        "does not tell somebody who joins of the own progress.",
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
        "nameless-newcomer" breaks "PRT-006":
        "does not say who it is that joins uninvited.",
        |_, _, _, news, told| {
            for delivery in told.iter_mut().filter(|_| news == (News::Joining { known: false })) {
                if let Push::ParticipantAdded(added) = &mut delivery.push {
                    added.external_id = None;
                }
            }
        }
    },
    news! {
        "updated-before-added" breaks "PRT-007":
        "updates the others about somebody who joins uninvited before adding that person.",
        |tenant, conference, about, news, told| {
            if news == (News::Joining { known: false }) {
                let to = told.iter().flat_map(|delivery| delivery.to.clone()).collect();
                told.insert(0, Delivery::new(to, frames::updated(tenant, conference, about)));
            }
        }
    },
    wrong! {
        "news-for-the-invited" breaks "PRT-008":
        "tells those who are only invited what happens in the conference.",
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
        "present-unlisted" breaks "PRT-009":
        "lists nobody who is in the conference in the join answer.",
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
        "reserved-unlisted" breaks "PRT-010":
        "lists nobody who is only invited in the join answer.",
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
        "left-unseen" breaks "PRT-011":
        "does not tell the others that somebody has left.",
        |_, _, _, news, told| {
            if news == News::Left {
                told.clear();
            }
        }
    },
    wrong! {
        "lost-socket-leaves" breaks "PRT-012":
        "takes a participant out as soon as the socket is lost.",
        sets lost_socket: Duration::ZERO;
    },
    wrong! {
        "everybody-listed" breaks "PRT-015":
        "shows application servers those who are invited or gone as participants.",
        in Joining: fn listed_by_rest(&self, conference: &Conference) -> Vec<UserId> {
            conference.memberships.keys().cloned().collect()
        }
    },
    wrong! {
        "return-unseen" breaks "PRT-002":
        "does not tell the others that somebody is there again who had left.",
        remembers { gone: Mutex<BTreeSet<(ConferenceId, UserId)>> }
        in Announcements: fn deliveries_of_news(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            about: &UserId,
            news: News,
        ) -> Vec<Delivery> {
            let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
            let key = (conference.id.clone(), about.clone());
            let mut told = Standard.deliveries_of_news(tenant, conference, about, news);
            match news {
                News::Left => drop(gone.insert(key)),
                News::Joining { .. } | News::Connected if gone.contains(&key) => {
                    only_for_oneself(&mut told, conference, about);
                }
                _ => {}
            }
            told
        }
    },
    wrong! {
        "listeners-hear-nothing" breaks "PRT-002":
        "tells those who only listen nothing of the others.",
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
        "gone-listed" breaks "PRT-009":
        "lists those who have left as if they were there in the join answer.",
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

/// Leaves of the news what the person's own session hears.
fn only_for_oneself(told: &mut [Delivery], conference: &Conference, about: &UserId) {
    let own = conference.joined.get(about);
    for delivery in told {
        delivery.to.retain(|session| Some(session) == own);
    }
}

/// The open sessions of those who stand so.
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

/// The sessions of those who only listen.
pub(super) fn sessions_of_listeners(conference: &Conference) -> Vec<SessionId> {
    let listens = |user: &UserId| {
        let role = conference.membership(user).and_then(|membership| membership.role.as_ref());
        role == Some(&ParticipantType::Listener)
    };
    let listeners = conference.joined.iter().filter(|(user, _)| listens(user));
    listeners.map(|(_, session)| session.clone()).collect()
}
