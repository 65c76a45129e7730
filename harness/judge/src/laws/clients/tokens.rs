//! A client shows its conference access tokens.

use super::evidence;
use crate::history::{Exchange, History};
use crate::laws::{Findings, Law};
use invite_spec::endpoint::{CONFERENCE_TOKEN_HEADER, Operation};
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, id};
use invite_trace::{ClientEvent, ClientExpected, ClientSeen, Event, LawName};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const LAW: Law = Law {
    name: LawName::ClientTokens,
    says: "A client that holds a conference access token shows it when it joins and when it acts in \
           the conference, and shows the newest one once it has acknowledged an update.",
    requirements: &[id::CLI_003, id::CLI_004, id::CLI_005],
    besides: &[],
    examine,
};

/// The calls by which somebody acts in a conference.
const ACTS: [Operation; 4] =
    [Operation::SdkInvite, Operation::SdkPermissions, Operation::SdkKick, Operation::SdkSend];

/// A token that a client received: from the server, or from its application.
struct Held<'t> {
    /// When.
    at: usize,
    token: &'t str,
    conference: &'t str,
    /// When the client acknowledged the update that brought it.
    acknowledged: Option<usize>,
    is_update: bool,
}

fn examine(history: &History<'_>, findings: &mut Findings) {
    let conferences = conferences(history);
    let ids = ids(history);
    let unprotected = unprotected(history);
    // A call may name its conference by the alias.
    let is_id = |name: &str| ids.contains(name) || history.is_conference(name);
    let is_other = |one: &str, other: &str| one != other && is_id(one) && is_id(other);
    for session in history.sessions.keys() {
        let held = held(history, session);
        let mut joined: BTreeMap<&str, bool> = BTreeMap::new();
        for exchange in history.exchanges.iter().filter(|it| it.session() == Some(session)) {
            let Some(conference) = exchange.conference() else { continue };
            if unprotected.contains(conference) {
                continue;
            }
            let is_join = exchange.is(Operation::SdkJoin);
            let is_act = exchange.operation().is_some_and(|it| ACTS.contains(&it));
            let own = |it: &&Held<'_>| it.conference == conference && it.at < exchange.asked_at;
            let has_token = held.iter().filter(own).count() > 0;
            let requirement = match (is_join, is_act) {
                (true, _) if has_token => id::CLI_003,
                (_, true) if joined.get(conference) == Some(&true) => id::CLI_004,
                _ => {
                    note_join(exchange, is_join, &mut joined);
                    continue;
                }
            };
            let shown = shown(exchange);
            findings.observe(requirement);
            match shown {
                None => miss(findings, requirement, exchange, conference, ClientSeen::NoToken),
                Some(token) => match conferences.get(token) {
                    Some(other) if is_other(other, conference) => {
                        let (token, of) = (token.to_owned(), (*other).to_owned());
                        let seen = ClientSeen::TokenOf { token, conference: of };
                        miss(findings, requirement, exchange, conference, seen);
                    }
                    _ => newest(findings, exchange, token, &held, conference),
                },
            }
            note_join(exchange, is_join, &mut joined);
        }
    }
}

/// A join that was accepted, and whether it showed a token.
fn note_join<'e>(exchange: &'e Exchange<'_>, is_join: bool, joined: &mut BTreeMap<&'e str, bool>) {
    if is_join
        && exchange.is_accepted()
        && let Some(conference) = exchange.conference()
    {
        joined.insert(conference, shown(exchange).is_some());
    }
}

fn shown<'t>(exchange: &Exchange<'t>) -> Option<&'t str> {
    exchange.headers.get(CONFERENCE_TOKEN_HEADER).map(String::as_str)
}

fn miss(
    findings: &mut Findings,
    requirement: RequirementId,
    exchange: &Exchange<'_>,
    conference: &str,
    seen: ClientSeen,
) {
    let evidence = evidence(ClientExpected::ConferenceToken(conference.to_owned()), seen);
    let evidence = evidence.in_header(CONFERENCE_TOKEN_HEADER);
    findings.breach(requirement, evidence.at([exchange.asked_at]));
}

/// Once the client has acknowledged an update, it shows that token or a newer one.
fn newest(
    findings: &mut Findings,
    exchange: &Exchange<'_>,
    token: &str,
    held: &[Held<'_>],
    conference: &str,
) {
    let own = |it: &&Held<'_>| it.conference == conference && it.is_update;
    let due = held
        .iter()
        .filter(own)
        .rfind(|it| it.acknowledged.is_some_and(|acknowledged| acknowledged < exchange.asked_at));
    let Some(due) = due else { return };
    findings.observe(id::CLI_005);
    let may_show = |it: &&Held<'_>| it.at >= due.at && it.at < exchange.asked_at;
    // A token that the trace does not know is of the application: it may be newer.
    let is_known = held.iter().any(|it| it.token == token);
    if !is_known || held.iter().filter(may_show).any(|it| it.token == token) {
        return;
    }
    let expected = ClientExpected::NewestToken(due.token.to_owned());
    let evidence = evidence(expected, ClientSeen::Token(token.to_owned()));
    let evidence = evidence.in_header(CONFERENCE_TOKEN_HEADER);
    findings.breach(id::CLI_005, evidence.at([due.at, exchange.asked_at]));
}

fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer)?.as_str()
}

