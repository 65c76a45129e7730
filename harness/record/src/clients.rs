//! The record of a run against clients: the same as that of a run against a server, from the other end.

use crate::record::{Skip, TargetRecord};
use crate::{FORMAT, Options, Part, Partial, Record, ScenarioRecord};
use invite_judge::Tally;
use invite_scenario::client::ClientSelection;
use invite_scenario::description::Target;
use invite_scenario::{Kinds, PREFLIGHT, cover};
use invite_spec::requirement::Side;
use invite_trace::reference::Bindings;
use invite_trace::{At, Check, CheckResult, Ended, Interruption, SkipReason, Trace, Verdict, View};
use std::collections::BTreeMap;

/// What was driven, and how.
#[derive(Debug)]
pub struct ClientRun<'r> {
    /// What the client is called.
    pub client: String,
    /// The server at the other end.
    pub server: &'r Target,
    /// The scenarios, each with its trace, or why there is none.
    pub scenarios: Vec<(ClientSelection, Result<Trace, SkipReason>)>,
    /// Which of all scenarios they are.
    pub part: Part,
    /// The slow ones that were not run, because nobody wanted them.
    pub left_out: Vec<String>,
    /// How the run was made.
    pub options: Options,
    /// When it began, in microseconds since 1970.
    pub epoch_us: u64,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Why it was ended before all its scenarios were, if it was.
    pub interrupted: Option<Interruption>,
}

impl Record {
    /// Judges the clients that were driven.
    pub fn of_clients(run: ClientRun<'_>) -> Record {
        let ClientRun { client, server, part, left_out, options, interrupted, .. } = run;
        let mut checks = Vec::new();
        let mut scenarios = Vec::new();
        for (found, trace) in run.scenarios {
            let (trace, skipped) = match trace {
                Ok(trace) => {
                    checks.extend(invite_judge::judge_client(&found.scenario, &trace));
                    (Some(trace), None)
                }
                Err(reason) => {
                    checks.extend(skipped(&found, &reason));
                    (None, Some(Skip::from(reason)))
                }
            };
            scenarios.push(ScenarioRecord {
                id: found.scenario.id.value.clone(),
                title: found.scenario.title.clone(),
                file: found.file,
                source: found.source,
                skipped,
                failed: None,
                retried_alone: None,
                trace,
            });
        }
        let tally = tally(&mut checks, &part, options.strict, interrupted);
        let kinds = Kinds { first: Some(true), second: Some(false), has_second: true };
        Record {
            format: FORMAT.to_owned(),
            harness: env!("CARGO_PKG_VERSION").to_owned(),
            side: Side::Client,
            target: TargetRecord { name: client, ..TargetRecord::new(server, kinds) },
            duration_ms: run.duration_ms,
            interrupted,
            partial: Partial::of(&part, interrupted, &tally, Side::Client),
            tally,
            checks,
            preflight: nothing(&options.run_id, run.epoch_us),
            options,
            scenarios,
            part,
            left_out,
            seconds: Vec::new(),
            unclaimed: Vec::new(),
            snapshots: None,
            exploration: None,
            baseline: None,
            head_seal: String::new(),
            seals: BTreeMap::new(),
            signature: None,
        }
    }
}

/// The checks of a scenario that was not driven.
pub(crate) fn skipped(found: &ClientSelection, reason: &SkipReason) -> Vec<Check> {
    let scenario = &found.scenario;
    let of_row = |requirement| {
        let result = CheckResult::Skip(reason.clone());
        Check::new(requirement, scenario.id.value.clone(), At::NotDriven, result)
    };
    scenario.requirements().into_iter().map(of_row).collect()
}

/// What the checks of a run against clients add up to.
pub(crate) fn tally(
    checks: &mut Vec<Check>,
    part: &Part,
    strict: bool,
    interrupted: Option<Interruption>,
) -> Tally {
    if part.is_whole() {
        checks.extend(invite_judge::unobserved_of_clients(PREFLIGHT, checks));
    }
    let mut tally = Tally::of(checks, strict);
    tally.summary.interrupted = interrupted.is_some();
    let is_judged = checks.iter().any(|check| check.verdict() != Verdict::Skip);
    tally.summary.conforms &= interrupted.is_none() && is_judged;
    tally
}

/// Nothing is asked before the scenarios.
fn nothing(run_id: &str, epoch_us: u64) -> Trace {
    let alias_prefix = cover::prefix(run_id, PREFLIGHT);
    Trace {
        scenario: PREFLIGHT.to_owned(),
        view: View::Part,
        epoch_us,
        bindings: Bindings { alias_prefix, ..Bindings::default() },
        tokens: BTreeMap::new(),
        entries: Vec::new(),
        ended: Ended::Complete,
    }
}
