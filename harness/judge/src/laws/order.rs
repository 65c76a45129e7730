//! News of one participant comes in an order that a client can follow.

use super::news::{is_news, outside};
use super::{Findings, Law};
use crate::history::{Exchange, History, Socket};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::id;
use invite_text::show;
use invite_trace::Evidence;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;

pub(crate) const LAW: Law = Law {
    name: "news comes in order",
    says: "Added (or presence in the join answer) before Updated, Connecting before Connected, \
           Connected spelled ON_AIR, and nobody connects after a kick.",
    requirements: &[id::PRT_003, id::PRT_004, id::PRT_007, id::KCK_008],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    for socket in &history.sockets {
        // What happened while the session had no socket is unknown to it.
        if !socket.is_reconnect && history.accounts_for(socket) {
            follow(history, socket, findings);
        }
    }
}

#[derive(Default)]
struct Seen<'t> {
    /// Whom a ParticipantAdded named.
    added: BTreeSet<&'t str>,
    /// Who is on the way in, and was seen to be.
    connecting: BTreeSet<&'t str>,
    kicked: BTreeMap<&'t str, usize>,
    /// When the session itself joined: what it hears after that may be of another conference.
    joined: Vec<usize>,
}

impl Seen<'_> {
    fn is_same_conference(&self, before: usize, after: usize) -> bool {
        !self.joined.iter().any(|join| (before..after).contains(join))
    }
}

fn follow<'t>(history: &History<'t>, socket: &Socket<'t>, findings: &mut Findings) {
    let own = history.session_of(socket).map(|session| session.user);
    let joined = history.joins(socket.session).map(|join| join.asked_at).collect();
    let mut seen = Seen { joined, ..Seen::default() };
    let mut listed = Listed::of(history, socket.session);
    for (at, frame) in socket.values().filter(|(_, frame)| is_news(frame)) {
        // News for outsiders is another law's finding.
        if outside(history, socket, at).is_some() {
            continue;
        }
        let Some(user) = frame.get("user_id").and_then(Value::as_str) else { continue };
        let status = frame.get("status").and_then(Value::as_str).unwrap_or("");
        let listed = listed.by(at);
        findings.observe(id::PRT_003);
        if status == "CONNECTED" {
            let evidence = Evidence::new("\"ON_AIR\"", "\"CONNECTED\", which shows as Connecting");
            findings.content(id::PRT_003, evidence.pointing("/status").at([at]));
            continue;
        }
        if FrameType::of(frame) == Some(FrameType::ParticipantAdded) {
            // A newcomer may be told of those who were there before it, as they stand.
            if seen.added.insert(user) && was_there_first(history, socket, user, at) {
                seen.connecting.insert(user);
            }
        } else if Some(user) != own {
            findings.observe(id::PRT_007);
            if !seen.added.contains(user) && !listed.contains_key(user) {
                let expected = "ParticipantAdded, or presence in the join answer, before";
                let shown = format!("ParticipantUpdated of {}", show(frame.get("user_id")));
                findings.breach(id::PRT_007, Evidence::new(expected, shown).at([at]));
                seen.added.insert(user);
            }
        }
        progress(user, status, at, listed, &mut seen, findings);
    }
}

/// Whether somebody had joined before this session did.
fn was_there_first(history: &History<'_>, socket: &Socket<'_>, user: &str, at: usize) -> bool {
    let own = history.joins(socket.session).filter(|join| join.asked_at < at).last();
    own.is_some_and(|own| {
        history.exchanges.iter().any(|other| {
            let session = other.session().and_then(|token| history.sessions.get(token));
            other.is(Operation::SdkJoin)
                && other.asked_at < own.asked_at
                && !other.is_refused()
                && session.is_some_and(|session| session.user == user)
        })
    })
}

fn progress<'t>(
    user: &'t str,
    status: &str,
    at: usize,
    listed: &BTreeMap<&str, &str>,
    seen: &mut Seen<'t>,
    findings: &mut Findings,
) {
    match status {
        "CONNECTING" | "ON_AIR" => {
            let kick = seen.kicked.get(user).filter(|kick| seen.is_same_conference(**kick, at));
            if let Some(kick) = kick {
                let expected = "nobody connects who was kicked";
                let evidence = Evidence::new(expected, format!("status {status}")).at([*kick, at]);
                findings.breach(id::KCK_008, evidence);
            }
            if status == "CONNECTING" {
                seen.connecting.insert(user);
                return;
            }
            findings.observe(id::PRT_004);
            let was_there = matches!(listed.get(user), Some(&("CONNECTING" | "ON_AIR")));
            if !seen.connecting.contains(user) && !was_there {
                let evidence = Evidence::new("CONNECTING before ON_AIR", "ON_AIR first");
                findings.breach(id::PRT_004, evidence.pointing("/status").at([at]));
                seen.connecting.insert(user);
            }
        }
        "LEFT" | "RESERVED" => {
            seen.connecting.remove(user);
        }
        "KICKED" => {
            findings.observe(id::KCK_008);
            seen.kicked.entry(user).or_insert(at);
        }
        _ => {}
    }
}

/// Whom the answers to a session's joins listed, and with what status: those that had been asked
/// for by some time, since an answer may come after the events.
struct Listed<'h, 't> {
    later: Peekable<Box<dyn Iterator<Item = &'h Exchange<'t>> + 'h>>,
    people: BTreeMap<&'t str, &'t str>,
}

impl<'h, 't> Listed<'h, 't> {
    fn of(history: &'h History<'t>, session: &'h str) -> Self {
        let joins: Box<dyn Iterator<Item = _> + 'h> = Box::new(history.joins(session));
        Listed { later: joins.peekable(), people: BTreeMap::new() }
    }

    /// Whom they had listed by this time, which never goes back.
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
