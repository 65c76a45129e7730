//! Tokens can be read by their clients, and reach nobody else.

use super::{Findings, Law};
use crate::history::{Exchange, History};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::{Carrier, Evidence, Expected, LawName, Seen, TokenForm};
use serde_json::Value;
use std::collections::BTreeMap;

pub(crate) const LAW: Law = Law {
    name: LawName::Tokens,
    says: "Conference access tokens list authorities, client access tokens have an exp, and no \
           token of one person reaches another.",
    requirements: &[id::TOK_004, id::AUTH_008, id::TOK_007],
    besides: &[],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    let mut owners: BTreeMap<&str, String> = BTreeMap::new();
    for exchange in history.exchanges.iter().filter(|exchange| exchange.answer().is_some()) {
        for (pointer, token, owner) in conference_tokens(history, exchange) {
            conference_token(history, token, &pointer, &exchange.entries(), findings);
            if let Some(owner) = owner {
                owners.entry(token).or_insert(owner);
            }
        }
        if let Some(Operation::ClientAccessToken | Operation::SignIn | Operation::Refresh) =
            exchange.operation()
        {
            client_token(history, exchange, findings);
        }
    }
    for exchange in &history.exchanges {
        let session = exchange.session().and_then(|token| history.sessions.get(token));
        let person = session.and_then(|session| session.external_id);
        let (Some(person), Some(answer)) = (person, exchange.answer()) else { continue };
        findings.observe(id::TOK_007);
        if let Some((token, owner)) = foreign(answer, person, &owners) {
            let seen = foreign_token(token, owner, person, Carrier::Response);
            let evidence = Evidence::new(Expected::NoForeignToken, seen);
            findings.breach(id::TOK_007, evidence.at(exchange.entries()));
        }
    }
    for socket in &history.sockets {
        let person = history.session_of(socket).and_then(|session| session.external_id);
        for (at, frame) in socket.values() {
            if let Some((pointer, token)) = token_of_frame(frame) {
                conference_token(history, token, pointer, &[at], findings);
            }
            let Some(person) = person else { continue };
            findings.observe(id::TOK_007);
            if let Some((token, owner)) = foreign(frame, person, &owners) {
                let seen = foreign_token(token, owner, person, Carrier::Frame);
                let evidence = Evidence::new(Expected::NoForeignToken, seen);
                findings.breach(id::TOK_007, evidence.at([at]));
            }
        }
    }
}

/// The conference access tokens of an answer: where, which, and whose.
fn conference_tokens<'t>(
    history: &History<'t>,
    exchange: &Exchange<'t>,
) -> Vec<(String, &'t str, Option<String>)> {
    let Some(answer) = exchange.answer() else { return Vec::new() };
    let flat = |prefix: &str, object: Option<&'t Value>| {
        object
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter_map(|(id, token)| {
                let pointer = format!("{prefix}/{}", invite_text::escape(id));
                Some((pointer, token.as_str()?, Some(id.clone())))
            })
            .collect::<Vec<_>>()
    };
    match exchange.operation() {
        Some(Operation::RestCreate | Operation::SdkCreate) => {
            let owner = match exchange.session() {
                Some(session) => {
                    let session = history.sessions.get(session);
                    session.and_then(|session| session.external_id).map(str::to_owned)
                }
                None => {
                    let body = exchange.body.json();
                    body.and_then(|body| Some(body.get("ownerExternalId")?.as_str()?.to_owned()))
                }
            };
            let token = answer.get("ownerToken").and_then(Value::as_str);
            let mut found: Vec<_> =
                token.map(|token| ("/ownerToken".to_owned(), token, owner)).into_iter().collect();
            found.extend(flat("/usersTokens", answer.get("usersTokens")));
            found
        }
        Some(Operation::RestInvite | Operation::RestPermissions) => flat("", Some(answer)),
        _ => Vec::new(),
    }
}

fn token_of_frame(frame: &Value) -> Option<(&'static str, &str)> {
    let pointer = match FrameType::of(frame)? {
        FrameType::InvitationReceived => "/confToken",
        FrameType::UpdateToken => "/content/access_token",
        _ => return None,
    };
    Some((pointer, frame.pointer(pointer)?.as_str()?))
}

fn conference_token(
    history: &History<'_>,
    token: &str,
    pointer: &str,
    entries: &[usize],
    findings: &mut Findings,
) {
    findings.observe(id::TOK_004);
    let seen = match history.trace.tokens.get(token).map(|record| &record.form) {
        Some(TokenForm::Jwt { claims, .. }) => {
            let names = claims.get("authorities").and_then(Value::as_array);
            if names.is_some_and(|names| names.iter().all(Value::is_string)) {
                return;
            }
            Seen::NoAuthorities
        }
        Some(TokenForm::Opaque { .. }) => Seen::OpaqueToken,
        None => Seen::NoToken,
    };
    let evidence = Evidence::new(Expected::JwtWithAuthorities, seen).pointing(pointer);
    findings.content(id::TOK_004, evidence.at(entries.iter().copied()));
}

fn client_token(history: &History<'_>, exchange: &Exchange<'_>, findings: &mut Findings) {
    let token = exchange.answer().and_then(|answer| answer.get("access_token")?.as_str());
    let Some(token) = token else { return };
    findings.observe(id::AUTH_008);
    let seen = match history.trace.claims(token) {
        Some(claims) if claims.get("exp").is_some_and(Value::is_number) => return,
        Some(_) => Seen::NoExpiry,
        None => Seen::OpaqueToken,
    };
    let evidence = Evidence::new(Expected::JwtWithExpiry, seen).pointing("/access_token");
    findings.content(id::AUTH_008, evidence.at(exchange.entries()));
}

