//! News about one participant comes in an order that a client can follow.

use super::news::{is_news, is_of_server};
use super::{Findings, Law};
use crate::history::{Exchange, History, Socket};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_trace::{Evidence, Expected, LawName, Seen};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;

pub(crate) const LAW: Law = Law {
    name: LawName::Order,
    says: "Added (or presence in the join answer) before Updated, Connecting before Connected, \
           Connected spelled ON_AIR, and a kicked participant does not reconnect.",
    requirements: &[id::PRT_003, id::PRT_004, id::PRT_007, id::KCK_008],
    besides: &[],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    for socket in &history.sockets {
        // A session does not know what happened while it had no socket.
        if !socket.is_reconnect && history.accounts_for(socket) {
            follow(history, socket, findings);
        }
    }
}

#[derive(Default)]
struct Known<'t> {
    /// Whom a ParticipantAdded named.
    added: BTreeSet<&'t str>,
    /// Whom any news was about, and how often the session itself had joined by then.
    heard_of: BTreeMap<&'t str, usize>,
    /// Who is on the way in, and was seen to be, or may have been before the first news.
    connecting: BTreeSet<&'t str>,
    kicked: BTreeMap<&'t str, usize>,
    /// When the session itself joined: what it hears after that may be of another conference.
    joined: Vec<usize>,
}

impl Known<'_> {
    fn is_same_conference(&self, before: usize, after: usize) -> bool {
        !self.joined.iter().any(|join| (before..after).contains(join))
    }
}

fn follow<'t>(history: &History<'t>, socket: &Socket<'t>, findings: &mut Findings) {
    let own = history.session_of(socket).map(|session| session.user);
    let joined = history.joins(socket.session).map(|join| join.asked_at).collect();
    let mut known = Known { joined, ..Known::default() };
    let mut listed = Listed::of(history, socket.session);
    for (at, frame) in socket.values().filter(|(_, frame)| is_news(frame)) {
        // Another law is about news for outsiders.
        if history.outside(socket, at).is_some() {
            continue;
        }
        let Some(user) = frame.get("user_id").and_then(Value::as_str) else { continue };
        let status = frame.get("status").and_then(Value::as_str).unwrap_or("");
        let listed = listed.by(at);
        findings.observe(id::PRT_003);
        if status == "CONNECTED" {
            let evidence = Evidence::new(Expected::OnAir, Seen::Connected);
            findings.content(id::PRT_003, evidence.pointing("/status").at([at]));
            continue;
        }
        if FrameType::of(frame) == Some(FrameType::ParticipantAdded) {
            known.added.insert(user);
        } else if Some(user) != own {
            findings.observe(id::PRT_007);
            if !known.added.contains(user) && !listed.contains_key(user) {
                let seen = Seen::UpdateFirst { user: user.to_owned() };
                let evidence = Evidence::new(Expected::IntroducedFirst, seen);
                findings.breach(id::PRT_007, evidence.at([at]));
                known.added.insert(user);
            }
        }
        // A newcomer learns the current status of those who were there before, and so does another
        // session of somebody who was there.
        let joins = known.joined.iter().filter(|join| **join < at).count();
        let is_first = known.heard_of.insert(user, joins) != Some(joins);
        if is_first && (is_of_server(frame) || was_there_first(history, socket, user, at)) {
            known.connecting.insert(user);
        }
        progress(user, status, at, listed, &mut known, findings);
    }
}

/// Whether somebody may have been in the conference, with any session, before this session had joined
/// it.
fn was_there_first(history: &History<'_>, socket: &Socket<'_>, user: &str, at: usize) -> bool {
    let mut own = history.joins(socket.session).rev().filter(|join| join.asked_at < at);
    let Some(own) = own.next() else { return false };
    // Of two calls at once, the server may have taken the other one first.
    let answered = own.reply.as_ref().map_or(at, |reply| reply.at);
    let mut before = history.joins_of(user).take_while(|join| join.asked_at < answered);
    before.any(|join| {
        let is_another = join.session() != own.session() || join.asked_at < own.asked_at;
        is_another
            && history.may_be_same(join.conference(), own.conference())
            && !has_left(history, join, own)
    })
}

