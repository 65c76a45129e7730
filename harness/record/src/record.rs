//! Everything that is known of a run, so that every report can be made of it, at once or later.

use super::baseline::{Baseline, Baselined, Day, State, assess};
use super::{Exploration, Part, Partial, Seal, Signature};
use crate::snapshot::Compared;
use invite_judge::{Summary, Tally};
use invite_scenario::Selection;
use invite_scenario::description::{Planes, Target};
use invite_scenario::{Driven, Kinds, LookedAt, PREFLIGHT, Tried};
use invite_spec::requirement::{RequirementId, Side};
use invite_trace::{
    Check, Deadlines, Ended, Feature, Interruption, SkipReason, StopReason, Trace, Verdict,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

/// The name and version of the record's format.
pub const FORMAT: &str = "invite-conformance-run/2";

/// The record of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// [`FORMAT`].
    pub format: String,
    /// The version of the harness.
    pub harness: String,
    /// Which end of the protocol was tested.
    #[serde(default, skip_serializing_if = "Side::is_server")]
    pub side: Side,
    /// The target, without its secrets.
    pub target: TargetRecord,
    /// How it was run.
    pub options: Options,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Why it was ended before all its scenarios were, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<Interruption>,
    /// That it was about less than all that the suite tests, or did not come to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial: Option<Partial>,
    /// What came of it.
    pub tally: Tally,
    /// Every check.
    pub checks: Vec<Check>,
    /// The preflight's trace.
    pub preflight: Trace,
    /// The scenarios, each with its source and its trace.
    pub scenarios: Vec<ScenarioRecord>,
    /// Which of all scenarios it was about.
    #[serde(default, skip_serializing_if = "Part::is_whole")]
    pub part: Part,
    /// The slow scenarios that were not run, because nobody wanted them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// How far the scenarios look at each number of seconds in the specification.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seconds: Vec<LookedAt>,
    /// What the target serves, as far as was seen, without claiming it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unclaimed: Vec<Unclaimed>,
    /// What the target's payloads look like beside what they looked like before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshots: Option<Compared>,
    /// What was tried besides scenarios, if walks were made by chance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exploration: Option<Exploration>,
    /// The failures that were known before, if there was a list of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baselined>,
    /// The seal of what stands besides the traces: target, claims, options, and which scenarios.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub head_seal: String,
    /// The seals of the traces, by scenario; see [`Record::seal`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub seals: BTreeMap<String, Seal>,
    /// Who vouches for all of it, if somebody signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
}

/// The target of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TargetRecord {
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub planes: Planes,
    /// What it claims.
    pub claims: BTreeSet<Feature>,
    /// How long it was waited for.
    pub deadlines: Deadlines,
    /// The hosts besides its own to which session tokens and headers could go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// Whether conferences that clients create in the first application are protected.
    pub first_application_protected: Option<bool>,
    /// The same of the second one.
    pub second_application_protected: Option<bool>,
    /// Whether there is a second one.
    #[serde(default)]
    pub has_second_application: bool,
    /// The words of the command line that name it, without secrets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
}

/// How a run was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Options {
    /// Fixes order and choices.
    pub seed: u64,
    /// What the run's names begin with.
    pub run_id: String,
    /// Whether `chosen` requirements count.
    pub strict: bool,
    /// How many scenarios ran at once.
    pub jobs: usize,
    /// How many calls a second it could make, if somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<NonZeroU32>,
}

/// A feature that a target serves without claiming it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unclaimed {
    /// The feature.
    pub feature: Feature,
    /// The scenario that went well although the target does not claim what it needs.
    pub scenario: String,
}

impl Unclaimed {
    /// The feature is served if its scenario came to its end, and nothing in it was broken.
    fn of(tried: &Tried, scenarios: &[Selection]) -> Option<Unclaimed> {
        let scenario = &scenarios.get(tried.place)?.scenario;
        let went_well = tried.trace.ended == Ended::Complete
            && invite_judge::judge(scenario, &tried.trace)
                .iter()
                .all(|check| matches!(check.verdict(), Verdict::Pass | Verdict::Skip));
        let scenario = scenario.id.value.clone();
        went_well.then_some(Unclaimed { feature: tried.feature, scenario })
    }
}

/// One scenario of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioRecord {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The file that it was read from.
    pub file: String,
    /// Its text.
    pub source: String,
    /// Why it was not driven, if it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<Skip>,
    /// The requirement that a target failed when it was made, if it was made to show that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<RequirementId>,
    /// Why its first try stopped, if it was tried once more, alone, because that may have been chance.
    /// The trace is that of the second try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retried_alone: Option<StopReason>,
    /// What was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Trace>,
}

/// What is known of scenarios that have been judged, by their ids.
pub type Judged = BTreeMap<String, Vec<Check>>;

