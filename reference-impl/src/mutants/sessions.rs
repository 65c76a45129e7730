//! Wrong with sessions: opening and closing them, and the credentials of clients.

use super::request::{field, is, refuse_all, unchecked};
use super::{Mutant, wrong};
use crate::core::rules::News;
use crate::core::state::{Session, Tenant};
use crate::core::token::{Claims, Keys, TokenKind};
use crate::core::{Call, Delivery, Refusal, Rules, SessionId, Standard, UserId};
use invite_spec::endpoint::{Authentication, Endpoint};
use invite_spec::error::Failure;
use invite_spec::participant::ParticipantStatus;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// A server that takes one person for another: what it looks at of an external id.
macro_rules! takes_for_one {
    ($name:literal breaks $breaks:literal: $does:literal, |$id:ident| $seen:expr) => {
        wrong! {
            $name breaks $breaks: $does,
            fn known_person(&self, tenant: &Tenant, external_id: &str) -> Option<UserId> {
                let known = Standard.known_person(tenant, external_id);
                known.or_else(|| {
                    let $id = external_id;
                    let wanted = $seen;
                    let mut people = tenant.external_ids.iter();
                    people.find(|($id, _)| $seen == wanted).map(|(_, user)| user.clone())
                })
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "no-identify" breaks "SES-001":
        "opens no session.",
        fn serves(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            refuse_all(call, "sdk.identify")
        }
    },
    wrong! {
        "no-socket" breaks "SES-002":
        "takes no client instance for the one that opened the session.",
        fn client_fits_session(&self, _: Option<&str>, _: &Session) -> bool {
            false
        }
    },
    wrong! {
        "socket-address-with-path" breaks "SES-003":
        "answers the whole address of its WebSocket, path and all.",
        fn socket_origin(&self, origin: Option<&str>) -> Option<String> {
            origin.map(|origin| format!("{origin}/v2/session"))
        }
    },
    wrong! {
        "unchecked-client-token" breaks "SES-004":
        "reads client access tokens without checking who signed them.",
        fn reads_token(&self, keys: &Keys, token: &str) -> Option<Claims> {
            let forged = || unchecked(token).filter(|claims| claims.kind == TokenKind::Client);
            keys.verify(token).or_else(forged)
        }
    },
    wrong! {
        "client-token-only-once" breaks "SES-004":
        "asks whoever has shown a client access token before for none.",
        remembers { shown: Mutex<BTreeMap<String, String>> }
        fn takes<'c>(&self, call: &'c Call) -> Cow<'c, Call> {
            let whose = match call.endpoint.authentication {
                Authentication::ClientToken => field(call, "/externalId").and_then(Value::as_str),
                Authentication::Session => call.credentials.session_token.as_deref(),
                _ => None,
            };
            let Some(whose) = whose else { return Cow::Borrowed(call) };
            let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(authorization) = &call.credentials.authorization {
                shown.entry(whose.to_owned()).or_insert_with(|| authorization.clone());
                return Cow::Borrowed(call);
            }
            let mut taken = call.clone();
            taken.credentials.authorization = shown.get(whose).cloned();
            Cow::Owned(taken)
        }
    },
    wrong! {
        "unchecked-session-token" breaks "SES-005":
        "reads session tokens without checking who signed them.",
        fn reads_token(&self, keys: &Keys, token: &str) -> Option<Claims> {
            let forged = || unchecked(token).filter(|claims| claims.kind == TokenKind::Session);
            keys.verify(token).or_else(forged)
        }
    },
    wrong! {
        "identity-as-told" breaks "SES-006":
        "believes a client who it says it is, whatever its token says.",
        fn identity<'a>(
            &self,
            token: Option<&'a str>,
            given: Option<&'a str>,
        ) -> Result<Option<&'a str>, Refusal> {
            Ok(given.or(token))
        }
    },
    wrong! {
        "user-id-for-each-session" breaks "SES-007":
        "gives a person another user id in the next session.",
        remembers { given: Mutex<BTreeMap<String, u32>> }
        fn answer(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            let user = answer.get("user_id").and_then(Value::as_str).map(str::to_owned);
            if let (true, Some(user)) = (is(endpoint, "sdk.identify"), user) {
                let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
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
        "sessions-need-an-external-id" breaks "SES-008":
        "opens no session for somebody without an external id.",
        fn identity<'a>(
            &self,
            token: Option<&'a str>,
            given: Option<&'a str>,
        ) -> Result<Option<&'a str>, Refusal> {
            if token.or(given).is_none() {
                return Err(Refusal::new(Failure::UserNotValid, "who is this?"));
            }
            Standard.identity(token, given)
        }
    },
    wrong! {
        "no-reconnect" breaks "SES-009":
        "lets a session that has lost its socket open no other.",
        remembers { opened: Mutex<BTreeSet<SessionId>> }
        fn client_fits_session(&self, client_id: Option<&str>, session: &Session) -> bool {
            let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
            let first = session.is_open() || opened.insert(session.id.clone());
            first && Standard.client_fits_session(client_id, session)
        }
    },
    wrong! {
        "acknowledgement-closes-socket" breaks "SES-010":
        "closes the socket of a client that acknowledges a token update.",
        fn tolerates(&self, text: &str) -> bool {
            !text.contains("ackMessageUuid")
        }
    },
    wrong! {
        "keep-alive-closes-socket" breaks "SES-010":
        "closes the socket of a client that keeps it alive.",
        fn tolerates(&self, text: &str) -> bool {
            !text.contains("keep_alive")
        }
    },
    wrong! {
        "tells-who-comes-online" breaks "SES-011":
        "tells the participants when an invited person opens a session.",
        fn pushed_on_open(&self, tenant: &Tenant, session: &Session) -> Vec<Delivery> {
            let mut pushed = Standard.pushed_on_open(tenant, session);
            let reserved = Some(&ParticipantStatus::Reserved);
            let invited = tenant.conferences.values();
            for conference in invited.filter(|it| it.status(&session.user) == reserved) {
                pushed.extend(Standard.news(tenant, conference, &session.user, News::Invited));
            }
            pushed
        }
    },
    wrong! {
        "no-logout" breaks "SES-012":
        "closes no session.",
        fn serves(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            refuse_all(call, "sdk.logout")
        }
    },
    wrong! {
        "external-ids-in-any-case" breaks "SES-006":
        "lets a client write the external id of its token in capitals or not, as it likes.",
        fn identity<'a>(
            &self,
            token: Option<&'a str>,
            given: Option<&'a str>,
        ) -> Result<Option<&'a str>, Refusal> {
            let same = |token: &str, given: &str| token.to_lowercase() == given.to_lowercase();
            let given = given.filter(|given| !token.is_some_and(|token| same(token, given)));
            Standard.identity(token, given)
        }
    },
    wrong! {
        "api-token-as-client-token" breaks "SES-004":
        "takes the token of an application server for a client's.",
        fn token_serves(&self, claims: &Claims, wanted: TokenKind) -> bool {
            let api = claims.kind == TokenKind::Api && wanted == TokenKind::Client;
            api || Standard.token_serves(claims, wanted)
        }
    },
    wrong! {
        "reconnects-once" breaks "SES-009":
        "lets a session that has lost its socket twice open no other.",
        remembers { opened: Mutex<BTreeMap<SessionId, u32>> }
        fn pushed_on_open(&self, tenant: &Tenant, session: &Session) -> Vec<Delivery> {
            let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
            *opened.entry(session.id.clone()).or_default() += 1;
            Standard.pushed_on_open(tenant, session)
        }
        fn client_fits_session(&self, client_id: Option<&str>, session: &Session) -> bool {
            let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
            let spent = opened.get(&session.id).is_some_and(|times| *times > 1);
            (session.is_open() || !spent) && Standard.client_fits_session(client_id, session)
        }
    },
    takes_for_one! {
        "external-ids-ignore-case" breaks "SES-007":
        "takes external ids for the same that differ only in the case of their letters.",
        |id| id.to_lowercase()
    },
    takes_for_one! {
        "external-ids-trimmed" breaks "SES-007":
        "takes external ids for the same that differ only in white space at their ends.",
        |id| id.trim()
    },
    takes_for_one! {
        "external-ids-in-ascii" breaks "SES-007":
        "takes external ids for the same that differ only in letters beyond ASCII.",
        |id| id.chars().filter(char::is_ascii).collect::<String>()
    },
    takes_for_one! {
        "external-ids-cut-short" breaks "SES-007":
        "takes external ids for the same whose first 255 letters are the same.",
        |id| id.chars().take(255).collect::<String>()
    },
];
