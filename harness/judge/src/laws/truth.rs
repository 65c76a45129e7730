//! What the server says of people and conferences is so: statuses, external ids, aliases.

use super::news::is_of_server;
use super::{Findings, Law};
use crate::history::{Exchange, History, Session, Socket};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::{Evidence, Expected, LawName, Seen, Wanted};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const LAW: Law = Law {
    name: LawName::Truth,
    says: "A status, an external id, a user id, an alias and a conference id are those of the person \
           or the conference that they are said of.",
    requirements: &[id::PRT_017, id::PRT_018, id::CNF_024, id::JOIN_028, id::JOIN_029, id::SES_007],
    besides: &[],
    examine,
};

/// Statuses of somebody who has joined.
const INSIDE: [&str; 3] = ["CONNECTING", "ON_AIR", "INACTIVE"];
/// The status of somebody who is awaited.
const AWAITED: &str = "RESERVED";

fn examine(history: &History<'_>, findings: &mut Findings) {
    one_user_id_each(history, findings);
    let aliases = aliases(history);
    let people = People::of(history);
    for exchange in &history.exchanges {
        let Some(answer) = exchange.answer() else { continue };
        let entries = exchange.entries();
        identities(&people, answer, &entries, findings);
        match exchange.operation() {
            Some(Operation::RestCreate | Operation::SdkCreate) => {
                let asked = exchange.body.json().and_then(alias_of_request);
                alias(asked, answer, "conferenceAlias", &entries, findings);
            }
            Some(Operation::SdkJoin) => {
                join(history, &people, exchange, answer, &aliases, findings);
            }
            _ => {}
        }
    }
    for socket in &history.sockets {
        for (at, frame) in socket.values() {
            identities(&people, frame, &[at], findings);
            match FrameType::of(frame) {
                Some(FrameType::InvitationReceived) => {
                    let conference = frame.get("conferenceId").and_then(Value::as_str);
                    let known = conference.and_then(|id| aliases.get(id)).copied();
                    alias(known, frame, "confAlias", &[at], findings);
                }
                Some(FrameType::ParticipantAdded | FrameType::ParticipantUpdated) => {
                    status_in_frame(history, &people, socket, at, frame, findings);
                }
                Some(FrameType::ConferenceStatusNotification) => {
                    statuses_for_subscriber(history, &people, at, frame, findings);
                }
                _ => {}
            }
        }
    }
}

/// Each session of an external id that an application has vouched for has the user id of the first.
fn one_user_id_each(history: &History<'_>, findings: &mut Findings) {
    let mut first: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for exchange in history.calls_of(Operation::Identify) {
        let token = exchange.answer().and_then(|it| it.get("jwt_user_token")?.as_str());
        let session = token.and_then(|token| history.sessions.get(token));
        let Some(session) = session.filter(|session| session.is_verified) else { continue };
        let (Some(application), Some(external_id)) = (session.application, session.external_id)
        else {
            continue;
        };
        let known = *first.entry((application, external_id)).or_insert(session.user);
        findings.observe(id::SES_007);
        if session.user != known {
            let expected = Expected::Value(Wanted::Equal(known.into()));
            let seen = Seen::Value { shown: json!(session.user).to_string() };
            let evidence = Evidence::new(expected, seen).pointing("/user_id");
            findings.content(id::SES_007, evidence.at(exchange.entries()));
        }
    }
}

fn alias_of_request(body: &Value) -> Option<&str> {
    body.get("alias").and_then(Value::as_str).filter(|alias| !alias.is_empty())
}

/// The aliases of the conferences that were created here, by the conferences' ids. A conference that
/// was asked for by two spellings has both; the first counts.
fn aliases<'t>(history: &History<'t>) -> BTreeMap<&'t str, &'t str> {
    let mut aliases = BTreeMap::new();
    for exchange in &history.exchanges {
        let (Some(Operation::RestCreate | Operation::SdkCreate), Some(answer)) =
            (exchange.operation(), exchange.answer())
        else {
            continue;
        };
        let id = answer.get("conferenceId").and_then(Value::as_str);
        let alias = exchange.body.json().and_then(alias_of_request);
        if let (Some(id), Some(alias)) = (id, alias) {
            aliases.entry(id).or_insert(alias);
        }
    }
    aliases
}

