//! What a replay looks at in the end.

use super::data::Look;
use crate::explanation::subject::Subject;
use invite_judge::history::History;
use invite_spec::push::{FrameType, type_of};
use invite_trace::{Awaited, Entry, Event, Evidence, Expected, Spot};
use serde_json::Value;

/// What shows a failure, and up to where the trace is needed for it: an index.
pub(super) fn look(subject: &Subject<'_>, history: &History<'_>) -> (Look, usize) {
    let entries = &subject.trace.entries;
    let began = subject.check.at.step().and_then(|step| subject.trace.beginning(step));
    let end_of_step = began.map(|began| end_of_step(entries, began));
    let end_of_evidence =
        subject.check.entries().last().map_or(0, |at| (at + 1).min(entries.len()));
    let mut end = end_of_step.unwrap_or(0).max(end_of_evidence);
    let look = found(subject, history, end);
    // A law looks at the whole trace.
    if began.is_none() && matches!(look, Look::Frames { .. }) {
        end = entries.len();
    }
    match look {
        Look::Frames { who, r#type, missing, decides, .. } => {
            let was = frames(history, &who, &r#type, end);
            (Look::Frames { who, r#type, was, missing, decides }, end)
        }
        look => (look, end),
    }
}

/// The index at which the next step begins.
pub(super) fn end_of_step(entries: &[Entry], began: usize) -> usize {
    let next = entries.iter().skip(began + 1).position(|entry| entry.event == Event::Begun);
    next.map_or(entries.len(), |next| began + 1 + next)
}

/// How many frames of a type reached a session before an entry.
pub(super) fn frames(history: &History<'_>, actor: &str, kind: &str, before: usize) -> usize {
    let received = history.trace.entries.iter().take(before).filter(|entry| entry.actor == actor);
    let frames = received.filter_map(|entry| match &entry.event {
        Event::Received { body, .. } => body.json(),
        _ => None,
    });
    frames.filter(|frame| !history.is_of_fence(frame) && spelled(frame) == kind).count()
}

/// The type of a frame, as this specification or the clients spell it.
fn spelled(frame: &Value) -> String {
    type_of(frame).map_or(String::new(), |kind| kind.to_string())
}

fn found(subject: &Subject<'_>, history: &History<'_>, end: usize) -> Look {
    let evidence = subject.check.evidence();
    let pointer = evidence.and_then(|it| it.spot.as_ref()).and_then(Spot::pointer);
    let pointer = pointer.map(str::to_owned);
    let frames = |who: &str, kind: String, missing, decides| Look::Frames {
        was: 0,
        who: who.to_owned(),
        r#type: kind,
        missing,
        decides,
    };
    if let Some(missing) = subject.missing() {
        let kind = match missing.what {
            Awaited::Frame(pattern) => pattern.frame.unwrap_or(FrameType::InvitationReceived),
            Awaited::Fence { .. } => FrameType::InvitationReceived,
        };
        return frames(&missing.actor, kind.to_string(), true, true);
    }
    let entries = &history.trace.entries;
    let shown_at = subject.check.entries().iter().rev().find(|at| **at < entries.len());
    let shown = shown_at.map(|at| &entries[*at]);
    // Without evidence, what is meant is the last response of the step.
    let own = || {
        let is_own = |entry: &&Entry| {
            subject.check.at.step() == Some(&entry.step)
                && matches!(entry.event, Event::Request { .. })
        };
        entries.iter().take(end).rev().find(is_own)
    };
    let Some(entry) = shown.or_else(own) else { return Look::Everything };
    match &entry.event {
        Event::Received { body, .. } => {
            let kind = body.json().map(spelled).unwrap_or_default();
            match pointer {
                Some(pointer) => {
                    let at = shown_at.map_or(0, |at| at + 1);
                    let was = self::frames(history, &entry.actor, &kind, at);
                    Look::Content { who: entry.actor.clone(), r#type: kind, pointer, was }
                }
                None => frames(&entry.actor, kind, false, is_unwanted(evidence)),
            }
        }
        Event::SocketOpened { socket, .. } => Look::Socket { socket: *socket, was: true },
        Event::SocketRefused { socket, .. } => Look::Socket { socket: *socket, was: false },
        Event::Request { exchange, .. }
        | Event::Answer { exchange, .. }
        | Event::NoAnswer { exchange, .. } => match pointer {
            None if is_about_status(evidence) => {
                Look::Status { request: *exchange, was: status(history, *exchange) }
            }
            pointer => Look::Response { request: *exchange, pointer: pointer.unwrap_or_default() },
        },
        _ => Look::Everything,
    }
}

fn status(history: &History<'_>, number: u32) -> u16 {
    let mut answers = history.trace.entries.iter().filter_map(|entry| match entry.event {
        Event::Answer { exchange, status, .. } if exchange == number => Some(status),
        _ => None,
    });
    answers.next().unwrap_or(0)
}

/// Whether a frame should not have come at all, whatever it says.
fn is_unwanted(evidence: Option<&Evidence>) -> bool {
    evidence.is_some_and(|it| matches!(it.expected, Expected::NoFrame { .. }))
}

/// Whether the status alone shows the failure.
fn is_about_status(evidence: Option<&Evidence>) -> bool {
    evidence.is_some_and(|it| {
        matches!(
            it.expected,
            Expected::Accepted(_)
                | Expected::PreflightAccepted(_)
                | Expected::Refused(_)
                | Expected::RefusedWithoutEffect(_)
                | Expected::Status(_)
        )
    })
}
