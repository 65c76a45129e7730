//! What must hold at the end of a script: the one thing that did not, as data for `replay.py`.

use super::Unavailable;
use super::frame::wrong;
use super::wish::{matchers, pattern, raw_step};
use crate::explanation::subject::{Subject, actors};
use invite_judge::history::{Exchange, History};
use invite_scenario::{Outcome, People, Scenario, Step};
use invite_spec::endpoint::Operation;
use invite_spec::requirement::RequirementId;
use invite_trace::Evidence;
use invite_trace::{Event, Trace};
use serde_json::{Value, json};

/// What must hold, and what of the trace it needs.
#[derive(Debug)]
pub(super) struct Claim {
    /// For `replay.py`.
    pub(super) what: Value,
    /// The exchanges that it looks at: what they come to is not known beforehand.
    pub(super) exchanges: Vec<u32>,
    /// The steps since whose beginning frames count.
    pub(super) marks: Vec<String>,
    /// Where the trace may end: an index.
    pub(super) end: usize,
}

pub(super) struct Maker<'r> {
    subject: &'r Subject<'r>,
    pub(super) history: History<'r>,
    exchanges: Vec<u32>,
    marks: Vec<String>,
}

/// What must hold so that a check does not fail.
pub(super) fn claim(subject: &Subject<'_>, source: &str) -> Result<Claim, Unavailable> {
    let history = History::read(subject.trace);
    let mut maker = Maker { subject, history, exchanges: Vec::new(), marks: Vec::new() };
    let what = maker.make(source)?;
    let end = maker.end(&what);
    Ok(Claim { what, exchanges: maker.exchanges, marks: maker.marks, end })
}