fn alias(
    known: Option<&str>,
    value: &Value,
    field: &str,
    entries: &[usize],
    findings: &mut Findings,
) {
    let told = value.get(field).and_then(Value::as_str).filter(|told| !told.is_empty());
    let (Some(known), Some(told)) = (known, told) else { return };
    findings.observe(id::CNF_024);
    if known.to_lowercase() != told.to_lowercase() {
        let expected = Expected::Alias(known.to_owned());
        let evidence = Evidence::new(expected, Seen::value(value.get(field)));
        let evidence = evidence.pointing(format!("/{field}"));
        findings.breach(id::CNF_024, evidence.at(entries.iter().copied()));
    }
}

fn join(
    history: &History<'_>,
    people: &People<'_>,
    exchange: &Exchange<'_>,
    answer: &Value,
    aliases: &BTreeMap<&str, &str>,
    findings: &mut Findings,
) {
    let Some(asked) = exchange.parameters.get("conferenceId").map(String::as_str) else { return };
    let entries = exchange.entries();
    let told = answer.get("conferenceId");
    findings.observe(id::JOIN_029);
    let evidence = |seen| {
        let evidence = Evidence::new(Expected::JoinedConference(asked.to_owned()), seen);
        evidence.pointing("/conferenceId").at(entries.iter().copied())
    };
    match told.and_then(Value::as_str) {
        None => findings.breach(id::JOIN_029, evidence(Seen::value(told))),
        // A conference may also be joined by its alias.
        Some(told) if history.is_conference(asked) => {
            findings.observe(id::JOIN_028);
            if told != asked {
                findings.breach(id::JOIN_028, evidence(Seen::value(answer.get("conferenceId"))));
            }
        }
        Some(_) => {}
    }
    alias(aliases.get(asked).copied(), answer, "conferenceAlias", &entries, findings);
    let own = exchange.session().and_then(|token| history.sessions.get(token));
    let listed = answer.get("participants").and_then(Value::as_array).into_iter().flatten();
    for (index, person) in listed.enumerate() {
        let Some(status) = person.get("status").and_then(Value::as_str) else { continue };
        let (Some(named), Some(reply)) = (Named::of(person), &exchange.reply) else { continue };
        if own.is_some_and(|own| named.is(own)) || is_of_server(person) || !history.is_whole() {
            continue;
        }
        findings.observe(id::PRT_017);
        let pointer = format!("/participants/{index}/status");
        // What is in the answer was so at some time between the question and the answer.
        let is_false = if status == AWAITED {
            is_inside(history, people, &named, asked, exchange.asked_at, reply.at)
        } else {
            INSIDE.contains(&status) && !people.have_joined(&named, reply.at)
        };
        if is_false {
            findings.breach(id::PRT_017, named.evidence(status, &pointer, &entries));
        }
    }
}

/// A status in participant news.
fn status_in_frame(
    history: &History<'_>,
    people: &People<'_>,
    socket: &Socket<'_>,
    at: usize,
    frame: &Value,
    findings: &mut Findings,
) {
    let Some(status) = frame.get("status").and_then(Value::as_str) else { return };
    let Some(named) = Named::of(frame).filter(|_| history.is_whole()) else { return };
    if is_of_server(frame) || (status != AWAITED && !INSIDE.contains(&status)) {
        return;
    }
    findings.observe(id::PRT_017);
    let is_false = if status == AWAITED {
        // A frame names no conference: it is that of the session, if there is only one.
        let joins = history.joins(socket.session).filter(|join| join.asked_at < at);
        let joined: BTreeSet<&str> = joins.filter_map(Exchange::conference).collect();
        // News may still be on its way until a later fence has arrived.
        let fence = socket.fenced.iter().rev().find(|(_, arrived)| *arrived < at);
        match (joined.iter().next(), fence) {
            (Some(conference), Some((since, _))) if joined.len() == 1 => {
                is_inside(history, people, &named, conference, *since, at)
            }
            _ => false,
        }
    } else {
        !people.have_joined(&named, at)
    };
    if is_false {
        findings.breach(id::PRT_017, named.evidence(status, "/status", &[at]));
    }
}

