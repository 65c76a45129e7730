//! `run`: drive a target through the scenarios and judge it.

use super::adapter;
use super::duration::duration;
use super::judgements::{Judgements, Traces};
use super::target::TargetArgs;
use super::{
    Exit, Failure, baseline, descriptors, interrupt::Interrupt, journal::Journal, key, only,
    output, progress, reports, snapshots, wait,
};
use clap::Args;
use invite_drive::{Limits, Progress, RunError};
use invite_record::journal;
use invite_record::{Options, Part, Record, Shard, ShardPart, SigningKey};
use invite_report::View;
use invite_scenario::Plan;
use invite_scenario::Scenario;
use invite_scenario::Selection;
use invite_scenario::cover;
use invite_scenario::description::Target;
use invite_spec::requirement::{Profile, RequirementId};
use invite_text::Diagnostic;
use invite_trace::Trace;
use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long a run may take: a right server needs a few seconds.
const MAX_TIME: Duration = Duration::from_secs(30);
/// The same with the slow scenarios, which wait for about 70 s.
const MAX_TIME_SLOW: Duration = Duration::from_secs(150);

/// Drive a target through the scenarios and judge it.
///
/// Without a target: the reference server, started in this process on a free loopback port.
#[derive(Debug, Clone, Args)]
#[command(after_help = reports::formats())]
pub(crate) struct Run {
    #[command(flatten)]
    target: TargetArgs,
    /// Only scenarios of this profile: rest or sdk
    #[arg(long = "profile", value_name = "P", value_parser = profile)]
    profiles: Vec<Profile>,
    /// Only these scenarios: an id, in which `*` stands for anything, a requirement (INV-010), an
    /// area (INV) or a step of the specification's path (step:invite). Several are separated by commas
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    only: Vec<String>,
    /// Only the scenarios in which something failed, or could not be reached, in this run; all if there
    /// are none
    #[arg(long, value_name = "RUN.json")]
    last_failed: Option<PathBuf>,
    /// Only these, of those that the flags mean.
    #[arg(skip)]
    again: Option<BTreeSet<String>>,
    /// Also run the slow scenarios, all at once beside the others: about 70 s
    #[arg(long)]
    slow: bool,
    /// Scenarios of this file or folder instead of the built-in ones
    #[arg(long, value_name = "PATH")]
    scenarios: Option<PathBuf>,
    /// Only the I-th of N parts; `report` makes one of all their records
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// How many scenarios run at once
    #[arg(long, value_name = "N", default_value_t = invite_drive::USUAL_JOBS, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
    /// Call the target at most so many times a second, all scenarios together; the run may take longer
    /// by that
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
    /// End the run after so many seconds, with a report of what was learned [default: 30, and 150
    /// with --slow; more for a target that is far away]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    max_time: Option<u64>,
    /// Fixes the order in which scenarios begin [default: another one in each run; with --shard, 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Wait so long for a target that is starting (60s, 2m)
    #[arg(long, value_name = "TIME", value_parser = duration)]
    wait: Option<Duration>,
    /// Let `chosen` requirements count as well
    #[arg(long)]
    strict: bool,
    /// Write a report as well; see the formats below
    #[arg(long = "report", value_name = "FORMAT=PATH", value_parser = reports::wanted)]
    reports: Vec<reports::Wanted>,
    /// Sign the run record with this private key (`key new FILE` makes one)
    #[arg(long, value_name = "KEYFILE")]
    sign: Option<PathBuf>,
    /// Drive the clients of people through this adapter (docs/adapters.md): what its client cannot do is
    /// skipped
    #[arg(long, value_name = "CMD")]
    adapter: Option<String>,
    /// How long the adapter may take for its hello and for each answer
    #[arg(long, value_name = "SECONDS", default_value = "60", requires = "adapter", value_parser = clap::value_parser!(u32).range(1..))]
    adapter_timeout: u32,
    #[command(flatten)]
    known: baseline::Known,
    #[command(flatten)]
    snapshots: snapshots::Snapshots,
    /// Print the run record as JSON instead of the report
    #[arg(long)]
    json: bool,
    /// End the run at the first failure that counts
    #[arg(long)]
    fail_fast: bool,
    /// Show no progress
    #[arg(long, short)]
    quiet: bool,
    /// Tell everything: which of several accepted outcomes were seen, what was skipped
    #[arg(long, short)]
    verbose: bool,
}

fn profile(text: &str) -> Result<Profile, String> {
    match text {
        "rest" => Ok(Profile::Rest),
        "sdk" => Ok(Profile::Sdk),
        _ => Err("profiles are: rest, sdk".to_owned()),
    }
}

