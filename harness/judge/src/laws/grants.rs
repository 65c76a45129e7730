//! A conference access token grants what was given, and each person has one of their own.

use super::{Findings, Law};
use crate::history::{Exchange, History, Socket};
use invite_spec::endpoint::CONFERENCE_TOKEN_HEADER;
use invite_spec::endpoint::Operation;
use invite_spec::permission::{Permission, PermissionSet};
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, id};
use invite_text::escape;
use invite_trace::{Evidence, Expected, LawName, Seen};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const LAW: Law = Law {
    name: LawName::Grants,
    says: "In a protected conference a token's `authorities` are those that the request gave its \
           person, or the nine defaults, and no two people are answered the same token.",
    requirements: &[
        id::INV_008,
        id::TOK_001,
        id::TOK_002,
        id::TOK_003,
        id::PRM_001,
        id::PRM_002,
        id::PRM_005,
        id::PRM_006,
        id::PRM_007,
        id::PRM_015,
        id::PRM_017,
        id::PRM_020,
    ],
    besides: &[],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    let conferences = Conferences::of(history);
    for exchange in history.exchanges.iter().filter(|exchange| exchange.is_accepted()) {
        answered(history, &conferences, exchange, findings);
    }
    // In a capture, somebody else may have invited or updated.
    for socket in history.sockets.iter().filter(|_| history.is_whole()) {
        pushed(history, &conferences, socket, findings);
    }
}

/// What a request gives somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Given {
    /// It says nothing, so that it gives the defaults.
    Default,
    /// It names these.
    Named(PermissionSet),
}

impl Given {
    /// What is given where this stands; `None` where it is settled by this specification alone, or
    /// not a set of permissions.
    fn read(permissions: Option<&Value>) -> Option<Given> {
        let Some(permissions) = permissions else { return Some(Given::Default) };
        let names = permissions.as_array().filter(|names| !names.is_empty())?;
        let known = names.iter().map(|name| Permission::parse(name.as_str()?));
        known.collect::<Option<_>>().map(Given::Named)
    }

    fn set(&self) -> PermissionSet {
        match self {
            Given::Default => Permission::DEFAULT.into_iter().collect(),
            Given::Named(set) => set.clone(),
        }
    }
}

/// What is known of the conferences that are protected.
struct Conferences<'t> {
    /// Their owners, where they are known, by conference.
    owners: BTreeMap<&'t str, Option<&'t str>>,
    /// The creates that made them, as places in the trace.
    made_by: BTreeSet<usize>,
}