/// Why a scenario was not driven. As JSON it has the typed reason, and the same in words; readers
/// ignore the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Skip {
    /// The reason.
    pub reason: SkipReason,
    /// The same in words.
    #[serde(default)]
    words: String,
}

impl From<SkipReason> for Skip {
    fn from(reason: SkipReason) -> Skip {
        Skip { words: reason.to_string(), reason }
    }
}

/// The JSON Schema of a record, as `run --report json=PATH` writes it.
pub fn schema() -> serde_json::Value {
    let generator = schemars::generate::SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Record>();
    schema.insert("title".into(), "The record of a run of the conformance harness".into());
    if let Some(format) = schema.pointer_mut("/properties/format") {
        *format = serde_json::json!({
            "description": "The name and version of this format.", "const": FORMAT,
        });
    }
    schema.into()
}

impl Record {
    /// Judges what was driven.
    pub fn new(
        target: &Target,
        scenarios: &[Selection],
        part: Part,
        driven: Driven,
        options: Options,
        duration_ms: u64,
    ) -> Record {
        Record::judged(target, scenarios, part, driven, Judged::new(), options, duration_ms)
    }

    /// The same of a run of which some scenarios have been judged already.
    pub fn judged(
        target: &Target,
        scenarios: &[Selection],
        part: Part,
        driven: Driven,
        mut judged: Judged,
        options: Options,
        duration_ms: u64,
    ) -> Record {
        let Driven { preflight, kinds, traces, retried, tried, interrupted } = driven;
        let mut checks = invite_judge::judge_laws(&preflight);
        let mut records = Vec::new();
        for (selection, trace) in scenarios.iter().zip(traces) {
            let scenario = &selection.scenario;
            let (trace, skipped) = match trace {
                Ok(trace) => {
                    let known = judged.remove(&scenario.id.value);
                    checks.extend(known.unwrap_or_else(|| invite_judge::judge(scenario, &trace)));
                    (Some(trace), None)
                }
                Err(skipped) => {
                    checks.extend(invite_judge::skipped(scenario, &skipped.reason));
                    (None, Some(skipped.reason.into()))
                }
            };
            records.push(ScenarioRecord {
                id: scenario.id.value.clone(),
                title: scenario.title.clone(),
                file: selection.file.clone(),
                source: selection.source.clone(),
                skipped,
                failed: scenario.failed.as_ref().map(|id| id.value),
                retried_alone: retried
                    .iter()
                    .find(|again| again.scenario == scenario.id.value)
                    .map(|again| again.first.clone()),
                trace,
            });
        }
        let tally = tally(&mut checks, &part, options.strict, interrupted);
        Record {
            format: FORMAT.to_owned(),
            harness: env!("CARGO_PKG_VERSION").to_owned(),
            side: Side::Server,
            target: TargetRecord::new(target, kinds),
            options,
            duration_ms,
            interrupted,
            partial: Partial::of(&part, interrupted, &tally, Side::Server),
            tally,
            checks,
            preflight,
            scenarios: records,
            part,
            left_out: Vec::new(),
            seconds: invite_scenario::looked_at(scenarios.iter().map(|found| &found.scenario)),
            unclaimed: tried.iter().filter_map(|it| Unclaimed::of(it, scenarios)).collect(),
            snapshots: None,
            exploration: None,
            baseline: None,
            head_seal: String::new(),
            seals: BTreeMap::new(),
            signature: None,
        }
    }

    /// Holds the run against a list of known failures, on a day.
    pub fn hold_against(&mut self, baseline: Baseline, today: Day) {
        let assessment = assess(self, &baseline, today);
        self.baseline = Some(Baselined { baseline, today, assessment });
    }

    /// Whether the target conforms, but for what is known.
    pub fn conforms(&self) -> bool {
        match &self.baseline {
            Some(baselined) => baselined.assessment.conforms,
            None => self.tally.summary.conforms,
        }
    }

    /// Whether all failures of a requirement are known.
    pub fn is_known(&self, requirement: RequirementId) -> bool {
        let fails = self.tally.find(requirement).is_some_and(|it| it.verdict == Verdict::Fail);
        self.baseline.as_ref().is_some_and(|baselined| {
            let new = &baselined.assessment.new;
            let entries = &baselined.baseline.entries;
            let listed = entries.iter().any(|entry| entry.requirement == requirement);
            fails && listed && !new.iter().any(|place| place.requirement == requirement)
        })
    }

    /// Notes that slow scenarios were left out, and how far they would have looked.
    pub fn leave_out(&mut self, slow: &[Selection]) {
        self.left_out = slow.iter().map(|found| found.scenario.id.value.clone()).collect();
        let further = invite_scenario::looked_at(slow.iter().map(|found| &found.scenario));
        let pairs = self.seconds.iter().zip(further);
        self.seconds = pairs.map(|(own, other)| own.max(other)).collect();
    }

