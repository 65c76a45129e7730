//! What was refused is not done.

use super::{Findings, Law};
use crate::effects::Effects;
use crate::history::History;
use invite_spec::requirement::id;
use invite_trace::{Evidence, Expected, LawName, Seen};

pub(crate) const LAW: Law = Law {
    name: LawName::Refused,
    says: "A refused call has no visible effect: no invitation, news, message, token or kick.",
    requirements: &[id::ERR_018],
    besides: &[],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    let effects = Effects::of(history);
    for exchange in history.exchanges.iter().filter(|exchange| exchange.is_refused()) {
        let Some(endpoint) = exchange.endpoint.filter(|it| it.effect.is_some()) else { continue };
        findings.observe(id::ERR_018);
        if let Some(shown) = effects.of_refused(exchange) {
            let expected = Expected::NoEffect(endpoint.operation);
            let places = exchange.entries().into_iter().chain([shown.at]);
            let evidence = Evidence::new(expected, Seen::Effect(shown.frame));
            findings.breach(id::ERR_018, evidence.at(places));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::{APP, Story};
    use invite_spec::endpoint::Operation;
    use invite_spec::push::FrameType;
    use invite_trace::FrameAt;
    use serde_json::{Value, json};

    /// Alice and Bob are in a conference, and a call is refused.
    fn refused(actor: &str, line: &str, body: Value) -> (Story, [usize; 2]) {
        let mut story = Story::of(&["alice", "bob"]);
        story.joins("alice", "c-1");
        story.joins("bob", "c-1");
        let entries = story.call(actor, line, body, 403, json!({}));
        (story, entries)
    }

    #[test]
    fn a_refused_call_without_an_effect_holds() {
        let (story, _) = refused(APP, "POST /v2/conferences/c-1/invite", json!({}));
        story.holds(&LAW, &[id::ERR_018]);
    }

    #[test]
    fn a_refused_call_with_an_effect_breaks_it() {
        let people = json!({ "participants": { "bob": { "notification": true } } });
        let update = json!({ "userPermissions": [{ "userId": "u-bob" }] });
        let invited = people.clone();
        for (actor, operation, line, body, frame) in [
            (
                APP,
                Operation::RestInvite,
                "POST /v2/conferences/c-1/invite",
                people,
                json!({ "type": "InvitationReceived", "conferenceId": "c-1" }),
            ),
            (
                APP,
                Operation::RestCreate,
                "POST /v2/conferences/create",
                invited,
                json!({ "type": "InvitationReceived", "conferenceId": "c-2" }),
            ),
            (
                "alice",
                Operation::SdkKick,
                "POST /v1/conferences/c-1/kick/u-bob",
                json!({}),
                json!({ "type": "ParticipantKicked", "userId": "u-bob" }),
            ),
            (
                "alice",
                Operation::SdkSend,
                "POST /v1/conferences/c-1/send",
                json!({ "message": "hello" }),
                json!({ "type": "ConferenceMessageReceived", "message": "hello" }),
            ),
            (
                "alice",
                Operation::SdkPermissions,
                "POST /v1/conferences/c-1/permissions",
                update,
                json!({ "type": "UpdateToken" }),
            ),
            (
                APP,
                Operation::RestTerminate,
                "DELETE /v2/conferences/c-1",
                json!({}),
                json!({ "type": "ConferenceDestroyed", "conferenceId": "c-1" }),
            ),
        ] {
            let (mut story, [asked, answered]) = refused(actor, line, body);
            let frame_type = FrameType::of(&frame).unwrap();
            let at = story.frame("bob", frame);
            let seen = Seen::Effect(FrameAt { frame: frame_type, actor: "bob".into() });
            let evidence = Evidence::new(Expected::NoEffect(operation), seen);
            story.breaks(&LAW, id::ERR_018, evidence.at([asked, answered, at]));
        }
    }

    #[test]
    fn a_token_that_comes_with_a_later_join_holds_and_one_that_comes_without_breaks_it() {
        let update = json!({ "userPermissions": [{ "userId": "u-bob" }] });
        let refused = || refused("alice", "POST /v1/conferences/c-1/permissions", update.clone());
        let (mut story, _) = refused();
        story.joins("bob", "c-2");
        story.frame("bob", json!({ "type": "UpdateToken" }));
        story.holds(&LAW, &[id::ERR_018]);

        let (mut story, [asked, answered]) = refused();
        story.joins("alice", "c-2");
        let at = story.frame("bob", json!({ "type": "UpdateToken" }));
        let seen = Seen::Effect(FrameAt { frame: FrameType::UpdateToken, actor: "bob".into() });
        let evidence = Evidence::new(Expected::NoEffect(Operation::SdkPermissions), seen);
        story.breaks(&LAW, id::ERR_018, evidence.at([asked, answered, at]));
    }

    #[test]
    fn of_two_refused_calls_the_later_one_has_the_effect() {
        let people = json!({ "participants": { "bob": { "notification": true } } });
        let line = "POST /v2/conferences/c-1/invite";
        let (mut story, _) = refused(APP, line, people.clone());
        let [asked, answered] = story.call(APP, line, people, 400, json!({}));
        let frame = json!({ "type": "InvitationReceived", "conferenceId": "c-1" });
        let at = story.frame("bob", frame);
        let seen =
            Seen::Effect(FrameAt { frame: FrameType::InvitationReceived, actor: "bob".into() });
        let evidence = Evidence::new(Expected::NoEffect(Operation::RestInvite), seen);
        story.breaks(&LAW, id::ERR_018, evidence.at([asked, answered, at]));
    }

    #[test]
    fn an_effect_that_another_call_explains_holds() {
        let people = json!({ "bob": { "notification": true } });
        let line = "POST /v2/conferences/c-1/invite";
        let (mut story, _) = refused(APP, line, json!({ "participants": people }));
        story.invites("c-1", people);
        story.frame("bob", json!({ "type": "InvitationReceived", "conferenceId": "c-1" }));
        story.holds(&LAW, &[id::ERR_018]);
    }
}