impl<'t> Conferences<'t> {
    fn of(history: &History<'t>) -> Conferences<'t> {
        let mut owners = BTreeMap::new();
        let mut made_by = BTreeSet::new();
        for exchange in &history.exchanges {
            let Some(answer) = exchange.answer() else { continue };
            let owner = match exchange.operation() {
                Some(Operation::RestCreate) => {
                    exchange.body.json().and_then(|it| text(it, "/ownerExternalId"))
                }
                Some(Operation::SdkCreate) => {
                    let session = exchange.session().and_then(|it| history.sessions.get(it));
                    session.and_then(|session| session.external_id)
                }
                _ => continue,
            };
            let is_protected = answer.get("isProtected") == Some(&Value::Bool(true));
            let (Some(id), true) = (text(answer, "/conferenceId"), is_protected) else { continue };
            // When two creates race, `isNew` tells which one won.
            let is_new = answer.get("isNew").and_then(Value::as_bool);
            if is_new.unwrap_or_else(|| !owners.contains_key(id)) {
                made_by.insert(exchange.asked_at);
            }
            owners.entry(id).or_insert(owner);
        }
        Conferences { owners, made_by }
    }

    /// Whether an invitee there was given nothing else before, as the owner was.
    fn has_guest(&self, conference: Option<&str>, external_id: &str) -> bool {
        let owner = conference.and_then(|conference| self.owners.get(conference));
        owner.is_some_and(|owner| *owner != Some(external_id))
    }
}

fn answered(
    history: &History<'_>,
    conferences: &Conferences<'_>,
    exchange: &Exchange<'_>,
    findings: &mut Findings,
) {
    let Some(answer) = exchange.answer() else { return };
    let (prefix, tokens, own, named, unnamed) = match exchange.operation() {
        Some(Operation::RestCreate) => {
            let tokens = answer.get("usersTokens");
            ("/usersTokens", tokens, id::TOK_002, id::PRM_007, Some(id::PRM_002))
        }
        Some(Operation::RestInvite) => {
            ("", Some(answer), id::INV_008, id::PRM_006, Some(id::PRM_002))
        }
        Some(Operation::RestPermissions) => ("", Some(answer), id::PRM_015, id::PRM_015, None),
        Some(Operation::SdkCreate) => {
            return of_owner(history, conferences, exchange, id::TOK_003, findings);
        }
        _ => return,
    };
    if exchange.is(Operation::RestCreate) {
        of_owner(history, conferences, exchange, id::TOK_001, findings);
    }
    let Some(tokens) = tokens.and_then(Value::as_object) else { return };
    let shared = one_each(exchange, prefix, tokens, own, findings);
    let asked = exchange.body.json().and_then(|body| body.get("participants")?.as_object());
    for (external_id, invitee) in asked.into_iter().flatten() {
        let Some(token) = tokens.get(external_id).and_then(Value::as_str) else { continue };
        // Of a token that several people have, what it grants is the lesser fault.
        if shared.contains(token) {
            continue;
        }
        let Some(given) = Given::read(invitee.get("permissions")) else { continue };
        let requirement = if given == Given::Default { unnamed } else { Some(named) };
        let Some(requirement) = requirement else { continue };
        let is_guest = match exchange.is(Operation::RestPermissions) {
            true => exchange.conference().is_some_and(|id| conferences.owners.contains_key(id)),
            false => conferences.has_guest(exchange.conference(), external_id),
        };
        if is_guest {
            let pointer = format!("{prefix}/{}", escape(external_id));
            let place = Place { requirement, pointer: &pointer, entries: &exchange.entries() };
            place.compare(history, token, &given.set(), findings);
        }
    }
}

/// The owner of a new conference may do everything.
fn of_owner(
    history: &History<'_>,
    conferences: &Conferences<'_>,
    exchange: &Exchange<'_>,
    requirement: RequirementId,
    findings: &mut Findings,
) {
    let token = exchange.answer().and_then(|answer| text(answer, "/ownerToken"));
    if let (Some(token), true) = (token, conferences.made_by.contains(&exchange.asked_at)) {
        let entries = exchange.entries();
        let place = Place { requirement, pointer: "/ownerToken", entries: &entries };
        place.compare(history, token, &Permission::ALL.into_iter().collect(), findings);
    }
}

/// No two people have the same token. Returns those that several have.
fn one_each<'t>(
    exchange: &Exchange<'_>,
    prefix: &str,
    tokens: &'t Map<String, Value>,
    requirement: RequirementId,
    findings: &mut Findings,
) -> BTreeSet<&'t str> {
    let mut shared = BTreeSet::new();
    let mut holders: BTreeMap<&str, &str> = BTreeMap::new();
    for (external_id, token) in tokens {
        let Some(token) = token.as_str() else { continue };
        findings.observe(requirement);
        if let Some(other) = holders.insert(token, external_id) {
            shared.insert(token);
            let seen = Seen::SharedToken { token: token.to_owned(), with: other.to_owned() };
            let expected = Expected::OwnToken { external_id: external_id.clone() };
            let evidence = Evidence::new(expected, seen);
            let pointer = format!("{prefix}/{}", escape(external_id));
            findings.breach(requirement, evidence.pointing(pointer).at(exchange.entries()));
        }
    }
    shared
}

