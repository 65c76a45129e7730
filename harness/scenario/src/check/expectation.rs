//! Expectations and matchers.

use super::Checker;
use crate::{Expectation, Heard, Located, Matcher, Status};
use std::collections::BTreeMap;

impl Checker<'_> {
    /// A whole expectation.
    pub(super) fn expectation(&mut self, expected: &Expectation) {
        if expected.requires.is_empty() {
            self.fault_here("an expectation must name its requirement by `requires`");
        }
        if expected.status == Some(Status::Refused) && expected.twin.is_none() {
            self.fault_here("a refusal counts only with a `twin`: name it");
        }
        self.requirements(&expected.requires);
        self.part(expected);
    }

    /// A part of an expectation, or what a whole one has in common with it.
    fn part(&mut self, expected: &Expectation) {
        if let Some(twin) = expected.twin.as_ref().filter(|_| !may_refuse(expected)) {
            self.fault(twin, "`twin` without `status: refused`; only a refusal has a twin");
        }
        [&expected.step, &expected.twin].into_iter().flatten().for_each(|id| self.earlier(id));
        for matchers in [&expected.answer, &expected.headers, &expected.frame] {
            self.matchers(matchers);
        }
        for heard in [&expected.heard, &expected.unheard].into_iter().flatten() {
            self.heard(heard);
        }
        let parts = expected.all.iter().chain(&expected.exactly_one);
        for part in parts.chain(expected.outcomes.values()) {
            if let Some(id) = part.requires.0.first() {
                self.fault(id, "only a whole expectation names requirements, not a part of one");
            }
            self.part(part);
        }
    }

    fn heard(&mut self, heard: &Heard) {
        self.people(&heard.by);
        heard.about.iter().for_each(|who| self.person(who));
        heard.after.iter().for_each(|id| self.earlier(id));
        self.matchers(&heard.fits);
    }

    pub(super) fn matchers(&mut self, matchers: &BTreeMap<String, Matcher>) {
        for (pointer, matcher) in matchers {
            self.matcher(pointer, matcher);
        }
    }

    fn matcher(&mut self, pointer: &str, matcher: &Matcher) {
        self.text(pointer);
        let conditions = &matcher.conditions;
        let values = [&conditions.equals, &conditions.differs_from].into_iter().flatten();
        values.chain(conditions.one_of.iter().flatten()).for_each(|value| self.value(value));
        let keys = [&conditions.keys, &conditions.has_keys, &conditions.lacks_keys];
        keys.into_iter().flatten().flatten().for_each(|text| self.text(text));
        conditions.equals_ignoring_case.iter().for_each(|text| self.text(text));
        if let Some(person) = &conditions.person {
            self.person(&Located { value: person.clone(), position: self.position });
        }
        let maps = [&conditions.some, &conditions.none, &conditions.claims];
        maps.into_iter().flatten().for_each(|inner| self.matchers(inner));
        conditions.each.iter().for_each(|inner| self.matcher("", inner));
        conditions.any_of.iter().flatten().for_each(|inner| self.matcher("", inner));
    }
}

/// Whether a status is expected that is a refusal.
fn may_refuse(expected: &Expectation) -> bool {
    use invite_spec::status::StatusClass;
    match &expected.status {
        Some(Status::Refused) => true,
        Some(Status::OneOf(codes)) => codes.iter().any(|code| StatusClass::of(*code).is_refused()),
        Some(Status::Accepted) | None => false,
    }
}
