//! Servers that are wrong where the sources left a question open that this specification settles:
//! sessions and their sockets, calls from outside a conference, and the order of reasons.

use super::request::{field, is};
use super::{Mutant, wrong};
use crate::core::rules::{Access, Announcements, Hooks, Joining, Sessions, Tokens};
use crate::core::state::{Conference, Session, Tenant};
use crate::core::token::TokenKind;
use crate::core::{Call, Delivery, Refusal, SessionId, Standard, UserId};
use invite_spec::error::Failure;
use invite_spec::permission::Permission;
use invite_spec::push::Push;
use invite_spec::wire::LooseSeconds;
use serde_json::Value;

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "lifetime-without-end" breaks AUTH_019:
        "issues tokens for as long as they are requested.",
        in Tokens: fn lifetime(&self, kind: TokenKind, requested: Option<LooseSeconds>) -> u64 {
            let standard = Standard.lifetime(kind, requested);
            requested.map_or(standard, |LooseSeconds(seconds)| standard.max(seconds))
        }
    },
    wrong! {
        "outlives-its-logout" breaks SES_015:
        "answers a logout and keeps the session.",
        in Sessions: fn logout_closes(&self, _: &Session) -> bool {
            false
        }
    },
    wrong! {
        "one-socket-a-session" breaks SES_019:
        "refuses a socket for a session whose earlier socket seems to be open.",
        in Sessions: fn may_open_socket(&self, session: &Session) -> bool {
            !session.is_open()
        }
    },
    wrong! {
        "any-client-token-for-a-session" breaks SES_020:
        "accepts another person's client access token with a session token.",
        in Sessions: fn is_token_of_session(&self, _: Option<&str>, _: &Session) -> bool {
            true
        }
    },
    wrong! {
        "any-session-token-for-a-client" breaks SES_020:
        "accepts another person's session token, whatever client it was issued to.",
        in Sessions: fn is_client_of_session(&self, _: Option<&str>, _: &Session) -> bool {
            true
        }
        fn is_token_of_session(&self, _: Option<&str>, _: &Session) -> bool {
            true
        }
    },
    wrong! {
        "switched-to-itself" breaks JOIN_025:
        "tells a session that joins again that it was replaced.",
        in Joining: fn replaced_session(
            &self,
            conference: &Conference,
            session: &Session,
        ) -> Option<SessionId> {
            conference.joined.get(&session.user).cloned()
        }
    },
    wrong! {
        "outsiders-act" breaks JOIN_026:
        "lets somebody act who has a token for a conference and has not joined it.",
        in Access: fn requires_joining(
            &self,
            call: &Call,
            conference: &Conference,
            session: &Session,
        ) -> bool {
            let invites = call.endpoint.permission == Some(Permission::Invite);
            (invites || !conference.protected)
                && Standard.requires_joining(call, conference, session)
        }
    },
    wrong! {
        "strangers-act-unprotected" breaks JOIN_026:
        "lets everybody act on an unprotected conference.",
        in Access: fn requires_joining(
            &self,
            call: &Call,
            conference: &Conference,
            session: &Session,
        ) -> bool {
            conference.protected && Standard.requires_joining(call, conference, session)
        }
    },
    wrong! {
        "replaced-session-acts" breaks JOIN_027:
        "lets every session of a participant act, also one that was replaced.",
        in Access: fn requires_joining(
            &self,
            call: &Call,
            conference: &Conference,
            session: &Session,
        ) -> bool {
            !conference.joined.contains_key(&session.user)
                && Standard.requires_joining(call, conference, session)
        }
    },
    wrong! {
        "kicked-not-found" breaks KCK_010:
        "answers the join of a kicked person with 404.",
        in Hooks: fn rewrite_result(
            &self,
            call: &Call,
            result: Result<Value, Refusal>,
        ) -> Result<Value, Refusal> {
            let shown = |refusal: Refusal| match refusal.failure {
                Failure::InvalidToken | Failure::Kicked if is(call.endpoint, "sdk.join") => {
                    Refusal::new(Failure::NoSuchConference, refusal.description)
                }
                _ => refusal,
            };
            result.map_err(shown)
        }
    },
    wrong! {
        "kicks-who-is-elsewhere" breaks KCK_011:
        "pushes the kick of somebody who has not joined to any session of that person.",
        in Announcements: fn recipient_of_kick(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            user: &UserId,
        ) -> Option<SessionId> {
            let any = || tenant.open_sessions(user).next().map(|session| session.id.clone());
            Standard.recipient_of_kick(tenant, conference, user).or_else(any)
        }
    },
    wrong! {
        "kicks-every-session" breaks KCK_011:
        "pushes a kick to all sessions of its person.",
        in Hooks: fn rewrite_deliveries(
            &self,
            tenant: &Tenant,
            mut deliveries: Vec<Delivery>,
        ) -> Vec<Delivery> {
            for delivery in &mut deliveries {
                if let Push::ParticipantKicked(kicked) = &delivery.push {
                    let user = UserId::new(kicked.user_id.as_str());
                    let all = tenant.open_sessions(&user).map(|session| session.id.clone());
                    delivery.to = all.collect();
                }
            }
            deliveries
        }
    },
    wrong! {
        "live-before-it-exists" breaks SUB_010:
        "calls an alias live that no conference has.",
        in Hooks: fn rewrite_deliveries(
            &self,
            _: &Tenant,
            mut deliveries: Vec<Delivery>,
        ) -> Vec<Delivery> {
            for delivery in &mut deliveries {
                if let Push::ConferenceStatusNotification(status) = &mut delivery.push
                    && status.conf_id.is_none()
                {
                    status.live = Some(true);
                }
            }
            deliveries
        }
    },
    wrong! {
        "outside-means-no-permission" breaks ERR_019:
        "answers a call from outside a conference as one without permission.",
        in Hooks: fn rewrite_result(
            &self,
            _: &Call,
            result: Result<Value, Refusal>,
        ) -> Result<Value, Refusal> {
            let shown = |refusal: Refusal| match refusal.failure {
                Failure::NotInConference => {
                    Refusal::new(Failure::InsufficientPermissions, refusal.description)
                }
                _ => refusal,
            };
            result.map_err(shown)
        }
    },
    wrong! {
        "reads-the-path-first" breaks ERR_020:
        "answers 404 for a malformed conference id before it looks at the credentials.",
        in Hooks: fn rewrite_result(
            &self,
            call: &Call,
            result: Result<Value, Refusal>,
        ) -> Result<Value, Refusal> {
            let id = call.parameter("conferenceId");
            let is_malformed = !id.is_empty() && id.len() != 36;
            let shown = |refusal: Refusal| match refusal.failure {
                Failure::InvalidToken if is_malformed => {
                    Refusal::new(Failure::NoSuchConference, refusal.description)
                }
                _ => refusal,
            };
            result.map_err(shown)
        }
    },
    wrong! {
        "reads-the-body-first" breaks ERR_021:
        "answers 400 for a bad message before it looks at the conference and the permissions.",
        in Hooks: fn rewrite_result(
            &self,
            call: &Call,
            result: Result<Value, Refusal>,
        ) -> Result<Value, Refusal> {
            let is_bad = field(call, "/message").is_some_and(|message| !message.is_string());
            let shown = |refusal: Refusal| match refusal.failure {
                Failure::NoSuchConference | Failure::InsufficientPermissions if is_bad => {
                    Refusal::argument("message: it must be a string")
                }
                _ => refusal,
            };
            result.map_err(shown)
        }
    },
];
