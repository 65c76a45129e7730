//! Which scenarios are meant: by their ids, by what they evaluate, by what failed in another run.

use super::{Failure, report};
use crate::path::step_of;
use invite_record::Record;
use invite_scenario::{Scenario, Selection};
use invite_spec::path::{PREFIX, STEPS, Step};
use invite_spec::requirement::{RequirementId, areas};
use invite_text::{Untrusted, did_you_mean};
use invite_trace::Verdict;
use std::collections::BTreeSet;
use std::path::Path;

/// One of the patterns that a user gave.
#[derive(Debug)]
enum Pattern<'p> {
    /// Ids of scenarios, in which `*` stands for anything.
    Ids(&'p str),
    /// What a scenario evaluates.
    Requirement(RequirementId),
    /// What begins with the prefix of an area, such as `INV`.
    Area(&'static str),
    /// What can work after a step of the implementer's path, and not before: `step:invite`.
    Step(&'static Step),
}

impl<'p> Pattern<'p> {
    fn parse(text: &'p str) -> Pattern<'p> {
        if let Some(id) = RequirementId::parse(text) {
            return Pattern::Requirement(id);
        }
        if let Some(step) = text.starts_with(PREFIX).then(|| Step::find(text)).flatten() {
            return Pattern::Step(step);
        }
        match areas().iter().find(|area| area.prefix == text) {
            Some(area) => Pattern::Area(area.prefix),
            None => Pattern::Ids(text),
        }
    }

    fn fits(&self, found: &Selection) -> bool {
        let scenario: &Scenario = &found.scenario;
        let evaluates = |is_it: &dyn Fn(RequirementId) -> bool| {
            invite_judge::requirements(scenario).into_iter().any(is_it)
        };
        match self {
            Pattern::Ids(glob) => matches(glob, &scenario.id.value),
            Pattern::Requirement(wanted) => evaluates(&|id| id == *wanted),
            Pattern::Area(prefix) => evaluates(&|id| id.area().prefix == *prefix),
            Pattern::Step(step) => step_of(found) == *step,
        }
    }
}

/// The scenarios that fit one of these patterns; all if there are none.
///
/// # Errors
///
/// If a pattern fits none: a misspelt one would silently test less.
pub(crate) fn select(all: Vec<Selection>, texts: &[String]) -> Result<Vec<Selection>, Failure> {
    let patterns: Vec<Pattern<'_>> = texts.iter().map(|text| Pattern::parse(text)).collect();
    for (pattern, text) in patterns.iter().zip(texts) {
        if !all.iter().any(|found| pattern.fits(found)) {
            return Err(no_match(pattern, text, &all));
        }
    }
    let is_meant = |found: &Selection| {
        patterns.is_empty() || patterns.iter().any(|pattern| pattern.fits(found))
    };
    Ok(all.into_iter().filter(is_meant).collect())
}

/// The step of the implementer's path up to which a server is built, if nothing but steps was given.
pub(crate) fn built(texts: &[String]) -> Option<&'static Step> {
    let steps: Option<Vec<&'static Step>> = texts
        .iter()
        .map(|text| match Pattern::parse(text) {
            Pattern::Step(step) => Some(step),
            _ => None,
        })
        .collect();
    steps?.into_iter().max_by_key(|step| step.number())
}

fn no_match(pattern: &Pattern<'_>, text: &str, all: &[Selection]) -> Failure {
    let hint = match pattern {
        Pattern::Requirement(id) => format!(
            "no scenario evaluates it by itself: laws do, in every scenario; `invite-conformance \
             explain {id}` names them"
        ),
        Pattern::Area(_) | Pattern::Ids(_) | Pattern::Step(_) => {
            let ids = all.iter().map(|found| found.scenario.id.value.as_str());
            let requirements = invite_spec::requirement::all().map(|row| row.id.as_str());
            let prefixes = areas().iter().map(|area| area.prefix);
            let steps: Vec<String> = STEPS.iter().map(Step::pattern).collect();
            let steps = steps.iter().map(String::as_str);
            let known = ids.chain(requirements).chain(prefixes).chain(steps);
            did_you_mean(text, known).unwrap_or_else(|| {
                format!("{} are known; `invite-conformance list scenarios` lists them", all.len())
            })
        }
    };
    Failure::usage(format!("no scenario matches `{}`; {hint}", Untrusted(text)))
}

/// The ids of the scenarios in which something failed, or could not be reached, in a run.
///
/// # Errors
///
/// If the file is no run record.
pub(crate) fn failed_in(path: &Path) -> Result<BTreeSet<String>, Failure> {
    Ok(failed(&report::read(path)?))
}

/// The ids of the scenarios in which something failed, or could not be reached.
pub(crate) fn failed(record: &Record) -> BTreeSet<String> {
    let is_bad = |verdict| matches!(verdict, Verdict::Fail | Verdict::Error | Verdict::Blocked);
    let bad = record.checks.iter().filter(|check| is_bad(check.verdict()));
    bad.map(|check| check.scenario.clone()).collect()
}

/// Whether an id matches a pattern in which `*` stands for anything.
pub(crate) fn matches(glob: &str, id: &str) -> bool {
    let mut parts = glob.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = id.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(previous) = last.replace(part) {
            match rest.find(previous) {
                Some(at) => rest = &rest[at + previous.len()..],
                None => return false,
            }
        }
    }
    match last {
        None => rest.is_empty(),
        Some(part) => rest.ends_with(part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (glob, id, expected) in [
            ("invite-*", "invite-offline", true),
            ("*offline", "invite-offline", true),
            ("*off*", "invite-offline", true),
            ("invite", "invite-offline", false),
            ("in*ite*ne", "invite-offline", true),
            ("*", "anything", true),
            ("a*a", "a", false),
        ] {
            assert_eq!(matches(glob, id), expected, "{glob} and {id}");
        }
    }
}
