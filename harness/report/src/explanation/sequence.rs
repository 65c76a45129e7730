//! The shortest piece of a trace that shows a failure: the evidence, and what it rests on.

use super::subject::{Missing, Subject};
use super::{Mark, Message, Names, SERVER, Sequence};
use invite_judge::history::{Exchange, History};
use invite_scenario::matching::subject as subject_of;
use invite_spec::endpoint::Operation;
use invite_spec::push::{AnyType, FrameType, type_of};
use invite_spec::status::StatusClass;
use invite_text::shortened;
use invite_trace::{Content, Entry, Event, SocketEnd};
use serde_json::Value;
use std::collections::BTreeSet;

/// The most messages that are shown.
const MOST: usize = 14;

/// The most characters of a body that are shown.
const LONGEST_BODY: usize = 2_000;

/// The claims that say what a token is for.
pub(super) const TELLING_CLAIMS: [&str; 3] = ["authorities", "externalId", "conferenceId"];

/// Calls on the way to a session: only shown where they are the evidence.
const SETTING_UP: [Operation; 5] = [
    Operation::AuthToken,
    Operation::ClientAccessToken,
    Operation::Identify,
    Operation::SignIn,
    Operation::Refresh,
];

/// The piece of the trace that shows what a check found.
pub(super) fn sequence(history: &History<'_>, subject: &Subject<'_>, names: &Names) -> Sequence {
    let missing = subject.missing();
    let evidence: Vec<usize> = subject
        .check
        .entries()
        .iter()
        .copied()
        .filter(|at| history.trace.entries.get(*at).is_some_and(is_message))
        .collect();
    let offending = if missing.is_some() { None } else { evidence.last().copied() };
    let near = subject.check.evidence().and_then(|it| it.near.as_ref());
    let instead = near.filter(|near| near.is_frame()).and(evidence.first().copied());
    let found = Related::to(history, subject, &evidence, missing.as_ref());
    let (kept, left_out) = found.kept(&evidence);
    let mut messages: Vec<Message> = kept
        .iter()
        .filter_map(|at| {
            let mut message = message(*at, history.trace.entries.get(*at)?, names)?;
            if Some(*at) == offending {
                message.mark = Mark::Offending;
                message.body.push_str(&claims(history, subject, names));
            } else if Some(*at) == instead {
                message.mark = Mark::Near;
            }
            Some(message)
        })
        .collect();
    bring_answers_forward(history, &mut messages);
    if let Some(Missing { actor, what }) = missing {
        messages.push(Message {
            entry: None,
            step: subject.check.at.step().unwrap_or_default().to_owned(),
            from: SERVER.into(),
            to: actor,
            text: names.text(&what.to_string()),
            body: String::new(),
            mark: Mark::Missing,
        });
    }
    Sequence { actors: actors(&messages), messages, left_out }
}

/// The claims of the token that a check found wrong, as a line of its own; nothing for others.
fn claims(history: &History<'_>, subject: &Subject<'_>, names: &Names) -> String {
    let told = || {
        let evidence = subject.check.evidence()?;
        let pointer = evidence.spot.as_ref()?.pointer()?;
        let (_, document) = subject.document()?;
        let token = document.pointer(pointer)?.as_str()?;
        let claims = history.trace.claims(token)?.as_object()?.iter();
        // The others differ from run to run.
        let telling = claims.filter(|(name, _)| TELLING_CLAIMS.contains(&name.as_str()));
        let telling = telling.map(|(name, value)| (name.clone(), value.clone())).collect();
        let claims = names.value(&Value::Object(telling));
        Some(format!("\nclaims of {token}: {claims}"))
    };
    told().unwrap_or_default()
}

/// Shows an answer right after its request, where nothing in between was for the same session.
///
/// What goes over different connections has no order of its own: which came first is chance, and
/// would make the same failure look different from run to run.
fn bring_answers_forward(history: &History<'_>, messages: &mut [Message]) {
    for exchange in &history.exchanges {
        let Some(reply) = &exchange.reply else { continue };
        let place = |entry| messages.iter().position(|one| one.entry == Some(entry));
        let (Some(asked), Some(answered)) = (place(exchange.asked_at), place(reply.at)) else {
            continue;
        };
        let Some(between) = messages.get(asked + 1..answered) else { continue };
        if between.iter().all(|one| one.from != exchange.actor && one.to != exchange.actor) {
            messages[asked + 1..=answered].rotate_right(1);
        }
    }
}

