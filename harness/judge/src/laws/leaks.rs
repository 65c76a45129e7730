//! A token of one person reaches nobody else, whatever the field that holds it.

use super::{Findings, Law};
use crate::history::{Exchange, History, Session};
use invite_spec::endpoint::{Operation, Plane};
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::{Carrier, Content, Evidence, Expected, LawName, Seen, TokenForm};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const LAW: Law = Law {
    name: LawName::Leaks,
    says: "No conference access token, session token, client access token or API token reaches \
           the session of anybody but its owner, in any field of any frame or answer.",
    requirements: &[id::TOK_007],
    besides: &[],
    examine,
};

/// Whose a token is: what is known of the person or the application that it was issued to.
#[derive(Debug, Clone, Copy, Default)]
struct Owner<'t> {
    external_id: Option<&'t str>,
    user: Option<&'t str>,
    application: Option<&'t str>,
}

impl<'t> Owner<'t> {
    fn of(session: &Session<'t>) -> Owner<'t> {
        let Session { user, external_id, application, .. } = *session;
        Owner { external_id, user: Some(user), application }
    }

    /// Whether this is the person of a session, as far as is known.
    fn is(&self, session: &Session<'_>) -> bool {
        if self.user.is_some_and(|user| user == session.user) {
            return true;
        }
        let one_application = match (self.application, session.application) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        one_application && self.external_id.is_some() && self.external_id == session.external_id
    }

    /// The name in reports.
    fn name(&self) -> &'t str {
        self.external_id.or(self.user).unwrap_or("the application")
    }
}

fn examine(history: &History<'_>, findings: &mut Findings) {
    let owners = owners(history);
    let shown = shown(history);
    for exchange in &history.exchanges {
        let Some(session) = caller(history, exchange) else { continue };
        // With credentials of two people, the server may take the caller for either.
        let bearer = exchange.credentials().and_then(|token| owners.get(token));
        if bearer.is_some_and(|it| it.external_id.is_some() && !it.is(&session)) {
            continue;
        }
        let Some(body) = exchange.reply.as_ref().and_then(|reply| reply.body.json()) else {
            continue;
        };
        findings.observe(id::TOK_007);
        let leak = leak(history, body, &session, &owners, &shown);
        report(leak, &session, Carrier::Response, &exchange.entries(), findings);
    }
    for socket in &history.sockets {
        let Some(session) = history.session_of(socket) else { continue };
        for (at, frame) in socket.values() {
            findings.observe(id::TOK_007);
            let leak = leak(history, frame, &session, &owners, &shown);
            report(leak, &session, Carrier::Frame, &[at], findings);
        }
    }
}

fn report(
    leak: Option<Leak<'_>>,
    to: &Session<'_>,
    carrier: Carrier,
    entries: &[usize],
    findings: &mut Findings,
) {
    let Some(Leak { pointer, token, owner }) = leak else { return };
    let seen = Seen::ForeignToken {
        token: token.to_owned(),
        owner: owner.to_owned(),
        recipient: to.external_id.unwrap_or(to.user).to_owned(),
        carrier,
    };
    let evidence = Evidence::new(Expected::NoForeignToken, seen).pointing(&pointer);
    findings.breach(id::TOK_007, evidence.at(entries.iter().copied()));
}

/// The session that a call is of; of an identify, the one that it opens.
fn caller<'t>(history: &History<'t>, exchange: &Exchange<'t>) -> Option<Session<'t>> {
    let opened = || exchange.answer()?.get("jwt_user_token")?.as_str();
    let token = match exchange.operation() {
        Some(Operation::Identify) => opened(),
        _ => exchange.session(),
    };
    history.sessions.get(token?).copied()
}

