//! Servers that are wrong the second time around, for one of several people, or about themselves.

use super::request::{edit, field, is, locked, refuse, spoil, unchecked};
use super::{Mutant, wrong};
use crate::core::rules::{
    Access, Conferences, Hooks, Invitation, Inviting, Joining, Sessions, Subscriptions, Tokens,
    Wire,
};
use crate::core::state::{Conference, Membership, Session, Tenant};
use crate::core::token::{Claims, Keys, TokenKind};
use crate::core::{Call, Delivery, Policy, Refusal, SessionId, Standard, Time, UserId};
use invite_spec::endpoint::Endpoint;
use invite_spec::error::Failure;
use invite_spec::limits;
use invite_spec::participant::ParticipantType;
use invite_spec::permission::Permission;
use invite_spec::push::Push;
use invite_spec::sdk::subscriptions::SubscriptionType;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The conference and the person of a conference access token.
fn whose(claims: &Claims) -> Option<(String, String)> {
    let is_meant = claims.kind == TokenKind::Conference;
    is_meant.then(|| Some((claims.conference_id.clone()?, claims.sub.clone()?))).flatten()
}

/// What was refused to whom for want of a permission, by conference and person.
#[derive(Debug, Default)]
struct Refused(Mutex<BTreeSet<(String, String)>>);

impl Refused {
    fn note(&self, call: &Call, result: &Result<Value, Refusal>, of: &[&str]) {
        let wants = |refusal: &Refusal| refusal.failure == Failure::InsufficientPermissions;
        if result.as_ref().err().is_some_and(wants) {
            let conference = call.parameter("conferenceId");
            let concerned = of.iter().map(|user| (conference.to_owned(), (*user).to_owned()));
            locked(&self.0).extend(concerned);
        }
    }

    fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
        let concerned = whose(claims).is_some_and(|whose| locked(&self.0).contains(&whose));
        concerned || Standard.is_revoked(claims, membership)
    }
}

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "revokes-only-other-permissions" breaks PRM_016:
        "accepts an earlier token that grants what its person may do at present.",
        remembers { granted: Mutex<BTreeMap<(String, String), Vec<String>>> }
        in Tokens: fn payload(&self, claims: &Claims) -> Value {
            if let Some(whose) = whose(claims) {
                let names = claims.authorities.clone().unwrap_or_default();
                locked(&self.granted).insert(whose, names);
            }
            Standard.payload(claims)
        }
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            let present = whose(claims).and_then(|whose| locked(&self.granted).get(&whose).cloned());
            let is_kicked = membership.is_some_and(Membership::is_kicked);
            let is_present = present.is_some() && present == claims.authorities && !is_kicked;
            !is_present && Standard.is_revoked(claims, membership)
        }
    },
    wrong! {
        "invited-again-as-before" breaks PRM_006:
        "grants by a further invitation what the first one granted.",
        remembers { first: Mutex<BTreeMap<(String, String, u64), Vec<String>>> }
        in Tokens: fn payload(&self, claims: &Claims) -> Value {
            let mut claims = claims.clone();
            if let Some((conference, person)) = whose(&claims) {
                let key = (conference, person, claims.generation.unwrap_or(0));
                let names = claims.authorities.clone().unwrap_or_default();
                claims.authorities = Some(locked(&self.first).entry(key).or_insert(names).clone());
            }
            Standard.payload(&claims)
        }
    },
    wrong! {
        "named-twice-rings-twice" breaks INV_016:
        "invites somebody twice whom one SDK invite names twice.",
        remembers { twice: Mutex<BTreeSet<String>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            locked(&self.twice).clear();
            edit(call, &["sdk.invite"], |body| {
                let list = body["externalProfiles"].as_array().into_iter().flatten();
                let mut named = BTreeSet::new();
                let ids = list.filter_map(|it| it["externalId"].as_str());
                let twice = ids.filter(|id| !named.insert(*id)).map(str::to_owned);
                locked(&self.twice).extend(twice);
            });
        }
        in Inviting: fn recipients_of_invitation(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            user: &UserId,
        ) -> Vec<SessionId> {
            let to = Standard.recipients_of_invitation(tenant, conference, user);
            let person = tenant.people.get(user).and_then(|person| person.external_id.as_ref());
            let is_twice = person.is_some_and(|id| locked(&self.twice).contains(id));
            if is_twice { [to.clone(), to].concat() } else { to }
        }
    },
    wrong! {
        "invites-oneself" breaks INV_036:
        "delivers an SDK invite of the inviter to the inviter.",
        remembers { alone: AtomicBool }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let bearer = call.credentials.authorization.as_deref();
            let own = bearer.and_then(|text| unchecked(text.split(' ').next_back()?)?.external_id);
            let mut alone = false;
            edit(call, &["sdk.invite"], |body| {
                let list = body["externalProfiles"].as_array().into_iter().flatten();
                let ids: Vec<_> = list.filter_map(|it| it["externalId"].as_str()).collect();
                alone = own.is_some() && ids.iter().all(|id| own.as_deref() == Some(*id));
            });
            self.alone.store(alone, Ordering::Relaxed);
        }
        in Inviting: fn effect_of_invitation(&self, membership: Option<&Membership>) -> Invitation {
            match Standard.effect_of_invitation(membership) {
                Invitation::Nothing if self.alone.load(Ordering::Relaxed) => Invitation::Again,
                other => other,
            }
        }
    },
    wrong! {
        "owner-is-no-participant" breaks TOK_002:
        "answers no token for an owner whom a REST create names among the participants.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.create"], |body| {
                let owner = body["ownerExternalId"].as_str().map(str::to_owned);
                let people = body.get_mut("participants").and_then(Value::as_object_mut);
                if let (Some(owner), Some(people)) = (owner, people) {
                    people.shift_remove(&owner);
                }
            });
        }
    },
    wrong! {
        "owner-is-invited-with-everything" breaks PRM_007:
        "grants everything to an owner whom a REST create names among the participants.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.create"], |body| {
                let owner = body["ownerExternalId"].as_str().map(str::to_owned);
                let people = body.get_mut("participants").and_then(Value::as_object_mut);
                if let (Some(owner), Some(people)) = (owner, people)
                    && let Some(Value::Object(own)) = people.get_mut(&owner)
                {
                    own.insert("permissions".to_owned(), json!(Permission::ALL));
                }
            });
        }
    },
    wrong! {
        "subscriptions-are-counted" breaks SUB_009:
        "notifies a session that subscribed twice until it has unsubscribed twice.",
        remembers { counts: Mutex<BTreeMap<String, u64>> }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let session = call.credentials.session_token.clone().unwrap_or_default();
            let ends = is(call.endpoint, "sdk.unsubscribe");
            edit(call, &["sdk.subscribe", "sdk.unsubscribe"], |body| {
                let Some(list) = body.get_mut("subscriptions").and_then(Value::as_array_mut) else {
                    return;
                };
                let mut counts = locked(&self.counts);
                list.retain(|it| {
                    let count = counts.entry(format!("{session} {it}")).or_default();
                    *count = if ends { count.saturating_sub(1) } else { *count + 1 };
                    !ends || *count == 0
                });
            });
        }
    },
    wrong! {
        "subscriptions-end-with-the-conference" breaks SUB_006:
        "forgets the subscriptions to the participants of an alias when its conference ends.",
        remembers { ended: Mutex<BTreeSet<(String, SessionId)>> }
        in Subscriptions: fn recipients_of_notification(
            &self,
            tenant: &Tenant,
            alias_key: &str,
            kind: &SubscriptionType,
        ) -> Vec<SessionId> {
            use SubscriptionType::{ConferenceEnded, ParticipantJoined, ParticipantLeft};
            let mut to = Standard.recipients_of_notification(tenant, alias_key, kind);
            let mut ended = locked(&self.ended);
            match kind {
                ConferenceEnded => {
                    let of_alias = tenant.subscribers.iter().filter(|((key, _), _)| key == alias_key);
                    let sessions = of_alias.flat_map(|(_, sessions)| sessions);
                    ended.extend(sessions.map(|id| (alias_key.to_owned(), id.clone())));
                }
                ParticipantJoined | ParticipantLeft => {
                    to.retain(|id| !ended.contains(&(alias_key.to_owned(), id.clone())));
                }
                _ => {}
            }
            to
        }
    },
    wrong! {
        "first-join-is-notified" breaks SUB_006:
        "notifies subscribers of a person's first join of a conference only.",
        remembers { told: Mutex<BTreeSet<String>> }
        in Hooks: fn rewrite_deliveries(
            &self,
            _: &Tenant,
            mut deliveries: Vec<Delivery>,
        ) -> Vec<Delivery> {
            deliveries.retain(|delivery| match &delivery.push {
                Push::ParticipantJoinedNotification(frame) => {
                    locked(&self.told).insert(format!("{frame:?}"))
                }
                _ => true,
            });
            deliveries
        }
    },
    wrong! {
        "refused-update-revokes" breaks PRM_022:
        "revokes the tokens of people whose update it refuses for want of a permission.",
        remembers { refused: Refused }
        in Hooks: fn rewrite_result(
            &self,
            call: &Call,
            result: Result<Value, Refusal>,
        ) -> Result<Value, Refusal> {
            if is(call.endpoint, "sdk.permissions") {
                let list = field(call, "/userPermissions").and_then(Value::as_array);
                let users = list.into_iter().flatten().filter_map(|it| it["userId"].as_str());
                self.refused.note(call, &result, &users.collect::<Vec<_>>());
            }
            result
        }
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            self.refused.is_revoked(claims, membership)
        }
    },
    wrong! {
        "refused-kick-revokes" breaks KCK_006:
        "revokes the tokens of somebody whose kick it refuses for want of a permission.",
        remembers { refused: Refused }
        in Hooks: fn rewrite_result(
            &self,
            call: &Call,
            result: Result<Value, Refusal>,
        ) -> Result<Value, Refusal> {
            if is(call.endpoint, "sdk.kick") {
                self.refused.note(call, &result, &[call.parameter("userId")]);
            }
            result
        }
        in Access: fn is_revoked(&self, claims: &Claims, membership: Option<&Membership>) -> bool {
            self.refused.is_revoked(claims, membership)
        }
    },
    wrong! {
        "message-parsed-and-written-anew" breaks MSG_002:
        "parses a message by SDK that is JSON, and writes it anew.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["sdk.send"], |body| {
                spoil(body.get_mut("message"), |text| {
                    match serde_json::from_str::<Value>(text) {
                        Ok(json) if json.is_object() => json.to_string(),
                        _ => text.to_owned(),
                    }
                });
            });
        }
    },
    wrong! {
        "message-with-other-line-ends" breaks MSG_002:
        "ends the lines of a message by SDK with line feeds alone.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["sdk.send"], |body| {
                spoil(body.get_mut("message"), |text| text.replace("\r\n", "\n"));
            });
        }
    },
    wrong! {
        "no-preflight-of-leaving" breaks WIRE_007:
        "answers a preflight of leaving as a path that does not exist.",
        in Wire: fn preflight_status(&self, path: &str) -> u16 {
            if path.ends_with("/leave") { 404 } else { Standard.preflight_status(path) }
        }
    },
    wrong! {
        "replaced-only-where-protected" breaks JOIN_018:
        "replaces no session in an unprotected conference.",
        in Joining: fn replaced_session(
            &self,
            conference: &Conference,
            session: &Session,
        ) -> Option<SessionId> {
            Standard.replaced_session(conference, session).filter(|_| conference.protected)
        }
    },
    wrong! {
        "listening-replaces-nobody" breaks JOIN_018:
        "replaces no session of a person whose further session only listens.",
        remembers { listens: AtomicBool }
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            let kind = field(call, "/user/type").and_then(Value::as_str);
            self.listens.store(kind == Some("listener"), Ordering::Relaxed);
        }
        in Joining: fn replaced_session(
            &self,
            conference: &Conference,
            session: &Session,
        ) -> Option<SessionId> {
            let listens = self.listens.load(Ordering::Relaxed);
            Standard.replaced_session(conference, session).filter(|_| !listens)
        }
    },
    wrong! {
        "listeners-are-not-listed" breaks PRT_015:
        "leaves listeners out of the list of participants by REST.",
        in Joining: fn listed_by_rest(&self, conference: &Conference) -> Vec<UserId> {
            let mut listed = Standard.listed_by_rest(conference);
            listed.retain(|user| {
                let role = conference.membership(user).and_then(|it| it.role.as_ref());
                role != Some(&ParticipantType::Listener)
            });
            listed
        }
    },
    wrong! {
        "kicked-are-listed" breaks PRT_015:
        "keeps those who were kicked in the list of participants by REST.",
        in Joining: fn listed_by_rest(&self, conference: &Conference) -> Vec<UserId> {
            let kicked = conference.memberships.iter().filter(|(_, it)| it.is_kicked());
            let kicked = kicked.map(|(user, _)| user.clone());
            Standard.listed_by_rest(conference).into_iter().chain(kicked).collect()
        }
    },
    wrong! {
        "tokens-nested-at-dots" breaks INV_002:
        "nests the token of a person whose external id has a dot.",
        in Hooks: fn rewrite_response(&self, endpoint: &Endpoint, body: Value) -> Value {
            let Value::Object(tokens) = &body else { return body };
            if !is(endpoint, "rest.invite") {
                return body;
            }
            let mut nested = json!({});
            for (id, token) in tokens {
                match id.split_once('.') {
                    Some((before, after)) => nested[before][after] = token.clone(),
                    None => nested[id] = token.clone(),
                }
            }
            nested
        }
    },
    wrong! {
        "lifetime-of-nothing-is-the-default" breaks AUTH_010:
        "takes a requested lifetime of 0 s for none.",
        in Hooks: fn rewrite_call(&self, call: &mut Call) {
            edit(call, &["rest.client-access-token"], |body| {
                if body["expires_in"] == json!(0) {
                    body["expires_in"] = Value::Null;
                }
            });
        }
    },
    wrong! {
        "lists-whom-it-refused-to-invite" breaks INV_032:
        "lists people in the response to a join whose invitation it refused.",
        remembers { known: Mutex<BTreeMap<String, UserId>>, refused: Mutex<Vec<(String, UserId)>> }
        in Sessions: fn person_with_external_id(
            &self,
            tenant: &Tenant,
            external_id: &str,
        ) -> Option<UserId> {
            let known = Standard.person_with_external_id(tenant, external_id);
            if let Some(user) = &known {
                locked(&self.known).insert(external_id.to_owned(), user.clone());
            }
            known
        }
        in Hooks: fn rewrite_result(
            &self,
            call: &Call,
            result: Result<Value, Refusal>,
        ) -> Result<Value, Refusal> {
            if is(call.endpoint, "sdk.invite") && result.is_err() {
                let list = field(call, "/externalProfiles").and_then(Value::as_array);
                let ids = list.into_iter().flatten().filter_map(|it| it["externalId"].as_str());
                let known = locked(&self.known);
                let conference = call.parameter("conferenceId");
                let people = ids.filter_map(|id| known.get(id).cloned());
                let people = people.map(|user| (conference.to_owned(), user));
                locked(&self.refused).extend(people);
            }
            result
        }
        in Joining: fn listed_on_join(
            &self,
            conference: &Conference,
            joiner: &UserId,
        ) -> Vec<UserId> {
            let refused = locked(&self.refused);
            let here = refused.iter().filter(|(id, _)| id == conference.id.as_str());
            let mut listed = Standard.listed_on_join(conference, joiner);
            listed.extend(here.map(|(_, user)| user.clone()));
            listed
        }
    },
    wrong! {
        "ttl-counts-from-the-creation" breaks CNF_015:
        "ends a conference that is empty once its ttl has passed since its creation.",
        in Conferences: fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
            let right = Standard.ends_at(conference, policy);
            let awaited = Duration::from_secs(limits::NEW_CONFERENCE_SECONDS);
            let of_ttl = conference.created.after(conference.ttl.max(awaited));
            if conference.empty_since.is_some() { right.min(of_ttl) } else { right }
        }
    },
    wrong! {
        "found-again-without-ttl" breaks CNF_015:
        "forgets the ttl of a conference that is created again.",
        remembers { creates: Mutex<BTreeMap<String, u64>> }
        in Conferences: fn gets_owner_token(
            &self,
            conference: &Conference,
            creator: &UserId,
        ) -> bool {
            *locked(&self.creates).entry(conference.id.as_str().to_owned()).or_default() += 1;
            Standard.gets_owner_token(conference, creator)
        }
        fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
            let right = Standard.ends_at(conference, policy);
            let creates = locked(&self.creates).get(conference.id.as_str()).copied();
            let awaited = Duration::from_secs(limits::NEW_CONFERENCE_SECONDS);
            match conference.empty_since {
                Some(empty) if creates.is_some_and(|creates| creates > 1) => {
                    right.min(empty.max(conference.created.after(awaited)))
                }
                _ => right,
            }
        }
    },
    wrong! {
        "logout-ends-the-client-token" breaks AUTH_020:
        "accepts no client access token any more with which a client logged out.",
        remembers { ended: Mutex<BTreeSet<String>> }
        in Hooks: fn rewrite_result(
            &self,
            call: &Call,
            result: Result<Value, Refusal>,
        ) -> Result<Value, Refusal> {
            let token = call.credentials.authorization.as_deref();
            if let Some(token) = token.and_then(|text| text.split(' ').next_back())
                && is(call.endpoint, "sdk.logout")
                && result.is_ok()
            {
                locked(&self.ended).insert(token.to_owned());
            }
            result
        }
        in Tokens: fn read_token(&self, keys: &Keys, token: &str) -> Option<Claims> {
            let is_ended = locked(&self.ended).contains(token);
            Standard.read_token(keys, token).filter(|_| !is_ended)
        }
    },
    wrong! {
        "identify-needs-an-external-id" breaks SES_001:
        "refuses an identify that leaves the external id to the client access token.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            let is_given = field(call, "/externalId").is_some() || call.body.is_err();
            if is(call.endpoint, "sdk.identify") && !is_given { refuse() } else { Ok(()) }
        }
    },
    wrong! {
        "identify-needs-a-name" breaks SES_001:
        "refuses an identify that gives no name.",
        in Hooks: fn check_call(&self, _: &Tenant, call: &Call) -> Result<(), Refusal> {
            let is_given = field(call, "/name").is_some() || call.body.is_err();
            if is(call.endpoint, "sdk.identify") && !is_given { refuse() } else { Ok(()) }
        }
    },
];
