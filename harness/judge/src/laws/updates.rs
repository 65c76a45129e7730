//! A new token is pushed to its person, with the one spelling that clients acknowledge.

use super::{Findings, Law};
use crate::history::{Exchange, History, Session, Socket};
use invite_spec::endpoint::Operation;
use invite_spec::permission::PermissionSet;
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::{Evidence, Expected, LawName, Seen};
use serde_json::Value;
use std::collections::BTreeMap;

pub(crate) const LAW: Law = Law {
    name: LawName::Updates,
    says: "UpdateToken is spelled exactly so, reaches nobody but its person, keeps its `amu` when it \
           is repeated, and has another one than a different update.",
    requirements: &[id::PRM_023, id::PRM_024, id::PRM_026, id::PRM_027],
    besides: &[],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    let owners = owners(history);
    // A session that reconnects has another socket, on which an update may be repeated that it has
    // not acknowledged on the first one.
    let mut amus: BTreeMap<(&str, &str), (usize, &Value)> = BTreeMap::new();
    for socket in &history.sockets {
        let Some(session) = history.session_of(socket) else { continue };
        for (at, frame) in socket.frames(FrameType::UpdateToken) {
            findings.observe(id::PRM_023);
            let spelled = frame.get("type").and_then(Value::as_str).unwrap_or("");
            if spelled != FrameType::UpdateToken.as_str() {
                let evidence = Evidence::new(
                    Expected::ExactType(FrameType::UpdateToken),
                    Seen::Type(spelled.to_owned()),
                );
                findings.content(id::PRM_023, evidence.pointing("/type").at([at]));
            }
            let token = frame.pointer("/content/access_token").and_then(Value::as_str);
            let owner = token.and_then(|token| owners.get(token)).copied();
            whose(session, frame, owner, at, findings);
            let (Some(token), Some(amu)) = (token, frame.get("amu")) else { continue };
            findings.observe(id::PRM_027);
            let (first, kept) = *amus.entry((socket.session, token)).or_insert((at, amu));
            if kept != amu {
                let evidence =
                    Evidence::new(Expected::SameAmu(kept.clone()), Seen::Amu(amu.clone()));
                findings.breach(id::PRM_027, evidence.pointing("/amu").at([first, at]));
            }
        }
        numbered(history, socket, findings);
    }
}

/// Updates that give different permissions are different ones: one `amu` cannot identify both. Tokens
/// that differ alone do not show that, because a server may issue the token anew that it repeats.
fn numbered(history: &History<'_>, socket: &Socket<'_>, findings: &mut Findings) {
    let mut known: BTreeMap<&str, (usize, PermissionSet)> = BTreeMap::new();
    for (at, frame) in socket.frames(FrameType::UpdateToken) {
        let token = frame.pointer("/content/access_token").and_then(Value::as_str);
        let grants = token.and_then(|token| history.grants(token));
        let (Some(amu), Some(grants)) = (frame.get("amu").and_then(Value::as_str), grants) else {
            continue;
        };
        findings.observe(id::PRM_024);
        match known.get(amu) {
            Some((first, other)) if *other != grants => {
                let amu = Value::from(amu);
                let evidence = Evidence::new(Expected::OtherAmu(amu.clone()), Seen::Amu(amu));
                findings.breach(id::PRM_024, evidence.pointing("/amu").at([*first, at]));
            }
            Some(_) => {}
            None => drop(known.insert(amu, (at, grants))),
        }
    }
}

/// Whose token each is that a REST update answered, by external id.
fn owners<'t>(history: &History<'t>) -> BTreeMap<&'t str, &'t str> {
    let answers =
        history.exchanges.iter().filter(|exchange| exchange.is(Operation::RestPermissions));
    answers
        .filter_map(Exchange::answer)
        .filter_map(Value::as_object)
        .flatten()
        .filter_map(|(id, token)| Some((token.as_str()?, id.as_str())))
        .collect()
}

