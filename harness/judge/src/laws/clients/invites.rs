//! A client joins a protected conference before it invites to it.

use super::{evidence, identify};
use crate::history::History;
use crate::laws::{Findings, Law};
use invite_spec::endpoint::Operation;
use invite_spec::requirement::id;
use invite_trace::{ClientExpected, ClientSeen, LawName};
use serde_json::Value;
use std::collections::BTreeSet;

pub(crate) const LAW: Law = Law {
    name: LawName::ClientInvites,
    says: "A session invites to a protected conference only after it has joined it.",
    requirements: &[id::CLI_016],
    besides: &[],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    let protected = protected(history);
    for invite in history.calls_of(Operation::SdkInvite) {
        let Some(conference) = invite.conference().filter(|it| protected.contains(it)) else {
            continue;
        };
        // A session that identified itself before the trace began may have joined before it, too.
        let known = |session: &&str| identify(history, session).is_some();
        let Some(session) = invite.session().filter(known) else { continue };
        findings.observe(id::CLI_016);
        let has_joined = history.joins(session).any(|join| {
            let is_same = history.may_be_same(join.conference(), Some(conference));
            join.asked_at < invite.asked_at && !join.is_refused() && is_same
        });
        if !has_joined {
            let expected = ClientExpected::JoinsFirst(conference.to_owned());
            let evidence = evidence(expected, ClientSeen::NotJoined);
            findings.breach(id::CLI_016, evidence.at([invite.asked_at]));
        }
    }
}

/// The conferences that are known to be protected.
fn protected<'t>(history: &History<'t>) -> BTreeSet<&'t str> {
    let creates = [Operation::SdkCreate, Operation::RestCreate];
    let answers =
        creates.into_iter().flat_map(|it| history.calls_of(it)).filter_map(|it| it.answer());
    answers
        .filter(|answer| answer.get("isProtected") == Some(&Value::Bool(true)))
        .filter_map(|answer| answer.get("conferenceId")?.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::Story;
    use invite_spec::endpoint::SESSION_TOKEN_HEADER;
    use serde_json::json;

    fn created(is_protected: bool) -> Story {
        let mut story = Story::of(&["alice"]);
        let answer = json!({ "conferenceId": "c-1", "isProtected": is_protected });
        story.call("alice", "POST /v1/conferences/create", json!({}), 200, answer);
        story
    }

    fn invites(story: &mut Story) -> usize {
        let body = json!({ "externalProfiles": [{ "externalId": "bob" }] });
        story.call("alice", "POST /v1/conferences/c-1/invite", body, 200, json!({}))[0]
    }

    #[test]
    fn an_invitation_after_the_join_holds() {
        let mut story = created(true);
        story.joins("alice", "c-1");
        invites(&mut story);
        story.holds(&LAW, &[id::CLI_016]);
    }

    #[test]
    fn an_invitation_before_the_join_breaks_it() {
        let mut story = created(true);
        let at = invites(&mut story);
        let expected = ClientExpected::JoinsFirst("c-1".into());
        story.breaks(&LAW, id::CLI_016, evidence(expected, ClientSeen::NotJoined).at([at]));
    }

    #[test]
    fn who_identified_before_the_trace_began_may_have_joined_before() {
        let mut story = created(true);
        let body = json!({ "externalProfiles": [{ "externalId": "bob" }] });
        story.asking(SESSION_TOKEN_HEADER, "<earlier>");
        story.call("carol", "POST /v1/conferences/c-1/invite", body, 200, json!({}));
        story.holds(&LAW, &[]);
    }

    #[test]
    fn an_unprotected_conference_may_be_invited_to_from_outside() {
        let mut story = created(false);
        invites(&mut story);
        story.holds(&LAW, &[]);
    }
}