/// Whose each token is, by whom it was issued to. What an answer says counts before what a frame
/// says: a frame may have reached the wrong person.
fn owners<'t>(history: &History<'t>) -> BTreeMap<&'t str, Owner<'t>> {
    let mut owners = BTreeMap::new();
    for exchange in &history.exchanges {
        for (token, owner) in issued(history, exchange) {
            owners.entry(token).or_insert(owner);
        }
    }
    for socket in &history.sockets {
        let Some(session) = history.session_of(socket) else { continue };
        for (_, frame) in socket.values() {
            let pointer = match FrameType::of(frame) {
                Some(FrameType::InvitationReceived) => "/confToken",
                Some(FrameType::UpdateToken) => "/content/access_token",
                _ => continue,
            };
            if let Some(token) = frame.pointer(pointer).and_then(Value::as_str) {
                let claimed = || claimed(history, token);
                owners
                    .entry(token)
                    .or_insert_with(|| claimed().unwrap_or_else(|| Owner::of(&session)));
            }
        }
    }
    owners
}

/// The tokens that an answer issues, each with its owner.
fn issued<'t>(history: &History<'t>, exchange: &Exchange<'t>) -> Vec<(&'t str, Owner<'t>)> {
    let application = history.application_of(exchange);
    let nobody = Owner { application, ..Owner::default() };
    // What an application server shows is its own.
    let own = exchange.endpoint.is_some_and(|it| it.plane == Plane::Rest) && exchange.is_accepted();
    let own = exchange.credentials().filter(|_| own).map(|token| (token, nobody));
    let Some(answer) = exchange.answer() else { return own.into_iter().collect() };
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    let named = |tokens: Option<&'t Value>| {
        let tokens = tokens.and_then(Value::as_object).into_iter().flatten();
        let of_person = move |(id, token): (&'t String, &'t Value)| {
            Some((token.as_str()?, Owner { external_id: Some(id), ..nobody }))
        };
        tokens.filter_map(of_person).collect::<Vec<_>>()
    };
    let asked = |name: &str| exchange.body.json()?.get(name)?.as_str();
    let session = caller(history, exchange).map(|session| Owner::of(&session));
    let mut found: Vec<_> = own.into_iter().collect();
    match exchange.operation() {
        Some(Operation::AuthToken) => {
            found.extend(text("access_token").map(|token| (token, nobody)));
        }
        Some(Operation::ClientAccessToken) => {
            // Without an external id, whoever opens a session with it is its owner.
            let id = asked("externalId").filter(|id| !id.is_empty());
            let owner = id.map(|id| Owner { external_id: Some(id), ..nobody });
            found.extend(text("access_token").zip(owner));
        }
        Some(Operation::Identify) => found.extend(text("jwt_user_token").zip(session)),
        Some(Operation::RestCreate) => {
            let owner = Owner { external_id: asked("ownerExternalId"), ..nobody };
            found.extend(text("ownerToken").map(|token| (token, owner)));
            found.extend(named(answer.get("usersTokens")));
        }
        Some(Operation::SdkCreate) => {
            // A token that is answered to the wrong creator is its owner's.
            let owner = |token| claimed(history, token).or(session);
            found.extend(text("ownerToken").and_then(|token| Some((token, owner(token)?))));
        }
        Some(Operation::RestInvite | Operation::RestPermissions) => {
            found.extend(named(Some(answer)))
        }
        _ => {}
    }
    found
}

/// The person whom a conference access token itself names, if that person has a session.
fn claimed<'t>(history: &History<'t>, token: &str) -> Option<Owner<'t>> {
    let record = history.trace.tokens.get(token)?;
    let TokenForm::Jwt { claims, .. } = &record.form else { return None };
    claims.get("authorities")?;
    let says = |name: &str| claims.get(name).and_then(Value::as_str);
    let (user, external_id) = (says("sub"), says("externalId"));
    let mut sessions = history.sessions.values();
    let named = sessions.find(|session| {
        user.is_some_and(|user| user == session.user)
            || (user.is_none() && external_id.is_some() && external_id == session.external_id)
    });
    named.map(Owner::of)
}

