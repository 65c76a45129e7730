//! Servers that create, find, keep or end conferences wrong.

use super::news::sessions_of_listeners;
use super::request::{edit, field, is, locked, refuse, refuse_all, without};
use super::{Mutant, skips_access_checks, wrong};
use crate::core::rules::{Access, Conferences, Hooks, Joining};
use crate::core::state::{Conference, Membership, Session, Tenant};
use crate::core::token::Claims;
use crate::core::{
    Application, Call, ConferenceId, Policy, Refusal, SessionId, Standard, Time, UserId,
};
use invite_spec::endpoint::{Endpoint, Plane};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "no-pincode" breaks CNF_001:
        "refuses to create a conference with a PIN code.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            if field(call, "/parameters/pincode").is_some() { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "unprotected-by-rest" breaks CNF_002:
        "leaves the conferences that application servers create unprotected.",
        in Conferences: fn protects_conferences_created_by_rest(&self, _: &Application) -> bool {
            false
        }
    },
    wrong! {
        "no-create-by-sdk" breaks CNF_003:
        "lets no client create a conference.",
        in Conferences: fn may_create(&self, _: &Session, _: bool) -> bool {
            false
        }
    },
    wrong! {
        "protection-unsaid" breaks CNF_004:
        "does not tell a client whether its conference is protected.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, answer: Value) -> Value {
            if is(endpoint, "sdk.create") { without(answer, "isProtected") } else { answer }
        }
    },
    wrong! {
        "found-is-unprotected" breaks CNF_004:
        "answers that a conference found by its alias is unprotected.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            if is(endpoint, "sdk.create") && answer.get("isNew") == Some(&json!(false)) {
                answer["isProtected"] = json!(false);
            }
            answer
        }
    },
    skips_access_checks! {
        "protected-only-with-dolby-voice" breaks CNF_004:
        "lets anybody join a protected conference without Dolby Voice.",
        |call, conference, _| {
            let plain = conference.metadata.get("dolbyVoice") == Some(&json!("false"));
            is(call.endpoint, "sdk.join") && conference.protected && plain
        }
    },
    wrong! {
        "owner-token-for-all" breaks CNF_005:
        "answers owner tokens for unprotected conferences, too.",
        in Conferences: fn gets_owner_token(
            &self,
            conference: &Conference,
            creator: &UserId,
        ) -> bool {
            conference.owner == *creator
        }
    },
    wrong! {
        "alias-finds-nothing" breaks CNF_006:
        "creates a new conference each time an existing alias is created.",
        in Conferences: fn conference_with_alias(
            &self,
            _: &Tenant,
            _: &str,
        ) -> Option<ConferenceId> {
            None
        }
    },
    wrong! {
        "always-new" breaks CNF_006:
        "answers that a conference found by its alias is new.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            if is(endpoint, "sdk.create") {
                answer["isNew"] = json!(true);
            }
            answer
        }
    },
    wrong! {
        "alias-by-case" breaks CNF_007:
        "compares aliases with regard to case.",
        in Conferences: fn alias_key(&self, alias: &str) -> String {
            alias.to_owned()
        }
    },
    wrong! {
        "short-aliases" breaks CNF_008:
        "refuses aliases longer than a hundred characters.",
        in Conferences: fn check_alias(&self, alias: &str, _: Plane) -> Result<(), Refusal> {
            if alias.chars().count() > 100 { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "any-alias" breaks CNF_009:
        "accepts any text as an alias.",
        in Conferences: fn check_alias(&self, _: &str, _: Plane) -> Result<(), Refusal> {
            Ok(())
        }
    },
    wrong! {
        "no-hash-by-rest" breaks CNF_022:
        "refuses an alias with `#` from an application server, too.",
        in Conferences: fn check_alias(&self, alias: &str, _: Plane) -> Result<(), Refusal> {
            Standard.check_alias(alias, Plane::Session)
        }
    },
    wrong! {
        "one-conference-without-alias" breaks CNF_010:
        "answers the same conference each time a client creates one without an alias.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let token = call.credentials.session_token.clone().unwrap_or_default();
            edit(call, &["sdk.create"], |body| {
                if body.get("alias") == Some(&json!("")) {
                    body["alias"] = json!(token.chars().rev().take(40).collect::<String>());
                }
            })
        }
    },
    wrong! {
        "never-new" breaks CNF_011:
        "answers even to the first creator that the conference is not new.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            if is(endpoint, "sdk.create") {
                answer["isNew"] = json!(false);
            }
            answer
        }
    },
    wrong! {
        "one-owner-token" breaks CNF_012:
        "answers an owner token only once for each conference.",
        remembers { given: Mutex<BTreeSet<ConferenceId>> }
        in Conferences: fn gets_owner_token(
            &self,
            conference: &Conference,
            creator: &UserId,
        ) -> bool {
            let mut given = locked(&self.given);
            Standard.gets_owner_token(conference, creator) && given.insert(conference.id.clone())
        }
    },
    wrong! {
        "last-creator-owns" breaks CNF_013:
        "revokes the owner's tokens when somebody else creates the alias by REST.",
        remembers { lost: Mutex<BTreeSet<(String, String)>> }
        in Hooks: fn check_call(&self, tenant: &Tenant, call: &Call) -> Result<(), Refusal> {
            let given = |name| field(call, name).and_then(Value::as_str);
            let alias = given("/alias").filter(|_| is(call.endpoint, "rest.create"));
            let found = alias.and_then(|it| tenant.aliases.get(&Standard.alias_key(it)));
            let found = found.and_then(|id| tenant.conferences.get(id));
            if let (Some(conference), Some(creator)) = (found, given("/ownerExternalId"))
                && tenant.by_external_id(creator).is_none_or(|it| it.id != conference.owner)
            {
                let mut lost = locked(&self.lost);
                lost.insert(((&conference.id).into(), (&conference.owner).into()));
            }
            Ok(())
        }
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            let lost = locked(&self.lost);
            let own = claims.conference_id.clone().zip(claims.sub.clone());
            own.is_some_and(|own| lost.contains(&own)) || Standard.is_revoked(claims, membership)
        }
    },
    wrong! {
        "alias-of-each-owner" breaks CNF_013:
        "creates another conference when another owner creates an existing alias by REST.",
        remembers { owners: Mutex<BTreeMap<String, Value>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.create"], |body| {
                let Some(alias) = body.get("alias").cloned() else { return };
                let mut owners = locked(&self.owners);
                let owner = &body["ownerExternalId"];
                if owners.entry(alias.to_string()).or_insert(owner.clone()) != owner {
                    body["alias"] = json!("");
                }
            })
        }
    },
    wrong! {
        "new-conference-waits-for-nobody" breaks CNF_014:
        "ends a new conference at once if nobody is invited to it.",
        in Conferences: fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
            let lonely = conference.memberships.len() == 1
                && conference.joined.is_empty()
                && conference.ttl.is_zero();
            if lonely { conference.created } else { Standard.ends_at(conference, policy) }
        }
    },
    wrong! {
        "ttl-ignored" breaks CNF_015:
        "ends a conference as soon as the last participant has left.",
        in Conferences: fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
            let had_somebody = conference.memberships.values().any(|it| it.last_join.is_some());
            match conference.empty_since {
                Some(since) if had_somebody => since,
                _ => Standard.ends_at(conference, policy),
            }
        }
    },
    wrong! {
        "new-conference-waits-two-seconds" breaks CNF_014:
        "ends a conference that nobody joins within two seconds.",
        in Conferences: fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
            unjoined_for(2, conference, policy)
        }
    },
    wrong! {
        "new-conference-waits-ten-seconds" breaks CNF_014:
        "ends a conference that nobody joins within ten seconds.",
        in Conferences: fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
            unjoined_for(10, conference, policy)
        }
    },
    wrong! {
        "ttl-in-milliseconds" breaks CNF_015:
        "reads the ttl as milliseconds.",
        in Conferences: fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
            let end = Standard.ends_at(conference, policy);
            match emptied(conference) {
                Some(since) => end.min(since.after(conference.ttl / 1_000)),
                None => end,
            }
        }
    },
    wrong! {
        "ttl-in-milliseconds-after-half-a-minute" breaks CNF_015:
        "reads the ttl as milliseconds, and keeps every conference for its first half minute.",
        in Conferences: fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
            let end = Standard.ends_at(conference, policy);
            match emptied(conference) {
                Some(since) => {
                    let first = conference.created.after(Duration::from_secs(30));
                    end.min(first.max(since.after(conference.ttl / 1_000)))
                }
                None => end,
            }
        }
    },
    wrong! {
        "ttl-of-ten-seconds-at-most" breaks CNF_015:
        "keeps an empty conference for no more than ten seconds.",
        in Conferences: fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
            let end = Standard.ends_at(conference, policy);
            match emptied(conference) {
                Some(since) => end.min(since.after(Duration::from_secs(10))),
                None => end,
            }
        }
    },
    wrong! {
        "no-terminate" breaks CNF_016:
        "lets no application server end a conference.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            refuse_all(call, "rest.terminate")
        }
    },
    wrong! {
        "ended-but-still-there" breaks CNF_017:
        "announces the end of a conference and keeps it.",
        in Conferences: fn is_removed_at_end(&self, _: &Conference) -> bool {
            false
        }
    },
    wrong! {
        "silent-end" breaks CNF_018:
        "does not tell the participants that the conference has ended.",
        in Conferences: fn recipients_of_end(&self, _: &Tenant, _: &Conference) -> Vec<SessionId> {
            Vec::new()
        }
    },
    wrong! {
        "end-untold-to-listeners" breaks CNF_018:
        "does not tell listeners that the conference has ended.",
        in Conferences: fn recipients_of_end(
            &self,
            tenant: &Tenant,
            conference: &Conference,
        ) -> Vec<SessionId> {
            let mut to = Standard.recipients_of_end(tenant, conference);
            let listeners = sessions_of_listeners(conference);
            to.retain(|session| !listeners.contains(session));
            to
        }
    },
    wrong! {
        "end-untold-to-the-invited" breaks CNF_023:
        "does not tell people who are invited that the conference has ended.",
        in Conferences: fn recipients_of_end(
            &self,
            _: &Tenant,
            conference: &Conference,
        ) -> Vec<SessionId> {
            conference.joined_sessions()
        }
    },
    wrong! {
        "ends-the-owners-others" breaks CNF_014:
        "closes all conferences of an owner as soon as one of them has ended.",
        remembers { closed: Mutex<BTreeSet<ConferenceId>> }
        in Conferences: fn recipients_of_end(
            &self,
            tenant: &Tenant,
            conference: &Conference,
        ) -> Vec<SessionId> {
            let others = tenant.conferences.values();
            let others = others.filter(|other| other.owner == conference.owner);
            let mut closed = locked(&self.closed);
            closed.extend(others.map(|other| other.id.clone()));
            Standard.recipients_of_end(tenant, conference)
        }
        in Joining: fn may_join(
            &self,
            conference: &Conference,
            user: &UserId,
        ) -> Result<(), Refusal> {
            let closed = locked(&self.closed);
            if closed.contains(&conference.id) {
                return refuse();
            }
            Standard.may_join(conference, user)
        }
    },
    wrong! {
        "kept-only-once" breaks CNF_015:
        "ends a conference as soon as it is empty for the second time.",
        remembers { emptied: Mutex<BTreeMap<ConferenceId, BTreeSet<Time>>> }
        in Conferences: fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
            let had_somebody = conference.memberships.values().any(|it| it.last_join.is_some());
            if let Some(since) = conference.empty_since.filter(|_| had_somebody) {
                let mut emptied = locked(&self.emptied);
                let times = emptied.entry(conference.id.clone()).or_default();
                times.insert(since);
                if times.len() > 1 {
                    return since;
                }
            }
            Standard.ends_at(conference, policy)
        }
    },
    wrong! {
        "ends-although-joined-again" breaks CNF_015:
        "ends a conference when its ttl is over even if somebody has joined again.",
        remembers { ends: Mutex<BTreeMap<ConferenceId, Time>> }
        in Conferences: fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
            let had_somebody = conference.memberships.values().any(|it| it.last_join.is_some());
            let mut ends = locked(&self.ends);
            if let Some(since) = conference.empty_since
                && had_somebody
                && !conference.ttl.is_zero()
            {
                ends.entry(conference.id.clone()).or_insert(since.after(conference.ttl));
            }
            let end = ends.get(&conference.id).copied();
            end.unwrap_or_else(|| Standard.ends_at(conference, policy))
        }
    },
    wrong! {
        "rest-finds-by-first-spelling" breaks CNF_007:
        "finds a conference by REST only under the first spelling of its alias.",
        remembers { spelled: Mutex<BTreeMap<String, String>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.create"], |body| {
                let Some(alias) = body.get("alias").and_then(Value::as_str) else { return };
                let mut spelled = locked(&self.spelled);
                let first = spelled.entry(alias.to_lowercase()).or_insert(alias.to_owned());
                if first != alias {
                    body["alias"] = json!("");
                }
            })
        }
    },
    wrong! {
        "pin-code-in-a-string" breaks CNF_021:
        "refuses a PIN code that is a number.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            let places = ["/pinCode", "/parameters/pincode", "/parameters/pinCode"];
            let number = places.iter().any(|at| field(call, at).is_some_and(Value::is_number));
            if number { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "owner-token-for-the-first-session" breaks CNF_012:
        "gives an owner token only to the session that created the conference.",
        remembers { creators: Mutex<BTreeMap<String, Option<String>>> }
        in Hooks: fn rewrite_result(
            &self,
            call: &Call,
            mut result: Result<Value, Refusal>,
        ) -> Result<Value, Refusal> {
            let token = call.credentials.session_token.clone();
            if let Ok(body) = &mut result
                && let Some(id) = body.get("conferenceId").and_then(Value::as_str)
                && *locked(&self.creators).entry(id.to_owned()).or_insert(token.clone()) != token
            {
                *body = without(body.take(), "ownerToken");
            }
            result
        }
    },
];

/// Since when a conference is empty that somebody had joined.
fn emptied(conference: &Conference) -> Option<Time> {
    let had_somebody = conference.memberships.values().any(|it| it.last_join.is_some());
    conference.empty_since.filter(|_| had_somebody)
}

/// When a conference ends that nobody joins, if a new one waits for so many seconds only.
fn unjoined_for(seconds: u64, conference: &Conference, policy: &Policy) -> Time {
    let end = Standard.ends_at(conference, policy);
    match emptied(conference) {
        None if conference.empty_since.is_some() => {
            end.min(conference.created.after(Duration::from_secs(seconds)))
        }
        _ => end,
    }
}
