//! Whose place was taken is told so, and nobody else.

use super::{Findings, Law};
use crate::history::History;
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::Evidence;

pub(crate) const LAW: Law = Law {
    name: "only who is replaced is switched",
    says: "OwnParticipantSwitched reaches nobody but sessions of a person who joins by another: the \
           client leaves when it gets one.",
    requirements: &[id::JOIN_018],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    for socket in history.sockets.iter().filter(|_| history.is_whole()) {
        let Some(session) = history.session_of(socket) else { continue };
        for (at, _) in socket.frames(FrameType::OwnParticipantSwitched) {
            findings.observe(id::JOIN_018);
            let is_replaced = history.exchanges.iter().any(|exchange| {
                let other = exchange.session().filter(|token| *token != socket.session);
                exchange.is(Operation::SdkJoin)
                    && exchange.asked_at < at
                    && !exchange.is_refused()
                    && other
                        .and_then(|token| history.sessions.get(token))
                        .is_some_and(|other| other.user == session.user)
            });
            if !is_replaced {
                let expected = "OwnParticipantSwitched only for who is replaced";
                let seen = format!("one at {}, whom nobody replaces", socket.actor);
                findings.breach(id::JOIN_018, Evidence::new(expected, seen).at([at]));
            }
        }
    }
}
