//! An invitation says the inviter's own name.

use super::Findings;
use crate::history::History;
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::{Evidence, Expected, Seen, Wanted};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The names that sessions gave, by the user id and by the external id of their person.
struct Names<'t> {
    by_user: BTreeMap<&'t str, BTreeSet<&'t str>>,
    by_external_id: BTreeMap<&'t str, BTreeSet<&'t str>>,
}

/// Examines the inviter of each invitation. A name that nobody gave may have come from elsewhere,
/// such as from an earlier session; that of another person cannot.
pub(super) fn examine(history: &History<'_>, findings: &mut Findings) {
    let names = Names::of(history);
    for socket in &history.sockets {
        for (at, frame) in socket.frames(FrameType::InvitationReceived) {
            let Some(inviter) = frame.get("inviter") else { continue };
            let Some(told) = inviter.get("nickName").and_then(Value::as_str) else { continue };
            let own = names.of_inviter(inviter);
            let Some(first) = own.first() else { continue };
            findings.observe(id::INV_020);
            if own.contains(told) || !names.are_known_of_anybody(told) {
                continue;
            }
            let expected = Expected::Value(Wanted::Equal((*first).into()));
            let seen = Seen::Value { shown: json!(told).to_string() };
            let evidence = Evidence::new(expected, seen).pointing("/inviter/nickName");
            findings.breach(id::INV_020, evidence.at([at]));
        }
    }
}

impl<'t> Names<'t> {
    fn of(history: &History<'t>) -> Names<'t> {
        let mut names = Names { by_user: BTreeMap::new(), by_external_id: BTreeMap::new() };
        for exchange in history.calls_of(Operation::Identify) {
            let body = exchange.body.json();
            let text = |name: &str| body?.get(name)?.as_str();
            let Some(name) = text("name").filter(|name| !name.is_empty()) else { continue };
            let user = exchange.answer().and_then(|it| it.get("user_id")?.as_str());
            if let Some(user) = user {
                names.by_user.entry(user).or_default().insert(name);
            }
            if let Some(external_id) = text("externalId") {
                names.by_external_id.entry(external_id).or_default().insert(name);
            }
        }
        names
    }

    /// The names of the person who invites.
    fn of_inviter(&self, inviter: &Value) -> BTreeSet<&'t str> {
        let text = |name: &str| inviter.get(name)?.as_str();
        let by_user = text("userId").and_then(|id| self.by_user.get(id));
        let by_external_id = text("externalId").and_then(|id| self.by_external_id.get(id));
        by_user.into_iter().chain(by_external_id).flatten().copied().collect()
    }

    fn are_known_of_anybody(&self, name: &str) -> bool {
        self.by_user.values().chain(self.by_external_id.values()).any(|all| all.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use super::super::invitations::LAW;
    use super::*;
    use crate::laws::testing::{APP, Story};

    /// Alice and Bob have sessions; an application invites Bob, by whom the frame says.
    fn invited_by(inviter: Value) -> (Story, usize) {
        let mut story = Story::new();
        story.named_session("alice", "Alice Liddell");
        story.named_session("bob", "Bob Cratchit");
        let body = json!({ "participants": { "bob": { "notification": true } } });
        story.call(APP, "POST /v2/conferences/c-1/invite", body, 200, json!({ "bob": "<bob>" }));
        let frame =
            json!({ "type": "InvitationReceived", "conferenceId": "c-1", "inviter": inviter });
        let at = story.frame("bob", frame);
        (story, at)
    }

    #[test]
    fn the_inviters_name_one_that_nobody_gave_and_none_hold() {
        for inviter in [
            json!({ "externalId": "alice", "nickName": "Alice Liddell" }),
            json!({ "userId": "u-alice", "nickName": "Alice Pleasance" }),
            json!({ "userId": "u-alice" }),
            // Nobody knows what the person behind it is called.
            json!({ "externalId": "carol", "nickName": "Bob Cratchit" }),
        ] {
            let (story, _) = invited_by(inviter);
            story.holds(&LAW, &[]);
        }
    }

    #[test]
    fn the_name_of_another_breaks_it() {
        for id in [json!({ "externalId": "alice" }), json!({ "userId": "u-alice" })] {
            let mut inviter = id;
            inviter["nickName"] = json!("Bob Cratchit");
            let (story, at) = invited_by(inviter);
            let expected = Expected::Value(Wanted::Equal("Alice Liddell".into()));
            let seen = Seen::Value { shown: "\"Bob Cratchit\"".to_owned() };
            let evidence = Evidence::new(expected, seen).pointing("/inviter/nickName");
            story.breaks(&LAW, id::INV_020, evidence.at([at]));
        }
    }
}
