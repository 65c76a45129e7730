//! Why a requirement is not fulfilled, as data: what every format shows of a failure, the order of
//! failures, and the command that runs one again.
//!
//! | file | what |
//! | --- | --- |
//! | `model` | what an explanation holds |
//! | `names` | ids and tokens by the names that the scenario gives them |
//! | `subject` | what a check was about: its step, and what that wanted |
//! | `difference` | how a value differs from what was expected, by JSON Pointer |
//! | `sequence` | the shortest piece of the trace that shows it |
//! | `exhibit` | the messages that the evidence points at, with their bodies |
//! | `excerpt` | a JSON document line by line, the places marked |
//! | `headline` | what the server did wrong, in one sentence |
//! | `common` | what several failures have in common |

mod common;
mod difference;
mod excerpt;
mod exhibit;
mod headline;
mod model;
mod names;
mod sequence;
pub(super) mod subject;

pub use common::{Common, Group, common, groups};
pub use difference::difference;
pub use excerpt::{Excerpt, Line};
pub use exhibit::Exhibit;
pub use model::{
    Blocked, Change, Cited, Difference, Elsewhere, Explanation, Mark, Message, Place, Rule, SERVER,
    Sequence,
};
pub use names::Names;
pub(super) use sequence::message;

use super::Record;
use invite_judge::RequirementResult;
use invite_judge::history::History;
use invite_scenario::Scenario;
use invite_spec::requirement::{RequirementId, Side};
use invite_trace::Trace;
use invite_trace::{Check, Verdict};
use subject::Subject;

/// Explains everything that failed: what counts first, then what is only noted; of either, the
/// likeliest cause first.
pub fn explain(record: &Record) -> Vec<Explanation> {
    let failed = invite_judge::by_cause(&record.tally, &record.checks).into_iter();
    let results = failed.filter_map(|id| record.tally.find(id));
    let mut explained: Vec<_> = results.filter_map(|result| of_result(record, result)).collect();
    explained.sort_by_key(|it| !it.counts);
    explained
}

/// The check that a failed requirement is explained by: the first that shows it, or the one that
/// shows after which call the target stopped answering.
pub(super) fn shown_by<'r>(record: &'r Record, result: &RequirementResult) -> Option<&'r Check> {
    let last = died(record).filter(|check| check.requirement == Some(result.requirement));
    last.or_else(|| of_requirement(record, result).next())
}

/// The check that shows after which call the target stopped answering, if it did.
fn died(record: &Record) -> Option<&Check> {
    invite_judge::death(&record.checks)
}

fn of_requirement<'r>(
    record: &'r Record,
    result: &RequirementResult,
) -> impl Iterator<Item = &'r Check> {
    let (id, verdict) = (Some(result.requirement), result.verdict);
    record.checks.iter().filter(move |it| it.requirement == id && it.verdict() == verdict)
}

/// The trace that a check was judged on, and the scenario, if it is one's.
pub(super) fn told_in<'r>(record: &'r Record, check: &Check) -> (&'r Trace, Option<Told<'r>>) {
    let found = record.scenarios.iter().find(|scenario| scenario.id == check.scenario);
    match found.and_then(|found| Some((found.trace.as_ref()?, found))) {
        None => (&record.preflight, None),
        Some((trace, found)) => {
            let scenario = invite_scenario::parse(&found.file, &found.source).ok();
            (trace, Some(Told { title: &found.title, file: &found.file, scenario }))
        }
    }
}

/// Whether a scenario runs only if slow ones are wanted.
fn is_slow(record: &Record, check: &Check, scenario: Option<&Scenario>) -> bool {
    let of_client = || {
        let found = record.scenarios.iter().find(|scenario| scenario.id == check.scenario)?;
        invite_scenario::client::parse(&found.file, &found.source).ok()
    };
    match record.side {
        Side::Server => scenario.is_some_and(Scenario::is_slow),
        Side::Client => of_client().is_some_and(|scenario| scenario.slow.is_some()),
    }
}

/// A scenario of the record, read again.
pub(super) struct Told<'r> {
    pub(super) title: &'r str,
    pub(super) file: &'r str,
    pub(super) scenario: Option<Scenario>,
}

