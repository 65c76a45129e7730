//! What can be found wrong with a scenario before anything runs.

use super::model::{Call, Check, Expectation, Heard, Outcome, People, Requirements, TokenChoice};
use super::{Located, Scenario, Step};
use invite_spec::endpoint::{self, Plane};
use invite_spec::requirement::Profile;
use invite_spec::suggest::nearest;
use invite_spec::{push, requirement};
use invite_trace::reference::{self, Reference};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The most people under one name, and in a scenario: each may have a WebSocket.
const MOST_PEOPLE: u32 = 5_000;
/// The most bytes of filler: enough for any limit of a body.
const MOST_FILLER: usize = 16 * 1024 * 1024;

/// One fault, and where it is.
pub(super) struct Fault {
    pub(super) line: u64,
    pub(super) column: u64,
    pub(super) message: String,
}

/// Every fault of a scenario.
pub(super) fn faults(scenario: &Scenario, file: &str) -> Vec<Fault> {
    let mut checker = Checker {
        scenario,
        steps: BTreeSet::new(),
        known: BTreeSet::new(),
        faults: Vec::new(),
        place: scenario.scenario.clone(),
    };
    checker.heading(file);
    let labelled = scenario.labelled();
    for (_, step) in &labelled {
        if let Some(id) = step.id()
            && !checker.steps.insert(id.text.clone())
        {
            checker.fault(id, format!("the step id `{id}` stands twice"));
        }
    }
    for (_, step) in &labelled {
        checker.step(step);
    }
    checker.faults
}

struct Checker<'s> {
    scenario: &'s Scenario,
    steps: BTreeSet<String>,
    /// Values that are bound by earlier steps.
    known: BTreeSet<String>,
    faults: Vec<Fault>,
    /// Where the step that is being checked begins, as near as is known.
    place: Located,
}

