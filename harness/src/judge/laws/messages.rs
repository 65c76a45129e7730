//! Messages stay in their conference, notifications with those who subscribed.

use super::news::outside;
use super::{Findings, Law};
use crate::judge::Evidence;
use crate::judge::history::{History, frame_kind};

pub(super) const LAW: Law = Law {
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
                .any(|call| call.asked_at < at && !call.is_refused());
            if !subscribed {
                let seen = format!("{kind} at {}, which has not subscribed", socket.actor);
                let expected = "notifications only for subscribers";
                findings.breach("SUB-009", Evidence::new(expected, seen).at([at]));
            }
        }
    }
}