fn of_result(record: &Record, result: &RequirementResult) -> Option<Explanation> {
    let counts = match result.verdict {
        Verdict::Fail => result.counted && !record.is_known(result.requirement),
        Verdict::Error => true,
        Verdict::Pass | Verdict::Skip | Verdict::Blocked => return None,
    };
    let row = result.requirement.row();
    let check = shown_by(record, result)?;
    let (trace, told) = told_in(record, check);
    let scenario = told.as_ref().and_then(|told| told.scenario.as_ref());
    let subject = Subject::of(check, trace, scenario);
    let history = History::read(trace);
    let names = Names::of(&trace.bindings);
    let sequence = sequence::sequence(&history, &subject, &names);
    let evidence = check.evidence()?;
    let mut differences = subject.differences();
    let whole = trace_in(record, &check.scenario);
    let exhibits = exhibit::exhibits(&history, &subject, &names, &sequence, &differences, &whole);
    differences.iter_mut().for_each(|one| one.rename(&names));
    let headline = match died(record).filter(|died| std::ptr::eq(*died, check)) {
        Some(_) => headline::last_call(&subject, &history, &names),
        None => headline::headline(&subject, &history, &sequence, &differences, &names)?,
    };
    Some(Explanation {
        rule: Rule::of(row),
        verdict: result.verdict,
        counts,
        headline,
        subjects: common::subjects(check, &sequence, &history),
        scenario: check.scenario.clone(),
        title: told.as_ref().map_or(PREFLIGHT, |told| told.title).to_owned(),
        at: check.at.clone(),
        place: told.as_ref().and_then(|told| subject.place(told.file)),
        expected: names.text(&evidence.expected.to_string()),
        seen: names.text(&evidence.seen_in_words()),
        spot: evidence.spot.as_ref().map(|spot| model::named(spot, &names)),
        differences,
        acceptable: subject.acceptable(),
        sequence,
        exhibits,
        blocks: blocked(record, row.id),
        elsewhere: elsewhere(record, result),
        again: again(record, &check.scenario, is_slow(record, check, scenario)),
        needs: needs(record),
    })
}

/// Where the trace that a scenario was judged on is in the record, as a JSON Pointer.
fn trace_in(record: &Record, scenario: &str) -> String {
    match record.scenarios.iter().position(|it| it.id == scenario && it.trace.is_some()) {
        Some(place) => format!("/scenarios/{place}/trace"),
        None => "/preflight".to_owned(),
    }
}

/// The title of what is asked before the scenarios.
const PREFLIGHT: &str = "The target is there and takes the credentials";

fn blocked(record: &Record, cause: RequirementId) -> Vec<Blocked> {
    let results = record.tally.requirements.iter();
    results
        .filter(|other| other.blocked_by == Some(cause))
        .map(|other| Blocked { id: other.requirement, title: other.requirement.row().title })
        .collect()
}

fn elsewhere(record: &Record, result: &RequirementResult) -> Vec<Elsewhere> {
    of_requirement(record, result)
        .skip(1)
        .map(|check| Elsewhere { scenario: check.scenario.clone(), at: check.at.clone() })
        .collect()
}

/// The variables of the environment that hold the credentials, where the command that shows it again
/// names the target by its address alone.
fn needs(record: &Record) -> Vec<&'static str> {
    const FIRST: [&str; 2] = ["INVITE_APP_KEY", "INVITE_APP_SECRET"];
    const SECOND: [&str; 2] = ["INVITE_SECOND_APP_KEY", "INVITE_SECOND_APP_SECRET"];
    if !record.target.flags.iter().any(|flag| flag == "--url") {
        return Vec::new();
    }
    let second = SECOND.into_iter().filter(|_| record.target.has_second_application);
    FIRST.into_iter().chain(second).collect()
}

/// The command that drives the side that was tested.
fn command(record: &Record) -> &'static str {
    match record.side {
        Side::Server => "run",
        Side::Client => "client",
    }
}

/// The command that shows a scenario again. Secrets come from the environment.
fn again(record: &Record, scenario: &str, is_slow: bool) -> String {
    let mut words: Vec<String> = vec!["invite-conformance".into(), command(record).into()];
    words.extend(record.target.flags.iter().map(|flag| quoted(flag)));
    // The preflight is a part of every run.
    if record.scenarios.iter().any(|known| known.id == scenario) {
        words.extend(["--only".into(), quoted(scenario)]);
    }
    if is_slow {
        words.push("--slow".into());
    }
    if record.side.is_server() {
        words.extend(["--seed".into(), record.options.seed.to_string()]);
    }
    if record.options.strict {
        words.push("--strict".into());
    }
    if let Some(rate) = record.options.rate {
        words.extend(["--rate".into(), rate.to_string()]);
    }
    words.join(" ")
}

/// A word as a shell takes it for one.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
