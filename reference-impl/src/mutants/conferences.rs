//! Wrong with conferences: creating, finding, keeping and ending them.

use super::news::sessions_of_listeners;
use super::request::{edited, field, is, refuse, refuse_all, without};
use super::{Mutant, wrong};
use crate::core::state::{Conference, Session, Tenant};
use crate::core::{
    Application, Call, ConferenceId, Policy, Refusal, Rules, SessionId, Standard, Time, UserId,
};
use invite_spec::endpoint::Endpoint;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "no-pincode" breaks "CNF-001":
        "refuses to create a conference that is given a code for telephones.",
        fn serves(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            if field(call, "/parameters/pincode").is_some() { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "unprotected-by-rest" breaks "CNF-002":
        "leaves the conferences that application servers create unprotected.",
        fn protects_created_by_rest(&self, _: &Application) -> bool {
            false
        }
    },
    wrong! {
        "no-create-by-sdk" breaks "CNF-003":
        "lets no client create a conference.",
        fn may_create(&self, _: &Session, _: bool) -> bool {
            false
        }
    },
    wrong! {
        "protection-unsaid" breaks "CNF-004":
        "does not tell a client whether its conference is protected.",
        fn answer(&self, endpoint: &Endpoint, answer: Value) -> Value {
            if is(endpoint, "sdk.create") { without(answer, "isProtected") } else { answer }
        }
    },
    wrong! {
        "found-is-unprotected" breaks "CNF-004":
        "calls every conference unprotected that a client finds by its alias.",
        fn answer(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            if is(endpoint, "sdk.create") && answer.get("isNew") == Some(&json!(false)) {
                answer["isProtected"] = json!(false);
            }
            answer
        }
    },
    wrong! {
        "protected-only-with-dolby-voice" breaks "CNF-004":
        "lets anybody into a protected conference that has no Dolby Voice.",
        fn trusts(&self, call: &Call, conference: &Conference, _: &Session) -> bool {
            let plain = conference.metadata.get("dolbyVoice") == Some(&json!("false"));
            is(call.endpoint, "sdk.join") && conference.protected && plain
        }
    },
    wrong! {
        "owner-token-for-all" breaks "CNF-005":
        "gives owner tokens for unprotected conferences as well.",
        fn gives_owner_token(&self, conference: &Conference, creator: &UserId) -> bool {
            conference.owner == *creator
        }
    },
    wrong! {
        "alias-finds-nothing" breaks "CNF-006":
        "makes a new conference each time an alias is created.",
        fn found_by_alias(&self, _: &Tenant, _: &str) -> Option<ConferenceId> {
            None
        }
    },
    wrong! {
        "always-new" breaks "CNF-006":
        "calls a conference new that a client has found.",
        fn answer(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            if is(endpoint, "sdk.create") {
                answer["isNew"] = json!(true);
            }
            answer
        }
    },
    wrong! {
        "alias-by-case" breaks "CNF-007":
        "tells aliases apart by the case of their letters.",
        fn alias_key(&self, alias: &str) -> String {
            alias.to_owned()
        }
    },
    wrong! {
        "short-aliases" breaks "CNF-008":
        "takes aliases of a hundred characters at most.",
        fn checks_alias(&self, alias: &str) -> Result<(), Refusal> {
            if alias.chars().count() > 100 { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "any-alias" breaks "CNF-009":
        "takes whatever it is given for an alias.",
        fn checks_alias(&self, _: &str) -> Result<(), Refusal> {
            Ok(())
        }
    },
    wrong! {
        "one-conference-without-alias" breaks "CNF-010":
        "gives a client the same conference again each time it creates one without an alias.",
        fn takes<'c>(&self, call: &'c Call) -> Cow<'c, Call> {
            edited(call, &["sdk.create"], |body| {
                if body.get("alias") == Some(&json!("")) {
                    body["alias"] = json!(call.credentials.session_token.as_deref().map(
                        |token| token.chars().rev().take(40).collect::<String>()
                    ));
                }
            })
        }
    },
    wrong! {
        "never-new" breaks "CNF-011":
        "calls no conference new, not even to the first who creates it.",
        fn answer(&self, endpoint: &Endpoint, mut answer: Value) -> Value {
            if is(endpoint, "sdk.create") {
                answer["isNew"] = json!(false);
            }
            answer
        }
    },
    wrong! {
        "one-owner-token" breaks "CNF-012":
        "gives an owner a token only once.",
        remembers { given: Mutex<BTreeSet<ConferenceId>> }
        fn gives_owner_token(&self, conference: &Conference, creator: &UserId) -> bool {
            let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
            Standard.gives_owner_token(conference, creator) && given.insert(conference.id.clone())
        }
    },
    wrong! {
        "last-creator-owns" breaks "CNF-013":
        "gives a conference to whoever creates its alias last.",
        fn takes_over(&self, _: &Conference, _: &UserId) -> bool {
            true
        }
    },
    wrong! {
        "alias-of-each-owner" breaks "CNF-013":
        "makes another conference of an alias when another owner creates it by REST.",
        remembers { owners: Mutex<BTreeMap<String, Value>> }
        fn takes<'c>(&self, call: &'c Call) -> Cow<'c, Call> {
            edited(call, &["rest.create"], |body| {
                let Some(alias) = body.get("alias").cloned() else { return };
                let mut owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
                let owner = &body["ownerExternalId"];
                if owners.entry(alias.to_string()).or_insert(owner.clone()) != owner {
                    body["alias"] = json!("");
                }
            })
        }
    },
    wrong! {
        "new-conference-waits-for-nobody" breaks "CNF-014":
        "ends a conference at once that nobody is invited to and nobody is in.",
        fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
            let lonely = conference.memberships.len() == 1
                && conference.joined.is_empty()
                && conference.ttl.is_zero();
            if lonely { conference.created } else { Standard.ends_at(conference, policy) }
        }
    },
    wrong! {
        "ttl-ignored" breaks "CNF-015":
        "ends a conference as soon as the last participant has left.",
        fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
            let had_somebody = conference.memberships.values().any(|it| it.last_join.is_some());
            match conference.empty_since {
                Some(since) if had_somebody => since,
                _ => Standard.ends_at(conference, policy),
            }
        }
    },
    wrong! {
        "no-terminate" breaks "CNF-016":
        "ends no conference for an application server.",
        fn serves(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            refuse_all(call, "rest.terminate")
        }
    },
    wrong! {
        "ended-but-still-there" breaks "CNF-017":
        "goes on with a conference that it has ended.",
        fn forgets_ended(&self, _: &Conference) -> bool {
            false
        }
    },
    wrong! {
        "silent-end" breaks "CNF-018":
        "ends a conference without telling its participants.",
        fn hears_end(&self, _: &Tenant, _: &Conference) -> Vec<SessionId> {
            Vec::new()
        }
    },
    wrong! {
        "end-untold-to-listeners" breaks "CNF-018":
        "ends a conference without telling those who only listen.",
        fn hears_end(&self, tenant: &Tenant, conference: &Conference) -> Vec<SessionId> {
            let mut told = Standard.hears_end(tenant, conference);
            let listeners = sessions_of_listeners(conference);
            told.retain(|session| !listeners.contains(session));
            told
        }
    },
    wrong! {
        "ends-the-owners-others" breaks "CNF-014":
        "lets nobody into the other conferences of an owner once one of them has ended.",
        remembers { closed: Mutex<BTreeSet<ConferenceId>> }
        fn hears_end(&self, tenant: &Tenant, conference: &Conference) -> Vec<SessionId> {
            let others = tenant.conferences.values();
            let others = others.filter(|other| other.owner == conference.owner);
            let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
            closed.extend(others.map(|other| other.id.clone()));
            Standard.hears_end(tenant, conference)
        }
        fn admits(&self, conference: &Conference, user: &UserId) -> Result<(), Refusal> {
            let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
            if closed.contains(&conference.id) {
                return refuse();
            }
            Standard.admits(conference, user)
        }
    },
    wrong! {
        "kept-only-once" breaks "CNF-015":
        "ends a conference as soon as it is empty for the second time.",
        remembers { emptied: Mutex<BTreeMap<ConferenceId, BTreeSet<Time>>> }
        fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
            let had_somebody = conference.memberships.values().any(|it| it.last_join.is_some());
            if let Some(since) = conference.empty_since.filter(|_| had_somebody) {
                let mut emptied = self.emptied.lock().unwrap_or_else(PoisonError::into_inner);
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
        "ends-although-joined-again" breaks "CNF-015":
        "ends a conference when its ttl is over, although somebody has joined it again.",
        remembers { ends: Mutex<BTreeMap<ConferenceId, Time>> }
        fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
            let had_somebody = conference.memberships.values().any(|it| it.last_join.is_some());
            let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
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
        "rest-finds-by-first-spelling" breaks "CNF-007":
        "finds a conference for an application server only by its alias as first spelled.",
        remembers { spelled: Mutex<BTreeMap<String, String>> }
        fn takes<'c>(&self, call: &'c Call) -> Cow<'c, Call> {
            edited(call, &["rest.create"], |body| {
                let Some(alias) = body.get("alias").and_then(Value::as_str) else { return };
                let mut spelled = self.spelled.lock().unwrap_or_else(PoisonError::into_inner);
                let first = spelled.entry(alias.to_lowercase()).or_insert(alias.to_owned());
                if first != alias {
                    body["alias"] = json!("");
                }
            })
        }
    },
];
