//! Recomputes a record's verdicts from its own traces.

use super::baseline::{Assessment, State, assess};
use super::{Broken, FORMAT, Partial, Record, ScenarioRecord, Seal, clients, record, seal};
use invite_judge::Tally;
use invite_scenario::Scenario;
use invite_scenario::client::{self, ClientSelection};
use invite_scenario::{AGAIN, PREFLIGHT, admit, cover};
use invite_spec::requirement::{RequirementId, Side};
use invite_text::Diagnostic;
use invite_trace::{At, Check, Event, Evidence, SkipReason, Trace};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One place in which a record does not say what its traces say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Where.
    pub place: String,
    /// What the record says.
    pub recorded: String,
    /// What follows from its traces.
    pub recomputed: String,
}

/// Why a record cannot be recomputed at all.
#[derive(Debug, thiserror::Error)]
pub enum Unverifiable {
    /// It is of another format.
    #[error("the record's format is `{found}`; this program reads `{FORMAT}`")]
    Format {
        /// What it says.
        found: String,
    },
    /// A scenario in it cannot be read.
    #[error("the source of a scenario in the record is not one: {}", lines(.0))]
    Scenario(Vec<Diagnostic>),
}

fn lines(errors: &[Diagnostic]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Every check that a record's traces give.
pub fn recompute(record: &Record) -> Result<Vec<Check>, Unverifiable> {
    Ok(recomputed(record)?.0)
}

pub(crate) fn recomputed(record: &Record) -> Result<(Vec<Check>, Tally), Unverifiable> {
    if record.format != FORMAT {
        return Err(Unverifiable::Format { found: record.format.clone() });
    }
    if record.side == Side::Client {
        return recomputed_of_clients(record);
    }
    let mut checks = invite_judge::judge_laws(&record.preflight);
    for scenario in &record.scenarios {
        match (&scenario.trace, &scenario.skipped) {
            (Some(trace), _) => checks.extend(invite_judge::judge(&read(scenario)?, trace)),
            (None, Some(skip)) => {
                checks.extend(invite_judge::skipped(&read(scenario)?, &skip.reason));
            }
            (None, None) => {}
        }
    }
    let strict = record.options.strict;
    let tally = record::tally(&mut checks, &record.part, strict, record.interrupted);
    Ok((checks, tally))
}

fn recomputed_of_clients(record: &Record) -> Result<(Vec<Check>, Tally), Unverifiable> {
    let mut checks = Vec::new();
    for scenario in &record.scenarios {
        let found = read_client(scenario)?;
        match (&scenario.trace, &scenario.skipped) {
            (Some(trace), _) => {
                checks.extend(invite_judge::judge_client(&found.scenario, trace));
            }
            (None, Some(skip)) => checks.extend(clients::skipped(&found, &skip.reason)),
            (None, None) => {}
        }
    }
    let strict = record.options.strict;
    let tally = clients::tally(&mut checks, &record.part, strict, record.interrupted);
    Ok((checks, tally))
}

fn read_client(scenario: &ScenarioRecord) -> Result<ClientSelection, Unverifiable> {
    let (file, source) = (scenario.file.clone(), scenario.source.clone());
    let read = client::parse(&file, &source).map_err(Unverifiable::Scenario)?;
    Ok(ClientSelection { file, source, scenario: read })
}

fn read(scenario: &ScenarioRecord) -> Result<Scenario, Unverifiable> {
    invite_scenario::parse(&scenario.file, &scenario.source).map_err(Unverifiable::Scenario)
}

/// Every place in which a record does not say what its traces say; none if all is well.
pub fn verify(record: &Record) -> Result<Vec<Difference>, Unverifiable> {
    let (checks, tally) = recomputed(record)?;
    let mut differences = seals(record);
    differences.extend(head(record));
    differences.extend(traces_of_other_runs(record));
    scenarios(record, &mut differences)?;
    compare_checks(&record.checks, &checks, &mut differences);
    compare_tallies(&record.tally, &tally, &mut differences);
    compare_baselines(record, &mut differences);
    let partial = Partial::of(&record.part, record.interrupted, &tally, record.side);
    if record.partial != partial {
        let words =
            |it: &Option<Partial>| it.as_ref().map_or("a whole run".to_owned(), Partial::to_string);
        differences.push(Difference {
            place: "how much of the suite it was about".into(),
            recorded: words(&record.partial),
            recomputed: words(&partial),
        });
    }
    Ok(differences)
}

/// A record that does not say of its baseline what its checks say.
fn compare_baselines(record: &Record, differences: &mut Vec<Difference>) {
    let Some(baselined) = &record.baseline else { return };
    let (recorded, recomputed) =
        (&baselined.assessment, assess(record, &baselined.baseline, baselined.today));
    if *recorded == recomputed {
        return;
    }
    let count = |them: &[State], one| them.iter().filter(|state| **state == one).count();
    let words = |it: &Assessment| {
        format!(
            "{}: {} known, {} stale, {} new, {} not reached",
            if it.conforms { "conforms" } else { "does not conform" },
            count(&it.entries, State::Known),
            count(&it.entries, State::Stale),
            it.new.len(),
            it.unreached.len()
        )
    };
    let (old, new) = (words(recorded), words(&recomputed));
    let recorded = if old == new { "something else about an entry".to_owned() } else { old };
    differences.push(Difference { place: "the baseline".to_owned(), recorded, recomputed: new });
}

/// What stands besides the traces, if it was changed after the run.
fn head(record: &Record) -> Option<Difference> {
    if record.head_seal == seal::head(record) {
        return None;
    }
    let recorded = if record.head_seal.is_empty() { "no seal" } else { "a seal of something else" };
    Some(Difference {
        place: "the target, its claims or the options".into(),
        recorded: recorded.into(),
        recomputed: "changed after the run".into(),
    })
}

/// Traces whose names are not those of the record's own run, and traces that began at another time than
/// the others of their run: they were taken from somewhere else.
fn traces_of_other_runs(record: &Record) -> Vec<Difference> {
    let runs: Vec<&str> = record.options.run_id.split('+').collect();
    let mut began: BTreeMap<&str, u64> = BTreeMap::new();
    let mut found = Vec::new();
    let driven = record.scenarios.iter().filter_map(|scenario| scenario.trace.as_ref());
    for trace in std::iter::once(&record.preflight).chain(driven) {
        let own = runs.iter().find(|run| {
            let names = |run: &str| cover::prefix(run, &trace.scenario);
            // Those of its first try, and of its second.
            let all = [names(run), names(&format!("{run}{AGAIN}"))];
            all.contains(&trace.bindings.alias_prefix)
        });
        let is_own =
            own.is_some_and(|run| *began.entry(run).or_insert(trace.epoch_us) == trace.epoch_us);
        if !is_own {
            found.push(Difference {
                place: format!("the trace of {}", trace.scenario),
                recorded: format!("a trace of the run {}", record.options.run_id),
                recomputed: "a trace of another run: its names or its time are of that".into(),
            });
        }
    }
    found
}

/// Traces that are not the ones that were recorded.
fn seals(record: &Record) -> Vec<Difference> {
    let driven = record
        .scenarios
        .iter()
        .filter_map(|scenario| scenario.trace.as_ref().map(|trace| (scenario.id.as_str(), trace)));
    std::iter::once((PREFLIGHT, &record.preflight))
        .chain(driven)
        .filter_map(|(name, trace)| broken(name, record.seals.get(name), trace))
        .collect()
}

fn broken(name: &str, seal: Option<&Seal>, trace: &Trace) -> Option<Difference> {
    let place = |rest: &str| format!("the trace of {name}{rest}");
    let Some(seal) = seal else {
        return Some(Difference {
            place: place(""),
            recorded: "no seal".into(),
            recomputed: "a trace that nothing vouches for".into(),
        });
    };
    Some(match seal.broken(trace)? {
        Broken::Frame => Difference {
            place: place(", beside its entries (names, tokens, end)"),
            recorded: "a seal of something else".into(),
            recomputed: "changed after the run".into(),
        },
        Broken::Entry(at) => Difference {
            place: place(&format!(", entry {at}{}", describe(trace, at))),
            recorded: "a seal of something else".into(),
            recomputed: "changed, added or removed after the run".into(),
        },
    })
}

/// What an entry is, in a few words.
fn describe(trace: &Trace, at: usize) -> String {
    let Some(entry) = trace.entries.get(at) else { return ", which is missing".into() };
    let what = match &entry.event {
        Event::Begun => "the beginning of a step",
        Event::Request { .. } => "a request",
        Event::Answer { .. } => "an answer",
        Event::NoAnswer { .. } => "the lack of an answer",
        Event::SocketOpened { .. } => "the opening of a WebSocket",
        Event::SocketRefused { .. } => "the refusal of a WebSocket",
        Event::Sent { .. } => "a sent frame",
        Event::Received { .. } => "a received frame",
        Event::SocketClosed { .. } => "the end of a WebSocket",
        Event::Fence { .. } => "a fence",
        Event::Fenced { .. } => "the arrival at a fence",
        Event::Expired { .. } => "a deadline",
        Event::Client(_) => "something between the harness and the client",
    };
    format!(" ({what}, {}, step {})", entry.actor, entry.step)
}

/// Scenarios whose name, or whose being skipped, does not follow from the record.
fn scenarios(record: &Record, differences: &mut Vec<Difference>) -> Result<(), Unverifiable> {
    let kinds = record.target.kinds();
    let mut seen = BTreeSet::new();
    for entry in &record.scenarios {
        if !seen.insert(entry.id.as_str()) {
            differences.push(Difference {
                place: format!("scenario {}", entry.id),
                recorded: "twice".into(),
                recomputed: "a scenario stands in a record once".into(),
            });
        }
        let server = if record.side.is_server() { Some(read(entry)?) } else { None };
        let id = match &server {
            Some(scenario) => scenario.id.value.clone(),
            None => read_client(entry)?.scenario.id.value,
        };
        let names =
            std::iter::once(&entry.id).chain(entry.trace.as_ref().map(|trace| &trace.scenario));
        for name in names.filter(|name| **name != id) {
            differences.push(Difference {
                place: format!("scenario {name}"),
                recorded: format!("the source and trace of {name}"),
                recomputed: format!("the source of {id}"),
            });
        }
        // Every client scenario can be driven: what a client cannot do shows in its trace.
        let Some(scenario) = server else { continue };
        let admitted = admit(&scenario, &record.target.claims, kinds);
        let reason = entry.skipped.as_ref().map(|skip| &skip.reason);
        let agrees = match (reason, &entry.trace, &admitted) {
            // A run that was ended early has not driven all that it could have.
            (Some(SkipReason::Interrupted(_)), None, _) => record.interrupted.is_some(),
            // No record can show how many files a machine lets a program open.
            (Some(SkipReason::TooFewDescriptors { .. }), None, Ok(_)) => true,
            (Some(reason), None, Err(admitted)) => reason == admitted,
            (None, Some(_), Ok(_)) => true,
            _ => false,
        };
        if !agrees {
            differences.push(Difference {
                place: format!("scenario {}", entry.id),
                recorded: match (reason, &entry.trace) {
                    (Some(reason), None) => format!("skipped: {reason}"),
                    (Some(reason), Some(_)) => format!("driven, and yet skipped: {reason}"),
                    (None, Some(_)) => "driven".to_owned(),
                    (None, None) => "neither driven nor skipped".to_owned(),
                },
                recomputed: match admitted {
                    Ok(_) => "driven".to_owned(),
                    Err(reason) => format!("skipped: {reason}"),
                },
            });
        }
    }
    Ok(())
}

/// Checks by scenario, place and requirement; there may be several of one kind.
type ByPlace<'c> = BTreeMap<(&'c str, &'c At, Option<RequirementId>), Vec<&'c Check>>;

fn by_place(checks: &[Check]) -> ByPlace<'_> {
    let mut found = ByPlace::new();
    for check in checks {
        let key = (check.scenario.as_str(), &check.at, check.requirement);
        found.entry(key).or_default().push(check);
    }
    found
}

