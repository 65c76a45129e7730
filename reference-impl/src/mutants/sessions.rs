//! Servers with wrong sessions: opening and closing them, and the credentials of clients.

use super::request::{field, is, locked, refuse_all, spoil, unchecked};
use super::{Mutant, wrong};
use crate::core::rules::{Announcements, ClientFrame, Hooks, News, Sessions, Tokens};
use crate::core::state::{Session, Tenant};
use crate::core::token::{Claims, Keys, TokenKind};
use crate::core::{Call, Delivery, Refusal, SessionId, Standard, Time, UserId};
use invite_spec::client_frame::Acknowledgement;
use invite_spec::endpoint::{Authentication, Endpoint};
use invite_spec::error::Failure;
use invite_spec::participant::ParticipantStatus;
use invite_spec::push::Push;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;

/// A server that confuses people: the part of an external id that it compares.
macro_rules! compares_by {
    ($name:literal breaks $breaks:ident: $does:literal, |$id:ident| $part:expr) => {
        wrong! {
            $name breaks $breaks: $does,
            in Sessions: fn person_with_external_id(
                &self,
                tenant: &Tenant,
                external_id: &str,
            ) -> Option<UserId> {
                let known = Standard.person_with_external_id(tenant, external_id);
                known.or_else(|| {
                    let $id = external_id;
                    let wanted = $part;
                    let mut people = tenant.external_ids.iter();
                    people.find(|($id, _)| $part == wanted).map(|(_, user)| user.clone())
                })
            }
        }
    };
}

/// A server that goes on writing some frames to the first WebSocket of a session.
macro_rules! writes_to_the_first_socket {
    ($name:literal breaks $breaks:ident: $does:literal, $push:pat) => {
        wrong! {
            $name breaks $breaks: $does,
            remembers { opened: Mutex<BTreeMap<SessionId, u32>> }
            in Sessions: fn deliveries_on_open(
                &self,
                tenant: &Tenant,
                session: &Session,
            ) -> Vec<Delivery> {
                let mut opened = locked(&self.opened);
                *opened.entry(session.id.clone()).or_default() += 1;
                Standard.deliveries_on_open(tenant, session)
            }
            in Hooks: fn rewrite_deliveries(
                &self,
                _: &Tenant,
                mut deliveries: Vec<Delivery>,
            ) -> Vec<Delivery> {
                let opened = locked(&self.opened);
                for delivery in deliveries.iter_mut().filter(|it| matches!(it.push, $push)) {
                    delivery.to.retain(|id| opened.get(id).is_none_or(|times| *times < 2));
                }
                deliveries
            }
        }
    };
}

