//! What can be found wrong with a scenario for clients before anything runs.

use super::model::{ClientScenario, ClientStep, Intervention};
use crate::faults::Fault;
use crate::{Located, is_id};
use invite_spec::endpoint::Plane;
use invite_spec::requirement::Side;
use invite_text::did_you_mean;
use invite_trace::reference::{self, Reference};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Every fault of a scenario.
pub(super) fn faults(scenario: &ClientScenario, file: &str) -> Vec<Fault> {
    let people = scenario.people.iter().map(|name| name.value.clone()).collect();
    let mut checker = Checker { scenario, people, saved: BTreeSet::new(), faults: Vec::new() };
    checker.heading(file);
    let mut steps = BTreeSet::new();
    for step in &scenario.steps {
        checker.step(step, &steps);
        if let Some(id) = step.id()
            && !steps.insert(id.value.clone())
        {
            checker.fault(id, format!("duplicate step id `{id}`"));
        }
    }
    checker.faults
}

struct Checker<'s> {
    scenario: &'s ClientScenario,
    people: BTreeSet<String>,
    /// The names that earlier steps gave to values.
    saved: BTreeSet<String>,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    fn fault<T>(&mut self, at: &Located<T>, message: impl Into<String>) {
        self.faults.push(Fault::new(at.position, message));
    }

    fn heading(&mut self, file: &str) {
        let id = &self.scenario.id;
        if !is_id(id) {
            self.fault(id, format!("`{id}` is not an id: use lower-case words joined by hyphens"));
        }
        let stem = Path::new(file).file_stem().and_then(|stem| stem.to_str());
        if stem.is_some_and(|stem| stem != id.value) {
            self.fault(id, format!("the id `{id}` is not the name of the file"));
        }
        if self.scenario.people.is_empty() {
            self.fault(id, "no person is named");
        }
    }

    fn step(&mut self, step: &ClientStep, earlier: &BTreeSet<String>) {
        for requirement in step.requires() {
            let row = requirement.row();
            if row.side() != Side::Client {
                let message = format!("{requirement} binds servers: name one that binds clients");
                self.fault(requirement, message);
            } else if row.excluded.is_some() {
                self.fault(requirement, format!("{requirement} is excluded from testing"));
            }
        }
        match step {
            ClientStep::Client(deed) => {
                self.person(&deed.who);
                self.value(&deed.who, &Value::Object(deed.with.clone()));
                self.save(&deed.who, &deed.save);
            }
            ClientStep::Server(call) => {
                let plane = call.operation.endpoint().plane;
                if plane != Plane::Rest {
                    let message = format!(
                        "{} is not a call of an application's server: name one of the REST plane",
                        call.operation
                    );
                    self.fault(&call.operation, message);
                }
                let is_about = call.operation.endpoint().is_about_conference();
                match (&call.conference, is_about) {
                    (Some(conference), true) => {
                        self.value(&call.operation, &Value::from(conference.as_str()));
                    }
                    (None, true) => {
                        self.fault(&call.operation, "the conference is missing: add `in`");
                    }
                    (Some(_), false) => {
                        let message = format!("{} takes no `in`", call.operation);
                        self.fault(&call.operation, message);
                    }
                    (None, false) => {}
                }
                self.value(&call.operation, call.body.as_ref().unwrap_or(&Value::Null));
                self.save(&call.operation, &call.save);
            }
            ClientStep::Intervene(how) => {
                if let Some(who) = how.who() {
                    self.person(who);
                }
                match how {
                    Intervention::Push(one) => self.value(&one.who, &one.frame),
                    Intervention::PushBeforeAnswer(one) => self.value(&one.who, &one.frame),
                    _ => {}
                }
            }
            ClientStep::Await(observed) => {
                self.person(&observed.who);
                if observed.act().is_none() {
                    let message = "name exactly one of `call`, `frame`, `socket` and `event`";
                    self.fault(&observed.who, message);
                }
                if let Some(after) = &observed.after
                    && !earlier.contains(&after.value)
                {
                    let known = earlier.iter().map(String::as_str);
                    let help = did_you_mean(after, known);
                    let fault = Fault::new(after.position, format!("unknown step `{after}`"));
                    self.faults.push(fault.help(help));
                }
            }
        }
    }

    fn person(&mut self, who: &Located) {
        if !self.people.contains(&who.value) {
            let help = did_you_mean(who, self.people.iter().map(String::as_str));
            let fault = Fault::new(who.position, format!("unknown person `{who}`"));
            self.faults.push(fault.help(help));
        }
    }

    fn save<T>(&mut self, at: &Located<T>, save: &crate::Pointers) {
        for (name, pointer) in save {
            if !pointer.is_empty() && !pointer.starts_with('/') {
                self.fault(
                    at,
                    format!("`{pointer}` is not a JSON Pointer: it must begin with `/`"),
                );
            }
            if self.people.contains(name) || !self.saved.insert(name.clone()) {
                self.fault(at, format!("the name `{name}` is taken"));
            }
        }
    }

    /// Every `${...}` must be known by now.
    fn value<T>(&mut self, at: &Located<T>, value: &Value) {
        match value {
            Value::String(text) => self.text(at, text),
            Value::Array(items) => items.iter().for_each(|item| self.value(at, item)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.text(at, key);
                    self.value(at, value);
                }
            }
            _ => {}
        }
    }

    fn text<T>(&mut self, at: &Located<T>, text: &str) {
        for reference in reference::all(text) {
            let (Reference::Name(name) | Reference::Person { name, .. }) = &reference else {
                continue;
            };
            let is_whole = matches!(&reference, Reference::Name(_));
            if is_whole && (self.saved.contains(name) || self.people.contains(name)) {
                continue;
            }
            let known = self.saved.iter().chain(&self.people).map(String::as_str);
            let help = did_you_mean(name, known);
            let message = format!("`${{{reference}}}` is not known at this step");
            self.faults.push(Fault::new(at.position, message).help(help));
        }
    }
}