/// The tokens that each session has shown to the server itself, by its own token: whoever gets
/// those back learns nothing.
fn shown<'t>(history: &History<'t>) -> BTreeMap<&'t str, BTreeSet<&'t str>> {
    let mut shown: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for exchange in &history.exchanges {
        let Some(session) = caller(history, exchange) else { continue };
        let known = shown.entry(session.user).or_default();
        for value in exchange.headers.values() {
            known.extend(pseudonyms(value));
        }
        if let Content::Json(body) = exchange.body {
            each_text(body, &mut String::new(), &mut |_, text| known.extend(pseudonyms(text)));
        }
    }
    shown
}

/// A token in what somebody else received.
struct Leak<'o> {
    pointer: String,
    token: &'o str,
    owner: &'o str,
}

fn leak<'t>(
    history: &History<'t>,
    value: &'t Value,
    to: &Session<'_>,
    owners: &BTreeMap<&'t str, Owner<'t>>,
    shown: &BTreeMap<&'t str, BTreeSet<&'t str>>,
) -> Option<Leak<'t>> {
    let known = shown.get(to.user);
    let mut found = None;
    each_text(value, &mut String::new(), &mut |pointer, text| {
        for token in pseudonyms(text) {
            if found.is_some() || known.is_some_and(|known| known.contains(token)) {
                continue;
            }
            let owner = owners.get(token).copied().or_else(|| claimed(history, token));
            if let Some(owner) = owner.filter(|owner| !owner.is(to)) {
                found = Some(Leak { pointer: pointer.to_owned(), token, owner: owner.name() });
            }
        }
    });
    found
}