fn foreign_token(token: &str, owner: &str, recipient: &str, carrier: Carrier) -> Seen {
    Seen::ForeignToken {
        token: token.to_owned(),
        owner: owner.to_owned(),
        recipient: recipient.to_owned(),
        carrier,
    }
}

/// A token of somebody else in what a person received.
fn foreign<'o, 'v>(
    value: &'v Value,
    person: &str,
    owners: &'o BTreeMap<&str, String>,
) -> Option<(&'v str, &'o str)> {
    match value {
        Value::String(text) => {
            let owner = owners.get(text.as_str())?;
            (owner != person).then_some((text.as_str(), owner.as_str()))
        }
        Value::Array(items) => items.iter().find_map(|item| foreign(item, person, owners)),
        Value::Object(fields) => fields.values().find_map(|item| foreign(item, person, owners)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::{APP, Story};
    use invite_spec::permission::Permission;
    use serde_json::json;

    const INVITE: &str = "POST /v2/conferences/c-1/invite";

    /// Bob and Alice have sessions, and Bob was given a token.
    fn story() -> (Story, [usize; 2]) {
        let mut story = Story::of(&["alice", "bob"]);
        story.grants("<t>", &Permission::DEFAULT);
        let entries = story.call(APP, INVITE, json!({}), 200, json!({ "bob": "<t>" }));
        (story, entries)
    }

    fn invitation() -> Value {
        json!({ "type": "InvitationReceived", "conferenceId": "c-1", "confToken": "<t>" })
    }

    #[test]
    fn readable_tokens_that_reach_their_people_hold() {
        let (mut story, _) = story();
        story.frame("bob", invitation());
        story.holds(&LAW, &[id::TOK_004, id::TOK_007, id::AUTH_008]);
    }

    #[test]
    fn a_conference_token_that_its_client_cannot_read_breaks_it() {
        let told = |seen, entries| {
            Evidence::new(Expected::JwtWithAuthorities, seen).pointing("/bob").at(entries)
        };
        let (mut opaque, entries) = story();
        opaque.opaque("<t>");
        opaque.breaks(&LAW, id::TOK_004, told(Seen::OpaqueToken, entries));
        for claims in [json!({}), json!({ "authorities": "JOIN" }), json!({ "authorities": [1] })] {
            let (mut silent, entries) = story();
            silent.token("<t>", claims);
            silent.breaks(&LAW, id::TOK_004, told(Seen::NoAuthorities, entries));
        }
        let mut absent = Story::new();
        let entries = absent.call(APP, INVITE, json!({}), 200, json!({ "bob": "" }));
        absent.breaks(&LAW, id::TOK_004, told(Seen::NoToken, entries));
    }

    #[test]
    fn a_pushed_token_that_its_client_cannot_read_breaks_it() {
        for (frame, pointer) in [
            (invitation(), "/confToken"),
            (
                json!({ "type": "UpdateToken", "content": { "access_token": "<t>" } }),
                "/content/access_token",
            ),
        ] {
            let mut story = Story::of(&["bob"]);
            story.opaque("<t>");
            let at = story.frame("bob", frame);
            let evidence = Evidence::new(Expected::JwtWithAuthorities, Seen::OpaqueToken);
            story.breaks(&LAW, id::TOK_004, evidence.pointing(pointer).at([at]));
        }
    }

    #[test]
    fn a_client_token_that_does_not_say_when_it_expires_breaks_it() {
        let issued = |story: &mut Story| {
            let answer = json!({ "access_token": "<c>" });
            let entries = story.call(APP, "POST /v2/client-access-token", json!({}), 200, answer);
            move |seen| {
                let evidence = Evidence::new(Expected::JwtWithExpiry, seen);
                evidence.pointing("/access_token").at(entries)
            }
        };
        let mut eternal = Story::new();
        eternal.token("<c>", json!({ "exp": "never" }));
        let evidence = issued(&mut eternal)(Seen::NoExpiry);
        eternal.breaks(&LAW, id::AUTH_008, evidence);
        let mut opaque = Story::new();
        opaque.opaque("<c>");
        let evidence = issued(&mut opaque)(Seen::OpaqueToken);
        opaque.breaks(&LAW, id::AUTH_008, evidence);
    }

    fn foreign_to_alice(carrier: Carrier) -> Evidence {
        Evidence::new(Expected::NoForeignToken, foreign_token("<t>", "bob", "alice", carrier))
    }

    #[test]
    fn a_token_of_somebody_else_in_a_response_breaks_it() {
        let (mut story, _) = story();
        let people = json!({ "participants": [{ "name": "Bob", "token": "<t>" }] });
        let line = "POST /v1/conferences/c-1/join";
        let entries = story.call("alice", line, json!({}), 200, people);
        story.breaks(&LAW, id::TOK_007, foreign_to_alice(Carrier::Response).at(entries));
    }

    #[test]
    fn a_token_of_somebody_else_in_a_frame_breaks_it() {
        let (mut story, _) = story();
        let at = story.frame("alice", invitation());
        story.breaks(&LAW, id::TOK_007, foreign_to_alice(Carrier::Frame).at([at]));
    }
}
