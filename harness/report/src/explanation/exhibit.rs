//! The messages that the evidence of a failure points at, each with its body.

use super::excerpt::{Excerpt, LONGEST_VALUE, Line, Place, cut, excerpt, of_text};
use super::sequence::{TELLING_CLAIMS, is_message, message};
use super::subject::Subject;
use super::{Difference, Mark, Names, SERVER, Sequence};
use invite_judge::history::History;
use invite_trace::{Content, Entry, Event, Evidence, Seen, Spot};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The most messages of the evidence: the offending one is the last.
const MOST: usize = 3;

/// The most tokens whose claims are shown with a message.
const MOST_TOKENS: usize = 2;

/// A message that shows a failure.
#[derive(Debug, Clone, PartialEq)]
pub struct Exhibit {
    /// Who sent it.
    pub from: String,
    /// Who got it.
    pub to: String,
    /// What it is, in a few words.
    pub text: String,
    /// Whether it is the offending one.
    pub mark: Mark,
    /// Its headers, as far as they are recorded.
    pub headers: Excerpt,
    /// Its body, without lines if it is empty; none for what has no body, as the opening of a WebSocket.
    pub body: Option<Excerpt>,
    /// The claims of the tokens that the failure is about, by the names of these.
    pub claims: Vec<(String, Excerpt)>,
    /// Where all of it is: a JSON Pointer into the run's record.
    pub whole: String,
    /// How many bytes of it the record holds, and how many there were, if these are more.
    pub kept: Option<(usize, usize)>,
}

impl Exhibit {
    /// Whether something of it was left out.
    pub fn is_cut(&self) -> bool {
        let claims = self.claims.iter().map(|(_, excerpt)| excerpt);
        let parts = self.body.iter().chain(claims).chain([&self.headers]);
        parts.into_iter().any(|excerpt| excerpt.is_cut)
    }
}

/// The messages that the evidence points at. `trace` is where the trace is in the record.
pub(super) fn exhibits(
    history: &History<'_>,
    subject: &Subject<'_>,
    names: &Names,
    sequence: &Sequence,
    differences: &[Difference],
    trace: &str,
) -> Vec<Exhibit> {
    let Some(evidence) = subject.check.evidence() else { return Vec::new() };
    let marks: BTreeMap<usize, Mark> =
        sequence.messages.iter().filter_map(|it| Some((it.entry?, it.mark))).collect();
    let exhibit = |at: usize| {
        let entry = history.trace.entries.get(at)?;
        let mark = marks.get(&at).copied().unwrap_or(Mark::Plain);
        let told = message(at, entry, names)?;
        let mut exhibit = Exhibit {
            from: told.from,
            to: told.to,
            text: told.text,
            mark,
            headers: Excerpt::default(),
            body: None,
            claims: Vec::new(),
            whole: format!("{trace}/entries/{at}"),
            kept: None,
        };
        let points = Points::of(evidence, differences, mark);
        exhibit.headers = points.headers(entry, names);
        let (Event::Request { body, .. }
        | Event::Answer { body, .. }
        | Event::Sent { body, .. }
        | Event::Received { body, .. }) = &entry.event
        else {
            return Some(exhibit);
        };
        match body {
            Content::Empty => exhibit.body = Some(Excerpt::default()),
            Content::Json(document) => {
                exhibit.body = Some(excerpt(document, &points.body, names));
                exhibit.claims = points.claims(history, document, names);
            }
            Content::Text { beginning, bytes } => {
                exhibit.body = Some(of_text(beginning, *bytes, names));
                exhibit.kept = (beginning.len() < *bytes).then_some((beginning.len(), *bytes));
            }
        }
        Some(exhibit)
    };
    entries(history, evidence, sequence).into_iter().filter_map(exhibit).collect()
}