/// Who takes part, application servers to the left of the target, clients to its right.
fn actors(messages: &[Message]) -> Vec<String> {
    let mut left = Vec::new();
    let mut right = Vec::new();
    let named = messages.iter().flat_map(|message| [&message.from, &message.to]);
    for name in named.filter(|name| *name != SERVER) {
        let side = if name.ends_with("application") { &mut left } else { &mut right };
        if !side.contains(name) {
            side.push(name.clone());
        }
    }
    right.sort();
    left.into_iter().chain([SERVER.to_owned()]).chain(right).collect()
}

pub(super) fn is_message(entry: &Entry) -> bool {
    !matches!(
        entry.event,
        Event::Begun
            | Event::Client(_)
            | Event::Fence { .. }
            | Event::Fenced { .. }
            | Event::Expired { .. }
    )
}

/// Entries that belong to the evidence, found by going back to what it rests on.
struct Related<'h> {
    history: &'h History<'h>,
    found: BTreeSet<usize>,
}

impl<'h> Related<'h> {
    fn to(
        history: &'h History<'h>,
        subject: &Subject<'_>,
        evidence: &[usize],
        missing: Option<&Missing>,
    ) -> Related<'h> {
        let mut related = Related { history, found: evidence.iter().copied().collect() };
        let began = subject.check.at.step().and_then(|step| history.trace.beginning(step));
        let end = match (missing, evidence.last()) {
            (Some(_), _) => began.unwrap_or(history.trace.entries.len()),
            (None, Some(last)) => *last,
            (None, None) => began.unwrap_or(history.trace.entries.len()),
        };
        let is_frame = evidence
            .last()
            .is_some_and(|at| matches!(history.trace.entries[*at].event, Event::Received { .. }));
        if missing.is_some() || is_frame || evidence.is_empty() {
            related.add_cause(end);
        } else if subject.check.evidence().is_some_and(|it| it.expected.is_refusal()) {
            // What came before is why it must be.
            related.add_cause(evidence[0]);
        }
        related.add_sessions(subject, missing, end);
        related.add_step(subject.after());
        let mut before = 0;
        // Each round goes one step back; what a scenario does is a handful of calls deep.
        while before != related.found.len() && related.found.len() < 4 * MOST {
            before = related.found.len();
            for at in related.found.clone() {
                related.add_grounds(at);
            }
            if let Some(actor) = missing {
                related.add_join(&actor.actor, end);
            }
        }
        related
    }

    /// The exchanges that the scenario is about.
    fn told(&self) -> impl Iterator<Item = &'h Exchange<'h>> {
        let history = self.history;
        history.exchanges.iter().filter(|exchange| {
            let of_fence =
                exchange.conference().is_some_and(|conference| history.fences.contains(conference));
            !of_fence && !exchange.operation().is_some_and(|it| SETTING_UP.contains(&it))
        })
    }

    /// The last call before an entry: what caused a frame, or should have. A frame that names its
    /// conference was caused by a call about that.
    fn add_cause(&mut self, end: usize) {
        let frame = self.history.trace.entries.get(end).and_then(|entry| match &entry.event {
            Event::Received { body, .. } => body.json(),
            _ => None,
        });
        let named = frame.and_then(|frame| frame.get("conferenceId")?.as_str());
        let before = |exchange: &&Exchange<'_>| exchange.asked_at < end;
        let of_conference = named.and_then(|named| {
            self.told().filter(before).filter(|one| one.conference() == Some(named)).last()
        });
        let cause = of_conference.or_else(|| self.told().filter(before).last());
        self.found.extend(cause.map(Exchange::entries).unwrap_or_default());
    }

    /// What one entry rests on: the other half of its exchange, where its conference and its token
    /// came from, and the join of whoever was in a conference.
    fn add_grounds(&mut self, at: usize) {
        let history = self.history;
        let entry = &history.trace.entries[at];
        if let Event::Received { .. } = entry.event {
            self.add_join(&entry.actor, at);
        }
        let of_exchange = history.exchanges.iter().find(|one| one.entries().contains(&at));
        let Some(exchange) = of_exchange else { return };
        self.found.extend(exchange.entries());
        let conference = exchange.conference().filter(|_| exchange.asked_at == at);
        let token = exchange.headers.get(invite_spec::endpoint::CONFERENCE_TOKEN_HEADER);
        if let Some(conference) = conference {
            let created = self.told().find(|one| {
                one.asked_at < at
                    && (one.is(Operation::RestCreate) || one.is(Operation::SdkCreate))
                    && one.conference() == Some(conference)
            });
            self.found.extend(created.map(Exchange::entries).unwrap_or_default());
        }
        if let Some(token) = token {
            let provider = history.trace.entries[..at].iter().position(|entry| gives(entry, token));
            self.found.extend(provider);
        }
        if exchange.is_of_sdk() && !exchange.is(Operation::SdkJoin) && exchange.asked_at == at {
            self.add_join(exchange.actor, at);
        }
    }

    /// The joins of every session of the persons concerned: what is wrong at one device may come of
    /// what another did.
    fn add_sessions(&mut self, subject: &Subject<'_>, missing: Option<&Missing>, end: usize) {
        let history = self.history;
        let person = |actor: &str| actor.split('/').next().unwrap_or(actor).to_owned();
        let of_evidence = subject.check.entries().iter().filter_map(|at| {
            let entry = history.trace.entries.get(*at)?;
            matches!(entry.event, Event::Received { .. }).then(|| person(&entry.actor))
        });
        let mut concerned: BTreeSet<String> = of_evidence.collect();
        concerned.extend(missing.map(|missing| person(&missing.actor)));
        let sessions: BTreeSet<&str> = history
            .sockets
            .iter()
            .map(|socket| socket.actor)
            .filter(|actor| concerned.contains(&person(actor)))
            .collect();
        for session in sessions {
            self.add_join(session, end);
        }
    }

    /// The calls of the step after which what was expected had to come.
    fn add_step(&mut self, step: Option<&str>) {
        let own = self.told().filter(|exchange| Some(exchange.step) == step);
        let entries: Vec<usize> = own.flat_map(Exchange::entries).collect();
        self.found.extend(entries);
    }

    /// The last join of a session before an entry.
    fn add_join(&mut self, actor: &str, before: usize) {
        let joined = self
            .told()
            .filter(|one| one.actor == actor && one.is(Operation::SdkJoin) && one.asked_at < before)
            .last();
        self.found.extend(joined.map(Exchange::entries).unwrap_or_default());
    }

    /// The entries to show, and how many are left out: those nearest to the evidence stay.
    fn kept(&self, evidence: &[usize]) -> (Vec<usize>, usize) {
        let is_shown = |at: &&usize| is_message(&self.history.trace.entries[**at]);
        let all: Vec<usize> = self.found.iter().filter(is_shown).copied().collect();
        let excess = all.len().saturating_sub(MOST);
        // The evidence may be long as well: its end is what counts.
        let needed: BTreeSet<usize> = evidence.iter().rev().take(MOST).copied().collect();
        let mut dropped = 0;
        let kept: Vec<usize> = all
            .into_iter()
            .filter(|at| {
                let goes = dropped < excess && !needed.contains(at);
                dropped += usize::from(goes);
                !goes
            })
            .collect();
        (kept, dropped)
    }
}