fn whose(
    session: Session<'_>,
    frame: &Value,
    owner: Option<&str>,
    at: usize,
    findings: &mut Findings,
) {
    findings.observe(id::PRM_026);
    let named = frame.get("userId").and_then(Value::as_str);
    if let Some(user) = named.filter(|user| *user != session.user) {
        let expected = Expected::UpdateOf { user: session.user.to_owned() };
        let evidence = Evidence::new(expected, Seen::UpdateOf { user: user.to_owned() });
        findings.content(id::PRM_026, evidence.pointing("/userId").at([at]));
    }
    let foreign = owner.filter(|owner| session.external_id.is_some_and(|own| own != *owner));
    if let Some(owner) = foreign {
        let seen = Seen::TokenOf { owner: owner.to_owned() };
        let evidence = Evidence::new(Expected::OwnTokenInUpdate, seen);
        findings.content(id::PRM_026, evidence.pointing("/content/access_token").at([at]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::{APP, Story};
    use serde_json::json;

    /// Bob's permissions are updated.
    fn story() -> Story {
        let mut story = Story::of(&["alice", "bob"]);
        let line = "POST /v2/conferences/c-1/permissions";
        story.call(APP, line, json!({}), 200, json!({ "bob": "<t>" }));
        story
    }

    fn update() -> Value {
        json!({ "type": "UpdateToken", "amu": "1", "userId": "u-bob",
                "content": { "access_token": "<t>" } })
    }

    #[test]
    fn an_update_for_its_person_that_is_repeated_as_it_was_holds() {
        let mut story = story();
        story.frame("bob", update());
        story.open("bob");
        story.frame("bob", update());
        story.holds(&LAW, &[id::PRM_023, id::PRM_026, id::PRM_027]);
    }

    /// An update of this number that grants this.
    fn granting(story: &mut Story, number: &str, token: &str, grants: &[&str]) -> usize {
        story.token(token, json!({ "authorities": grants }));
        let mut frame = update();
        frame["amu"] = number.into();
        frame["content"]["access_token"] = token.into();
        story.frame("bob", frame)
    }

    #[test]
    fn updates_of_other_permissions_have_numbers_of_their_own() {
        let mut right = story();
        granting(&mut right, "1", "<join>", &["JOIN"]);
        granting(&mut right, "2", "<kick>", &["JOIN", "KICK"]);
        // What is repeated may have been issued anew.
        granting(&mut right, "2", "<kick again>", &["KICK", "JOIN"]);
        right.holds(&LAW, &[id::PRM_023, id::PRM_024, id::PRM_026, id::PRM_027]);

        let mut wrong = story();
        let first = granting(&mut wrong, "1", "<join>", &["JOIN"]);
        let at = granting(&mut wrong, "1", "<kick>", &["JOIN", "KICK"]);
        let evidence = Evidence::new(Expected::OtherAmu("1".into()), Seen::Amu("1".into()));
        wrong.breaks(&LAW, id::PRM_024, evidence.pointing("/amu").at([first, at]));
    }

    #[test]
    fn another_spelling_breaks_it() {
        let mut story = story();
        let mut frame = update();
        frame["type"] = "update_token".into();
        let at = story.frame("bob", frame);
        let expected = Expected::ExactType(FrameType::UpdateToken);
        let evidence = Evidence::new(expected, Seen::Type("update_token".into()));
        story.breaks(&LAW, id::PRM_023, evidence.pointing("/type").at([at]));
    }

    #[test]
    fn an_update_that_names_somebody_else_breaks_it() {
        let mut story = story();
        let mut frame = update();
        frame["userId"] = "u-alice".into();
        let at = story.frame("bob", frame);
        let expected = Expected::UpdateOf { user: "u-bob".into() };
        let evidence = Evidence::new(expected, Seen::UpdateOf { user: "u-alice".into() });
        story.breaks(&LAW, id::PRM_026, evidence.pointing("/userId").at([at]));
    }

    #[test]
    fn an_update_with_the_token_of_somebody_else_breaks_it() {
        let mut story = story();
        let mut frame = update();
        frame["userId"] = "u-alice".into();
        let at = story.frame("alice", frame);
        let seen = Seen::TokenOf { owner: "bob".into() };
        let evidence = Evidence::new(Expected::OwnTokenInUpdate, seen);
        story.breaks(&LAW, id::PRM_026, evidence.pointing("/content/access_token").at([at]));
    }

    #[test]
    fn an_update_that_is_repeated_with_another_amu_breaks_it() {
        let mut story = story();
        let first = story.frame("bob", update());
        story.open("bob");
        let mut frame = update();
        frame["amu"] = "2".into();
        let at = story.frame("bob", frame);
        let evidence = Evidence::new(Expected::SameAmu("1".into()), Seen::Amu("2".into()));
        story.breaks(&LAW, id::PRM_027, evidence.pointing("/amu").at([first, at]));
    }
}
