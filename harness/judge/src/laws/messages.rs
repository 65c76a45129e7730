//! Messages stay in their conference, notifications with those who subscribed.

use super::news::outside;
use super::{Findings, Law};
use crate::history::History;
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::Evidence;
use serde_json::Value;

pub(crate) const LAW: Law = Law {
    name: "messages and notifications stay where they belong",
    says: "A message reaches nobody outside the conference, a notification nobody who has not \
           subscribed.",
    requirements: &[id::MSG_003, id::SUB_009],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    for socket in history.sockets.iter().filter(|socket| history.accounts_for(socket)) {
        for (at, _) in socket.frames(FrameType::ConferenceMessageReceived) {
            findings.observe(id::MSG_003);
            if let Some(why) = outside(history, socket, at) {
                let seen = format!("one at {}, {why}", socket.actor);
                let expected = "no message outside the conference";
                findings.breach(id::MSG_003, Evidence::new(expected, seen).at([at]));
            }
        }
        // A person may have subscribed before a capture began.
        for (at, frame) in socket.values().filter(|_| history.is_whole()) {
            let Some(kind) = FrameType::of(frame).filter(|kind| is_notification(*kind)) else {
                continue;
            };
            findings.observe(id::SUB_009);
            let subscribed = history
                .of_session(socket.session, Operation::Subscribe)
                .filter(|call| call.asked_at < at && !call.is_refused())
                .any(|call| call.body.json().is_some_and(|asked| covers(asked, kind, frame)));
            if !subscribed {
                let seen = format!("{kind} at {}, which has not subscribed to it", socket.actor);
                let expected = "notifications only for subscribers";
                findings.breach(id::SUB_009, Evidence::new(expected, seen).at([at]));
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

/// Whether a subscription is to what a notification tells. One that names no alias may be any's.
fn covers(asked: &Value, kind: FrameType, frame: &Value) -> bool {
    let wanted = match kind {
        FrameType::ConferenceCreatedNotification => Some("Conference.Created"),
        FrameType::ConferenceEndedNotification => Some("Conference.Ended"),
        FrameType::ParticipantJoinedNotification => Some("Participant.Joined"),
        FrameType::ParticipantLeftNotification => Some("Participant.Left"),
        // The status comes after any subscription.
        _ => None,
    };
    let told = ["/conference/confAlias", "/confAlias"];
    let told = told.iter().find_map(|at| frame.pointer(at)?.as_str()).map(str::to_lowercase);
    asked.get("subscriptions").and_then(Value::as_array).into_iter().flatten().any(|one| {
        let text = |name: &str| one.get(name).and_then(Value::as_str);
        let alias = text("conferenceAlias").map(str::to_lowercase);
        wanted.is_none_or(|wanted| text("type") == Some(wanted))
            && (told.is_none() || alias.is_none() || told == alias)
    })
}