/// Whether an entry hands a token out.
fn gives(entry: &Entry, token: &str) -> bool {
    fn holds(value: &Value, token: &str) -> bool {
        match value {
            Value::String(text) => text == token,
            Value::Array(items) => items.iter().any(|item| holds(item, token)),
            Value::Object(fields) => fields.values().any(|value| holds(value, token)),
            _ => false,
        }
    }
    match &entry.event {
        Event::Answer { body, .. } | Event::Received { body, .. } => {
            body.json().is_some_and(|body| holds(body, token))
        }
        _ => false,
    }
}

/// An entry as a message; none for what is no message.
pub(crate) fn message(at: usize, entry: &Entry, names: &Names) -> Option<Message> {
    let actor = || entry.actor.clone();
    let server = || SERVER.to_owned();
    let (from, to, text, body) = match &entry.event {
        Event::Request { method, path, headers, body, .. } => {
            let token = headers.get(invite_spec::endpoint::CONFERENCE_TOKEN_HEADER);
            let with = token.map(|token| format!(" with {token}")).unwrap_or_default();
            (actor(), server(), format!("{method} {path}{with}"), shown(body, names))
        }
        Event::Answer { status, body, .. } => {
            (server(), actor(), answer(*status, body), shown(body, names))
        }
        Event::NoAnswer { why, .. } => (server(), actor(), why.to_string(), String::new()),
        Event::SocketOpened { .. } => {
            (actor(), server(), "opens a WebSocket".into(), String::new())
        }
        Event::SocketRefused { why, .. } => {
            (server(), actor(), format!("refuses the WebSocket: {why}"), String::new())
        }
        Event::Sent { body, .. } => (actor(), server(), frame(body, names), shown(body, names)),
        Event::Received { body, .. } => (server(), actor(), frame(body, names), shown(body, names)),
        Event::SocketClosed { by, code, reason, .. } => {
            let code = code.map(|code| format!(" with code {code}")).unwrap_or_default();
            let text = format!("closes the WebSocket{code} {reason}");
            match by {
                SocketEnd::Target => (server(), actor(), text, String::new()),
                SocketEnd::Client => (actor(), server(), text, String::new()),
                SocketEnd::Cut(why) => {
                    let text = format!("cuts the WebSocket off: {why}");
                    (actor(), server(), text, String::new())
                }
            }
        }
        Event::Begun
        | Event::Client(_)
        | Event::Fence { .. }
        | Event::Fenced { .. }
        | Event::Expired { .. } => return None,
    };
    let text = names.text(text.trim_end());
    let mark = Mark::Plain;
    Some(Message { entry: Some(at), step: entry.step.clone(), from, to, text, body, mark })
}

