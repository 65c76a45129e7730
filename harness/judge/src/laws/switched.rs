//! Only the session that was replaced is notified.

use super::{Findings, Law};
use crate::history::History;
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::{Evidence, Expected, LawName, Seen};

pub(crate) const LAW: Law = Law {
    name: LawName::Switched,
    says: "OwnParticipantSwitched reaches only sessions of a person who joins from another session: \
           a client leaves when it gets one.",
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
                let seen = Seen::NotReplaced { actor: socket.actor.to_owned() };
                findings.breach(id::JOIN_018, Evidence::new(Expected::OnlyReplaced, seen).at([at]));
            }
        }
    }
}