/// A server that lets a session reconnect only for so many seconds.
macro_rules! forgets_lost_sessions {
    ($name:literal breaks $breaks:ident: $does:literal, $seconds:literal) => {
        wrong! {
            $name breaks $breaks: $does,
            remembers { now: Mutex<Option<Time>> }
            in Tokens: fn has_expired(&self, claims: &Claims, now: Time) -> bool {
                *locked(&self.now) = Some(now);
                Standard.has_expired(claims, now)
            }
            in Sessions: fn is_client_of_session(
                &self,
                client_id: Option<&str>,
                session: &Session,
            ) -> bool {
                let now = *locked(&self.now);
                let end = session.lost_since.after(Duration::from_secs($seconds));
                let is_forgotten = !session.is_open() && now.is_some_and(|now| now > end);
                !is_forgotten && Standard.is_client_of_session(client_id, session)
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "no-identify" breaks SES_001:
        "opens no session.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            refuse_all(call, "sdk.identify")
        }
    },
    wrong! {
        "no-socket" breaks SES_002:
        "accepts no client instance as the one that opened the session.",
        in Sessions: fn is_client_of_session(&self, _: Option<&str>, _: &Session) -> bool {
            false
        }
    },
    wrong! {
        "socket-address-with-path" breaks SES_003:
        "answers the address of its WebSocket with a path.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            if is(endpoint, "sdk.identify") {
                spoil(answer.get_mut("wsUri"), |origin| format!("{origin}/v2/session"));
            }
            answer
        }
    },
    wrong! {
        "unchecked-client-token" breaks SES_004:
        "accepts client access tokens with any signature.",
        in Tokens: fn read_token(&self, keys: &Keys, token: &str) -> Option<Claims> {
            let forged = || unchecked(token).filter(|claims| claims.kind == TokenKind::Client);
            keys.verify(token).or_else(forged)
        }
    },
    wrong! {
        "client-token-only-once" breaks SES_004:
        "requires a client access token only in the first call of a client.",
        remembers { shown: Mutex<BTreeMap<String, String>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let whose = match call.endpoint.authentication {
                Authentication::ClientToken => field(call, "/externalId").and_then(Value::as_str),
                Authentication::Session => call.credentials.session_token.as_deref(),
                _ => None,
            };
            let Some(whose) = whose.map(str::to_owned) else { return };
            let mut shown = locked(&self.shown);
            if let Some(authorization) = &call.credentials.authorization {
                shown.entry(whose).or_insert_with(|| authorization.clone());
                return;
            }
            call.credentials.authorization = shown.get(&whose).cloned();
        }
    },
    wrong! {
        "unchecked-session-token" breaks SES_022:
        "accepts session tokens with any signature, from any client.",
        in Tokens: fn read_token(&self, keys: &Keys, token: &str) -> Option<Claims> {
            let forged = || unchecked(token).filter(|claims| claims.kind == TokenKind::Session);
            keys.verify(token).or_else(forged)
        }
        in Sessions: fn is_client_of_session(&self, _: Option<&str>, _: &Session) -> bool {
            true
        }
    },
    wrong! {
        "session-token-only-once" breaks SES_005:
        "requires a session token only in the first call of a client.",
        remembers { shown: Mutex<BTreeMap<String, String>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            if call.endpoint.authentication != Authentication::Session {
                return;
            }
            let Some(client) = call.credentials.authorization.clone() else { return };
            let mut shown = locked(&self.shown);
            match (shown.get(&client), &call.credentials.session_token) {
                (Some(first), _) => call.credentials.session_token = Some(first.clone()),
                (None, Some(token)) if is_of_session(token) => {
                    shown.insert(client, token.clone());
                }
                (None, _) => {}
            }
        }
    },
    wrong! {
        "silent-for-two-seconds-closes-socket" breaks SES_010:
        "closes the socket of a client that says nothing for two seconds.",
        sets silence: Duration::from_secs(2);
    },
    wrong! {
        "silent-for-ten-seconds-closes-socket" breaks SES_010:
        "closes the socket of a client that says nothing for ten seconds.",
        sets silence: Duration::from_secs(10);
    },
    forgets_lost_sessions! {
        "forgets-lost-sessions-after-two-seconds" breaks SES_009:
        "lets no session reconnect whose socket was lost two seconds ago.",
        2
    },
    forgets_lost_sessions! {
        "forgets-lost-sessions-after-ten-seconds" breaks SES_009:
        "lets no session reconnect whose socket was lost ten seconds ago.",
        10
    },
    wrong! {
        "identity-as-told" breaks SES_006:
        "uses the external id of the request, whatever the token claims.",
        in Sessions: fn identity(
            &self,
            claimed: Option<&str>,
            requested: Option<&str>,
        ) -> Result<Option<String>, Refusal> {
            Ok(requested.or(claimed).map(str::to_owned))
        }
    },
    wrong! {
        "user-id-for-each-session" breaks SES_007:
        "gives a person another user id in each further session.",
        remembers { given: Mutex<BTreeMap<String, u32>> }
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            let user = answer.get("user_id").and_then(Value::as_str).map(str::to_owned);
            if let (true, Some(user)) = (is(endpoint, "sdk.identify"), user) {
                let mut given = locked(&self.given);
                let times = given.entry(user.clone()).or_default();
                if *times > 0 {
                    answer["user_id"] = json!(format!("{user}-{times}"));
                }
                *times += 1;
            }
            answer
        }
    },
    wrong! {
        "two-people-of-one-id-at-once" breaks SES_007:
        "gives a person another user id in a session that is identified before the earlier one has a \
         WebSocket.",
        remembers { opening: Mutex<BTreeSet<String>> }
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            let user = answer.get("user_id").and_then(Value::as_str).map(str::to_owned);
            if let (true, Some(user)) = (is(endpoint, "sdk.identify"), user) {
                let mut opening = locked(&self.opening);
                if !opening.insert(user.clone()) {
                    answer["user_id"] = json!(format!("{user}-1"));
                }
            }
            answer
        }
        in Sessions: fn may_open_socket(&self, session: &Session) -> bool {
            let mut opening = locked(&self.opening);
            opening.remove(session.user.as_str());
            Standard.may_open_socket(session)
        }
    },
    wrong! {
        "sessions-need-an-external-id" breaks SES_008:
        "opens no session for a person without an external id.",
        in Sessions: fn identity(
            &self,
            claimed: Option<&str>,
            requested: Option<&str>,
        ) -> Result<Option<String>, Refusal> {
            if claimed.or(requested).is_none() {
                return Err(Refusal::new(Failure::UserNotValid, "an external id is required"));
            }
            Standard.identity(claimed, requested)
        }
    },
    wrong! {
        "no-reconnect" breaks SES_009:
        "lets no session reconnect after it has lost its socket.",
        remembers { opened: Mutex<BTreeSet<SessionId>> }
        in Sessions: fn is_client_of_session(
            &self,
            client_id: Option<&str>,
            session: &Session,
        ) -> bool {
            let mut opened = locked(&self.opened);
            let first = session.is_open() || opened.insert(session.id.clone());
            first && Standard.is_client_of_session(client_id, session)
        }
    },
    wrong! {
        "acknowledgement-closes-socket" breaks SES_010:
        "closes the socket after an acknowledgement of a token update.",
        in Hooks: fn inspect_client_frame(&self, text: &str) -> ClientFrame {
            closes_on(text, "ackMessageUuid")
        }
    },
    wrong! {
        "acknowledgement-again-closes-socket" breaks SES_010:
        "closes the socket after a token update is acknowledged again.",
        remembers { acknowledged: Mutex<BTreeSet<String>> }
        in Hooks: fn inspect_client_frame(&self, text: &str) -> ClientFrame {
            let Ok(heard) = serde_json::from_str::<Acknowledgement>(text) else {
                return ClientFrame::Process;
            };
            let mut acknowledged = locked(&self.acknowledged);
            let is_first = acknowledged.insert(heard.ack_message_uuid);
            if is_first { ClientFrame::Process } else { ClientFrame::ProcessAndClose }
        }
    },
    wrong! {
        "keep-alive-closes-socket" breaks SES_010:
        "closes the socket after a keep-alive.",
        in Hooks: fn inspect_client_frame(&self, text: &str) -> ClientFrame {
            closes_on(text, "keep_alive")
        }
    },
    wrong! {
        "tells-who-comes-online" breaks SES_011:
        "tells the participants when an invited person opens a session.",
        in Sessions: fn deliveries_on_open(
            &self,
            tenant: &Tenant,
            session: &Session,
        ) -> Vec<Delivery> {
            let mut pushed = Standard.deliveries_on_open(tenant, session);
            let reserved = Some(&ParticipantStatus::Reserved);
            let invited = tenant.conferences.values();
            for conference in invited.filter(|it| it.status(&session.user) == reserved) {
                let (about, news) = (&session.user, News::Invited);
                pushed.extend(Standard.deliveries_of_news(tenant, conference, about, news));
            }
            pushed
        }
    },
    wrong! {
        "no-logout" breaks SES_012:
        "closes no session.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            refuse_all(call, "sdk.logout")
        }
    },
    wrong! {
        "external-ids-in-any-case" breaks SES_006:
        "compares the external ids of request and token without regard to case.",
        in Sessions: fn identity(
            &self,
            claimed: Option<&str>,
            requested: Option<&str>,
        ) -> Result<Option<String>, Refusal> {
            let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
            let is_claimed = |it: &&str| claimed.is_some_and(|claimed| same(claimed, it));
            Standard.identity(claimed, requested.filter(|it| !is_claimed(it)))
        }
    },
    wrong! {
        "api-token-as-client-token" breaks SES_004:
        "accepts API tokens as client access tokens.",
        in Tokens: fn is_of_kind(&self, claims: &Claims, wanted: TokenKind) -> bool {
            let api = claims.kind == TokenKind::Api && wanted == TokenKind::Client;
            api || Standard.is_of_kind(claims, wanted)
        }
    },
    wrong! {
        "reconnects-once" breaks SES_009:
        "lets a session reconnect only once.",
        remembers { opened: Mutex<BTreeMap<SessionId, u32>> }
        in Sessions: fn deliveries_on_open(
            &self,
            tenant: &Tenant,
            session: &Session,
        ) -> Vec<Delivery> {
            let mut opened = locked(&self.opened);
            *opened.entry(session.id.clone()).or_default() += 1;
            Standard.deliveries_on_open(tenant, session)
        }
        fn is_client_of_session(&self, client_id: Option<&str>, session: &Session) -> bool {
            let opened = locked(&self.opened);
            let spent = opened.get(&session.id).is_some_and(|times| *times > 1);
            (session.is_open() || !spent) && Standard.is_client_of_session(client_id, session)
        }
    },
    writes_to_the_first_socket! {
        "update-after-reconnecting-lost" breaks PRM_017:
        "pushes new tokens to the first WebSocket of a session, though it has reconnected.",
        Push::UpdateToken(_)
    },
    writes_to_the_first_socket! {
        "kick-after-reconnecting-lost" breaks KCK_003:
        "tells of a kick over the first WebSocket of a session, though it has reconnected.",
        Push::ParticipantKicked(_)
    },
    compares_by! {
        "external-ids-ignore-case" breaks SES_007:
        "treats external ids as equal that differ only in case.",
        |id| id.to_lowercase()
    },
    compares_by! {
        "external-ids-trimmed" breaks SES_007:
        "treats external ids as equal that differ only in surrounding white space.",
        |id| id.trim()
    },
    compares_by! {
        "external-ids-trimmed-at-the-end" breaks SES_007:
        "treats external ids as equal that differ only in white space at the end.",
        |id| id.trim_end()
    },
    compares_by! {
        "external-ids-without-accents" breaks SES_007:
        "takes an A with an accent for one without in external ids.",
        |id| id.replace('Ä', "A")
    },
    compares_by! {
        "external-ids-in-ascii" breaks SES_007:
        "treats external ids as equal that differ only in characters beyond ASCII.",
        |id| id.chars().filter(char::is_ascii).collect::<String>()
    },
    compares_by! {
        "external-ids-cut-short" breaks SES_007:
        "treats external ids as equal whose first 255 characters are equal.",
        |id| id.chars().take(255).collect::<String>()
    },
];

/// Closes the socket after a client frame that contains this word.
fn closes_on(text: &str, word: &str) -> ClientFrame {
    if text.contains(word) { ClientFrame::ProcessAndClose } else { ClientFrame::Process }
}

/// Whether this is, as it says itself, the token of a session.
fn is_of_session(token: &str) -> bool {
    unchecked(token).is_some_and(|claims| claims.kind == TokenKind::Session)
}
