//! Messages stay in their conference, notifications with those who subscribed.

use super::{Findings, Law};
use crate::history::History;
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::{Evidence, Expected, LawName, Seen};
use serde_json::Value;
use std::collections::BTreeSet;

pub(crate) const LAW: Law = Law {
    name: LawName::Messages,
    says: "A message reaches nobody outside the conference, a notification nobody who has not \
           subscribed.",
    requirements: &[id::MSG_003, id::SUB_009],
    besides: &[],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    for socket in history.sockets.iter().filter(|socket| history.accounts_for(socket)) {
        for (at, _) in socket.frames(FrameType::ConferenceMessageReceived) {
            findings.observe(id::MSG_003);
            if let Some(why) = history.outside(socket, at) {
                let frame = socket.frame_at(FrameType::ConferenceMessageReceived);
                let seen = Seen::AtOutsider { frame, why };
                let evidence = Evidence::new(Expected::MessageStaysInside, seen);
                findings.breach(id::MSG_003, evidence.at([at]));
            }
        }
        // A person may have subscribed before a capture began.
        for (at, frame) in socket.values().filter(|_| history.is_whole()) {
            let Some(kind) = FrameType::of(frame).filter(|kind| is_notification(*kind)) else {
                continue;
            };
            findings.observe(id::SUB_009);
            let names = names(history, frame);
            let subscribed = history
                .of_session(socket.session, Operation::Subscribe)
                .filter(|call| call.asked_at < at && !call.is_refused())
                .any(|call| call.body.json().is_some_and(|asked| covers(asked, kind, &names)));
            if !subscribed && !history.is_unclear(socket, Operation::Subscribe, at) {
                let seen = Seen::NotSubscribed(socket.frame_at(kind));
                let evidence = Evidence::new(Expected::OnlySubscribers, seen);
                findings.breach(id::SUB_009, evidence.at([at]));
            }
        }
    }
}

/// Whether a frame is for those who subscribed.
fn is_notification(kind: FrameType) -> bool {
    matches!(
        kind,
        FrameType::ConferenceCreatedNotification
            | FrameType::ConferenceEndedNotification
            | FrameType::ConferenceStatusNotification
            | FrameType::ParticipantJoinedNotification
            | FrameType::ParticipantLeftNotification
    )
}

/// The aliases of a notification's conference, in lower case: the one that it says, and those by which
/// the conference was created. A wrong alias does not make it somebody else's. None if it says none.
fn names(history: &History<'_>, frame: &Value) -> BTreeSet<String> {
    let text = |places: [&str; 2]| places.iter().find_map(|at| frame.pointer(at)?.as_str());
    let Some(said) = text(["/conference/confAlias", "/confAlias"]) else { return BTreeSet::new() };
    let id = text(["/conference/confId", "/confId"]);
    let creates = [Operation::RestCreate, Operation::SdkCreate];
    let created = creates
        .into_iter()
        .flat_map(|operation| history.calls_of(operation))
        .filter(|create| id.is_some() && create.conference() == id)
        .filter_map(|create| create.body.json()?.get("alias")?.as_str());
    created.chain([said]).map(str::to_lowercase).collect()
}

