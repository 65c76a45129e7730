//! Only the session that was replaced is notified.

use super::{Findings, Law};
use crate::history::History;
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::{Evidence, Expected, LawName, Seen};

pub(crate) const LAW: Law = Law {
    name: LawName::Switched,
    says: "OwnParticipantSwitched reaches only sessions of a person who joins from another session: \
           a client leaves when it gets one.",
    requirements: &[id::JOIN_018],
    besides: &[],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    for socket in history.sockets.iter().filter(|_| history.is_whole()) {
        let Some(session) = history.session_of(socket) else { continue };
        for (at, _) in socket.frames(FrameType::OwnParticipantSwitched) {
            findings.observe(id::JOIN_018);
            let mut joins = history.joins_of(session.user).take_while(|join| join.asked_at < at);
            let is_replaced = joins.any(|join| join.session() != Some(socket.session));
            if !is_replaced {
                let seen = Seen::NotReplaced { actor: socket.actor.to_owned() };
                findings.breach(id::JOIN_018, Evidence::new(Expected::OnlyReplaced, seen).at([at]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::Story;
    use serde_json::json;

    #[test]
    fn a_session_that_another_of_the_same_person_replaces_holds() {
        let mut story = Story::of(&["bob", "bob/phone"]);
        story.joins("bob", "c-1");
        story.joins("bob/phone", "c-1");
        story.frame("bob", json!({ "type": "OwnParticipantSwitched" }));
        story.holds(&LAW, &[id::JOIN_018]);
    }

    #[test]
    fn a_notice_to_the_session_that_replaces_another_breaks_it() {
        let mut story = Story::of(&["bob", "bob/phone"]);
        story.joins("bob/phone", "c-1");
        let at = story.frame("bob/phone", json!({ "type": "OwnParticipantSwitched" }));
        let seen = Seen::NotReplaced { actor: "bob/phone".into() };
        story.breaks(&LAW, id::JOIN_018, Evidence::new(Expected::OnlyReplaced, seen).at([at]));
    }

    #[test]
    fn a_join_of_somebody_else_replaces_nobody() {
        let mut story = Story::of(&["alice", "bob"]);
        story.joins("alice", "c-1");
        let at = story.frame("bob", json!({ "type": "OwnParticipantSwitched" }));
        let seen = Seen::NotReplaced { actor: "bob".into() };
        story.breaks(&LAW, id::JOIN_018, Evidence::new(Expected::OnlyReplaced, seen).at([at]));
        assert!(story.captured().examined(&LAW).observed.is_empty());
    }
}
