//! Tokens can be read by their clients.

use super::{Findings, Law};
use crate::history::{Exchange, History};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::{Evidence, Expected, LawName, Seen, TokenForm};
use serde_json::Value;

pub(crate) const LAW: Law = Law {
    name: LawName::Tokens,
    says: "Conference access tokens list authorities, and client access tokens have an exp.",
    requirements: &[id::TOK_004, id::AUTH_008],
    besides: &[],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    for exchange in history.exchanges.iter().filter(|exchange| exchange.answer().is_some()) {
        for (pointer, token) in conference_tokens(exchange) {
            conference_token(history, token, &pointer, &exchange.entries(), findings);
        }
        if let Some(Operation::ClientAccessToken | Operation::SignIn | Operation::Refresh) =
            exchange.operation()
        {
            client_token(history, exchange, findings);
        }
    }
    for socket in &history.sockets {
        for (at, frame) in socket.values() {
            if let Some((pointer, token)) = token_of_frame(frame) {
                conference_token(history, token, pointer, &[at], findings);
            }
        }
    }
}

/// The conference access tokens of an answer: where, and which.
fn conference_tokens<'t>(exchange: &Exchange<'t>) -> Vec<(String, &'t str)> {
    let Some(answer) = exchange.answer() else { return Vec::new() };
    let flat = |prefix: &str, object: Option<&'t Value>| {
        let entries = object.and_then(Value::as_object).into_iter().flatten();
        let found = entries.filter_map(|(id, token)| {
            Some((format!("{prefix}/{}", invite_text::escape(id)), token.as_str()?))
        });
        found.collect::<Vec<_>>()
    };
    match exchange.operation() {
        Some(Operation::RestCreate | Operation::SdkCreate) => {
            let token = answer.get("ownerToken").and_then(Value::as_str);
            let mut found: Vec<_> =
                token.map(|token| ("/ownerToken".to_owned(), token)).into_iter().collect();
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
        story.holds(&LAW, &[id::TOK_004, id::AUTH_008]);
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
}