/// The statuses that a subscriber is told. Of somebody who is said to be awaited it is not known in
/// which conference of the alias.
fn statuses_for_subscriber(
    history: &History<'_>,
    people: &People<'_>,
    at: usize,
    frame: &Value,
    findings: &mut Findings,
) {
    let listed = frame.get("participants").and_then(Value::as_array).into_iter().flatten();
    for (index, person) in listed.enumerate() {
        let status = person.get("status").and_then(Value::as_str);
        let Some(status) = status.filter(|status| INSIDE.contains(status)) else { continue };
        let Some(named) = Named::of(person).filter(|_| history.is_whole()) else { continue };
        if is_of_server(person) {
            continue;
        }
        findings.observe(id::PRT_017);
        if !people.have_joined(&named, at) {
            let pointer = format!("/participants/{index}/status");
            findings.breach(id::PRT_017, named.evidence(status, &pointer, &[at]));
        }
    }
}

/// A person, as the server names one.
struct Named<'v> {
    user: &'v str,
    external_id: Option<&'v str>,
}

impl<'v> Named<'v> {
    fn of(value: &'v Value) -> Option<Named<'v>> {
        let text = |names: &[&str]| names.iter().find_map(|name| value.get(*name)?.as_str());
        let user = text(&["user_id", "userId", "participant_id", "participantId"])?;
        Some(Named { user, external_id: text(&["externalId", "external_id"]) })
    }

    fn is(&self, session: &Session<'_>) -> bool {
        self.user == session.user
            || (self.external_id.is_some() && self.external_id == session.external_id)
    }

    fn evidence(&self, status: &str, pointer: &str, entries: &[usize]) -> Evidence {
        let seen = Seen::FalseStatus {
            person: self.external_id.unwrap_or(self.user).to_owned(),
            status: status.to_owned(),
            is_inside: status == AWAITED,
        };
        let evidence = Evidence::new(Expected::TrueStatus, seen).pointing(pointer);
        evidence.at(entries.iter().copied())
    }
}

/// What is known of people, looked up for every object that names one.
#[derive(Default)]
struct People<'t> {
    /// The external ids of each user that an application has vouched for.
    external_ids: BTreeMap<&'t str, BTreeSet<&'t str>>,
    /// When each user first asked to join anything, if that was not refused.
    joined: BTreeMap<&'t str, usize>,
    /// The same, by external id.
    joined_by_external_id: BTreeMap<&'t str, usize>,
    /// The same, of a session that is unknown: it may be anybody's.
    unknown_joined: Option<usize>,
}