/// Whether the session that joined had left for certain when another call was made.
fn has_left(history: &History<'_>, join: &Exchange<'_>, by: &Exchange<'_>) -> bool {
    let Some(session) = join.session() else { return false };
    history.of_session(session, Operation::SdkLeave).any(|leave| {
        let is_over = leave.reply.as_ref().is_some_and(|reply| reply.at < by.asked_at);
        leave.asked_at > join.asked_at && leave.is_accepted() && is_over
    })
}

fn progress<'t>(
    user: &'t str,
    status: &str,
    at: usize,
    listed: &BTreeMap<&str, &str>,
    known: &mut Known<'t>,
    findings: &mut Findings,
) {
    match status {
        "CONNECTING" | "ON_AIR" => {
            let kick = known.kicked.get(user).filter(|kick| known.is_same_conference(**kick, at));
            if let Some(kick) = kick {
                let seen = Seen::ParticipantStatus(status.to_owned());
                let evidence = Evidence::new(Expected::NoReconnectAfterKick, seen);
                findings.breach(id::KCK_008, evidence.at([*kick, at]));
            }
            if status == "CONNECTING" {
                known.connecting.insert(user);
                return;
            }
            findings.observe(id::PRT_004);
            let was_there = matches!(listed.get(user), Some(&("CONNECTING" | "ON_AIR")));
            if !known.connecting.contains(user) && !was_there {
                let evidence = Evidence::new(Expected::ConnectingFirst, Seen::OnAirFirst);
                findings.breach(id::PRT_004, evidence.pointing("/status").at([at]));
                known.connecting.insert(user);
            }
        }
        "LEFT" | "RESERVED" => {
            known.connecting.remove(user);
        }
        "KICKED" => {
            findings.observe(id::KCK_008);
            known.kicked.entry(user).or_insert(at);
        }
        _ => {}
    }
}

/// Participants listed in join responses requested before a given time, with their status: a response
/// may come after the events.
struct Listed<'h, 't> {
    later: Peekable<Box<dyn Iterator<Item = &'h Exchange<'t>> + 'h>>,
    people: BTreeMap<&'t str, &'t str>,
}

impl<'h, 't> Listed<'h, 't> {
    fn of(history: &'h History<'t>, session: &'h str) -> Self {
        let joins: Box<dyn Iterator<Item = _> + 'h> = Box::new(history.joins(session));
        Listed { later: joins.peekable(), people: BTreeMap::new() }
    }