fn answer(status: u16, body: &Content) -> String {
    let reason = body.json().filter(|_| StatusClass::of(status).is_refused()).and_then(|body| {
        ["error_reason", "error_description", "message"]
            .into_iter()
            .find_map(|field| body.get(field)?.as_str())
    });
    match reason {
        Some(reason) => format!("{status} {}", reason.chars().take(60).collect::<String>()),
        None => status.to_string(),
    }
}

/// A frame in a few words: its type, whom it is about, and what it says of that one.
fn frame(body: &Content, names: &Names) -> String {
    let Some(value) = body.json() else { return "a frame that is not JSON".into() };
    if value.get("ackMessageUuid").is_some() {
        return "acknowledgement".into();
    }
    let kind = type_of(value);
    let person = subject_of(value);
    let id = ["externalId", "participant_id", "userId", "user_id"]
        .into_iter()
        .find_map(|field| person.get(field)?.as_str());
    let about = id.map(|id| format!(" about {}", names.person(id))).unwrap_or_default();
    let status = [value, person].into_iter().find_map(|one| one.get("status")?.as_str());
    let status = status.map(|status| format!(" {status}")).unwrap_or_default();
    // An invitation's subject is who invites.
    let is_invitation = kind == Some(AnyType::Known(FrameType::InvitationReceived));
    let about = if is_invitation { String::new() } else { about };
    let kind = kind.map_or("a frame without a type".to_owned(), |kind| kind.to_string());
    format!("{kind}{about}{status}")
}

fn shown(body: &Content, names: &Names) -> String {
    let text = match body {
        Content::Empty => return String::new(),
        Content::Json(value) => names.value(value).to_string(),
        Content::Text { beginning, bytes } if beginning.len() < *bytes => {
            format!("{beginning}... ({bytes} bytes)")
        }
        Content::Text { beginning, .. } => beginning.clone(),
    };
    shortened(&text, LONGEST_BODY)
}
