//! Servers that issue or check conference access tokens wrong.

use super::request::{
    field, is, is_signed, locked, people_named, refuse_token, spoil, truncated, unchecked, without,
};
use super::{Mutant, skips_access_checks, wrong};
use crate::core::rules::{Access, Conferences, Hooks, Inviting, Tokens, Wire};
use crate::core::state::{Conference, Membership, Session, Tenant};
use crate::core::token::{Claims, Keys, TokenKind};
use crate::core::{Call, ConferenceId, Refusal, Standard, UserId};
use invite_spec::endpoint::{Endpoint, Operation};
use invite_spec::participant::ParticipantStatus;
use invite_spec::permission::{Permission, PermissionSet};
use invite_spec::push::{InvitationReceived, Push};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// Gives everybody in a map of tokens the first of them.
fn give_all_the_first(tokens: Option<&mut Map<String, Value>>) {
    if let Some((first, tokens)) = tokens.and_then(|all| Some((all.values().next()?.clone(), all)))
    {
        tokens.values_mut().for_each(|token| token.clone_from(&first));
    }
}

/// Joins the parts of each conference token in a value by other signs than a JWT's.
fn make_opaque(value: &mut Value) {
    match value {
        Value::String(text)
            if unchecked(text).is_some_and(|it| it.kind == TokenKind::Conference) =>
        {
            *text = text.replace('.', "~");
        }
        Value::Array(all) => all.iter_mut().for_each(make_opaque),
        Value::Object(fields) => fields.values_mut().for_each(make_opaque),
        _ => {}
    }
}

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "owner-may-not-kick" breaks TOK_001:
        "omits KICK from owner tokens.",
        in Conferences: fn permissions_of_owner(&self) -> PermissionSet {
            Permission::ALL.into_iter().filter(|it| *it != Permission::Kick).collect()
        }
    },
    wrong! {
        "no-owner-token-by-rest" breaks TOK_001:
        "answers no owner token to a REST create.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, answer: Value) -> Value {
            if is(endpoint, "rest.create") { without(answer, "ownerToken") } else { answer }
        }
    },
    wrong! {
        "token-for-the-first" breaks TOK_002:
        "answers a token for only the first person that a REST create names.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            let tokens = answer.get_mut("usersTokens").and_then(Value::as_object_mut);
            if let (true, Some(tokens)) = (is(endpoint, "rest.create"), tokens) {
                *tokens = std::mem::take(tokens).into_iter().take(1).collect();
            }
            answer
        }
    },
    wrong! {
        "one-token-for-all-invited" breaks INV_008:
        "answers the same token for every person that a REST invite names.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            give_all_the_first(answer.as_object_mut().filter(|_| is(endpoint, "rest.invite")));
            answer
        }
    },
    wrong! {
        "one-token-for-all-created" breaks TOK_002:
        "answers the same token for every person that a REST create names.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            let tokens = answer.get_mut("usersTokens").and_then(Value::as_object_mut);
            give_all_the_first(tokens.filter(|_| is(endpoint, "rest.create")));
            answer
        }
    },
    wrong! {
        "one-token-for-all-updated" breaks PRM_015:
        "answers the same token for every person that a REST update names.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            give_all_the_first(answer.as_object_mut().filter(|_| is(endpoint, "rest.permissions")));
            answer
        }
    },
    wrong! {
        "opaque-conference-tokens" breaks TOK_004:
        "issues conference tokens that are no JWTs, and takes them for what they are.",
        in Hooks: fn rewrite_response(&self, _: &Endpoint, mut answer: Value) -> Value {
            make_opaque(&mut answer);
            answer
        }
        fn rewrite_call(&self, call: &mut Call) {
            if let Some(token) = &mut call.credentials.conference_token {
                *token = token.replace('~', ".");
            }
        }
        in Wire: fn frame_text(&self, push: &Push) -> String {
            let mut frame = serde_json::to_value(push).unwrap_or_default();
            make_opaque(&mut frame);
            frame.to_string()
        }
    },
    wrong! {
        "no-owner-token-by-sdk" breaks TOK_003:
        "answers no owner token to a client that creates a conference.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, answer: Value) -> Value {
            if is(endpoint, "sdk.create") { without(answer, "ownerToken") } else { answer }
        }
    },
    wrong! {
        "owner-token-for-anybody" breaks TOK_011:
        "answers an owner token to everybody who creates the alias of a protected conference.",
        in Conferences: fn gets_owner_token(&self, conference: &Conference, _: &UserId) -> bool {
            conference.protected
        }
    },
    wrong! {
        "authorities-in-one-text" breaks TOK_004:
        "writes the permissions of a conference token as one string.",
        in Tokens: fn payload(&self, claims: &Claims) -> Value {
            let mut payload = Standard.payload(claims);
            if let Some(names) = &claims.authorities {
                payload["authorities"] = json!(names.join(" "));
            }
            payload
        }
    },
    wrong! {
        "leaving-revokes" breaks TOK_005:
        "refuses the token of a person who has left.",
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            let status = membership.and_then(|it| it.status.as_ref());
            status == Some(&ParticipantStatus::Left) || Standard.is_revoked(claims, membership)
        }
    },
    wrong! {
        "invitation-revokes" breaks TOK_006:
        "revokes the token of an earlier invitation with each new one.",
        remembers { last: Mutex<BTreeMap<(String, String), String>> }
        in Tokens: fn payload(&self, claims: &Claims) -> Value {
            let key = claims.conference_id.clone().zip(claims.sub.clone());
            let is_owners = claims.permissions().len() == Permission::ALL.len();
            if let Some(key) = key.filter(|_| !is_owners) {
                let mut last = locked(&self.last);
                last.insert(key, claims.jti.clone());
            }
            Standard.payload(claims)
        }
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            let last = locked(&self.last);
            let key = claims.conference_id.clone().zip(claims.sub.clone());
            let later = key.and_then(|key| last.get(&key)).filter(|last| **last != claims.jti);
            later.is_some() || Standard.is_revoked(claims, membership)
        }
    },
    wrong! {
        "invitation-after-leaving-revokes" breaks TOK_006:
        "revokes the tokens of somebody who has left with a new invitation.",
        remembers { issued: Mutex<Vec<(String, String, String)>>, revoked: Mutex<BTreeSet<String>> }
        in Tokens: fn payload(&self, claims: &Claims) -> Value {
            if let Some((conference, person)) = claims.conference_id.clone().zip(claims.sub.clone()) {
                let mut issued = locked(&self.issued);
                issued.push((conference, person, claims.jti.clone()));
            }
            Standard.payload(claims)
        }
        in Hooks: fn check_call(&self, tenant: &Tenant, call: &Call) -> Result<(), Refusal> {
            let left = |id: &str| {
                let person = tenant.by_external_id(id)?;
                let conference = tenant.conferences.get(call.parameter("conferenceId"))?;
                let status = conference.membership(&person.id)?.status.as_ref();
                let has_left = status == Some(&ParticipantStatus::Left);
                has_left.then(|| (conference.id.as_str().to_owned(), person.id.as_str().to_owned()))
            };
            if is(call.endpoint, "rest.invite") || is(call.endpoint, "sdk.invite") {
                let issued = locked(&self.issued);
                for (conference, person) in people_named(call).filter_map(left) {
                    let earlier = issued.iter().filter(|it| it.0 == conference && it.1 == person);
                    let mut revoked = locked(&self.revoked);
                    revoked.extend(earlier.map(|it| it.2.clone()));
                }
            }
            Standard.check_call(tenant, call)
        }
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            let revoked = locked(&self.revoked);
            revoked.contains(&claims.jti) || Standard.is_revoked(claims, membership)
        }
    },
    wrong! {
        "one-token-for-all" breaks TOK_007:
        "puts the token of the first invitee into every invitation.",
        remembers { first: Mutex<BTreeMap<ConferenceId, String>> }
        in Inviting: fn invitation(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            inviter: &UserId,
            invitee: &UserId,
            token: String,
        ) -> InvitationReceived {
            let mut first = locked(&self.first);
            let token = first.entry(conference.id.clone()).or_insert(token).clone();
            Standard.invitation(tenant, conference, inviter, invitee, token)
        }
    },
    wrong! {
        "stale-token-refused" breaks TOK_008:
        "refuses a conference token where none is needed.",
        in Hooks: fn check_call(&self, tenant: &Tenant, call: &Call) -> Result<(), Refusal> {
            let conference = tenant.conferences.get(call.parameter("conferenceId"));
            let unneeded = match conference {
                Some(conference) => !conference.protected,
                None => [Operation::SdkCreate, Operation::Logout].contains(&call.endpoint.operation),
            };
            let shown = call.credentials.conference_token.is_some();
            if shown && unneeded { refuse_token() } else { Ok(()) }
        }
    },
    wrong! {
        "nobodys-token" breaks TOK_010:
        "omits the external id from conference tokens.",
        in Tokens: fn payload(&self, claims: &Claims) -> Value {
            let payload = Standard.payload(claims);
            match claims.kind {
                TokenKind::Conference => without(payload, "externalId"),
                _ => payload,
            }
        }
    },
    wrong! {
        "broken-token-in-invitation" breaks JOIN_006:
        "truncates the token of an invitation.",
        in Inviting: fn invitation(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            inviter: &UserId,
            invitee: &UserId,
            token: String,
        ) -> InvitationReceived {
            let token = truncated(&token);
            Standard.invitation(tenant, conference, inviter, invitee, token)
        }
    },
    wrong! {
        "broken-token-by-create" breaks JOIN_007:
        "truncates the invitees' tokens in the answer to a REST create.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            let tokens = answer.get_mut("usersTokens").and_then(Value::as_object_mut);
            if let (true, Some(tokens)) = (is(endpoint, "rest.create"), tokens) {
                tokens.values_mut().for_each(|token| spoil(Some(token), truncated));
            }
            answer
        }
    },
    wrong! {
        "broken-token-by-invite" breaks JOIN_008:
        "truncates the tokens in the answer to a REST invite.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            if let (true, Some(tokens)) = (is(endpoint, "rest.invite"), answer.as_object_mut()) {
                tokens.values_mut().for_each(|token| spoil(Some(token), truncated));
            }
            answer
        }
    },
    skips_access_checks! {
        "joins-without-token" breaks JOIN_010:
        "lets sessions join a protected conference without a token.",
        |call, _, _| {
            is(call.endpoint, "sdk.join") && call.credentials.conference_token.is_none()
        }
    },
    skips_access_checks! {
        "listens-without-token" breaks JOIN_010:
        "lets listeners join a protected conference without a token.",
        |call, _, _| {
            let listens = field(call, "/user/type").is_some_and(|kind| kind == "listener");
            listens && call.credentials.conference_token.is_none()
        }
    },
    skips_access_checks! {
        "comes-back-without-token" breaks JOIN_010:
        "lets a person who has left join again without a token.",
        |call, conference, session| {
            let has_left = conference.status(&session.user) == Some(&ParticipantStatus::Left);
            let shown = call.credentials.conference_token.is_some();
            is(call.endpoint, "sdk.join") && has_left && !shown
        }
    },
    skips_access_checks! {
        "owner-needs-no-token" breaks JOIN_010:
        "lets the owner of a protected conference join without a token.",
        |call, conference, session| {
            let shown = call.credentials.conference_token.is_some();
            is(call.endpoint, "sdk.join") && conference.owner == session.user && !shown
        }
    },
    wrong! {
        "anybodys-token" breaks JOIN_011:
        "accepts another person's token.",
        in Access: fn is_token_for(
            &self,
            claims: &Claims,
            conference: &Conference,
            _: &UserId,
        ) -> bool {
            claims.conference_id.as_deref() == Some(conference.id.as_str())
        }
    },
    wrong! {
        "any-conferences-token" breaks JOIN_012:
        "accepts a token for another conference.",
        in Access: fn is_token_for(&self, claims: &Claims, _: &Conference, user: &UserId) -> bool {
            claims.is_of(user)
        }
    },
    wrong! {
        "unchecked-conference-token" breaks JOIN_013:
        "accepts conference tokens with any signature.",
        in Tokens: fn read_token(&self, keys: &Keys, token: &str) -> Option<Claims> {
            let forged = || unchecked(token).filter(|_| is_signed(token));
            let forged = || forged().filter(|claims| claims.kind == TokenKind::Conference);
            keys.verify(token).or_else(forged)
        }
    },
    wrong! {
        "unsigned-conference-token" breaks JOIN_014:
        "accepts unsigned conference tokens.",
        in Tokens: fn read_token(&self, keys: &Keys, token: &str) -> Option<Claims> {
            let forged = || unchecked(token).filter(|_| !is_signed(token));
            let forged = || forged().filter(|claims| claims.kind == TokenKind::Conference);
            keys.verify(token).or_else(forged)
        }
    },
    wrong! {
        "everybody-joins" breaks JOIN_015:
        "lets sessions join with a token without the permission to join.",
        in Access: fn permissions_allow(
            &self,
            held: &PermissionSet,
            endpoint: &Endpoint,
        ) -> bool {
            endpoint.permission == Some(Permission::Join)
                || Standard.permissions_allow(held, endpoint)
        }
    },
    skips_access_checks! {
        "client-token-as-conference-token" breaks JOIN_016:
        "accepts a client access token as a conference token.",
        |call, _, _| {
            let shown = call.credentials.conference_token.as_deref();
            let bearer = call.credentials.authorization.as_deref();
            let bearer = bearer.and_then(|bearer| bearer.strip_prefix("Bearer "));
            shown.is_some() && shown == bearer
        }
    },
    skips_access_checks! {
        "nobody-in-particular-joins" breaks JOIN_017:
        "lets a session without an external id join a protected conference with any token.",
        |call, _, session| {
            let shown = call.credentials.conference_token.is_some();
            is(call.endpoint, "sdk.join") && shown && !session.may_use_conference_tokens()
        }
    },
    skips_access_checks! {
        "token-only-to-join" breaks JOIN_023:
        "requires no token from participants who have joined.",
        |call, conference, session| {
            session.joined.as_ref() == Some(&conference.id)
                && !is(call.endpoint, "sdk.join")
                && call.credentials.conference_token.is_none()
        }
    },
    wrong! {
        "existing-alias-answers-no-tokens" breaks TOK_002:
        "answers no invitees' tokens to a REST create of an existing conference.",
        remembers { answered: Mutex<BTreeSet<String>> }
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            let id = answer.get("conferenceId").map(ToString::to_string);
            if let (true, Some(id)) = (is(endpoint, "rest.create"), id) {
                let mut answered = locked(&self.answered);
                if !answered.insert(id) {
                    answer["usersTokens"] = json!({});
                }
            }
            answer
        }
    },
];
