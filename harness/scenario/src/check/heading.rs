//! The id of a scenario, and its people.

use super::Checker;
use crate::{Located, Person, is_id};
use invite_spec::requirement::Profile;
use std::collections::BTreeSet;
use std::path::Path;

/// The most people under one name, and in a scenario: each may have a WebSocket.
const MOST_PEOPLE: u32 = 5_000;

/// Names that the harness has given already, and what they mean: in traces, the harness's own clients
/// are named beside the people, and in a step, a reference looks like a person.
const RESERVED: [(&str, &str); 10] = [
    ("application", "the application's server"),
    ("second_application", "the second application's server"),
    ("second", "`${second.api_token}`, the second application's API token"),
    ("api_token", "`${api_token}`, the application's API token"),
    ("host", "`${host}`, the target's host"),
    ("origin", "`${origin}`, the page that the clients were loaded from"),
    ("fence", "the client that fences"),
    ("probe", "the client that probes the target"),
    ("second-probe", "the client that probes the second application"),
    ("server", "the target, in diagrams"),
];

impl Checker<'_> {
    pub(super) fn heading(&mut self, file: &str) {
        let scenario = self.scenario;
        let id = &scenario.id;
        if !is_id(id) {
            self.fault(id, format!("`{id}` is not an id: use lower-case words joined by hyphens"));
        }
        let stem = Path::new(file).file_stem().and_then(|stem| stem.to_str());
        if stem.is_some_and(|stem| stem != id.value) {
            self.fault(id, format!("the id `{id}` is not the name of the file"));
        }
        if scenario.profile == Profile::Client {
            let message = "the profile `client` belongs to client scenarios, which \
                `invite-conformance client` drives: use `sdk` here";
            self.fault(id, message);
        }
        let counts = scenario.people.values().map(|person| person.count.unwrap_or(1));
        let people = counts.fold(0, u32::saturating_add);
        if people > MOST_PEOPLE {
            self.fault(id, format!("too many people: {people}, at most {MOST_PEOPLE}"));
        }
        let mut members = BTreeSet::new();
        for (name, person) in &scenario.people {
            self.name(name);
            if person.count == Some(0) {
                self.fault(name, format!("`count` of `{name}` must be at least 1"));
            }
            if people <= MOST_PEOPLE {
                self.members(name, person, &mut members);
            }
            if let Some(other) = &person.same_external_id_as {
                self.person(other);
            }
        }
    }

    fn name(&mut self, name: &Located) {
        let is_well_formed = !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if !is_well_formed {
            self.fault(
                name,
                format!("`{name}` cannot be a person's name: use letters, digits, `-` and `_`"),
            );
        }
        if let Some((_, meaning)) = RESERVED.iter().find(|(reserved, _)| **name == *reserved) {
            self.fault(
                name,
                format!("`{name}` cannot be a person's name: it stands for {meaning}"),
            );
        }
    }

    /// A group of two, `crowd`, has the members `crowd-1` and `crowd-2`.
    fn members(&mut self, name: &Located, person: &Person, all: &mut BTreeSet<String>) {
        for member in person.members(name) {
            if !all.insert(member.clone()) {
                let message = format!("`{member}` is a person and a member of a group");
                self.fault(name, message);
                return;
            }
        }
    }
}