/// Whether a subscription covers a notification of a conference with these aliases. Without an alias,
/// either may be about any conference.
fn covers(asked: &Value, kind: FrameType, names: &BTreeSet<String>) -> bool {
    let wanted = match kind {
        FrameType::ConferenceCreatedNotification => Some("Conference.Created"),
        FrameType::ConferenceEndedNotification => Some("Conference.Ended"),
        FrameType::ParticipantJoinedNotification => Some("Participant.Joined"),
        FrameType::ParticipantLeftNotification => Some("Participant.Left"),
        // The status comes after any subscription.
        _ => None,
    };
    asked.get("subscriptions").and_then(Value::as_array).into_iter().flatten().any(|one| {
        let text = |name: &str| one.get(name).and_then(Value::as_str);
        let alias = text("conferenceAlias").map(str::to_lowercase);
        wanted.is_none_or(|wanted| text("type") == Some(wanted))
            && (names.is_empty() || alias.is_none_or(|alias| names.contains(&alias)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::{APP, Story};
    use invite_spec::endpoint::SESSION_TOKEN_HEADER;
    use invite_trace::{FrameAt, Outside};
    use serde_json::json;

    fn at(actor: &str, frame: FrameType) -> FrameAt {
        FrameAt { frame, actor: actor.into() }
    }

    fn message() -> Value {
        json!({ "type": "ConferenceMessageReceived", "message": "hello" })
    }

    fn ended() -> Value {
        json!({ "type": "ConferenceEndedNotification", "conference": { "confAlias": "room one" } })
    }

    fn subscribes(story: &mut Story, kind: &str, alias: &str) {
        let body = json!({ "subscriptions": [{ "type": kind, "conferenceAlias": alias }] });
        story.call("bob", "POST /v1/subscriptions", body, 200, json!({}));
    }

    #[test]
    fn messages_inside_and_notifications_of_subscribers_hold() {
        let mut story = Story::of(&["bob"]);
        story.joins("bob", "c-1");
        story.frame("bob", message());
        subscribes(&mut story, "Conference.Ended", "Room One");
        story.frame("bob", ended());
        story.holds(&LAW, &[id::MSG_003, id::SUB_009]);
    }

    #[test]
    fn what_was_accepted_without_a_session_may_have_been_for_whoever_asked() {
        let mut story = Story::of(&["bob"]);
        story.asking(SESSION_TOKEN_HEADER, "<made-up>");
        story.joins("bob", "c-1");
        story.frame("bob", message());
        story.asking(SESSION_TOKEN_HEADER, "<made-up>");
        subscribes(&mut story, "Conference.Ended", "room one");
        story.frame("bob", ended());
        story.holds(&LAW, &[id::MSG_003, id::SUB_009]);
    }

    fn at_outsider(why: Outside, at_entry: usize) -> Evidence {
        let frame = at("bob", FrameType::ConferenceMessageReceived);
        let seen = Seen::AtOutsider { frame, why };
        Evidence::new(Expected::MessageStaysInside, seen).at([at_entry])
    }

    #[test]
    fn a_message_for_somebody_who_has_not_joined_breaks_it() {
        let mut story = Story::of(&["bob"]);
        let body = json!({ "message": "hello" });
        story.call(APP, "POST /v2/conferences/c-1/message", body, 200, json!({}));
        let at = story.frame("bob", message());
        story.breaks(&LAW, id::MSG_003, at_outsider(Outside::NotJoined, at));
    }

    #[test]
    fn a_message_for_somebody_who_has_left_breaks_it_once_a_fence_has_arrived() {
        let mut story = Story::of(&["bob"]);
        story.joins("bob", "c-1");
        story.call("bob", "POST /v1/conferences/c-1/leave", json!({}), 200, json!({}));
        story.frame("bob", message());
        story.holds(&LAW, &[id::MSG_003]);
        story.fence("bob");
        let at = story.frame("bob", message());
        story.breaks(&LAW, id::MSG_003, at_outsider(Outside::Left, at));
    }

    #[test]
    fn a_notification_with_a_wrong_alias_is_still_for_those_who_subscribed_to_its_conference() {
        let mut story = Story::of(&["bob"]);
        let made = json!({ "conferenceId": "c-1" });
        let create = json!({ "alias": "Room one" });
        story.call(APP, "POST /v2/conferences/create", create, 200, made);
        subscribes(&mut story, "Conference.Ended", "room one");
        let conference = json!({ "confAlias": "another", "confId": "c-1" });
        story.frame(
            "bob",
            json!({ "type": "ConferenceEndedNotification", "conference": conference }),
        );
        story.holds(&LAW, &[id::SUB_009]);
    }

    #[test]
    fn a_notification_without_a_subscription_that_covers_it_breaks_it() {
        for subscribed in
            [None, Some(("Conference.Created", "room one")), Some(("Conference.Ended", "room two"))]
        {
            let mut story = Story::of(&["bob"]);
            if let Some((kind, alias)) = subscribed {
                subscribes(&mut story, kind, alias);
            }
            let place = story.frame("bob", ended());
            let seen = Seen::NotSubscribed(at("bob", FrameType::ConferenceEndedNotification));
            let evidence = Evidence::new(Expected::OnlySubscribers, seen).at([place]);
            story.breaks(&LAW, id::SUB_009, evidence);
        }
    }
}