impl<'t> People<'t> {
    fn of(history: &History<'t>) -> People<'t> {
        let mut people = People::default();
        for session in history.sessions.values().filter(|session| session.is_verified) {
            let of_user = people.external_ids.entry(session.user).or_default();
            of_user.extend(session.external_id);
        }
        for exchange in history.calls_of(Operation::SdkJoin).filter(|it| !it.is_refused()) {
            let at = exchange.asked_at;
            match exchange.session().and_then(|token| history.sessions.get(token)) {
                None => people.unknown_joined = people.unknown_joined.or(Some(at)),
                Some(session) => {
                    people.joined.entry(session.user).or_insert(at);
                    if let Some(external_id) = session.external_id {
                        people.joined_by_external_id.entry(external_id).or_insert(at);
                    }
                }
            }
        }
        people
    }

    /// Whether the person may have joined anything before an entry.
    fn have_joined(&self, named: &Named<'_>, before: usize) -> bool {
        let by_external_id = || self.joined_by_external_id.get(named.external_id?);
        let firsts = [self.joined.get(named.user), by_external_id(), self.unknown_joined.as_ref()];
        firsts.into_iter().flatten().any(|first| *first < before)
    }
}

/// Whether the person was certainly in a conference from one entry to another: had joined it, and
/// nothing since could have ended that.
fn is_inside(
    history: &History<'_>,
    people: &People<'_>,
    named: &Named<'_>,
    conference: &str,
    since: usize,
    until: usize,
) -> bool {
    // Most people who are shown as invited have not joined anything.
    if !people.have_joined(named, since) {
        return false;
    }
    let of_person = |exchange: &Exchange<'_>| {
        let session = exchange.session().and_then(|token| history.sessions.get(token));
        session.is_some_and(|session| named.is(session))
    };
    let mut joined = history.exchanges.iter().filter(|exchange| {
        exchange.is(Operation::SdkJoin)
            && exchange.is_accepted()
            && exchange.parameters.get("conferenceId").is_some_and(|id| id == conference)
            && exchange.reply.as_ref().is_some_and(|reply| reply.at < since)
            && of_person(exchange)
    });
    let Some(joined) = joined.next_back() else { return false };
    let could_end = |exchange: &Exchange<'_>| match exchange.operation() {
        Some(Operation::SdkKick | Operation::RestKick | Operation::RestTerminate) => true,
        Some(Operation::SdkLeave | Operation::SdkJoin | Operation::Logout) => of_person(exchange),
        _ => false,
    };
    let ends = |exchange: &&Exchange<'_>| {
        exchange.asked_at > joined.asked_at && exchange.asked_at < until && could_end(exchange)
    };
    let loses = |socket: &Socket<'_>| {
        let own = history.session_of(socket).is_some_and(|session| named.is(&session));
        own && socket.closed_at.is_some_and(|at| at > joined.asked_at && at < until)
    };
    let has_socket = history
        .sockets
        .iter()
        .any(|socket| Some(socket.session) == joined.session() && socket.opened_at < since);
    has_socket
        && !history.exchanges.iter().any(|exchange| ends(&exchange))
        && !history.sockets.iter().any(loses)
}

/// Every object that names a person by user id and external id names one person.
fn identities(people: &People<'_>, value: &Value, entries: &[usize], findings: &mut Findings) {
    match value {
        Value::Array(items) => {
            items.iter().for_each(|item| identities(people, item, entries, findings));
        }
        Value::Object(fields) => {
            if let Some(Named { user, external_id: Some(told) }) = Named::of(value) {
                identity(people, user, told, entries, findings);
            }
            fields.values().for_each(|item| identities(people, item, entries, findings));
        }
        _ => {}
    }
}