impl Run {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let interrupt = Interrupt::listen()
            .map_err(|error| Failure::harness(format!("cannot listen to signals: {error}")))?;
        let kept = if self.reads_traces() { Traces::All } else { Traces::Telling };
        self.once(&interrupt, kept, |record| self.show(record)).map(|(exit, _)| exit)
    }

    /// Whether anything but the report on the terminal is made of the record; with an adapter a trace may
    /// change until the end of the run.
    fn reads_traces(&self) -> bool {
        let is_written = self.snapshots.is_asked() || self.known.is_written();
        self.json || !self.reports.is_empty() || is_written || self.adapter.is_some()
    }

    /// Runs once, writes all that is to be written, and shows the record.
    pub(crate) fn once(
        &self,
        interrupt: &Interrupt,
        kept: Traces,
        show: impl FnOnce(&Record) -> Result<(), Failure>,
    ) -> Result<(Exit, Record), Failure> {
        let key = self.key()?;
        let all = self.scenarios()?;
        let ids = all.iter().map(|found| found.scenario.id.value.as_str());
        let baseline = self.known.read(ids)?;
        let selected = self.selected(all)?;
        let target = self.target.resolve()?;
        let folder = self.snapshots.open(&selected.part)?;
        let places = reports::Places::prepare(&self.reports)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::harness(format!("no runtime: {error}")))?;
        let today = baseline::today()?;
        let known = |requirement: RequirementId, scenario: &str| {
            baseline.as_ref().is_some_and(|it| it.lists(requirement, scenario, today))
        };
        let judgements = Judgements::new(kept);
        let driving = self.drive(target, selected, &known, judgements, interrupt);
        let driven = runtime.block_on(driving);
        let (mut record, journal) = driven.inspect_err(|_| places.discard())?;
        // What is still open belongs to nobody any more.
        runtime.shutdown_background();
        if let Some(baseline) = baseline {
            record.hold_against(baseline, today);
        }
        // From here on the run is worth more than any file of it: what cannot be written is named, and
        // all else is written all the same.
        named(self.known.write(&record));
        // A run that was ended early has not seen every payload.
        if let Some(folder) = folder.filter(|_| record.interrupted.is_none()) {
            record.snapshots = named(folder.compare(&record));
        }
        if self.writes_record() {
            record.seal();
            key::sign(&mut record, key.as_ref())?;
        }
        let kept = places.write(&record);
        if let Some(journal) = journal {
            journal.end(kept.has_record());
        }
        let exit = kept.exit(&record, show(&record))?;
        Ok((exit, record))
    }

    /// The same run of these scenarios alone. It writes nothing.
    pub(crate) fn only_again(&self, scenarios: BTreeSet<String>) -> Run {
        Run {
            again: Some(scenarios),
            reports: Vec::new(),
            snapshots: snapshots::Snapshots::default(),
            sign: None,
            ..self.clone()
        }
    }

    /// A flag that means nothing if there are many runs, if there is one.
    pub(crate) fn flag_of_one_run(&self) -> Option<&'static str> {
        [
            ("--json", self.json),
            ("--fail-fast", self.fail_fast),
            ("--shard", self.shard.is_some()),
            ("--wait", self.wait.is_some()),
            ("--last-failed", self.last_failed.is_some()),
            ("--write-baseline", self.known.is_written()),
        ]
        .into_iter()
        .find_map(|(flag, is_given)| is_given.then_some(flag))
    }

    /// The files that it reads and that somebody may change.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let all = [self.target.description(), self.scenarios.as_deref(), self.known.path()];
        all.into_iter().flatten().map(Path::to_owned).collect()
    }

    /// The target that is asked for; `None` for the embedded default.
    pub(crate) fn target(&self) -> Result<Option<Target>, Failure> {
        self.target.resolve()
    }

    /// Whether no progress is to be shown.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether the whole record is written somewhere.
    fn writes_record(&self) -> bool {
        self.json || self.reports.iter().any(reports::Wanted::is_record)
    }

    /// The key that signs the record, read before anything else is done.
    fn key(&self) -> Result<Option<SigningKey>, Failure> {
        if self.sign.is_some() && !self.writes_record() {
            return Err(Failure::usage(
                "--sign signs the run record, and none is written: add `--report json=RUN.json`",
            ));
        }
        self.sign.as_deref().map(key::signing).transpose()
    }

    /// Shows a record, as the flags say.
    pub(crate) fn show(&self, record: &Record) -> Result<(), Failure> {
        if self.json {
            output::print_by(|out| invite_report::write_json(record, out))
        } else {
            let view = View { verbose: self.verbose, ..output::view() };
            output::print(&invite_report::terminal(record, output::style(), view))
        }
    }

    /// What the run may take. The reference server in this process has the other end of each
    /// connection.
    fn limits(&self, is_embedded: bool) -> Limits {
        let usual = if self.slow { MAX_TIME_SLOW } else { MAX_TIME };
        let ends = if is_embedded { 2 } else { 1 };
        // A client takes longer than the harness, and a browser longer still.
        let usual = if self.adapter.is_some() { usual * 20 } else { usual };
        Limits {
            time: Some(self.max_time.map_or(usual, Duration::from_secs)),
            stretches: self.max_time.is_none(),
            connections: descriptors::left().map(|left| left / ends),
            rate: self.rate.and_then(NonZeroU32::new),
            built: only::built(&self.only),
        }
    }

    async fn drive(
        &self,
        target: Option<Target>,
        selected: Selected,
        known: progress::Known<'_>,
        judgements: Judgements,
        interrupt: &Interrupt,
    ) -> Result<(Record, Option<Journal>), Failure> {
        let Selected { scenarios, left_out, part } = selected;
        let (server, target) = match target {
            Some(target) => {
                if let Some(most) = self.wait {
                    wait::until_there(&target, most, interrupt, self.quiet || self.json).await?;
                }
                (None, target)
            }
            None => {
                let (server, target) = crate::embedded::start().map_err(|error| {
                    Failure::harness(format!("the reference server does not start: {error}"))
                })?;
                (Some(server), target)
            }
        };
        let target = target.narrowed(&self.profiles);
        let adapter = match &self.adapter {
            Some(command) => {
                let timeout = Duration::from_secs(self.adapter_timeout.into());
                Some(adapter::of_clients(command, timeout, &target, self.verbose).await?)
            }
            None => None,
        };
        let run_id = run_id();
        // The shards of a run are driven in one order.
        let of_run = || if self.shard.is_some() { 1 } else { cover::seed(&run_id) };
        let seed = self.seed.unwrap_or_else(of_run);
        let most = if adapter.is_some() { adapter::JOBS } else { u16::MAX };
        let plan = Plan { scenarios, jobs: usize::from(self.jobs.min(most)), seed, run_id };
        let quiet = self.quiet || self.json;
        let watch = progress::Watch::new(quiet, self.fail_fast, self.strict, known);
        let options = Options {
            seed: plan.seed,
            run_id: plan.run_id.clone(),
            strict: self.strict,
            jobs: plan.jobs,
            rate: self.rate.and_then(NonZeroU32::new),
        };
        let finish = |record: &mut Record| self.finish(record, &left_out);
        let head = || journal::head(&target, &plan.scenarios, &part, &options, finish);
        let path = self.reports.iter().find_map(reports::Wanted::record);
        let journal = path.and_then(|path| Journal::begin(path, head));
        let note = |progress: Progress<'_>| {
            if let Some(journal) = &journal {
                journal.note(progress);
            }
            if watch.note(progress) && self.fail_fast {
                interrupt.first_failure();
            }
        };
        let began = Instant::now();
        let limits = self.limits(server.is_some());
        let wanted = interrupt.wanted();
        let through = adapter.clone();
        let target_of_run = target.clone();
        let settle = |scenario: &Scenario, trace: &mut Trace| judgements.settle(scenario, trace);
        let driven =
            invite_drive::run_through(through, wanted, limits, target_of_run, &plan, note, settle)
                .await;
        let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        watch.clear();
        if let Some(adapter) = adapter.and_then(Arc::into_inner) {
            // What it did wrong is in the record already.
            let _ = adapter.stop().await;
        }
        if let Some(server) = server {
            server.shutdown().await;
        }
        let mut driven = match driven {
            Ok(driven) => driven,
            Err(error) => {
                if let Some(journal) = journal {
                    journal.end(true);
                }
                return Err(untested(error));
            }
        };
        let judged = judgements.end(&mut driven);
        let scenarios = &plan.scenarios;
        let mut record =
            Record::judged(&target, scenarios, part, driven, judged, options, duration_ms);
        self.finish(&mut record, &left_out);
        Ok((record, journal))
    }

    /// Says of a record what only the command line knows.
    fn finish(&self, record: &mut Record, left_out: &[Selection]) {
        record.leave_out(left_out);
        record.target.flags = self.target.flags();
        if let Some(command) = &self.adapter {
            record.target.flags.extend(["--adapter".to_owned(), command.clone()]);
        }
        if let Some(path) = &self.scenarios {
            let path = path.display().to_string();
            record.target.flags.extend(["--scenarios".to_owned(), path]);
        }
    }

    /// All scenarios that there are.
    fn scenarios(&self) -> Result<Vec<Selection>, Failure> {
        let all = match &self.scenarios {
            None => invite_scenario::built_in(),
            Some(path) => invite_scenario::from_path(path),
        };
        all.map_err(|errors| faults(&errors))
    }

    /// The scenarios that are asked for, and which part of all they are.
    fn selected(&self, all: Vec<Selection>) -> Result<Selected, Failure> {
        let count = all.len();
        let failed = match &self.again {
            Some(again) => Some(again.clone()),
            None => self.last_failed.as_deref().map(only::failed_in).transpose()?,
        };
        // Nothing to run again is everything to run, as when nothing was run yet.
        let failed = failed.filter(|failed| !failed.is_empty());
        let mut meant = only::select(all, &self.only)?;
        meant.retain(|found| {
            let scenario = &found.scenario;
            let profile = self.profiles.is_empty() || self.profiles.contains(&scenario.profile);
            profile && failed.as_ref().is_none_or(|ids| ids.contains(&scenario.id.value))
        });
        let (mut selected, left_out) = match self.slow {
            true => (meant, Vec::new()),
            false => invite_scenario::split_slow(meant),
        };
        if selected.is_empty() && !left_out.is_empty() {
            let (noun, verb) = match left_out.len() {
                1 => ("scenario that matches", "is"),
                _ => ("scenarios that match", "are"),
            };
            return Err(Failure::usage(format!(
                "the {} {noun} {verb} slow: add `--slow`",
                left_out.len()
            )));
        }
        if selected.is_empty() {
            return Err(Failure::usage(format!(
                "no scenario matches: {count} are known; `invite-conformance list scenarios` lists \
                 them"
            )));
        }
        let mut part = Part {
            only: failed.map_or_else(|| self.only.clone(), |ids| ids.into_iter().collect()),
            profiles: self.profiles.clone(),
            shard: None,
            foreign: self.scenarios.is_some(),
        };
        if let Some(shard) = self.shard {
            let scenarios = selected.len();
            if shard.of > scenarios {
                return Err(Failure::usage(format!(
                    "--shard {shard}: there are only {scenarios} scenarios to share out"
                )));
            }
            let costs: Vec<usize> = selected.iter().map(|found| found.scenario.cost()).collect();
            let places = shard.places(&costs);
            let mut place = 0..;
            selected.retain(|_| place.next().is_some_and(|at| places.binary_search(&at).is_ok()));
            part.shard = Some(ShardPart { shard, scenarios, places });
        }
        Ok(Selected { scenarios: selected, left_out, part })
    }
}

