//! What a replay looks at in the end.

use super::data::Look;
use super::frame_kind;
use crate::explanation::subject::Subject;
use invite_judge::history::History;
use invite_scenario::{Expectation, Step};
use invite_trace::{About, Entry, Event};

/// What shows a failure, and up to where the trace is needed for it: an index.
pub(super) fn look(subject: &Subject<'_>, history: &History<'_>) -> (Look, usize) {
    let entries = &subject.trace.entries;
    let evidence = &subject.check.evidence;
    let began = subject.trace.beginning(&subject.check.at);
    let end_of_step = began.map(|began| end_of_step(entries, began));
    let end_of_evidence = evidence.entries.last().map_or(0, |at| (at + 1).min(entries.len()));
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
    frames.filter(|frame| !history.is_of_fence(frame) && frame_kind(frame) == kind).count()
}

fn found(subject: &Subject<'_>, history: &History<'_>, end: usize) -> Look {
    let evidence = &subject.check.evidence;
    let pointer = evidence.pointer.clone();
    let frames = |who: &str, kind: String, missing, decides| Look::Frames {
        was: 0,
        who: who.to_owned(),
        r#type: kind,
        missing,
        decides,
    };
    if let Some(missing) = subject.missing() {
        return frames(&missing.actor, missing_kind(subject), true, true);
    }
    let entries = &history.trace.entries;
    let shown_at = evidence.entries.iter().rev().find(|at| **at < entries.len());
    let shown = shown_at.map(|at| &entries[*at]);
    // Without evidence, what is meant is the last response of the step.
    let own = || {
        let is_own = |entry: &&Entry| {
            entry.step == subject.check.at && matches!(entry.event, Event::Request { .. })
        };
        entries.iter().take(end).rev().find(is_own)
    };
    let Some(entry) = shown.or_else(own) else { return Look::Everything };
    match &entry.event {
        Event::Received { body, .. } => {
            let kind = body.json().map(frame_kind).unwrap_or_default();
            match pointer {
                Some(pointer) => {
                    let at = shown_at.map_or(0, |at| at + 1);
                    let was = self::frames(history, &entry.actor, &kind, at);
                    Look::Content { who: entry.actor.clone(), r#type: kind, pointer, was }
                }
                None => frames(&entry.actor, kind, false, is_unwanted(subject)),
            }
        }
        Event::SocketOpened { socket, .. } => Look::Socket { socket: *socket, was: true },
        Event::SocketRefused { socket, .. } => Look::Socket { socket: *socket, was: false },
        Event::Request { exchange, .. }
        | Event::Answer { exchange, .. }
        | Event::NoAnswer { exchange, .. } => match pointer {
            None if is_about_status(subject) => {
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

/// The type of the frame that never came.
fn missing_kind(subject: &Subject<'_>) -> String {
    if let Some(Step::Await(wait)) = subject.step {
        return wait.frame.to_string();
    }
    let heard = any(&subject.expected, &|one| one.heard.as_ref().map(|it| it.frame.to_string()));
    // Of the laws, only the one about invitations misses a frame.
    heard.unwrap_or_else(|| "InvitationReceived".to_owned())
}

/// Whether a frame should not have come at all, whatever it says.
fn is_unwanted(subject: &Subject<'_>) -> bool {
    let unheard = any(&subject.expected, &|one| one.unheard.as_ref().map(|_| ()));
    matches!(subject.step, Some(Step::Never(_))) || unheard.is_some()
}

/// Whether the status alone shows the failure.
fn is_about_status(subject: &Subject<'_>) -> bool {
    let is_of_call = matches!(subject.step, Some(Step::Call(_))) && subject.expected.is_empty();
    let of_about = matches!(subject.check.about, Some(About::Accepts(_) | About::Refuses(_)));
    let expected = any(&subject.expected, &|one| one.status.as_ref().map(|_| ()));
    is_of_call || of_about || expected.is_some()
}

/// The first of these expectations, and of those inside them, that has something.
fn any<T>(expected: &[&Expectation], has: &dyn Fn(&Expectation) -> Option<T>) -> Option<T> {
    expected.iter().find_map(|one| {
        let inner: Vec<&Expectation> =
            one.all.iter().chain(&one.exactly_one).chain(one.outcomes.values()).collect();
        has(one).or_else(|| any(&inner, has))
    })
}
