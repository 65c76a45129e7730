//! Servers with wrong messages.

use super::news::sessions_of_listeners;
use super::request::{locked, refuse};
use super::{Mutant, wrong};
use crate::core::rules::{Access, Hooks, Messages, Wire};
use crate::core::state::{Conference, Tenant};
use crate::core::{Call, ConferenceId, Refusal, SessionId, Standard, UserId};
use invite_spec::endpoint::Endpoint;
use invite_spec::permission::{Permission, PermissionSet};
use invite_spec::push::{ConferenceMessageReceived, Push};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A server that delivers REST messages to the wrong sessions.
macro_rules! receives {
    (
        $name:literal breaks $breaks:ident: $does:literal,
        |$tenant:ident, $conference:ident, $from:ident, $to:ident| $found:block
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            in Messages: fn recipients_of_rest_message(
                &self,
                $tenant: &Tenant,
                $conference: &Conference,
                $from: &UserId,
                $to: Option<&[String]>,
            ) -> Vec<SessionId> $found
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "message-trimmed" breaks MSG_002:
        "trims the white space around messages.",
        in Wire: fn frame_text(&self, push: &Push) -> String {
            let Push::ConferenceMessageReceived(message) = push else {
                return Standard.frame_text(push);
            };
            let message = ConferenceMessageReceived {
                message: message.message.trim().to_owned(),
                ..message.clone()
            };
            Standard.frame_text(&message.into())
        }
    },
    wrong! {
        "message-for-one" breaks MSG_002:
        "delivers a participant's message to only one other participant.",
        in Messages: fn recipients_of_sdk_message(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            from: &UserId,
        ) -> Vec<SessionId> {
            let mut to = Standard.recipients_of_sdk_message(tenant, conference, from);
            to.truncate(1);
            to
        }
    },
    wrong! {
        "message-for-the-absent" breaks MSG_003:
        "delivers a participant's message to people who are invited or have left, too.",
        in Messages: fn recipients_of_sdk_message(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            from: &UserId,
        ) -> Vec<SessionId> {
            let known = conference.memberships.keys().filter(|user| *user != from);
            let sessions = known.flat_map(|user| tenant.open_sessions(user));
            sessions.map(|session| session.id.clone()).collect()
        }
    },
    wrong! {
        "everybody-sends" breaks MSG_004:
        "lets every participant send messages.",
        in Access: fn permissions_allow(
            &self,
            held: &PermissionSet,
            endpoint: &Endpoint,
        ) -> bool {
            endpoint.permission == Some(Permission::SendMessage)
                || Standard.permissions_allow(held, endpoint)
        }
    },
    wrong! {
        "message-for-nobody" breaks MSG_006:
        "delivers a REST message without recipients to nobody.",
        in Messages: fn recipients_of_rest_message(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            from: &UserId,
            to: Option<&[String]>,
        ) -> Vec<SessionId> {
            match to {
                None => Vec::new(),
                to => Standard.recipients_of_rest_message(tenant, conference, from, to),
            }
        }
    },
    wrong! {
        "message-for-everybody" breaks MSG_007:
        "delivers a REST message for named recipients to everybody.",
        in Messages: fn recipients_of_rest_message(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            from: &UserId,
            _: Option<&[String]>,
        ) -> Vec<SessionId> {
            Standard.recipients_of_rest_message(tenant, conference, from, None)
        }
    },
    wrong! {
        "short-messages" breaks MSG_008:
        "refuses messages longer than 8 KB.",
        in Messages: fn check_message(&self, message: &str) -> Result<(), Refusal> {
            if message.len() > 8 * 1024 { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "message-not-for-listeners" breaks MSG_002:
        "does not deliver a participant's message to listeners.",
        in Messages: fn recipients_of_sdk_message(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            from: &UserId,
        ) -> Vec<SessionId> {
            let mut to = Standard.recipients_of_sdk_message(tenant, conference, from);
            let listeners = sessions_of_listeners(conference);
            to.retain(|session| !listeners.contains(session));
            to
        }
    },
    receives! {
        "rest-message-not-for-listeners" breaks MSG_006:
        "does not deliver a REST message to listeners.",
        |tenant, conference, from, to| {
            let mut found = Standard.recipients_of_rest_message(tenant, conference, from, to);
            let listeners = sessions_of_listeners(conference);
            found.retain(|session| !listeners.contains(session));
            found
        }
    },
    receives! {
        "empty-list-is-nobody" breaks MSG_009:
        "delivers a REST message with an empty list of recipients to nobody.",
        |tenant, conference, from, to| {
            if to.is_some_and(<[String]>::is_empty) {
                return Vec::new();
            }
            Standard.recipients_of_rest_message(tenant, conference, from, to)
        }
    },
    receives! {
        "message-for-first-named" breaks MSG_007:
        "delivers a REST message to the first named recipient only.",
        |tenant, conference, from, to| {
            let first = to.map(|to| to.get(..1).unwrap_or(to));
            Standard.recipients_of_rest_message(tenant, conference, from, first)
        }
    },
    receives! {
        "message-for-last-named" breaks MSG_007:
        "delivers a REST message to the last named recipient only.",
        |tenant, conference, from, to| {
            let last = to.map(|to| to.get(to.len().saturating_sub(1)..).unwrap_or(to));
            Standard.recipients_of_rest_message(tenant, conference, from, last)
        }
    },
    receives! {
        "message-for-sender-too" breaks MSG_007:
        "delivers a REST message for named recipients to its sender, too.",
        |tenant, conference, from, to| {
            let mut found = Standard.recipients_of_rest_message(tenant, conference, from, to);
            found.extend(to.and_then(|_| conference.joined.get(from).cloned()));
            found
        }
    },
    receives! {
        "message-for-named-absent" breaks MSG_003:
        "delivers a REST message to named recipients who have not joined, too.",
        |tenant, conference, from, to| {
            let mut found = Standard.recipients_of_rest_message(tenant, conference, from, to);
            let named = to.unwrap_or_default().iter().filter_map(|id| tenant.by_external_id(id));
            let absent = named.filter(|person| !conference.joined.contains_key(&person.id));
            let sessions = absent.flat_map(|person| tenant.open_sessions(&person.id));
            found.extend(sessions.map(|session| session.id.clone()));
            found
        }
    },
    wrong! {
        "message-reaches-the-first-session" breaks MSG_002:
        "sends messages to the session by which each person has joined first.",
        remembers { first: Mutex<BTreeMap<(ConferenceId, UserId), SessionId>> }
        in Hooks: fn check_call(&self, tenant: &Tenant, call: &Call) -> Result<(), Refusal> {
            let conference = tenant.conferences.get(call.parameter("conferenceId"));
            for (conference, user, session) in conference
                .into_iter()
                .flat_map(|it| it.joined.iter().map(move |(user, session)| (it, user, session)))
            {
                let key = (conference.id.clone(), user.clone());
                locked(&self.first).entry(key).or_insert_with(|| session.clone());
            }
            Standard.check_call(tenant, call)
        }
        in Messages: fn recipients_of_sdk_message(
            &self,
            _: &Tenant,
            conference: &Conference,
            from: &UserId,
        ) -> Vec<SessionId> {
            let first = locked(&self.first);
            let others = conference.joined.iter().filter(|(user, _)| *user != from);
            let reached = others.map(|(user, session)| {
                first.get(&(conference.id.clone(), user.clone())).unwrap_or(session).clone()
            });
            reached.collect()
        }
    },
];