    /// The participants listed by this time, which never decreases.
    fn by(&mut self, at: usize) -> &BTreeMap<&'t str, &'t str> {
        while let Some(join) = self.later.next_if(|join| join.asked_at < at) {
            let people = join.answer().and_then(|answer| answer.get("participants")?.as_array());
            for person in people.into_iter().flatten() {
                if let Some(user) = person.get("participant_id").and_then(Value::as_str) {
                    let status = person.get("status").and_then(Value::as_str).unwrap_or("");
                    self.people.insert(user, status);
                }
            }
        }
        &self.people
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::Story;
    use serde_json::json;

    /// Bob has joined, and receives this about Alice, in this order. Gives the entries.
    fn told(frames: &[(&str, &str)]) -> (Story, Vec<usize>) {
        let mut story = Story::of(&["alice", "bob"]);
        story.joins("bob", "c-1");
        let mut places = Vec::new();
        for (kind, status) in frames {
            let frame = json!({ "type": kind, "user_id": "u-alice", "status": status });
            places.push(story.frame("bob", frame));
        }
        (story, places)
    }

    const ADDED: &str = "ParticipantAdded";
    const UPDATED: &str = "ParticipantUpdated";

    #[test]
    fn added_then_connecting_then_on_air_then_kicked_holds() {
        let (story, _) = told(&[
            (ADDED, "RESERVED"),
            (UPDATED, "CONNECTING"),
            (UPDATED, "ON_AIR"),
            (UPDATED, "KICKED"),
        ]);
        story.holds(&LAW, &[id::PRT_003, id::PRT_004, id::PRT_007, id::KCK_008]);
    }

    #[test]
    fn who_comes_back_learns_the_status_of_those_who_came_meanwhile() {
        let mut story = Story::of(&["alice", "bob"]);
        story.joins("bob", "c-1");
        let alice = |status: &str| json!({ "type": ADDED, "user_id": "u-alice", "status": status });
        story.frame("bob", alice("RESERVED"));
        story.call("bob", "POST /v1/conferences/c-1/leave", json!({}), 200, json!({}));
        story.joins("alice", "c-1");
        story.joins("bob", "c-1");
        story.frame("bob", alice("ON_AIR"));
        story.holds(&LAW, &[id::PRT_004]);
    }

    #[test]
    fn a_participant_whom_the_join_response_lists_needs_no_introduction() {
        let mut story = Story::of(&["alice", "bob"]);
        let people = json!({ "participants": [
            { "participant_id": "u-alice", "status": "ON_AIR" } ] });
        story.call("bob", "POST /v1/conferences/c-1/join", json!({}), 200, people);
        let on_air = json!({ "type": UPDATED, "user_id": "u-alice", "status": "ON_AIR" });
        story.frame("bob", on_air);
        story.holds(&LAW, &[id::PRT_004, id::PRT_007]);
    }

    #[test]
    fn a_newcomer_may_be_told_that_somebody_is_on_air_who_was_there_first() {
        let mut story = Story::of(&["alice", "bob"]);
        story.joins("alice", "c-1");
        story.joins("bob", "c-1");
        story.frame("bob", json!({ "type": ADDED, "user_id": "u-alice", "status": "ON_AIR" }));
        story.holds(&LAW, &[id::PRT_004]);
    }

    #[test]
    fn a_participant_of_the_server_itself_may_be_on_air_at_once() {
        let robot = |kind: &str| {
            json!({ "type": ADDED, "user_id": "u-robot", "status": "ON_AIR",
                                         "participantType": kind })
        };
        let mut story = Story::of(&["bob"]);
        story.joins("bob", "c-1");
        story.frame("bob", robot("ROBOT"));
        story.holds(&LAW, &[id::PRT_004]);
        let mut story = Story::of(&["bob"]);
        story.joins("bob", "c-1");
        let at = story.frame("bob", robot("USER"));
        let evidence = Evidence::new(Expected::ConnectingFirst, Seen::OnAirFirst);
        story.breaks(&LAW, id::PRT_004, evidence.pointing("/status").at([at]));
    }

    /// Alice has joined from one session, and joins from another, which hears this about her.
    fn joins_again(conference: &str, leaves: bool, statuses: &[&str]) -> (Story, Vec<usize>) {
        let mut story = Story::of(&["alice", "alice/phone"]);
        let made = json!({ "conferenceId": "c-1" });
        story.call("alice", "POST /v1/conferences/create", json!({}), 200, made);
        let made = json!({ "conferenceId": "c-2" });
        story.call("alice", "POST /v1/conferences/create", json!({}), 200, made);
        story.joins("alice", "c-1");
        if leaves {
            story.call("alice", "POST /v1/conferences/c-1/leave", json!({}), 200, json!({}));
        }
        story.joins("alice/phone", conference);
        let frame =
            |status: &str| json!({ "type": UPDATED, "user_id": "u-alice", "status": status });
        let told = |status: &&str| story.frame("alice/phone", frame(status));
        let places = statuses.iter().map(told).collect();
        (story, places)
    }

    #[test]
    fn another_session_of_somebody_in_the_conference_may_hear_on_air_at_once() {
        let (story, _) = joins_again("c-1", false, &["ON_AIR"]);
        story.holds(&LAW, &[id::PRT_004]);
        // By its alias, which no response gave as an id.
        let (story, _) = joins_again("room", false, &["ON_AIR"]);
        story.holds(&LAW, &[id::PRT_004]);
    }

    #[test]
    fn somebody_who_left_or_is_elsewhere_connects_again() {
        for (conference, leaves, statuses) in [
            ("c-1", true, &["ON_AIR"][..]),
            ("c-2", false, &["ON_AIR"]),
            ("c-1", false, &["ON_AIR", "LEFT", "ON_AIR"]),
        ] {
            let (story, places) = joins_again(conference, leaves, statuses);
            let evidence = Evidence::new(Expected::ConnectingFirst, Seen::OnAirFirst);
            let last = *places.last().unwrap();
            story.breaks(&LAW, id::PRT_004, evidence.pointing("/status").at([last]));
        }
    }

    #[test]
    fn of_two_joins_at_once_the_later_one_may_have_been_first() {
        let line = "POST /v1/conferences/c-1/join";
        let listed = || json!({ "participants": [] });
        for at_once in [true, false] {
            let mut story = Story::of(&["alice", "alice/phone"]);
            let phone = story.asks("alice/phone", line, json!({}));
            if !at_once {
                story.is_answered("alice/phone", phone, 200, listed());
            }
            story.joins("alice", "c-1");
            if at_once {
                story.is_answered("alice/phone", phone, 200, listed());
            }
            let frame = json!({ "type": UPDATED, "user_id": "u-alice", "status": "ON_AIR" });
            let at = story.frame("alice/phone", frame);
            if at_once {
                story.holds(&LAW, &[id::PRT_004]);
            } else {
                let evidence = Evidence::new(Expected::ConnectingFirst, Seen::OnAirFirst);
                story.breaks(&LAW, id::PRT_004, evidence.pointing("/status").at([at]));
            }
        }
    }

    #[test]
    fn connected_breaks_it() {
        let (story, places) = told(&[(ADDED, "CONNECTED")]);
        let evidence = Evidence::new(Expected::OnAir, Seen::Connected).pointing("/status");
        story.breaks(&LAW, id::PRT_003, evidence.at(places));
    }

    #[test]
    fn on_air_before_connecting_breaks_it() {
        let (story, places) = told(&[(ADDED, "RESERVED"), (UPDATED, "ON_AIR")]);
        let evidence = Evidence::new(Expected::ConnectingFirst, Seen::OnAirFirst);
        story.breaks(&LAW, id::PRT_004, evidence.pointing("/status").at([places[1]]));
    }

    #[test]
    fn an_update_before_an_introduction_breaks_it() {
        let (story, places) = told(&[(UPDATED, "CONNECTING"), (UPDATED, "ON_AIR")]);
        let seen = Seen::UpdateFirst { user: "u-alice".into() };
        let evidence = Evidence::new(Expected::IntroducedFirst, seen).at([places[0]]);
        story.breaks(&LAW, id::PRT_007, evidence);
    }

    #[test]
    fn a_kicked_participant_who_reconnects_breaks_it() {
        let (mut story, places) =
            told(&[(ADDED, "CONNECTING"), (UPDATED, "KICKED"), (UPDATED, "CONNECTING")]);
        let seen = Seen::ParticipantStatus("CONNECTING".into());
        let evidence = Evidence::new(Expected::NoReconnectAfterKick, seen);
        story.breaks(&LAW, id::KCK_008, evidence.at(places[1..].to_vec()));
        // What a session hears on another socket may lack what came between.
        story.open("bob");
        story.frame("bob", json!({ "type": UPDATED, "user_id": "u-eve", "status": "ON_AIR" }));
        story.only_breach(&LAW);
    }
}