impl Checker<'_> {
    fn fault(&mut self, place: &Located, message: String) {
        self.faults.push(Fault { line: place.line, column: place.column, message });
    }

    fn fault_here(&mut self, message: String) {
        let place = self.place.clone();
        self.fault(&place, message);
    }

    fn heading(&mut self, file: &str) {
        let id = &self.scenario.scenario;
        let well_formed = !id.is_empty()
            && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !well_formed {
            self.fault(id, format!("`{id}` is no id: use lower-case words joined by hyphens"));
        }
        let stem = Path::new(file).file_stem().and_then(|stem| stem.to_str());
        if stem.is_some_and(|stem| stem != id.text) {
            self.fault(id, format!("the id `{id}` is not the name of the file"));
        }
        let counts = self.scenario.people.values().map(|person| person.count.unwrap_or(1));
        let people = counts.fold(0, u32::saturating_add);
        if people > MOST_PEOPLE {
            self.fault(id, format!("{people} people are too many: at most {MOST_PEOPLE}"));
        }
        for (name, person) in &self.scenario.people {
            if person.count == Some(0) {
                self.fault(id, format!("`{name}` is nobody: `count` is at least 1"));
            }
            if ["application", "second_application", "second", "api_token"].contains(&&**name) {
                self.fault(
                    id,
                    format!("`{name}` cannot be a person's name: it means something else"),
                );
            }
            if let Some(other) = &person.same_external_id_as {
                self.person(other);
            }
        }
    }

    fn step(&mut self, step: &Step) {
        self.names(step);
        if self.scenario.profile == Profile::Rest && needs_session(step) {
            self.fault_here(
                "a scenario of the profile `rest` has no sessions: this step needs one".into(),
            );
        }
    }

    fn names(&mut self, step: &Step) {
        if let Some(id) = step.id() {
            self.place = id.clone();
        }
        match step {
            Step::Open(open) => {
                self.place = open.who.0.first().cloned().unwrap_or_else(|| self.place.clone());
                self.people(&open.who);
                for who in &open.who.0 {
                    let name = person_of(who);
                    for end in ["user", "client_token", "session_token"] {
                        self.known.insert(format!("{name}.{end}"));
                    }
                }
            }
            Step::Close(close) | Step::Drop(close) | Step::Reconnect(close) => {
                self.people(&close.who);
                close.requires.iter().for_each(|id| self.requirement(id));
            }
            Step::Connect(connect) => {
                self.person(&connect.who);
                self.text(&connect.user_token);
                self.requirement(&connect.requires);
                self.twin(connect.outcome, connect.twin.as_ref(), &connect.who);
            }
            Step::Call(call) => self.call(call),
            Step::Wire(wire) => {
                self.operation(&wire.operation);
                self.text(&wire.request);
            }
            Step::Await(wait) => {
                self.place = wait.frame.clone();
                self.people(&wait.by);
                self.frame(&wait.frame);
                wait.about.iter().for_each(|who| self.person(who));
                wait.after.iter().for_each(|id| self.earlier(id));
                self.matchers(&wait.fits);
                self.requirements(&wait.requires);
                if !wait.save.is_empty() && wait.by.0.len() != 1 {
                    self.fault_here(
                        "values can be kept only of a frame that one person awaits".into(),
                    );
                }
                self.save(&wait.save);
                wait.expect.iter().for_each(|expected| self.expectation(expected, true));
            }
            Step::Never(never) => {
                self.place = never.by.0.first().cloned().unwrap_or_else(|| self.place.clone());
                self.people(&never.by);
                never.frame.iter().for_each(|frame| self.frame(frame));
                never.about.iter().for_each(|who| self.person(who));
                never.after.iter().for_each(|id| self.earlier(id));
                never.twin.iter().for_each(|id| self.earlier(id));
                self.matchers(&never.fits);
                self.requirements(&never.requires);
                if never.requires.0.is_empty() {
                    self.fault_here(
                        "a `never` must name the requirement that forbids the frame".into(),
                    );
                }
            }
            Step::Forge(forge) => {
                self.text(&forge.from);
                forge.requires.iter().for_each(|id| self.requirement(id));
                self.known.insert(forge.name.text.clone());
            }
            Step::Together(steps) => {
                for step in steps {
                    if !matches!(step, Step::Call(_)) {
                        self.fault_here("only calls can happen together".into());
                    }
                }
            }
            Step::UntilExpired(until) => {
                self.text(&until.token);
                until.requires.iter().for_each(|id| self.requirement(id));
            }
            Step::Say(say) => {
                self.people(&say.who);
                say.frames.iter().for_each(|frame| self.value(frame));
            }
            Step::Check(Check { fence, expect, .. }) => {
                fence.iter().for_each(|people| self.people(people));
                expect.iter().for_each(|expected| self.expectation(expected, true));
            }
        }
    }

    fn call(&mut self, call: &Call) {
        self.place = call.operation.clone();
        let Some(endpoint) = self.operation(&call.operation) else { return };
        match (&call.caller, endpoint.plane) {
            (Some(caller), Plane::Session) => self.person(caller),
            (Some(caller), _) => {
                if !["application", "second_application"].contains(&&*caller.text) {
                    self.fault(
                        caller,
                        format!(
                            "{} is called by `application` or `second_application`",
                            call.operation
                        ),
                    );
                }
            }
            (None, Plane::Session) => self
                .fault_here(format!("{} is called by a person: say who with `as`", call.operation)),
            (None, _) => {}
        }
        for parameter in endpoint.parameters() {
            let given = match parameter {
                "conferenceId" => call.conference.is_some(),
                other => call.path.contains_key(other),
            };
            if !given {
                let how = if parameter == "conferenceId" { "in" } else { "path" };
                self.fault_here(format!(
                    "{} needs `{parameter}`: give it by `{how}`",
                    call.operation
                ));
            }
        }
        let choices = [&call.token, &call.bearer, &call.session_token, &call.basic];
        for choice in choices {
            if let TokenChoice::Given(text) = choice {
                self.text(text);
            }
        }
        call.conference.iter().for_each(|text| self.text(text));
        call.path.values().chain(call.headers.values()).for_each(|text| self.text(text));
        call.text.iter().for_each(|text| self.text(text));
        call.filler.iter().for_each(|bytes| self.filler(*bytes));
        call.body.iter().for_each(|body| self.value(body));
        self.requirements(&call.requires);
        if call.outcome == Outcome::Refused && call.requires.0.is_empty() {
            self.fault_here("a refusal must name the requirement that demands it".into());
        }
        self.twin(call.outcome, call.twin.as_ref(), &call.operation);
        self.save(&call.save);
        call.expect.iter().for_each(|expected| self.expectation(expected, true));
    }

    fn filler(&mut self, bytes: usize) {
        if bytes > MOST_FILLER {
            let message = format!("{bytes} bytes of filler are too many: at most {MOST_FILLER}");
            self.fault_here(message);
        }
    }

    /// A refusal proves something only beside an accepted twin.
    fn twin(&mut self, outcome: Outcome, twin: Option<&Located>, place: &Located) {
        match (outcome, twin) {
            (_, Some(twin)) => self.earlier(twin),
            (Outcome::Refused, None) => self.fault(
                place,
                "a refusal counts only beside a `twin`: name the step that makes the same call \
                 rightly"
                    .into(),
            ),
            _ => {}
        }
    }

    fn expectation(&mut self, expected: &Expectation, top: bool) {
        if top && expected.requires.0.is_empty() {
            self.fault_here("an expectation must name its requirement by `requires`".into());
        }
        if let (false, Some(id)) = (top, expected.requires.0.first()) {
            self.fault(id, "only a whole expectation names requirements, not a part of one".into());
        }
        self.requirements(&expected.requires);
        let refused = expected.status == Some(super::Status::Refused);
        if top && refused && expected.twin.is_none() {
            self.fault_here("a refusal counts only beside a `twin`: name it".into());
        }
        let places = [&expected.step, &expected.twin];
        places.into_iter().flatten().for_each(|id| self.earlier(id));
        for matchers in [&expected.answer, &expected.headers, &expected.frame] {
            self.matchers(matchers);
        }
        for heard in [&expected.heard, &expected.unheard].into_iter().flatten() {
            self.heard(heard);
        }
        expected
            .all
            .iter()
            .chain(&expected.exactly_one)
            .chain(expected.outcomes.values())
            .for_each(|inner| self.expectation(inner, false));
    }

    fn heard(&mut self, heard: &Heard) {
        self.people(&heard.by);
        self.frame(&heard.frame);
        heard.about.iter().for_each(|who| self.person(who));
        heard.after.iter().for_each(|id| self.earlier(id));
        self.matchers(&heard.fits);
    }

    fn operation(&mut self, name: &Located) -> Option<&'static endpoint::Endpoint> {
        let found = endpoint::Operation::parse(name).map(endpoint::Operation::endpoint);
        if found.is_none() {
            let known = endpoint::ENDPOINTS.iter().map(|endpoint| endpoint.operation);
            self.unknown(name, "operation", known.map(endpoint::Operation::as_str).collect());
        }
        found
    }

    fn frame(&mut self, name: &Located) {
        if push::FrameType::parse(name).is_none() {
            self.unknown(
                name,
                "frame",
                push::FrameType::ALL.iter().map(|known| known.as_str()).collect(),
            );
        }
    }

    fn requirements(&mut self, ids: &Requirements) {
        ids.0.iter().for_each(|id| self.requirement(id));
    }

    fn requirement(&mut self, id: &Located) {
        match requirement::find(id) {
            None => self.unknown(
                id,
                "requirement",
                requirement::all().map(|row| row.id.as_str()).collect(),
            ),
            Some(row) if row.excluded.is_some() => {
                self.fault(id, format!("{id} is excluded from testing: mend one or the other"));
            }
            Some(_) => {}
        }
    }

    fn earlier(&mut self, id: &Located) {
        if !self.steps.contains(&id.text) {
            let known = self.steps.clone();
            self.unknown(id, "step", known.iter().map(String::as_str).collect());
        }
    }

    fn people(&mut self, people: &People) {
        if people.0.is_empty() {
            self.fault_here("nobody is named".into());
        }
        people.0.iter().for_each(|who| self.person(who));
    }

    fn person(&mut self, who: &Located) {
        let name = person_of(who);
        if !self.scenario.people.contains_key(name) {
            let known = self.scenario.people.keys().map(String::as_str).collect();
            self.unknown(who, "person", known);
        }
    }

    fn unknown(&mut self, given: &Located, what: &str, known: Vec<&str>) {
        let advice = match nearest(person_of(given), known.iter().copied()) {
            Some(name) => format!("; did you mean `{name}`?"),
            None if known.len() <= 12 && !known.is_empty() => {
                format!("; known: {}", known.join(", "))
            }
            None => String::new(),
        };
        self.fault(given, format!("no {what} `{given}`{advice}"));
    }

    fn save(&mut self, save: &BTreeMap<String, String>) {
        for (name, pointer) in save {
            if !pointer.is_empty() && !pointer.starts_with('/') {
                self.fault_here(format!("`{pointer}` is no JSON Pointer: it must begin with `/`"));
            }
            if !self.known.insert(name.clone()) {
                self.fault_here(format!("the name `{name}` is taken already"));
            }
        }
    }

    fn matchers(&mut self, matchers: &BTreeMap<String, super::Matcher>) {
        for (pointer, matcher) in matchers {
            self.matcher(pointer, matcher);
        }
    }

    fn matcher(&mut self, pointer: &str, matcher: &super::Matcher) {
        self.text(pointer);
        let conditions = &matcher.conditions;
        let values = [&conditions.equals, &conditions.differs_from].into_iter().flatten();
        values.chain(conditions.one_of.iter().flatten()).for_each(|value| self.value(value));
        let keys = [&conditions.keys, &conditions.has_keys, &conditions.lacks_keys];
        keys.into_iter().flatten().flatten().for_each(|text| self.text(text));
        conditions.equals_ignoring_case.iter().for_each(|text| self.text(text));
        if let Some(person) = &conditions.person {
            self.person(&Located { text: person.clone(), ..self.place.clone() });
        }
        for inner in [&conditions.some, &conditions.none, &conditions.claims].into_iter().flatten()
        {
            self.matchers(inner);
        }
        conditions.each.iter().for_each(|inner| self.matcher("", inner));
        conditions.any_of.iter().flatten().for_each(|inner| self.matcher("", inner));
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(items) => items.iter().for_each(|item| self.value(item)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.text(key);
                    self.value(value);
                }
            }
            _ => {}
        }
    }

    /// Every `${...}` must be known by now.
    fn text(&mut self, text: &str) {
        for reference in reference::all(text) {
            let (name, known) = match &reference {
                Reference::Person { name, field, .. } => (
                    name.clone(),
                    self.scenario.people.contains_key(name)
                        && match field.as_deref() {
                            None | Some("name") => true,
                            Some(field) => self.known.contains(&format!("{name}.{field}")),
                        },
                ),
                Reference::Name(name) => (
                    name.clone(),
                    self.known.contains(name)
                        || self.scenario.people.contains_key(name)
                        || ["api_token", "second.api_token", "host"].contains(&&**name),
                ),
                Reference::Filler(bytes) | Reference::Alias { length: Some(bytes), .. } => {
                    self.filler(*bytes);
                    continue;
                }
                Reference::Alias { length: None, .. } => continue,
            };
            if !known {
                let mut names: Vec<String> = self.known.iter().cloned().collect();
                names.extend(self.scenario.people.keys().cloned());
                let advice = nearest(&name, names.iter().map(String::as_str))
                    .map(|name| format!("; did you mean `{name}`?"))
                    .unwrap_or_default();
                self.fault_here(format!("`${{{reference}}}` is not known at this step{advice}"));
            }
        }
    }
}

/// Whether a step needs the plane of clients, or a WebSocket.
fn needs_session(step: &Step) -> bool {
    let is_of_clients = |operation: &str| {
        endpoint::Operation::parse(operation)
            .map(endpoint::Operation::endpoint)
            .is_some_and(|endpoint| endpoint.plane == Plane::Session)
    };
    match step {
        Step::Open(_) | Step::Close(_) | Step::Drop(_) | Step::Reconnect(_) => true,
        Step::Connect(_) | Step::Await(_) | Step::Never(_) | Step::Say(_) => true,
        Step::Call(call) => is_of_clients(&call.operation),
        Step::Wire(wire) => is_of_clients(&wire.operation),
        Step::Check(check) => check.fence.is_some(),
        // Its steps are looked at one by one.
        Step::Together(_) | Step::Forge(_) | Step::UntilExpired(_) => false,
    }
}

/// The person of `bob` or `bob/phone`.
fn person_of(who: &str) -> &str {
    who.split('/').next().unwrap_or(who)
}