fn compare_checks(recorded: &[Check], recomputed: &[Check], differences: &mut Vec<Difference>) {
    let (old, new) = (by_place(recorded), by_place(recomputed));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
    for key in keys {
        let (old, new) = (old.get(&key), new.get(&key));
        if old == new {
            continue;
        }
        let side = |checks: Option<&Vec<_>>| checks.cloned().unwrap_or_default();
        let (old, new) = (side(old), side(new));
        let (scenario, at, requirement) = key;
        let requirement = requirement.map_or("the harness", RequirementId::as_str);
        differences.push(Difference {
            place: format!("{requirement} in {scenario}, {at}"),
            recorded: words(&old, &new),
            recomputed: words(&new, &old),
        });
    }
}

/// What checks of one place say, as far as others do not say the same.
fn words(checks: &[&Check], others: &[&Check]) -> String {
    let verdicts = |checks: &[&Check]| checks.iter().map(|c| c.verdict()).collect::<Vec<_>>();
    let same_verdicts = verdicts(checks) == verdicts(others);
    let said: Vec<String> = checks
        .iter()
        .filter(|check| !others.contains(check))
        .map(|check| match check.evidence().map(Evidence::seen_in_words) {
            Some(seen) if same_verdicts => format!("{}, seen: {seen}", check.verdict()),
            None if same_verdicts => format!("{} with other evidence", check.verdict()),
            _ => check.verdict().to_string(),
        })
        .collect();
    if said.is_empty() { "no such check".into() } else { said.join(", ") }
}

fn compare_tallies(recorded: &Tally, recomputed: &Tally, differences: &mut Vec<Difference>) {
    if recorded == recomputed {
        return;
    }
    let words = |tally: &Tally| {
        let summary = &tally.summary;
        format!(
            "{}: {} passed, {} failed, {} noted, {} blocked, {} skipped, {} errors, {} checks",
            if summary.conforms { "conforms" } else { "does not conform" },
            summary.passed,
            summary.failed,
            summary.noted,
            summary.blocked,
            summary.skipped,
            summary.errors,
            summary.checks
        )
    };
    let (old, new) = (words(recorded), words(recomputed));
    let place = "the tally".to_owned();
    if old != new {
        differences.push(Difference { place, recorded: old, recomputed: new });
        return;
    }
    let first = recomputed.requirements.iter().find(|result| {
        recorded.find(result.requirement).is_none_or(|recorded| recorded != *result)
    });
    let which = first.map_or("a requirement", |result| result.requirement.as_str());
    let recorded = format!("something else about {which}");
    let recomputed = "what the checks add up to".into();
    differences.push(Difference { place, recorded, recomputed });
}