fn pushed(
    history: &History<'_>,
    conferences: &Conferences<'_>,
    socket: &Socket<'_>,
    findings: &mut Findings,
) {
    let Some(session) = history.session_of(socket) else { return };
    let Some(external_id) = session.external_id else { return };
    for (at, frame) in socket.frames(FrameType::InvitationReceived) {
        let conference = text(frame, "/conferenceId");
        let Some(token) = text(frame, "/confToken") else { continue };
        if !conferences.has_guest(conference, external_id)
            || updates_of(history, session.user, external_id, at).next().is_some()
        {
            continue;
        }
        let mut sent = history.invitations_of(external_id).filter(|sent| {
            sent.is_addressed_to(&session)
                && Some(sent.conference.as_str()) == conference
                && sent.asked_at < at
                && sent.accepted != Some(false)
        });
        // If there are several, it is unknown which one it is.
        let (Some(only), None) = (sent.next(), sent.next()) else { continue };
        let exchange = &history.exchanges[only.exchange];
        let Some(given) = invited(exchange, external_id) else { continue };
        let requirement = match (exchange.operation(), &given) {
            (Some(Operation::SdkInvite), Given::Default) => id::PRM_001,
            (Some(Operation::SdkInvite), Given::Named(_)) => id::PRM_005,
            (_, Given::Default) => id::PRM_002,
            (Some(Operation::RestCreate), Given::Named(_)) => id::PRM_007,
            (_, Given::Named(_)) => id::PRM_006,
        };
        if may_give(history, exchange, &given.set()) {
            let place = Place { requirement, pointer: "/confToken", entries: &[only.asked_at, at] };
            place.compare(history, token, &given.set(), findings);
        }
    }
    for (at, frame) in socket.frames(FrameType::UpdateToken) {
        let Some(token) = text(frame, "/content/access_token") else { continue };
        let mut updates = updates_of(history, session.user, external_id, at);
        let (Some((exchange, permissions)), None) = (updates.next(), updates.next()) else {
            continue;
        };
        let Some(Given::Named(set)) = Given::read(permissions) else { continue };
        let requirement =
            if exchange.is(Operation::SdkPermissions) { id::PRM_020 } else { id::PRM_017 };
        if may_give(history, exchange, &set) {
            let entries = [exchange.asked_at, at];
            let place = Place { requirement, pointer: "/content/access_token", entries: &entries };
            place.compare(history, token, &set, findings);
        }
    }
}

/// What an invitation gives somebody.
fn invited(exchange: &Exchange<'_>, external_id: &str) -> Option<Given> {
    let body = exchange.body.json()?;
    let of_sdk = || {
        let mut profiles = body.get("externalProfiles")?.as_array()?.iter();
        profiles.find(|profile| text(profile, "/externalId") == Some(external_id))
    };
    let invitee = body.get("participants").and_then(|people| people.get(external_id));
    Given::read(invitee.or_else(of_sdk)?.get("permissions"))
}

/// The updates of somebody's permissions before some time that were not refused, and what each
/// gives.
fn updates_of<'h, 't>(
    history: &'h History<'t>,
    user: &'h str,
    external_id: &'h str,
    at: usize,
) -> impl Iterator<Item = (&'h Exchange<'t>, Option<&'t Value>)> {
    [Operation::RestPermissions, Operation::SdkPermissions]
        .into_iter()
        .flat_map(move |operation| history.calls_of(operation))
        .filter(move |exchange| exchange.asked_at < at && !exchange.is_refused())
        .filter_map(move |exchange| {
            let body = exchange.body.json()?;
            let permissions = match exchange.operation() {
                Some(Operation::RestPermissions) => {
                    body.get("participants")?.get(external_id)?.get("permissions")
                }
                Some(Operation::SdkPermissions) => {
                    let mut all = body.get("userPermissions")?.as_array()?.iter();
                    let own = all.find(|update| text(update, "/userId") == Some(user))?;
                    own.get("newPermissions")
                }
                _ => return None,
            };
            Some((exchange, permissions))
        })
}

/// Whether the caller may give all of this: application servers may, and participants may give what
/// they hold.
fn may_give(history: &History<'_>, exchange: &Exchange<'_>, set: &PermissionSet) -> bool {
    if exchange.is_of_rest() {
        return true;
    }
    let token = exchange.headers.get(CONFERENCE_TOKEN_HEADER);
    let held = token.and_then(|token| history.grants(token));
    held.is_some_and(|held| set.is_subset(&held))
}

/// Where a token stands, and which requirement says what it grants.
struct Place<'p> {
    requirement: RequirementId,
    pointer: &'p str,
    entries: &'p [usize],
}

