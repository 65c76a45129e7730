//! News about participants reaches sessions that have joined, and no others.

use super::{Findings, Law};
use crate::history::{Exchange, History, Socket};
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::{Evidence, Expected, LawName, Seen};
use serde_json::Value;
use std::collections::BTreeSet;

pub(crate) const LAW: Law = Law {
    name: LawName::News,
    says: "ParticipantAdded and ParticipantUpdated reach sessions that have joined and no others, \
           and none after a kick.",
    requirements: &[id::PRT_008, id::KCK_007],
    besides: &[],
    examine,
};

/// The type of a frame that is news of a participant.
fn news(frame: &Value) -> Option<FrameType> {
    FrameType::of(frame)
        .filter(|kind| matches!(kind, FrameType::ParticipantAdded | FrameType::ParticipantUpdated))
}

/// Whether a frame is news of a participant.
pub(crate) fn is_news(frame: &Value) -> bool {
    news(frame).is_some()
}

fn examine(history: &History<'_>, findings: &mut Findings) {
    for socket in history.sockets.iter().filter(|socket| history.accounts_for(socket)) {
        // An open session that receives nothing is an observation, too.
        findings.observe(id::PRT_008);
        let kicks: Vec<usize> =
            socket.frames(FrameType::ParticipantKicked).map(|(at, _)| at).collect();
        for (at, frame) in socket.values() {
            let Some(kind) = news(frame) else { continue };
            findings.observe(id::PRT_008);
            if kicked_before(history, socket, &kicks, at) {
                let evidence = Evidence::new(Expected::NoNewsAfterKick, Seen::News(kind));
                findings.breach(id::KCK_007, evidence.at([at]));
            } else if let Some(why) = history.outside(socket, at) {
                let seen = Seen::AtOutsider { frame: socket.frame_at(kind), why };
                findings.breach(id::PRT_008, Evidence::new(Expected::OnlyJoined, seen).at([at]));
            } else if let Some(user) = stranger(history, socket, frame, at) {
                let frame = socket.frame_at(kind);
                let seen = Seen::Stranger { frame, user: user.to_owned() };
                let evidence = Evidence::new(Expected::OnlySameConference, seen);
                findings.breach(id::PRT_008, evidence.at([at]));
            }
        }
        if !kicks.is_empty() {
            findings.observe(id::KCK_007);
        }
    }
}

/// The user whom a frame is about, if that person certainly has nothing to do with any conference
/// that this session has joined. Frames name no conference.
fn stranger<'t>(
    history: &History<'t>,
    socket: &Socket<'t>,
    frame: &'t Value,
    at: usize,
) -> Option<&'t str> {
    let user = frame.get("user_id").and_then(Value::as_str)?;
    let person = history.sessions.values().find(|session| session.user == user)?;
    let external_id = person.external_id?;
    let own = history.session_of(socket)?;
    // Skip people from other applications, and anonymous ones.
    if !history.is_whole() || own.user == user {
        return None;
    }
    let joined: BTreeSet<&str> = history
        .joins(socket.session)
        .filter(|join| join.asked_at < at && !join.is_refused())
        .filter_map(Exchange::conference)
        .collect();
    let concerned = history
        .exchanges
        .iter()
        .filter(|exchange| exchange.asked_at < at && exchange.names(history, user, external_id));
    let theirs: BTreeSet<&str> = concerned.filter_map(Exchange::conference).collect();
    // A conference may also be joined by its alias, so an unknown id proves nothing.
    let made = history.exchanges.iter().filter_map(|it| it.answer()?.get("conferenceId")?.as_str());
    let known: BTreeSet<&str> = made.collect();
    let all_known = joined.iter().chain(&theirs).all(|id| known.contains(id));
    (all_known && !joined.is_empty() && joined.is_disjoint(&theirs)).then_some(user)
}

/// Whether the session was kicked before, and has joined nothing since.
fn kicked_before(history: &History<'_>, socket: &Socket<'_>, kicks: &[usize], at: usize) -> bool {
    let kicked = kicks.iter().rev().find(|kick| **kick < at).copied();
    kicked.is_some_and(|kicked| {
        !history
            .joins(socket.session)
            .any(|join| join.asked_at > kicked && join.asked_at < at && !join.is_refused())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::Story;
    use invite_trace::{FrameAt, Outside};
    use serde_json::json;

    fn added(user: &str) -> Value {
        json!({ "type": "ParticipantAdded", "user_id": user, "status": "CONNECTING" })
    }

    fn kicked() -> Value {
        json!({ "type": "ParticipantKicked", "userId": "u-bob" })
    }

    fn at_bob() -> FrameAt {
        FrameAt { frame: FrameType::ParticipantAdded, actor: "bob".into() }
    }

    /// Somebody creates this conference, and joins it.
    fn creates(story: &mut Story, actor: &str, conference: &str) {
        let answer = json!({ "conferenceId": conference });
        story.call(actor, "POST /v1/conferences/create", json!({}), 200, answer);
        story.joins(actor, conference);
    }

    #[test]
    fn news_of_the_same_conference_holds() {
        let mut story = Story::of(&["alice", "bob"]);
        creates(&mut story, "alice", "c-1");
        story.joins("bob", "c-1");
        story.frame("bob", added("u-alice"));
        story.holds(&LAW, &[id::PRT_008]);
    }

    #[test]
    fn news_for_somebody_who_has_not_joined_breaks_it() {
        let mut story = Story::of(&["alice", "bob"]);
        creates(&mut story, "alice", "c-1");
        let at = story.frame("bob", added("u-alice"));
        let seen = Seen::AtOutsider { frame: at_bob(), why: Outside::NotJoined };
        story.breaks(&LAW, id::PRT_008, Evidence::new(Expected::OnlyJoined, seen).at([at]));
    }

    #[test]
    fn news_of_another_conference_breaks_it() {
        let mut story = Story::of(&["alice", "bob"]);
        creates(&mut story, "alice", "c-1");
        creates(&mut story, "bob", "c-2");
        let at = story.frame("bob", added("u-alice"));
        let seen = Seen::Stranger { frame: at_bob(), user: "u-alice".into() };
        let evidence = Evidence::new(Expected::OnlySameConference, seen).at([at]);
        story.breaks(&LAW, id::PRT_008, evidence);
    }

    #[test]
    fn news_after_a_kick_breaks_it_until_the_next_join() {
        let mut story = Story::of(&["alice", "bob"]);
        creates(&mut story, "alice", "c-1");
        story.joins("bob", "c-1");
        story.frame("bob", kicked());
        story.holds(&LAW, &[id::KCK_007]);
        let at = story.frame("bob", added("u-alice"));
        story.joins("bob", "c-1");
        story.frame("bob", added("u-alice"));
        let seen = Seen::News(FrameType::ParticipantAdded);
        story.breaks(&LAW, id::KCK_007, Evidence::new(Expected::NoNewsAfterKick, seen).at([at]));
    }
}