/// The tokens that reached a session, in the order in which they did.
fn held<'t>(history: &History<'t>, session: &str) -> Vec<Held<'t>> {
    let mut found = Vec::new();
    for exchange in history.calls_of(Operation::SdkCreate) {
        let (Some(answer), Some(reply)) = (exchange.answer(), &exchange.reply) else { continue };
        let token = text(answer, "/ownerToken").zip(text(answer, "/conferenceId"));
        if let Some((token, conference)) = token.filter(|_| exchange.session() == Some(session)) {
            let at = reply.at;
            found.push(Held { at, token, conference, acknowledged: None, is_update: false });
        }
    }
    for socket in history.sockets.iter().filter(|socket| socket.session == session) {
        for (at, frame) in socket.values() {
            let kind = FrameType::of(frame);
            let is_update = kind == Some(FrameType::UpdateToken);
            let token = match kind {
                Some(FrameType::InvitationReceived) => text(frame, "/confToken"),
                Some(FrameType::UpdateToken) => text(frame, "/content/access_token"),
                _ => None,
            };
            let Some((token, conference)) = token.zip(text(frame, "/conferenceId")) else {
                continue;
            };
            let amu = text(frame, "/amu").filter(|_| is_update);
            let acknowledged = socket.sent.iter().find(|(sent, body)| {
                let of = body.json().and_then(|body| text(body, "/ackMessageUuid"));
                *sent > at && of.is_some() && of == amu
            });
            let acknowledged = acknowledged.map(|(sent, _)| *sent);
            found.push(Held { at, token, conference, acknowledged, is_update });
        }
    }
    found.extend(given(history, session));
    found.sort_by_key(|it| it.at);
    found
}

/// The tokens that the application gave to the person of a session. The invitation that brings the same
/// one may still be on its way.
fn given<'t>(history: &History<'t>, session: &str) -> impl Iterator<Item = Held<'t>> {
    let own = history.exchanges.iter().find(|exchange| exchange.session() == Some(session));
    let actor = own.map(|exchange| exchange.actor);
    history.trace.entries.iter().enumerate().filter_map(move |(at, entry)| {
        let Event::Client(ClientEvent::Told { arguments, .. }) = &entry.event else { return None };
        let token = text(arguments, "/conferenceAccessToken");
        let (token, conference) = token.zip(text(arguments, "/conferenceId"))?;
        let held = Held { at, token, conference, acknowledged: None, is_update: false };
        (actor == Some(entry.actor.as_str())).then_some(held)
    })
}

/// The conferences that a server said to be unprotected, by their ids and aliases.
fn unprotected<'t>(history: &History<'t>) -> BTreeSet<&'t str> {
    let operations = [Operation::SdkCreate, Operation::RestCreate, Operation::SdkJoin];
    let (mut no, mut yes) = (BTreeSet::new(), BTreeSet::new());
    for exchange in operations.into_iter().flat_map(|it| history.calls_of(it)) {
        let Some(answer) = exchange.answer() else { continue };
        let names = ["/conferenceId", "/conferenceAlias"].map(|name| text(answer, name));
        match answer.get("isProtected").and_then(Value::as_bool) {
            Some(true) => yes.extend(names.into_iter().flatten()),
            Some(false) => no.extend(names.into_iter().flatten()),
            None => {}
        }
    }
    no.difference(&yes).copied().collect()
}

/// What frames and tokens call a conference is its id, and no alias.
fn ids<'t>(history: &History<'t>) -> BTreeSet<&'t str> {
    let frames = history.sockets.iter().flat_map(|socket| socket.values());
    let named = frames.filter_map(|(_, frame)| text(frame, "/conferenceId"));
    let claims = history.trace.tokens.keys().filter_map(|token| history.trace.claims(token));
    named.chain(claims.filter_map(|it| text(it, "/conferenceId"))).collect()
}

