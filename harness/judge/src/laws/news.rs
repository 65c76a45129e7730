//! News of participants reaches who has joined, and nobody else.

use super::{Findings, Law};
use crate::history::{Exchange, History, Socket};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::Evidence;
use serde_json::Value;
use std::collections::BTreeSet;

pub(crate) const LAW: Law = Law {
    name: "participant news is for participants",
    says: "ParticipantAdded and ParticipantUpdated reach sessions that have joined and no others, \
           and none after a kick.",
    requirements: &[id::PRT_008, id::KCK_007],
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
        // An open session that hears nothing is an observation, too.
        findings.observe(id::PRT_008);
        let kicks: Vec<usize> =
            socket.frames(FrameType::ParticipantKicked).map(|(at, _)| at).collect();
        for (at, frame) in socket.values() {
            let Some(kind) = news(frame) else { continue };
            findings.observe(id::PRT_008);
            if kicked_before(history, socket, &kicks, at) {
                let expected = "no news of the conference after ParticipantKicked";
                let evidence = Evidence::new(expected, kind.as_str());
                findings.breach(id::KCK_007, evidence.at([at]));
            } else if let Some(why) = outside(history, socket, at) {
                let expected = "participant news reaches only sessions that have joined";
                let seen = format!("{kind} at {}, {why}", socket.actor);
                findings.breach(id::PRT_008, Evidence::new(expected, seen).at([at]));
            } else if let Some(user) = stranger(history, socket, frame, at) {
                let expected = "participant news reaches only sessions in the same conference";
                let seen = format!(
                    "{kind} of {user} at {}, which has joined no conference of theirs",
                    socket.actor
                );
                findings.breach(id::PRT_008, Evidence::new(expected, seen).at([at]));
            }
        }
        if !kicks.is_empty() {
            findings.observe(id::KCK_007);
        }
    }
}

/// Why the session was in no conference for certain when the frame arrived.
pub(crate) fn outside(
    history: &History<'_>,
    socket: &Socket<'_>,
    at: usize,
) -> Option<&'static str> {
    let joined = history
        .joins(socket.session)
        .filter(|join| join.asked_at < at && !join.is_refused())
        .map(|join| join.asked_at)
        .last();
    let Some(joined) = joined else { return Some("which has not joined") };
    // After leaving, news may still be on its way; not any more once a later fence has arrived.
    let left = history
        .of_session(socket.session, Operation::SdkLeave)
        .filter(|leave| leave.asked_at > joined && leave.is_accepted())
        .filter_map(|leave| leave.reply.as_ref().map(|reply| reply.at))
        .next()?;
    let fenced = socket.fenced.iter().any(|(since, arrived)| *since > left && *arrived < at);
    fenced.then_some("which has left")
}

/// The user whom a frame is about, if that person has for certain nothing to do with any conference
/// that this session has joined: frames name no conference.
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
    // People of other applications are another matter; whoever is nobody in particular as well.
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
    // A conference may also be joined by its alias: what is not known by its id proves nothing.
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
