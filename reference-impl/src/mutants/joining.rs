//! Servers with wrong joins and leaves.

use super::request::{is, refuse, without};
use super::{Mutant, wrong};
use crate::core::rules::{Access, Hooks, Joining};
use crate::core::state::{Conference, Session};
use crate::core::{Call, Refusal, SessionId, Standard, UserId};
use invite_spec::endpoint::Endpoint;
use invite_spec::permission::Permission;
use serde_json::Value;

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "join-without-metadata" breaks JOIN_003:
        "omits the metadata from the join answer.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, answer: Value) -> Value {
            if is(endpoint, "sdk.join") { without(answer, "metadata") } else { answer }
        }
    },
    wrong! {
        "every-join-needs-a-token" breaks JOIN_004:
        "requires a token to join an unprotected conference.",
        in Access: fn requires_conference_token(
            &self,
            call: &Call,
            conference: &Conference,
            session: &Session,
        ) -> bool {
            let joins = call.endpoint.permission == Some(Permission::Join);
            joins || Standard.requires_conference_token(call, conference, session)
        }
    },
    wrong! {
        "only-the-invited-join" breaks JOIN_005:
        "refuses uninvited people in an unprotected conference that has participants.",
        in Joining: fn may_join(
            &self,
            conference: &Conference,
            user: &UserId,
        ) -> Result<(), Refusal> {
            let begun = !conference.joined.is_empty();
            if begun && !conference.protected && conference.membership(user).is_none() {
                return refuse();
            }
            Standard.may_join(conference, user)
        }
    },
    wrong! {
        "replaced-unawares" breaks JOIN_018:
        "does not tell a replaced session that another one has taken its place.",
        in Joining: fn replaced_session(&self, _: &Conference, _: &Session) -> Option<SessionId> {
            None
        }
    },
    wrong! {
        "one-leaves-for-all" breaks JOIN_020:
        "removes a person from the conference when any session of that person leaves.",
        in Joining: fn ends_participation(
            &self,
            conference: &Conference,
            session: &Session,
        ) -> bool {
            conference.joined.contains_key(&session.user)
        }
    },
    wrong! {
        "room-for-ten" breaks JOIN_001:
        "lets no more than ten people into a conference.",
        sets capacity: Some(10);
    },
];
