//! News about participants reaches sessions that have joined, and no others.

use super::{Findings, Law};
use crate::history::{Exchange, History, Session, Socket, each_text};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::{Evidence, Expected, LawName, Seen};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

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

/// Whether news, or an entry of a list, is about a participant that belongs to the server itself, such
/// as a recorder. Nobody sees it join.
pub(crate) fn is_of_server(participant: &Value) -> bool {
    let kind = participant.get("participantType").and_then(Value::as_str);
    matches!(kind, Some("MIXER" | "ROBOT"))
}

/// Whether a frame is news of a participant.
pub(crate) fn is_news(frame: &Value) -> bool {
    news(frame).is_some()
}

fn examine(history: &History<'_>, findings: &mut Findings) {
    let concerns = Concerns::of(history);
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
            } else if let Some(user) = concerns.stranger(history, socket, frame, at) {
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

/// Which conferences concern whom: those that a call was about that a session of the person made, or
/// that named the person anywhere.
struct Concerns<'h> {
    /// By user id: since which entry each conference does.
    of: BTreeMap<&'h str, BTreeMap<&'h str, usize>>,
}

impl<'h> Concerns<'h> {
    fn of(history: &'h History<'_>) -> Concerns<'h> {
        // Users by every name that a call may give them.
        let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for session in history.sessions.values() {
            let names = std::iter::once(session.user).chain(session.external_id);
            names.for_each(|name| {
                named.entry(name).or_default().insert(session.user);
            });
        }
        // A call that shows no session may be carried out for whoever makes it.
        let clients: BTreeMap<&str, &str> = history
            .sockets
            .iter()
            .filter_map(|socket| Some((socket.actor, history.session_of(socket)?.user)))
            .collect();
        let mut of: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for exchange in &history.exchanges {
            let Some(conference) = exchange.conference() else { continue };
            let own = exchange.session().and_then(|token| history.sessions.get(token));
            let own = own.map(|own| own.user).or_else(|| clients.get(exchange.actor).copied());
            let mut users: BTreeSet<&str> = own.into_iter().collect();
            let mut add = |text: &str| users.extend(named.get(text).into_iter().flatten());
            exchange.parameters.values().for_each(|value| add(value));
            if let Some(body) = exchange.body.json() {
                each_text(body, &mut add);
            }
            for user in users {
                let since = of.entry(user).or_default().entry(conference);
                since.or_insert(exchange.asked_at);
            }
        }
        Concerns { of }
    }

    /// The user whom a frame is about, if that person certainly has nothing to do with any conference
    /// that this session has joined. Frames name no conference.
    fn stranger<'t>(
        &self,
        history: &History<'t>,
        socket: &Socket<'t>,
        frame: &'t Value,
        at: usize,
    ) -> Option<&'t str> {
        let user = frame.get("user_id").and_then(Value::as_str)?;
        let own = history.session_of(socket)?;
        // Skip people from other applications, and anonymous ones.
        if !history.is_whole() || own.user == user || !history.has_external_id(user) {
            return None;
        }
        let theirs = self.of.get(user);
        let theirs = move || {
            let all = theirs.into_iter().flatten();
            all.filter(move |(_, since)| **since < at).map(|(conference, _)| *conference)
        };
        let joined: BTreeSet<&str> = history
            .joins(socket.session)
            .filter(|join| join.asked_at < at && !join.is_refused())
            .filter_map(Exchange::conference)
            .collect();
        // A conference may also be joined by its alias, so an unknown id proves nothing.
        let all_known = joined.iter().copied().chain(theirs()).all(|id| history.is_conference(id));
        let is_apart = !joined.is_empty() && !theirs().any(|id| joined.contains(id));
        (all_known && is_apart).then_some(user)
    }
}

/// Whether the session was kicked before, and has asked to join nothing since the kick was asked for.
fn kicked_before(history: &History<'_>, socket: &Socket<'_>, kicks: &[usize], at: usize) -> bool {
    let mut kicks = kicks.iter().rev().copied().filter(|kick| *kick < at);
    let Some(kicked) = kicks.next() else { return false };
    let before = kicks.next().unwrap_or(0);
    // A session may join another conference before the notice of a kick reaches it.
    let calls = [Operation::RestKick, Operation::SdkKick].map(|kick| history.calls_of(kick));
    let calls = calls.into_iter().flatten().filter(|call| {
        (before..kicked).contains(&call.asked_at)
            && !call.is_refused()
            && history.session_of(socket).is_some_and(|session| is_kick_of(call, &session))
    });
    let asked = calls.map(|call| call.asked_at).max().unwrap_or(kicked);
    !history
        .joins(socket.session)
        .any(|join| join.asked_at > asked && join.asked_at < at && !join.is_refused())
}

/// Whether a call kicks the person of a session.
fn is_kick_of(call: &Exchange<'_>, session: &Session<'_>) -> bool {
    let by_rest = call.body.json().and_then(|body| body.get("externalIds")?.as_array());
    let names = |id: &Value| id.as_str().is_some() && id.as_str() == session.external_id;
    by_rest.is_some_and(|ids| ids.iter().any(names))
        || call.parameters.get("userId").is_some_and(|user| user.as_str() == session.user)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::{APP, Story};
    use invite_spec::endpoint::SESSION_TOKEN_HEADER;
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
    fn news_of_whoever_joined_without_a_session_holds() {
        let mut story = Story::of(&["alice", "bob"]);
        creates(&mut story, "alice", "c-1");
        creates(&mut story, "bob", "c-2");
        story.asking(SESSION_TOKEN_HEADER, "<made-up>");
        story.joins("alice", "c-2");
        story.frame("bob", added("u-alice"));
        story.holds(&LAW, &[id::PRT_008]);
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
    fn news_of_a_conference_that_is_joined_before_the_notice_of_a_kick_arrives_holds() {
        let mut story = Story::of(&["alice", "bob"]);
        creates(&mut story, "alice", "c-1");
        creates(&mut story, "alice", "c-2");
        story.joins("bob", "c-1");
        let body = json!({ "externalIds": ["bob"] });
        story.call(APP, "POST /v2/conferences/c-1/kick", body, 200, json!({}));
        story.joins("bob", "c-2");
        let body = json!({ "externalIds": ["carol"] });
        story.call(APP, "POST /v2/conferences/c-1/kick", body, 200, json!({}));
        story.frame("bob", kicked());
        story.frame("bob", added("u-alice"));
        story.holds(&LAW, &[id::KCK_007]);
    }

    #[test]
    fn a_join_after_the_kick_of_somebody_else_excuses_no_news_after_ones_own() {
        let mut story = Story::of(&["alice", "bob", "carol"]);
        creates(&mut story, "alice", "c-1");
        for whom in ["carol", "bob"] {
            story.joins("bob", "c-1");
            let body = json!({ "externalIds": [whom] });
            story.call(APP, "POST /v2/conferences/c-1/kick", body, 200, json!({}));
        }
        story.frame("bob", kicked());
        let at = story.frame("bob", added("u-alice"));
        let seen = Seen::News(FrameType::ParticipantAdded);
        story.breaks(&LAW, id::KCK_007, Evidence::new(Expected::NoNewsAfterKick, seen).at([at]));
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