impl Maker<'_> {
    pub(super) fn trace(&self) -> &Trace {
        self.subject.trace
    }

    pub(super) fn evidence(&self) -> &Evidence {
        &self.subject.check.evidence
    }

    fn make(&mut self, source: &str) -> Result<Value, Unavailable> {
        let step = raw_step(source, &self.subject.check.at);
        let status = self.evidence().expected.clone();
        if status.contains("is accepted (a status") || status.ends_with("is answered") {
            return self.status("accepted");
        }
        if status.contains("is refused (a status") {
            return self.status("refused");
        }
        match (self.subject.step, step.as_ref()) {
            (Some(Step::Await(wait)), Some(step)) if self.subject.missing().is_some() => {
                let heard = self.heard(step, &wait.by)?;
                return Ok(json!({ "all": heard }));
            }
            (Some(Step::Never(never)), Some(step)) => {
                let mut unheard = self.heard(step, &never.by)?;
                unheard.iter_mut().for_each(|one| rename(one, "heard", "unheard"));
                return Ok(json!({ "all": unheard }));
            }
            (Some(Step::Connect(connect)), Some(_)) => {
                let is = if connect.outcome == Outcome::Accepted { "opened" } else { "refused" };
                return self.socket(is);
            }
            (Some(_), Some(step)) if !self.subject.expected.is_empty() => {
                return self.expectations(step);
            }
            _ => {}
        }
        self.by_evidence()
    }

    /// A claim that the evidence alone gives: of a law, or of a call on the way to something else.
    fn by_evidence(&mut self) -> Result<Value, Unavailable> {
        let evidence = self.evidence();
        let last = evidence.entries.last().and_then(|at| self.trace().entries.get(*at));
        let last = last.map(|entry| (&entry.event, entry.actor.clone()));
        let pointer = evidence.pointer.clone();
        let by_schema = self.subject.check.at.contains("schemas")
            || evidence.expected.contains(" answers a text at ");
        match last {
            Some((Event::SocketRefused { .. }, _)) => self.socket("opened"),
            Some((Event::Received { body, .. }, actor)) => {
                let frame = body.json().cloned().unwrap_or(Value::Null);
                self.of_frame(&actor, &frame, pointer.filter(|_| by_schema))
            }
            Some((Event::Answer { exchange, body, .. }, _)) => {
                let exchange = *exchange;
                if let (Some(pointer), Some(body), true) = (pointer, body.json(), by_schema) {
                    let wrong = wrong(self.payload(exchange), body, &pointer);
                    self.exchanges.push(exchange);
                    return Ok(json!({
                        "unlike": { "of": [exchange], "pointer": pointer, "wrong": wrong },
                    }));
                }
                self.missing_by_law().ok_or_else(unknown)
            }
            _ => self.missing_by_law().ok_or_else(unknown),
        }
    }

    /// An invitation that never arrived, as the law about them finds it.
    fn missing_by_law(&self) -> Option<Value> {
        let missing = self.subject.missing()?;
        let conference = self.evidence().entries.iter().find_map(|at| {
            let of = |exchange: &&Exchange<'_>| exchange.entries().contains(at);
            self.history.exchanges.iter().find(of)?.conference().map(str::to_owned)
        })?;
        Some(json!({ "heard": {
            "at": file_name(&missing.actor),
            "frame": "InvitationReceived",
            "where": { "/conferenceId": conference },
        }}))
    }

    /// The status of the exchange that the evidence shows, or else of the step's own ones.
    fn status(&mut self, is: &str) -> Result<Value, Unavailable> {
        let entries = &self.trace().entries;
        let shown =
            self.evidence().entries.iter().rev().find_map(|at| match entries.get(*at)?.event {
                Event::Request { exchange, .. }
                | Event::Answer { exchange, .. }
                | Event::NoAnswer { exchange, .. } => Some(exchange),
                _ => None,
            });
        let of = match shown {
            Some(exchange) => vec![exchange],
            None => self.own(&self.subject.check.at.clone()),
        };
        if of.is_empty() {
            return Err(unknown());
        }
        self.exchanges.extend(&of);
        Ok(json!({ "status": { "of": of, "is": is } }))
    }

    fn socket(&mut self, is: &str) -> Result<Value, Unavailable> {
        let shown = self.evidence().entries.iter().find_map(|at| {
            let entry = self.trace().entries.get(*at)?;
            match entry.event {
                Event::SocketOpened { socket, .. } | Event::SocketRefused { socket, .. } => {
                    Some(format!("{}.{socket}", file_name(&entry.actor)))
                }
                _ => None,
            }
        });
        let name = shown.ok_or_else(unknown)?;
        Ok(json!({ "socket": { "name": name, "is": is } }))
    }

    /// The payload that an exchange should be answered with.
    fn payload(&self, exchange: u32) -> Option<&'static str> {
        let of = self.history.exchanges.iter().find(|one| self.number(one) == Some(exchange))?;
        Some(of.endpoint?.answer?.name)
    }

    fn number(&self, exchange: &Exchange<'_>) -> Option<u32> {
        match self.trace().entries.get(exchange.asked_at)?.event {
            Event::Request { exchange, .. } => Some(exchange),
            _ => None,
        }
    }

    /// The last exchange of each caller of a step.
    fn own(&self, label: &str) -> Vec<u32> {
        let raw = self.subject.step_called(label);
        let mut last: std::collections::BTreeMap<&str, u32> = Default::default();
        for exchange in self.history.exchanges.iter().filter(|it| it.step == label) {
            let is_own = raw.as_ref().is_none_or(|(operation, preflight)| match exchange.method {
                "OPTIONS" => *preflight,
                _ => !preflight && exchange.operation().map(Operation::as_str) == Some(operation),
            });
            if let (true, Some(number)) = (is_own, self.number(exchange)) {
                last.insert(exchange.actor, number);
            }
        }
        last.into_values().collect()
    }

    /// That a frame came to each of these people.
    fn heard(&mut self, raw: &Value, by: &People) -> Result<Vec<Value>, Unavailable> {
        let pattern = self.pattern(raw)?;
        let told = actors(by, &self.trace().bindings).into_iter();
        Ok(told
            .map(|actor| {
                let mut one = pattern.clone();
                one["at"] = file_name(&actor).into();
                json!({ "heard": one })
            })
            .collect())
    }

    fn pattern(&mut self, raw: &Value) -> Result<Value, Unavailable> {
        let (pattern, mark) = pattern(raw, &self.trace().bindings)?;
        self.marks.extend(mark);
        Ok(pattern)
    }

    fn expectations(&mut self, step: &Value) -> Result<Value, Unavailable> {
        let requirement = self.subject.check.requirement.map_or("", RequirementId::as_str);
        let is_its = |one: &&Value| match one.get("requires") {
            Some(Value::String(id)) => *id == requirement,
            Some(Value::Array(ids)) => ids.iter().any(|id| id.as_str() == Some(requirement)),
            _ => false,
        };
        let own: Vec<Value> = step
            .get("expect")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter(is_its)
            .cloned()
            .collect();
        if own.is_empty() {
            return Err(unknown());
        }
        let all: Result<Vec<Value>, _> =
            own.iter().map(|one| self.expectation(one, step)).collect();
        Ok(json!({ "all": all? }))
    }

    fn expectation(&mut self, raw: &Value, step: &Value) -> Result<Value, Unavailable> {
        let label = raw.get("step").and_then(Value::as_str);
        let label = label.unwrap_or(&self.subject.check.at).to_owned();
        let mut all = Vec::new();
        let wants = |name: &str| raw.get(name).filter(|value| !value.is_null());
        if let Some(status) = wants("status") {
            let is = if status.is_number() { json!([status]) } else { status.clone() };
            let of = self.of_step(&label)?;
            all.push(json!({ "status": { "of": of, "is": is } }));
        }
        for name in ["answer", "headers"] {
            if let Some(fits) = wants(name) {
                let of = self.of_step(&label)?;
                let fits = matchers(fits, &self.trace().bindings)?;
                all.push(json!({ name: { "of": of, "fits": fits } }));
            }
        }
        if let Some(fits) = wants("frame") {
            let fits = matchers(fits, &self.trace().bindings)?;
            let by = match self.subject.step {
                Some(Step::Await(wait)) => wait.by.clone(),
                _ => return Err(unknown()),
            };
            for heard in self.heard(step, &by)? {
                all.push(json!({ "frame": { "is": heard["heard"], "fits": fits } }));
            }
        }
        for name in ["heard", "unheard"] {
            if let Some(heard) = wants(name) {
                let by = people(heard.get("by").unwrap_or(&Value::Null));
                for mut one in self.heard(heard, &by)? {
                    rename(&mut one, "heard", name);
                    all.push(one);
                }
            }
        }
        for name in ["all", "exactly_one"] {
            if let Some(Value::Array(inner)) = wants(name) {
                let inner: Result<Vec<Value>, _> =
                    inner.iter().map(|one| self.expectation(one, step)).collect();
                all.push(json!({ name: inner? }));
            }
        }
        if let Some(Value::Object(options)) = wants("outcomes") {
            let options: Result<Vec<Value>, _> =
                options.values().map(|one| self.expectation(one, step)).collect();
            all.push(json!({ "one_of": options? }));
        }
        Ok(json!({ "all": all }))
    }

    fn of_step(&mut self, label: &str) -> Result<Vec<u32>, Unavailable> {
        let of = self.own(label);
        if of.is_empty() {
            return Err(unknown());
        }
        self.exchanges.extend(&of);
        Ok(of)
    }

    /// Up to where the trace is needed: the end of the step, and for what concerns frames the next
    /// fence, if there is one.
    fn end(&self, what: &Value) -> usize {
        let entries = &self.trace().entries;
        let of_evidence = self.evidence().entries.last().map_or(0, |at| at + 1);
        let is_later = |at: usize| {
            entries[at..].iter().position(|entry| entry.event == Event::Begun).map(|next| at + next)
        };
        let began = self.trace().beginning(&self.subject.check.at);
        let of_step = began.map(|began| is_later(began + 1).unwrap_or(entries.len()));
        let end = of_step.unwrap_or(0).max(of_evidence);
        let text = what.to_string();
        if began.is_none() && ["heard", "unheard", "at_most"].iter().any(|name| text.contains(name))
        {
            return entries.len();
        }
        end
    }
}

pub(super) fn unknown() -> Unavailable {
    Unavailable("what was found cannot be told from one place of the wire alone".into())
}

fn rename(claim: &mut Value, from: &str, to: &str) {
    if let Some(fields) = claim.as_object_mut()
        && let Some(value) = fields.shift_remove(from)
    {
        fields.insert(to.to_owned(), value);
    }
}

/// The name that an actor's files have.
pub(super) fn file_name(actor: &str) -> String {
    actor.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

fn people(raw: &Value) -> People {
    let one = |value: &Value| value.as_str().map(Into::into);
    People(match raw {
        Value::Array(items) => items.iter().filter_map(one).collect(),
        other => one(other).into_iter().collect(),
    })
}

impl Subject<'_> {
    /// The operation that a step calls, and whether as a preflight.
    fn step_called(&self, label: &str) -> Option<(String, bool)> {
        let (_, step) =
            self.scenario.map(Scenario::labelled)?.into_iter().find(|(l, _)| l == label)?;
        match step {
            Step::Call(call) => Some((call.operation.text.clone(), call.preflight)),
            Step::Wire(wire) => Some((wire.operation.text.clone(), false)),
            _ => None,
        }
    }
}