/// Why nothing could be driven.
pub(super) fn untested(error: RunError) -> Failure {
    match error {
        RunError::Untestable(_) | RunError::Interrupted(_) => {
            Failure { exit: Exit::Untestable, message: error.to_string() }
        }
        RunError::OutOfDescriptors => Failure::harness(error.to_string()),
        RunError::Connector(_) | RunError::OneApplication { .. } => {
            Failure::usage(error.to_string())
        }
    }
}

/// What came of writing something, named if nothing did.
fn named<T>(outcome: Result<T, Failure>) -> Option<T> {
    let name = |failure: &Failure| {
        output::complain(&format!("invite-conformance: {}", failure.message));
    };
    outcome.inspect_err(name).ok()
}

/// What a run is about.
struct Selected {
    scenarios: Vec<Selection>,
    /// The slow scenarios that would have been selected, had they been wanted.
    left_out: Vec<Selection>,
    part: Part,
}

/// Every fault of the scenario files, each on a line of its own.
pub(crate) fn faults(errors: &[Diagnostic]) -> Failure {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    Failure::usage(lines.join("\ninvite-conformance: "))
}

/// Makes this run's names differ from those of every other.
pub(crate) fn run_id() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mixed = now.as_nanos() ^ (u128::from(std::process::id()) << 64);
    let mut id = String::from("r");
    let mut rest = mixed % 36u128.pow(9);
    for _ in 0..9 {
        let digit = u32::try_from(rest % 36).unwrap_or(0);
        id.push(char::from_digit(digit, 36).unwrap_or('0'));
        rest /= 36;
    }
    id
}