    /// The requirements that failed without counting although they protect somebody: a target may
    /// conform with them, and should not be recommended. What a baseline knows is not among them.
    pub fn security_notes(&self) -> impl Iterator<Item = RequirementId> {
        let notes = self.tally.requirements.iter().filter(|result| result.is_security_note());
        notes.map(|result| result.requirement).filter(|id| !self.is_known(*id))
    }

    /// The verdict on the target, in words: with its security notes, if it conforms.
    pub fn verdict(&self) -> String {
        let verdict = self.verdict_that_counts();
        let notes: Vec<&str> = self.security_notes().map(RequirementId::as_str).collect();
        match (self.conforms(), notes.len()) {
            (false, _) | (true, 0) => verdict,
            (true, 1) => format!("{verdict}, with 1 security note: {}", notes[0]),
            (true, count) => {
                format!("{verdict}, with {count} security notes: {}", notes.join(", "))
            }
        }
    }

    fn verdict_that_counts(&self) -> String {
        let summary = &self.tally.summary;
        let failing = |baselined: &Baselined| {
            let states = [State::Known, State::FlakyFailed];
            states.into_iter().map(|state| baselined.of(state).count()).sum::<usize>()
        };
        match &self.baseline {
            Some(baselined) if baselined.assessment.conforms => match failing(baselined) {
                0 => "CONFORMS".to_owned(),
                1 => "CONFORMS, but for 1 known failure".to_owned(),
                known => format!("CONFORMS, but for {known} known failures"),
            },
            Some(baselined) if baselined.assessment.only_stale() && summary.errors == 0 => {
                "THE BASELINE IS STALE".to_owned()
            }
            Some(baselined) if summary.interrupted && baselined.assessment.new.is_empty() => {
                Summary { failed: 0, ..*summary }.verdict().to_owned()
            }
            _ => summary.verdict().to_owned(),
        }
    }

    /// Seals every trace, and what stands besides them, before the record is written down: a later
    /// change is found.
    pub fn seal(&mut self) {
        self.partial = Partial::of(&self.part, self.interrupted, &self.tally, self.side);
        self.head_seal = super::seal::head(self);
        let driven = self
            .scenarios
            .iter()
            .filter_map(|scenario| Some((scenario.id.as_str(), scenario.trace.as_ref()?)));
        self.seals = std::iter::once((PREFLIGHT, &self.preflight))
            .chain(driven)
            .map(|(name, trace)| (name.to_owned(), Seal::of(trace)))
            .collect();
    }

    /// The scenarios that were not driven, by the reason.
    pub fn skipped(&self) -> BTreeMap<&SkipReason, Vec<&str>> {
        let mut by_reason: BTreeMap<&SkipReason, Vec<&str>> = BTreeMap::new();
        for scenario in &self.scenarios {
            if let Some(skip) = &scenario.skipped {
                by_reason.entry(&skip.reason).or_default().push(&scenario.id);
            }
        }
        by_reason
    }
}

/// What the checks of a run add up to, once those with a common cause are folded into it: one that
/// was ended early shows no conformance, and neither does one that drove no scenario.
///
/// A run of the whole suite counts the same requirements on every target, whatever happens there.
pub(super) fn tally(
    checks: &mut Vec<Check>,
    part: &Part,
    strict: bool,
    interrupted: Option<Interruption>,
) -> Tally {
    invite_judge::fold(checks);
    if part.is_whole() {
        checks.extend(invite_judge::unobserved(PREFLIGHT, checks));
    }
    let mut tally = Tally::of(checks, strict);
    tally.summary.interrupted = interrupted.is_some();
    let is_judged = |check: &Check| check.scenario != PREFLIGHT && check.verdict() != Verdict::Skip;
    tally.summary.conforms &= interrupted.is_none() && checks.iter().any(is_judged);
    tally
}

impl TargetRecord {
    /// Which kinds of application it has.
    pub(super) fn kinds(&self) -> Kinds {
        Kinds {
            first: self.first_application_protected,
            second: self.second_application_protected,
            has_second: self.has_second_application,
        }
    }

    pub(super) fn set_kinds(&mut self, kinds: Kinds) {
        self.first_application_protected = kinds.first;
        self.second_application_protected = kinds.second;
        self.has_second_application = kinds.has_second;
    }

    pub(super) fn new(target: &Target, kinds: Kinds) -> TargetRecord {
        TargetRecord {
            name: target.name.clone(),
            planes: target.planes.clone(),
            claims: target.claims.clone(),
            deadlines: target.deadlines,
            hosts: target.hosts.clone(),
            first_application_protected: kinds.first,
            second_application_protected: kinds.second,
            has_second_application: kinds.has_second,
            flags: Vec::new(),
        }
    }
}
