//! `watch`: runs again whenever the server or a file changes, and tells what that changed.
//!
//! | file | what |
//! | --- | --- |
//! | `changes` | waits until something changes |
//! | `files` | the files that a run reads |
//! | `server` | a server that is started again |

mod changes;
mod files;
mod server;

use super::interrupt::Interrupt;
use super::judgements::Traces;
use super::run::Run;
use super::{Exit, Failure, only, output, wait};
use changes::{Change, Changes};
use clap::Args;
use invite_record::{Comparison, Record};
use invite_scenario::description::Target;
use server::{Restart, Server};
use std::collections::BTreeSet;
use std::time::Duration;

/// How long a server may take to come back: as long as somebody watches.
const PATIENCE: Duration = Duration::from_secs(24 * 60 * 60);

/// Run again whenever the server is started again or a file of the run changes.
///
/// The files are the target description, the scenarios (`--scenarios`) and the baseline. What failed
/// is run first and alone, then everything.
#[derive(Debug, Args)]
#[command(after_help = "Ctrl-C ends it, with the exit code of the last run.")]
pub(crate) struct Watch {
    #[command(flatten)]
    run: Run,
}

impl Watch {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        if let Some(flag) = self.run.flag_of_one_run() {
            return Err(Failure::usage(format!(
                "{flag} is for one run, and watch makes many: use `run`"
            )));
        }
        let interrupt = Interrupt::listen_and_say("no longer watching")
            .map_err(|error| Failure::harness(format!("cannot listen to signals: {error}")))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| Failure::harness(format!("no runtime: {error}")))?;
        let files = self.run.files();
        let mut last = Last::default();
        let mut server = None;
        // What is wrong on the command line is told at once; what is wrong in a file, again and again.
        let mut target = self.run.target()?;
        loop {
            server = target.as_ref().map(|target| Server::of(target).or(server.take()));
            if files.is_empty() && server.is_none() {
                return Err(Failure::usage(
                    "nothing can change: the reference server in this program stays as it is; \
                     give --url, a target description or --scenarios",
                ));
            }
            // From before the run on: what changes meanwhile counts.
            let mut changes = Changes::begin(&runtime, &files, server.clone());
            if let Some(target) = &target {
                let there = wait::until_there(target, PATIENCE, &interrupt, self.run.is_quiet());
                if let Err(failure) = runtime.block_on(there) {
                    if interrupt.is_wanted() {
                        return Ok(last.exit());
                    }
                    complain(&failure);
                }
            }
            last.run(&self.run, &interrupt, &mut || changes.has_server_ended());
            if !interrupt.is_wanted() {
                output::print(&waiting(&files, target.as_ref()))?;
            }
            let change = runtime.block_on(async {
                tokio::select! {
                    change = changes.next() => Some(change),
                    _ = interrupt.wanted() => None,
                }
            });
            match change {
                Some(change) => output::print(&format!("\n{}\n", sentence(&change)))?,
                None => return Ok(last.exit()),
            }
            // A description that is half written names the target that it named before.
            target = self.run.target().unwrap_or(target);
        }
    }
}

/// What is known of the runs so far.
#[derive(Default)]
struct Last {
    exit: Option<Exit>,
    record: Option<Record>,
}

impl Last {
    /// What failed, alone; then everything. A run during which the server was stopped tells nothing.
    fn run(&mut self, run: &Run, interrupt: &Interrupt, is_gone: &mut dyn FnMut() -> bool) {
        let failed = self.record.as_ref().map(only::failed).unwrap_or_default();
        if !failed.is_empty() {
            let again = run.only_again(failed.clone()).once(interrupt, Traces::All, |record| {
                let words = again(&failed, record).filter(|_| !is_gone());
                output::print(&words.map(|words| format!("{words}\n")).unwrap_or_default())
            });
            // If that cannot be run, neither can the whole, which says why.
            drop(again);
        }
        if interrupt.is_wanted() {
            return;
        }
        if is_gone() {
            // Whoever goes on is told by the change that comes next.
            return;
        }
        let before = self.record.take();
        let mut was_stopped = false;
        let ran = run.once(interrupt, Traces::All, |record| {
            was_stopped = is_gone();
            if was_stopped {
                return output::print(
                    "the server was stopped during the run, which tells nothing\n",
                );
            }
            run.show(record)?;
            match &before {
                Some(before) => output::print(&difference(before, record)),
                None => Ok(()),
            }
        });
        match ran {
            Ok(_) if was_stopped => (self.exit, self.record) = (Some(Exit::Untestable), before),
            Ok((exit, record)) => {
                self.exit = Some(exit);
                // A run that was ended early says nothing about the next one.
                self.record = Some(record).filter(|record| record.interrupted.is_none()).or(before);
            }
            Err(failure) => {
                complain(&failure);
                (self.exit, self.record) = (Some(failure.exit), before);
            }
        }
    }

    /// The exit code of the last run; of none, that nothing was tested.
    fn exit(self) -> Exit {
        self.exit.unwrap_or(Exit::Untestable)
    }
}

fn complain(failure: &Failure) {
    output::complain(&format!("invite-conformance: {}", failure.message));
}

/// What came of the scenarios that had failed; nothing if they were not all run.
fn again(before: &BTreeSet<String>, record: &Record) -> Option<String> {
    if record.interrupted.is_some() {
        return None;
    }
    let still = only::failed(record);
    let still: Vec<&str> = still.intersection(before).map(String::as_str).collect();
    Some(match (still.as_slice(), before.len()) {
        ([], 1) => "the scenario that failed holds now".to_owned(),
        ([], count) => format!("the {count} scenarios that failed hold now"),
        (still, 1) => format!("the scenario that failed still fails: {}", still.join(", ")),
        (still, count) => {
            let (some, more) = still.split_at(still.len().min(3));
            let more = if more.is_empty() { "" } else { ", ..." };
            let names = some.join(", ");
            format!("of the {count} scenarios that failed, {} still do: {names}{more}", still.len())
        }
    })
}

/// What changed since the run before, if anything did.
fn difference(before: &Record, now: &Record) -> String {
    let comparison = Comparison::of(before, now);
    match comparison.is_nothing() {
        true => "\nno requirement came out otherwise than before\n".to_owned(),
        false => format!("\n{}", invite_report::comparison_text(&comparison, output::page())),
    }
}

/// What is waited for.
fn waiting(files: &[std::path::PathBuf], target: Option<&Target>) -> String {
    let mut all: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
    all.extend(target.map(|target| format!("the server at {}", target.planes.rest)));
    format!("\nwatching {} (Ctrl-C ends)\n", all.join(", "))
}

/// What changed, in words.
fn sentence(change: &Change) -> String {
    match change {
        Change::Files(paths) => {
            let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
            format!("changed: {}", names.join(", "))
        }
        Change::Server(Restart::Certain) => "changed: the server was stopped".to_owned(),
        Change::Server(Restart::Likely) => {
            "changed: the server, it seems: it closed a connection".to_owned()
        }
    }
}