/// The conference of each token that somebody received.
fn conferences<'t>(history: &History<'t>) -> BTreeMap<&'t str, &'t str> {
    let mut found = BTreeMap::new();
    for session in history.sessions.keys() {
        found.extend(held(history, session).iter().map(|it| (it.token, it.conference)));
    }
    for token in history.trace.tokens.keys() {
        let claimed = history.trace.claims(token).and_then(|it| text(it, "/conferenceId"));
        found.extend(claimed.map(|conference| (token.as_str(), conference)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::Story;
    use invite_trace::ClientOperation;
    use serde_json::json;

    const JOIN: &str = "POST /v1/conferences/c-1/join";
    const SEND: &str = "POST /v1/conferences/c-1/send";

    fn invited() -> Story {
        let mut story = Story::of(&["bob"]);
        for (conference, token) in [("c-1", "<one>"), ("c-2", "<two>")] {
            let frame = json!({ "type": "InvitationReceived", "conferenceId": conference,
                                "confToken": token });
            story.frame("bob", frame);
        }
        story
    }

    fn shows(story: &mut Story, line: &str, token: Option<&str>) -> usize {
        if let Some(token) = token {
            story.asking(CONFERENCE_TOKEN_HEADER, token);
        }
        story.call("bob", line, json!({}), 200, json!({}))[0]
    }

    fn updated(story: &mut Story, is_acknowledged: bool) {
        let frame = json!({ "type": "UpdateToken", "conferenceId": "c-1", "amu": "a-1",
                            "content": { "access_token": "<new>" } });
        story.frame("bob", frame);
        if is_acknowledged {
            story.sends("bob", json!({ "ackMessageUuid": "a-1", "message_id": 1 }));
        }
    }

    #[test]
    fn the_token_in_every_call_holds() {
        let mut story = invited();
        shows(&mut story, JOIN, Some("<one>"));
        shows(&mut story, SEND, Some("<one>"));
        updated(&mut story, true);
        shows(&mut story, SEND, Some("<new>"));
        story.holds(&LAW, &[id::CLI_003, id::CLI_004, id::CLI_005]);
    }

    #[test]
    fn a_join_without_it_breaks_it() {
        let mut story = invited();
        let at = shows(&mut story, JOIN, None);
        let expected = ClientExpected::ConferenceToken("c-1".into());
        let evidence = evidence(expected, ClientSeen::NoToken);
        story.breaks(&LAW, id::CLI_003, evidence.in_header(CONFERENCE_TOKEN_HEADER).at([at]));
    }

    #[test]
    fn a_join_with_the_token_of_another_conference_breaks_it() {
        let mut story = invited();
        shows(&mut story, JOIN, Some("<two>"));
        let found = story.only_breach(&LAW);
        assert_eq!(found.requirement, id::CLI_003);
        assert!(found.evidence.to_string().contains("<two>, which is for the conference c-2"));
    }

    #[test]
    fn a_token_of_the_application_counts_before_the_invitation_has_come() {
        let mut story = Story::of(&["bob"]);
        let arguments = json!({ "conferenceId": "c-1", "conferenceAccessToken": "<one>" });
        let operation = ClientOperation::Join;
        story.client("bob", ClientEvent::Told { id: 1, operation, arguments });
        shows(&mut story, JOIN, None);
        assert_eq!(story.only_breach(&LAW).requirement, id::CLI_003);
    }

    #[test]
    fn a_token_that_somebody_else_was_given_does_not_count() {
        let mut story = Story::of(&["bob", "carol"]);
        let arguments = json!({ "conferenceId": "c-1", "conferenceAccessToken": "<one>" });
        let operation = ClientOperation::Join;
        story.client("carol", ClientEvent::Told { id: 1, operation, arguments });
        shows(&mut story, JOIN, None);
        story.holds(&LAW, &[]);
    }

    #[test]
    fn a_call_without_it_breaks_it() {
        let mut story = invited();
        shows(&mut story, JOIN, Some("<one>"));
        shows(&mut story, SEND, None);
        assert_eq!(story.only_breach(&LAW).requirement, id::CLI_004);
    }

    #[test]
    fn an_earlier_token_after_an_update_breaks_it() {
        let mut story = invited();
        shows(&mut story, JOIN, Some("<one>"));
        updated(&mut story, true);
        shows(&mut story, SEND, Some("<one>"));
        assert_eq!(story.only_breach(&LAW).requirement, id::CLI_005);
    }

    #[test]
    fn an_update_that_is_on_its_way_binds_nobody() {
        let mut story = invited();
        shows(&mut story, JOIN, Some("<one>"));
        updated(&mut story, false);
        shows(&mut story, SEND, Some("<one>"));
        story.holds(&LAW, &[id::CLI_003, id::CLI_004]);
    }

    fn created(story: &mut Story, is_protected: bool) {
        let answer = json!({ "conferenceId": "c-1", "conferenceAlias": "room",
                             "ownerToken": "<one>", "isProtected": is_protected });
        story.call("bob", "POST /v1/conferences/create", json!({}), 200, answer);
    }

    #[test]
    fn a_token_for_an_unprotected_conference_need_not_be_shown() {
        let mut story = Story::of(&["bob"]);
        created(&mut story, false);
        shows(&mut story, JOIN, None);
        shows(&mut story, SEND, None);
        story.holds(&LAW, &[]);
    }

    #[test]
    fn a_conference_may_be_called_by_its_alias() {
        let mut story = Story::of(&["bob"]);
        created(&mut story, true);
        for call in ["join", "send"] {
            shows(&mut story, &format!("POST /v1/conferences/room/{call}"), Some("<one>"));
        }
        story.holds(&LAW, &[id::CLI_004]);
    }

    #[test]
    fn an_unprotected_conference_needs_none() {
        let mut story = Story::of(&["bob"]);
        shows(&mut story, JOIN, None);
        shows(&mut story, SEND, None);
        story.holds(&LAW, &[]);
    }
}