/// The entries to show: those of the evidence, with the other half of each exchange; before a frame, and
/// where one is missing, the last call, which should have caused it. A response comes right after its
/// request: what goes over different connections has no order of its own.
fn entries(history: &History<'_>, evidence: &Evidence, sequence: &Sequence) -> Vec<usize> {
    let told = evidence.entries.iter().copied();
    let told: Vec<usize> =
        told.filter(|at| history.trace.entries.get(*at).is_some_and(is_message)).collect();
    let mut shown = told[told.len().saturating_sub(MOST)..].to_vec();
    shown.sort_unstable();
    let exchange_of =
        |at: usize| history.exchanges.iter().find(|exchange| exchange.entries().contains(&at));
    if !shown.iter().any(|at| exchange_of(*at).is_some()) {
        let calls = sequence.messages.iter().filter(|message| message.to == SERVER);
        let call = calls.filter_map(|it| it.entry).rfind(|at| exchange_of(*at).is_some());
        shown.splice(0..0, call);
    }
    let mut all = Vec::new();
    for at in shown {
        let halves = exchange_of(at).map_or_else(|| vec![at], |exchange| exchange.entries());
        for half in halves {
            if !all.contains(&half) {
                all.push(half);
            }
        }
    }
    all
}

/// What a failure points at in one message.
#[derive(Default)]
struct Points<'e> {
    /// In its body, by JSON Pointer.
    body: Vec<String>,
    /// In the claims of a token: where the token is, and where in its claims.
    claims: Vec<(&'e str, &'e str)>,
    /// One of its headers.
    header: Option<&'e str>,
}

impl<'e> Points<'e> {
    fn of(evidence: &'e Evidence, differences: &'e [Difference], mark: Mark) -> Points<'e> {
        if !matches!(mark, Mark::Offending | Mark::Near) {
            return Points::default();
        }
        let mut points = Points::default();
        match &evidence.spot {
            Some(Spot::Body(pointer)) => {
                points.body.push(pointer.clone());
                if matches!(evidence.seen, Seen::Grants(_)) {
                    points.claims.push((pointer, "/authorities"));
                }
            }
            Some(Spot::Header(name)) => points.header = Some(name),
            None => {}
        }
        for one in differences {
            let Some(pointer) = one.spot.pointer() else { continue };
            if !points.body.iter().any(|it| it == pointer) {
                points.body.push(pointer.to_owned());
            }
            points.claims.extend(one.claim.as_deref().map(|claim| (pointer, claim)));
        }
        points
    }

    fn headers(&self, entry: &Entry, names: &Names) -> Excerpt {
        let (Event::Request { headers, .. } | Event::Answer { headers, .. }) = &entry.event else {
            return Excerpt::default();
        };
        let place = |name: &str, is_missing| {
            let is_it = self.header.is_some_and(|it| it.eq_ignore_ascii_case(name));
            is_it.then(|| Place { at: format!("header {name}"), is_missing })
        };
        let mut excerpt = Excerpt::default();
        for (name, value) in headers {
            let (value, was_cut) = cut(&names.text(value), LONGEST_VALUE);
            excerpt.is_cut |= was_cut;
            let line = Line::plain(format!("{name}: {value}"));
            excerpt.lines.push(Line { place: place(name, false), ..line });
        }
        let missing = self.header.filter(|it| !headers.contains_key(&it.to_ascii_lowercase()));
        excerpt.lines.extend(
            missing.map(|name| Line { place: place(name, true), ..Line::plain(name.to_owned()) }),
        );
        excerpt
    }

    /// The claims of the tokens at the places: those that say what a token is for, and those pointed
    /// at. The others differ from run to run.
    fn claims(
        &self,
        history: &History<'_>,
        document: &Value,
        names: &Names,
    ) -> Vec<(String, Excerpt)> {
        let found = self.body.iter().filter_map(|pointer| {
            let token = document.pointer(pointer)?.as_str()?;
            let claims = history.trace.claims(token)?.as_object()?;
            let of_it = self.claims.iter().filter(|(at, _)| at == pointer);
            let places: Vec<String> = of_it.map(|(_, claim)| (*claim).to_owned()).collect();
            let is_told = |name: &str| {
                TELLING_CLAIMS.contains(&name)
                    || places.iter().any(|place| place.split('/').nth(1) == Some(name))
            };
            let told: Map<String, Value> = claims
                .iter()
                .filter(|(name, _)| is_told(name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            Some((names.text(token), excerpt(&Value::Object(told), &places, names)))
        });
        found.take(MOST_TOKENS).collect()
    }
}
