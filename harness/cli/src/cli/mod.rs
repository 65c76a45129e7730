//! The command line: thin, over the library.

mod adapter;
mod baseline;
mod client;
mod compat;
mod completions;
mod descriptors;
mod diff;
mod duration;
mod exit;
mod explain;
mod explore;
mod file;
mod file_kind;
mod history;
mod init;
mod interrupt;
mod journal;
mod judge;
mod judgements;
mod key;
mod list;
mod man;
mod new_file;
mod only;
mod output;
mod progress;
mod record;
mod report;
mod reports;
mod run;
mod scenario;
mod schema;
mod selftest;
mod snapshots;
mod target;
mod validate;
mod validation;
mod verify;
mod wait;
mod watch;
mod written;

pub(crate) use exit::Exit;

use clap::{CommandFactory as _, Parser, Subcommand};
use std::process::ExitCode;

/// Says whether a server handles conference invitations right, requirement by requirement.
#[derive(Debug, Parser)]
#[command(name = "invite-conformance", version, after_help = exit::HELP, propagate_version = true)]
struct Arguments {
    /// Use no colours, as where NO_COLOR is set
    #[arg(long, global = true)]
    no_color: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Drive a target through the scenarios and judge it
    Run(Box<run::Run>),
    /// Run again whenever the server or a file changes
    Watch(Box<watch::Watch>),
    /// List scenarios, requirements, profiles or payloads
    List(list::List),
    /// Tell all about a requirement, a scenario or a payload
    Explain(explain::Explain),
    /// Print the JSON Schema of a payload or of a kind of file, or list them
    Schema(schema::Schema),
    /// Say whether the payloads in files fit their schema, and where they do not
    Validate(validate::Validate),
    /// Judge captured traffic: no target is needed
    Judge(judge::Judge),
    /// Judge a client, with the reference server at the other end
    Client(Box<client::Client>),
    /// The sample client that client scenarios are tested with, behind the protocol of adapters
    #[command(hide = true)]
    SampleClient(client::Sample),
    /// Record the traffic between a client and a server
    Record(record::Recording),
    /// Check an adapter: a program that drives a client or an SDK for this suite
    Adapter(adapter::Adapter),
    /// Recompute a report's verdicts from its own traces
    Verify(verify::Verify),
    /// Make a key pair that signs records
    Key(key::Key),
    /// Make reports of a run record
    Report(report::Report),
    /// Tell what broke from one run to another, and what was mended
    Diff(diff::Diff),
    /// Tell what several runs came to: the trend, and what comes and goes
    History(history::PastRuns),
    /// Tell what a change of the payloads breaks, and for whom
    Compat(compat::Compat),
    /// Show how strong the suite is, on wrong and unusual servers
    Selftest(Box<selftest::Selftest>),
    /// Find faults that nobody scripted, and hand each over as the shortest scenario
    Explore(Box<explore::Explore>),
    /// Write a target description and a CI file for a server
    Init(Box<init::Init>),
    /// Write a first scenario of your own
    Scenario(scenario::Scenario),
    /// Print a script that completes commands in a shell
    Completions(completions::Completions),
    /// Print the manual page, or write one for each command
    Man(man::Manual),
}

/// A failure with its exit code, on its way to the user.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::Usage, message: message.into() }
    }

    pub(crate) fn harness(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::Harness, message: message.into() }
    }
}

/// The parser finds a misspelled command only when it is long: short ones are ours to find.
fn suggest(mut error: clap::Error) -> clap::Error {
    use clap::error::{ContextKind, ContextValue};
    if let Some(ContextValue::String(given)) = error.get(ContextKind::InvalidSubcommand) {
        let top = Arguments::command();
        // It may belong to another command, such as `scenario`.
        let words = std::env::args_os().skip(1).take_while(|word| word != given.as_str());
        let command =
            words.fold(&top, |command, word| command.find_subcommand(word).unwrap_or(command));
        let known = command.get_subcommands().map(|command| command.get_name());
        let nearest = invite_spec::suggest::nearest(given, known).map(str::to_owned);
        if let (Some(name), None) = (nearest, error.get(ContextKind::SuggestedSubcommand)) {
            error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![name]));
        }
    }
    error
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    // A panic is a defect of the harness, and says so; its place is of use to whoever reports it.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        // Not `eprintln!`, which panics if nobody reads it.
        output::complain(&format!("the harness itself failed at {place}: please report this"));
    }));
    descriptors::raise();
    let outcome = std::panic::catch_unwind(|| {
        let arguments = match Arguments::try_parse() {
            Ok(arguments) => arguments,
            Err(error) => {
                // Help and version go to standard output and are no failure.
                if !error.use_stderr() {
                    let printed = error.print().map(|()| Exit::Conforms);
                    return printed.map_err(|error| output::failure(&error));
                }
                // A wrong command line is one, whether or not anybody reads why.
                let _ = suggest(error).print();
                return Ok(Exit::Usage);
            }
        };
        if arguments.no_color {
            output::use_no_colours();
        }
        match arguments.command {
            Command::Run(run) => run.perform(),
            Command::Watch(watch) => watch.perform(),
            Command::List(list) => list.perform(),
            Command::Explain(explain) => explain.perform(),
            Command::Schema(schema) => schema.perform(),
            Command::Validate(validate) => validate.perform(),
            Command::Judge(judge) => judge.perform(),
            Command::Client(client) => client.perform(),
            Command::SampleClient(sample) => sample.perform(),
            Command::Record(recording) => recording.perform(),
            Command::Adapter(adapter) => adapter.perform(),
            Command::Verify(verify) => verify.perform(),
            Command::Key(key) => key.perform(),
            Command::Report(report) => report.perform(),
            Command::Diff(diff) => diff.perform(),
            Command::History(runs) => runs.perform(),
            Command::Compat(compat) => compat.perform(),
            Command::Selftest(selftest) => selftest.perform(),
            Command::Explore(explore) => explore.perform(),
            Command::Init(init) => init.perform(),
            Command::Scenario(scenario) => scenario.perform(),
            Command::Completions(completions) => completions.perform(Arguments::command()),
            Command::Man(manual) => manual.perform(Arguments::command()),
        }
    });
    let exit = match outcome {
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => {
            if !failure.message.is_empty() {
                output::complain(&format!("invite-conformance: {}", failure.message));
            }
            failure.exit
        }
        Err(_) => Exit::Harness,
    };
    exit.into()
}