fn identity(
    people: &People<'_>,
    user: &str,
    told: &str,
    entries: &[usize],
    findings: &mut Findings,
) {
    // An external id that was only claimed need not be the person's.
    let Some(known) = people.external_ids.get(user) else { return };
    let Some(first) = known.first() else { return };
    findings.observe(id::PRT_018);
    if known.contains(told) {
        return;
    }
    let expected =
        Expected::OneExternalId { user: user.to_owned(), external_id: (*first).to_owned() };
    let seen = Seen::value(Some(&Value::String(told.to_owned())));
    findings.breach(id::PRT_018, Evidence::new(expected, seen).at(entries.iter().copied()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::{APP, Story};

    fn story() -> Story {
        let mut story = Story::of(&["alice", "bob"]);
        let body = json!({ "alias": "Weekly", "ownerExternalId": "alice" });
        let created = json!({ "conferenceId": "c-1", "conferenceAlias": "weekly" });
        story.call(APP, "POST /v2/conferences/create", body, 200, created);
        story
    }

    fn joins(story: &mut Story, actor: &str, people: Value) -> [usize; 2] {
        let line = "POST /v1/conferences/c-1/join";
        let answer = json!({ "conferenceId": "c-1", "participants": people });
        story.call(actor, line, json!({}), 200, answer)
    }

    fn news(status: &str) -> Value {
        json!({
            "type": "ParticipantUpdated", "user_id": "u-bob", "externalId": "bob", "status": status,
        })
    }

    #[track_caller]
    fn lies(story: &Story, status: &str, is_inside: bool, pointer: &str, at: &[usize]) {
        let seen = Seen::FalseStatus { person: "bob".into(), status: status.into(), is_inside };
        let evidence = Evidence::new(Expected::TrueStatus, seen).pointing(pointer);
        story.breaks(&LAW, id::PRT_017, evidence.at(at.iter().copied()));
    }

    #[test]
    fn what_is_so_holds() {
        let mut story = story();
        joins(&mut story, "alice", json!([]));
        story.frame("alice", news("RESERVED"));
        let alice = json!([{
            "participant_id": "u-alice", "externalId": "alice", "status": "ON_AIR",
        }]);
        joins(&mut story, "bob", alice);
        // It may have been on its way.
        story.frame("alice", news("RESERVED"));
        story.frame("alice", news("ON_AIR"));
        story.fence("alice");
        story.call("bob", "POST /v1/conferences/c-1/leave", json!({}), 200, json!({}));
        story.frame("alice", news("RESERVED"));
        let invitation = json!({
            "type": "InvitationReceived", "conferenceId": "c-1", "confAlias": "WEEKLY",
        });
        story.frame("bob", invitation);
        let all = [id::PRT_017, id::PRT_018, id::CNF_024, id::JOIN_028, id::JOIN_029];
        story.holds(&LAW, &all);
    }

    #[test]
    fn somebody_who_has_not_joined_is_not_inside() {
        for status in INSIDE {
            let mut story = story();
            joins(&mut story, "alice", json!([]));
            let at = story.frame("alice", news(status));
            lies(&story, status, false, "/status", &[at]);
        }
        let mut story = story();
        let bob = json!([{ "participant_id": "u-bob", "externalId": "bob", "status": "ON_AIR" }]);
        let at = joins(&mut story, "alice", bob);
        lies(&story, "ON_AIR", false, "/participants/0/status", &at);
    }

    #[test]
    fn a_subscriber_is_not_told_that_somebody_is_inside_who_has_not_joined() {
        let told = |status: &str| {
            json!({ "type": "ConferenceStatusNotification", "confAlias": "weekly", "participants": [
                { "userId": "u-bob", "externalId": "bob", "status": status },
            ] })
        };
        let mut story = story();
        story.frame("alice", told("RESERVED"));
        let at = story.frame("alice", told("ON_AIR"));
        lies(&story, "ON_AIR", false, "/participants/0/status", &[at]);
        let mut story = self::story();
        joins(&mut story, "bob", json!([]));
        story.frame("alice", told("ON_AIR"));
        story.holds(&LAW, &[id::PRT_017]);
    }

    #[test]
    fn a_participant_of_the_server_itself_joins_by_no_call() {
        let robot = |id: &str| {
            json!({ "type": "ParticipantAdded", id: "u-robot", "status": "ON_AIR",
                    "participantType": "ROBOT" })
        };
        let mut story = story();
        joins(&mut story, "alice", json!([robot("participant_id")]));
        story.frame("alice", robot("user_id"));
        story.holds(&LAW, &[]);
    }

    #[test]
    fn somebody_who_is_inside_is_not_awaited() {
        let mut story = story();
        joins(&mut story, "alice", json!([]));
        joins(&mut story, "bob", json!([]));
        story.fence("alice");
        let at = story.frame("alice", news("RESERVED"));
        lies(&story, "RESERVED", true, "/status", &[at]);
        assert!(story.captured().examined(&LAW).breaches.is_empty());
    }

    #[test]
    fn a_listed_participant_who_is_inside_is_not_awaited() {
        let mut story = story();
        joins(&mut story, "bob", json!([]));
        let bob = json!([{ "participant_id": "u-bob", "externalId": "bob", "status": "RESERVED" }]);
        let at = joins(&mut story, "alice", bob);
        lies(&story, "RESERVED", true, "/participants/0/status", &at);
    }

    #[test]
    fn another_external_id_breaks_it() {
        let mut story = story();
        let people = json!({ "participants": [{ "userId": "u-bob", "externalId": "alice" }] });
        let line = "GET /v2/conferences/c-1/participants";
        let at = story.call(APP, line, json!(null), 200, people);
        let expected = Expected::OneExternalId { user: "u-bob".into(), external_id: "bob".into() };
        let seen = Seen::value(Some(&json!("alice")));
        story.breaks(&LAW, id::PRT_018, Evidence::new(expected, seen).at(at));
    }

    #[test]
    fn another_user_id_in_another_session_breaks_it() {
        let identify = |user: &str| {
            let mut story = Story::new();
            let issued = json!({ "access_token": "<api>" });
            story.asking("authorization", "Basic <application>");
            story.call(APP, "POST /v1/auth/token", json!({}), 200, issued);
            story.session("bob");
            story.token("<again>", json!({ "exp": 1 }));
            let named = json!({ "externalId": "bob" });
            let issued = json!({ "access_token": "<again>" });
            story.call(APP, "POST /v2/client-access-token", named.clone(), 200, issued);
            story.asking("authorization", "Bearer <again>");
            let who = json!({ "user_id": user, "jwt_user_token": "<bob/tv>", "wsUri": "wss://h" });
            let at = story.call("bob/tv", "POST /v2/users/identify", named, 200, who);
            (story, at)
        };
        identify("u-bob").0.holds(&LAW, &[id::SES_007]);
        let (story, at) = identify("u-bob-1");
        let expected = Expected::Value(Wanted::Equal("u-bob".into()));
        let seen = Seen::Value { shown: "\"u-bob-1\"".to_owned() };
        let evidence = Evidence::new(expected, seen).pointing("/user_id").at(at);
        story.breaks(&LAW, id::SES_007, evidence);
    }

    #[test]
    fn another_alias_breaks_it() {
        let expected = || Expected::Alias("Weekly".into());
        let seen = || Seen::value(Some(&json!("Monthly")));
        let mut story = Story::new();
        let created = json!({ "conferenceId": "c-1", "conferenceAlias": "Monthly" });
        let body = json!({ "alias": "Weekly" });
        let at = story.call(APP, "POST /v2/conferences/create", body, 200, created);
        let evidence = Evidence::new(expected(), seen()).pointing("/conferenceAlias");
        story.breaks(&LAW, id::CNF_024, evidence.at(at));
        let mut story = self::story();
        let invitation = json!({
            "type": "InvitationReceived", "conferenceId": "c-1", "confAlias": "Monthly",
        });
        let at = story.frame("bob", invitation);
        let evidence = Evidence::new(expected(), seen()).pointing("/confAlias");
        story.breaks(&LAW, id::CNF_024, evidence.at([at]));
    }

    #[test]
    fn another_conference_in_the_response_to_a_join_breaks_it() {
        for (told, requirement) in [(json!("c-2"), id::JOIN_028), (json!(null), id::JOIN_029)] {
            let mut story = story();
            let line = "POST /v1/conferences/c-1/join";
            let answer = json!({ "conferenceId": told });
            let at = story.call("bob", line, json!({}), 200, answer);
            let expected = Expected::JoinedConference("c-1".into());
            let evidence = Evidence::new(expected, Seen::value(Some(&told)));
            story.breaks(&LAW, requirement, evidence.pointing("/conferenceId").at(at));
        }
    }
}