/// Calls `look` with each text and key of a value, and where it is below `pointer`.
fn each_text<'v>(value: &'v Value, pointer: &mut String, look: &mut impl FnMut(&str, &'v str)) {
    let length = pointer.len();
    match value {
        Value::String(text) => look(pointer, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointer.push_str(&format!("/{index}"));
                each_text(item, pointer, look);
                pointer.truncate(length);
            }
        }
        Value::Object(fields) => {
            for (key, item) in fields {
                pointer.push('/');
                match key.contains(['~', '/']) {
                    true => pointer.push_str(&invite_text::escape(key)),
                    false => pointer.push_str(key),
                }
                look(pointer, key);
                each_text(item, pointer, look);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}

/// The pseudonyms in a text: a trace holds tokens by no other name.
fn pseudonyms(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('<').filter_map(|(start, _)| {
        let length = text[start..].find('>')?;
        Some(&text[start..=start + length])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::{APP, Story};
    use invite_spec::permission::Permission;
    use serde_json::json;

    /// Bob was given `<t>` by REST, and Alice `<owner>`.
    fn story() -> Story {
        let mut story = Story::of(&["alice", "bob", "bob/phone"]);
        story.grants("<t>", &Permission::DEFAULT);
        let created = json!({
            "conferenceId": "c-1", "ownerToken": "<owner>", "usersTokens": { "bob": "<t>" },
        });
        let body = json!({ "ownerExternalId": "alice" });
        story.call(APP, "POST /v2/conferences/create", body, 200, created);
        story
    }

    #[track_caller]
    fn breaks(
        story: &Story,
        (token, owner): (&str, &str),
        recipient: &str,
        carrier: Carrier,
        pointer: &str,
        entries: impl IntoIterator<Item = usize>,
    ) {
        let seen = Seen::ForeignToken {
            token: token.into(),
            owner: owner.into(),
            recipient: recipient.into(),
            carrier,
        };
        let evidence = Evidence::new(Expected::NoForeignToken, seen).pointing(pointer);
        story.breaks(&LAW, id::TOK_007, evidence.at(entries));
    }

    #[test]
    fn tokens_that_reach_their_people_hold() {
        let mut story = story();
        let invitation = json!({ "type": "InvitationReceived", "confToken": "<t>" });
        story.frame("bob", invitation.clone());
        story.frame("bob/phone", invitation);
        story.frame("bob", json!({ "type": "Unknown", "deep": [{ "own": "<bob>" }] }));
        let update = json!({ "type": "UpdateToken", "content": { "access_token": "<new>" } });
        story.frame("bob", update);
        story.holds(&LAW, &[id::TOK_007]);
    }

    #[test]
    fn a_token_of_somebody_else_in_a_frame_breaks_it_whatever_the_field() {
        for (frame, pointer) in [
            (json!({ "type": "InvitationReceived", "confToken": "<t>" }), "/confToken"),
            (json!({ "type": "ParticipantAdded", "user_id": "u-bob", "key": "<t>" }), "/key"),
            (json!({ "type": "ParticipantUpdated", "x": [{}, { "y": "at <t>." }] }), "/x/1/y"),
            (json!({ "type": "NobodyKnowsThis", "by": { "<t>": 1 } }), "/by/<t>"),
        ] {
            let mut story = story();
            let at = story.frame("alice", frame);
            breaks(&story, ("<t>", "bob"), "alice", Carrier::Frame, pointer, [at]);
        }
    }

    #[test]
    fn every_kind_of_token_is_its_owners() {
        for (token, owner, recipient) in [
            ("<owner>", "alice", "bob"),
            ("<alice>", "alice", "bob"),
            ("<client-alice>", "alice", "bob"),
            ("<api>", "the application", "bob"),
        ] {
            let mut story = story();
            let at = story.frame("bob", json!({ "type": "ParticipantAdded", "avatarUrl": token }));
            breaks(&story, (token, owner), recipient, Carrier::Frame, "/avatarUrl", [at]);
        }
    }

    #[test]
    fn a_token_that_only_a_frame_has_issued_is_that_persons() {
        let mut story = story();
        let told = story.frame("alice", json!({ "type": "ParticipantAdded", "hint": "<new>" }));
        story.frame("bob", json!({ "type": "InvitationReceived", "confToken": "<new>" }));
        breaks(&story, ("<new>", "bob"), "alice", Carrier::Frame, "/hint", [told]);
    }

    #[test]
    fn a_conference_token_that_nobody_was_given_is_whose_it_says() {
        let mut story = story();
        story.token("<fresh>", json!({ "authorities": ["JOIN"], "sub": "u-bob" }));
        story.frame("bob", json!({ "type": "ParticipantUpdated", "hint": "<fresh>" }));
        story.holds(&LAW, &[id::TOK_007]);
        let at = story.frame("alice", json!({ "type": "ParticipantUpdated", "hint": "<fresh>" }));
        breaks(&story, ("<fresh>", "bob"), "alice", Carrier::Frame, "/hint", [at]);
    }

    #[test]
    fn another_signed_text_about_somebody_is_no_token() {
        let mut story = story();
        story.token("<picture>", json!({ "sub": "u-bob" }));
        story.frame("alice", json!({ "type": "ParticipantAdded", "avatarUrl": "x?key=<picture>" }));
        story.holds(&LAW, &[id::TOK_007]);
    }

    #[test]
    fn a_token_of_somebody_else_in_a_response_breaks_it_even_if_it_refuses() {
        for status in [200, 403] {
            let mut story = story();
            let people = json!({ "participants": [{ "name": "Bob", "metadata": { "t": "<t>" } }] });
            let line = "POST /v1/conferences/c-1/join";
            let at = story.call("alice", line, json!({}), status, people);
            let pointer = "/participants/0/metadata/t";
            breaks(&story, ("<t>", "bob"), "alice", Carrier::Response, pointer, at);
        }
    }

    #[test]
    fn whoever_gets_back_what_they_showed_learns_nothing() {
        let mut story = story();
        story.asking("x-conf-access-token", "<t>");
        let refused = json!({ "error_description": "<t> is not yours" });
        story.call("alice", "POST /v1/conferences/c-1/join", json!({}), 403, refused);
        story.holds(&LAW, &[id::TOK_007]);
    }

    #[test]
    fn the_application_may_see_the_tokens_of_its_people() {
        story().holds(&LAW, &[id::TOK_007]);
    }
}