impl Place<'_> {
    fn compare(
        &self,
        history: &History<'_>,
        token: &str,
        given: &PermissionSet,
        findings: &mut Findings,
    ) {
        // Another law says that it can be read at all.
        let Some(held) = history.grants(token) else { return };
        findings.observe(self.requirement);
        if held != *given {
            let expected = Expected::Grants(given.clone());
            let evidence = Evidence::new(expected, Seen::grants(held, given));
            let evidence = evidence.pointing(self.pointer);
            findings.breach(self.requirement, evidence.at(self.entries.iter().copied()));
        }
    }
}

fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::{APP, Story};
    use serde_json::json;

    const CREATE: &str = "POST /v2/conferences/create";
    const JOIN: &[Permission] = &[Permission::Join];

    /// Alice and Bob have sessions, and these tokens grant what their names say.
    fn story() -> Story {
        let mut story = Story::of(&["alice", "bob"]);
        story.grants("<all>", &Permission::ALL);
        story.grants("<default>", &Permission::DEFAULT);
        story.grants("<default-2>", &Permission::DEFAULT);
        story.grants("<join>", JOIN);
        story.grants("<join-2>", JOIN);
        story
    }

    /// The application server creates a protected conference for Alice, and invites these people.
    fn creates(story: &mut Story, people: Value, owner: &str, tokens: Value) -> [usize; 2] {
        let body = json!({ "ownerExternalId": "alice", "participants": people });
        let answer = json!({ "conferenceId": "c-1", "isProtected": true, "ownerToken": owner,
                             "usersTokens": tokens });
        story.call(APP, CREATE, body, 200, answer)
    }

    /// There is such a conference, without invitees.
    fn conference() -> Story {
        let mut story = story();
        creates(&mut story, json!({}), "<all>", json!({}));
        story
    }

    fn rest(story: &mut Story, what: &str, people: Value, tokens: Value) -> [usize; 2] {
        let line = format!("POST /v2/conferences/c-1/{what}");
        story.call(APP, &line, json!({ "participants": people }), 200, tokens)
    }

    /// Alice, who may do everything, calls by SDK.
    fn sdk(story: &mut Story, what: &str, body: Value) -> usize {
        let line = format!("POST /v1/conferences/c-1/{what}");
        story.asking(CONFERENCE_TOKEN_HEADER, "<all>").call("alice", &line, body, 200, json!({}))[0]
    }

    fn invitation(token: &str) -> Value {
        json!({ "type": "InvitationReceived", "conferenceId": "c-1", "confToken": token })
    }

    fn update(token: &str) -> Value {
        json!({ "type": "UpdateToken", "content": { "access_token": token } })
    }

    /// These were to be granted, those are.
    fn grants(expected: &[Permission], held: &[Permission]) -> Evidence {
        let set = |all: &[Permission]| all.iter().copied().collect::<PermissionSet>();
        let seen = Seen::grants(set(held), &set(expected));
        Evidence::new(Expected::Grants(set(expected)), seen)
    }

    #[test]
    fn tokens_that_grant_what_requests_gave_hold() {
        let mut story = story();
        let people = json!({ "bob": {}, "carol": { "permissions": ["JOIN"] } });
        let tokens = json!({ "bob": "<default>", "carol": "<join>" });
        creates(&mut story, people, "<all>", tokens);
        rest(&mut story, "invite", json!({ "dan": {} }), json!({ "dan": "<default-2>" }));
        let join = json!({ "bob": { "permissions": ["JOIN"] } });
        rest(&mut story, "permissions", join, json!({ "bob": "<join-2>" }));
        story.frame("bob", update("<join-2>"));
        story.holds(
            &LAW,
            &[id::TOK_001, id::TOK_002, id::INV_008, id::PRM_002, id::PRM_007, id::PRM_015],
        );
        story.holds(&LAW, &[id::PRM_017]);
    }

    #[test]
    fn an_owner_of_a_new_conference_who_may_not_do_everything_breaks_it() {
        let mut story = story();
        let entries = creates(&mut story, json!({}), "<default>", json!({}));
        let evidence = grants(&Permission::ALL, &Permission::DEFAULT).pointing("/ownerToken");
        story.breaks(&LAW, id::TOK_001, evidence.at(entries));
    }

    #[test]
    fn an_owner_by_sdk_who_may_not_do_everything_breaks_it() {
        let mut story = story();
        let answer =
            json!({ "conferenceId": "c-1", "isProtected": true, "ownerToken": "<default>" });
        let entries = story.call("alice", "POST /v1/conferences/create", json!({}), 200, answer);
        let evidence = grants(&Permission::ALL, &Permission::DEFAULT).pointing("/ownerToken");
        story.breaks(&LAW, id::TOK_003, evidence.at(entries));
    }

    #[test]
    fn one_token_for_two_people_breaks_it() {
        let people = json!({ "bob": {}, "carol": {} });
        let tokens = json!({ "bob": "<default>", "carol": "<default>" });
        let shared = |pointer: &str, entries| {
            let seen = Seen::SharedToken { token: "<default>".into(), with: "bob".into() };
            let expected = Expected::OwnToken { external_id: "carol".into() };
            Evidence::new(expected, seen).pointing(pointer).at(entries)
        };
        let mut created = story();
        let entries = creates(&mut created, people, "<all>", tokens.clone());
        created.breaks(&LAW, id::TOK_002, shared("/usersTokens/carol", entries));
        let mut invited = conference();
        // That it does not grant what one of them was given goes without saying.
        let people = json!({ "bob": {}, "carol": { "permissions": ["JOIN"] } });
        let entries = rest(&mut invited, "invite", people, tokens);
        invited.breaks(&LAW, id::INV_008, shared("/carol", entries));
    }

    #[test]
    fn a_create_that_grants_something_else_breaks_it() {
        for (permissions, expected, requirement) in [
            (json!({ "permissions": ["JOIN"] }), JOIN, id::PRM_007),
            (json!({}), &Permission::DEFAULT[..], id::PRM_002),
        ] {
            let mut story = story();
            let people = json!({ "bob": permissions });
            let entries = creates(&mut story, people, "<all>", json!({ "bob": "<all>" }));
            let evidence = grants(expected, &Permission::ALL).pointing("/usersTokens/bob");
            story.breaks(&LAW, requirement, evidence.at(entries));
        }
    }

    #[test]
    fn a_rest_invitation_or_update_that_grants_something_else_breaks_it() {
        for (what, requirement) in [("invite", id::PRM_006), ("permissions", id::PRM_015)] {
            let mut story = conference();
            let people = json!({ "bob": { "permissions": ["JOIN"] } });
            let entries = rest(&mut story, what, people, json!({ "bob": "<default>" }));
            let evidence = grants(JOIN, &Permission::DEFAULT).pointing("/bob");
            story.breaks(&LAW, requirement, evidence.at(entries));
        }
    }

    #[test]
    fn an_sdk_invitation_that_grants_something_else_breaks_it() {
        for (profile, expected, requirement) in [
            (json!({ "externalId": "bob" }), &Permission::DEFAULT[..], id::PRM_001),
            (json!({ "externalId": "bob", "permissions": ["JOIN"] }), JOIN, id::PRM_005),
        ] {
            let mut story = conference();
            let asked = sdk(&mut story, "invite", json!({ "externalProfiles": [profile] }));
            let at = story.frame("bob", invitation("<all>"));
            let evidence = grants(expected, &Permission::ALL).pointing("/confToken");
            story.breaks(&LAW, requirement, evidence.at([asked, at]));
        }
    }

    #[test]
    fn an_update_that_grants_something_else_breaks_it() {
        let evidence = |entries: [usize; 2]| {
            grants(JOIN, &Permission::DEFAULT).pointing("/content/access_token").at(entries)
        };
        let mut by_rest = conference();
        let people = json!({ "bob": { "permissions": ["JOIN"] } });
        let [asked, _] = rest(&mut by_rest, "permissions", people, json!({ "bob": "<join>" }));
        let at = by_rest.frame("bob", update("<default>"));
        by_rest.breaks(&LAW, id::PRM_017, evidence([asked, at]));
        let mut by_sdk = conference();
        let updates = json!([{ "userId": "u-bob", "newPermissions": ["JOIN"] }]);
        let asked = sdk(&mut by_sdk, "permissions", json!({ "userPermissions": updates }));
        let at = by_sdk.frame("bob", update("<default>"));
        by_sdk.breaks(&LAW, id::PRM_020, evidence([asked, at]));
    }
}
