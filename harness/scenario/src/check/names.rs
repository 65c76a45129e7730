//! Steps, people and `${...}` references that do not exist.

use super::Checker;
use crate::faults::Fault;
use crate::{Located, People, Pointers, Requirements};
use invite_spec::requirement::{RequirementId, Side};
use invite_text::did_you_mean;
use invite_trace::reference::{self, Reference};
use serde_json::Value;

/// The most known names that an error lists.
const MOST_LISTED: usize = 12;

/// What the harness binds by itself, besides people.
const OWN_BINDINGS: [&str; 4] = ["host", "origin", "api_token", "fence"];

impl Checker<'_> {
    pub(super) fn requirements(&mut self, ids: &Requirements) {
        ids.0.iter().for_each(|id| self.requirement(id));
    }

    pub(super) fn requirement(&mut self, id: &Located<RequirementId>) {
        if id.row().excluded.is_some() {
            self.fault(id, format!("{id} is excluded from testing: remove it here or include it"));
        }
        if id.row().side() != Side::Server {
            self.fault(id, format!("{id} binds clients: only a client scenario can evaluate it"));
        }
    }

    /// The id of a step.
    pub(super) fn earlier(&mut self, id: &Located) {
        if !self.steps.contains(&id.value) {
            let known: Vec<String> = self.steps.iter().cloned().collect();
            self.unknown(id, "step", &known);
        }
    }

    pub(super) fn people(&mut self, people: &People) {
        if people.0.is_empty() {
            self.fault_here("no person is named");
        }
        people.0.iter().for_each(|who| self.person(who));
    }

    pub(super) fn person(&mut self, who: &Located) {
        if !self.scenario.people.contains_key(person_of(who)) {
            let known: Vec<String> =
                self.scenario.people.keys().map(|name| name.value.clone()).collect();
            self.unknown(who, "person", &known);
        }
    }

    fn unknown(&mut self, given: &Located, what: &str, known: &[String]) {
        let help = did_you_mean(person_of(given), known.iter().map(String::as_str));
        let is_short = !known.is_empty() && known.len() <= MOST_LISTED;
        let list = || is_short.then(|| format!("known: {}", known.join(", ")));
        let fault = Fault::new(given.position, format!("unknown {what} `{given}`"));
        self.faults.push(fault.help(help.or_else(list)));
    }

    pub(super) fn save(&mut self, save: &Pointers) {
        for (name, pointer) in save {
            if !pointer.is_empty() && !pointer.starts_with('/') {
                self.fault_here(format!(
                    "`{pointer}` is not a JSON Pointer: it must begin with `/`"
                ));
            }
            self.bind(name);
        }
    }

    /// A name that a step gives to a value.
    pub(super) fn bind(&mut self, name: &str) {
        if self.scenario.people.contains_key(name) {
            self.fault_here(format!("a value cannot be saved as `{name}`: a person has that name"));
        } else if OWN_BINDINGS.contains(&name) {
            self.fault_here(format!("a value cannot be saved as `{name}`: the name is reserved"));
        } else if !self.known.insert(name.to_owned()) {
            self.fault_here(format!("duplicate name `{name}`: an earlier step saves it, too"));
        }
    }

    pub(super) fn value(&mut self, value: &Value) {
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
    pub(super) fn text(&mut self, text: &str) {
        for reference in reference::all(text) {
            match &reference {
                Reference::Filler { count, of } => self.filler(count.saturating_mul(of.len())),
                Reference::Alias { length: Some(bytes), .. } => self.filler(*bytes),
                Reference::Alias { length: None, .. } => {}
                Reference::Person { name, .. } | Reference::Name(name) => {
                    if !self.is_known(&reference) {
                        self.unknown_reference(&reference, name);
                    }
                }
            }
        }
    }

    fn is_known(&self, reference: &Reference) -> bool {
        let is_person = |name: &str| self.scenario.people.contains_key(name);
        match reference {
            Reference::Person { name, field, .. } => {
                is_person(name)
                    && match field.as_deref() {
                        None | Some("name") => true,
                        Some(field) => self.known.contains(&format!("{name}.{field}")),
                    }
            }
            Reference::Name(name) => {
                self.known.contains(name)
                    || is_person(name)
                    || ["api_token", "second.api_token", "host", "origin"].contains(&name.as_str())
            }
            Reference::Filler { .. } | Reference::Alias { .. } => true,
        }
    }

    fn unknown_reference(&mut self, reference: &Reference, name: &str) {
        let people = self.scenario.people.keys().map(|name| name.value.as_str());
        let help = did_you_mean(name, self.known.iter().map(String::as_str).chain(people));
        let message = format!("`${{{reference}}}` is not known at this step");
        self.faults.push(Fault::new(self.position, message).help(help));
    }
}

/// The person of `bob` or `bob/phone`.
pub(super) fn person_of(who: &str) -> &str {
    who.split('/').next().unwrap_or(who)
}
