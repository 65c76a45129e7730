//! Messages stay in their conference, notifications with those who subscribed.

use super::news::outside;
use super::{Findings, Law};
use crate::history::{History, frame_kind};
use invite_trace::Evidence;
use serde_json::Value;

pub(crate) const LAW: Law = Law {
    name: "messages and notifications stay where they belong",
    says: "A message reaches nobody outside the conference, a notification nobody who has not \
           subscribed.",
    requirements: &["MSG-003", "SUB-009"],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    for socket in history.sockets.iter().filter(|socket| history.accounts_for(socket)) {
        for (at, _) in socket.frames("ConferenceMessageReceived") {
            findings.observe("MSG-003");
            if let Some(why) = outside(history, socket, at) {
                let seen = format!("one at {}, {why}", socket.actor);
                let expected = "no message outside the conference";
                findings.breach("MSG-003", Evidence::new(expected, seen).at([at]));
            }
        }
        // A person may have subscribed before a capture began.
        for (at, frame) in socket.values().filter(|_| history.is_whole()) {
            let kind = frame_kind(frame);
            if !kind.ends_with("Notification") || invite_spec::push::kind(&kind).is_none() {
                continue;
            }
            findings.observe("SUB-009");
            let subscribed = history
                .of_session(socket.session, "sdk.subscribe")
                .filter(|call| call.asked_at < at && !call.is_refused())
                .any(|call| call.body.json().is_some_and(|asked| covers(asked, &kind, frame)));
            if !subscribed {
                let seen = format!("{kind} at {}, which has not subscribed to it", socket.actor);
                let expected = "notifications only for subscribers";
                findings.breach("SUB-009", Evidence::new(expected, seen).at([at]));
            }
        }
    }
}

/// Whether a subscription is to what a notification tells. One that names no alias may be any's.
fn covers(asked: &Value, kind: &str, frame: &Value) -> bool {
    let wanted = match kind {
        "ConferenceCreatedNotification" => Some("Conference.Created"),
        "ConferenceEndedNotification" => Some("Conference.Ended"),
        "ParticipantJoinedNotification" => Some("Participant.Joined"),
        "ParticipantLeftNotification" => Some("Participant.Left"),
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
