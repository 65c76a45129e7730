//! `completions`: scripts for shells.

use super::file_kind::FileKind;
use super::{Exit, Failure, output, run};
use clap::builder::PossibleValuesParser;
use clap::{Args, Command};
use clap_complete::Shell;
use invite_spec::path::STEPS;
use invite_spec::payload;
use invite_spec::requirement::{self, Side};

const WHERE: &str = "\
Where the script belongs:
  bash  ~/.local/share/bash-completion/completions/invite-conformance
  zsh   a file _invite-conformance in a folder of $fpath
  fish  ~/.config/fish/completions/invite-conformance.fish";

/// The arguments that take a name which the program knows: command, argument, and what it names.
const NAMED: [(&[&str], &str, &[Names]); 6] = [
    (&["run"], "only", &[Names::Scenarios, Names::Requirements, Names::Steps]),
    (
        &["explain"],
        "id",
        &[Names::Requirements, Names::OfClients, Names::Scenarios, Names::Payloads],
    ),
    (&["schema"], "name", &[Names::Files, Names::Payloads]),
    (&["validate"], "payload", &[Names::Payloads]),
    (&["client"], "only", &[Names::ClientScenarios]),
    (&["scenario", "new"], "requirement", &[Names::Requirements, Names::OfClients]),
];

/// What an argument can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    /// Requirements for servers.
    Requirements,
    /// Requirements for clients.
    OfClients,
    Scenarios,
    ClientScenarios,
    Payloads,
    Files,
    /// Steps of the implementer's path.
    Steps,
}

/// The ids of scenarios, which clap wants to live as long as the program: it ends once it has printed the
/// script.
struct Ids {
    steps: Vec<&'static str>,
    servers: Vec<&'static str>,
    clients: Vec<&'static str>,
}

impl Ids {
    fn built_in() -> Result<Ids, Failure> {
        let servers = invite_scenario::built_in().map_err(|errors| run::faults(&errors))?;
        let clients = invite_scenario::client::built_in().map_err(|errors| run::faults(&errors))?;
        let leak = |id: String| &*id.leak();
        Ok(Ids {
            steps: STEPS.iter().map(|step| leak(step.pattern())).collect(),
            servers: servers.into_iter().map(|found| leak(found.scenario.id.value)).collect(),
            clients: clients.into_iter().map(|found| leak(found.scenario.id.value)).collect(),
        })
    }

    fn of(&self, names: Names) -> Vec<&'static str> {
        let rows = |side| requirement::all_of(side).map(|row| row.id.as_str()).collect();
        match names {
            Names::Requirements => rows(Side::Server),
            Names::OfClients => rows(Side::Client),
            Names::Scenarios => self.servers.clone(),
            Names::ClientScenarios => self.clients.clone(),
            Names::Payloads => payload::all().map(|one| one.name).collect(),
            Names::Steps => self.steps.clone(),
            Names::Files => FileKind::ALL.into_iter().map(FileKind::name).collect(),
        }
    }
}

/// Print a script that completes commands in a shell.
#[derive(Debug, Args)]
#[command(after_help = WHERE)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(crate) fn perform(self, command: Command) -> Result<Exit, Failure> {
        let ids = Ids::built_in()?;
        let mut command = NAMED.iter().fold(command, |command, (of, argument, kinds)| {
            let names: Vec<&str> = kinds.iter().flat_map(|kind| ids.of(*kind)).collect();
            name(command, of, argument, &names)
        });
        let program = command.get_name().to_owned();
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, &program, &mut script);
        let script = String::from_utf8_lossy(&script);
        match self.shell {
            Shell::Bash => output::print(&in_one_spelling(&script, &program))?,
            Shell::Fish => output::print(&(script.into_owned() + &for_fish(&command)))?,
            _ => output::print(&script)?,
        }
        Ok(Exit::Conforms)
    }
}

/// The command, for its script: an argument that takes names lists them. When the program parses its
/// own arguments it does not use this list, since a wrong name deserves a better message than clap's,
/// and patterns are allowed.
fn name(command: Command, of: &[&str], argument: &str, names: &[&'static str]) -> Command {
    match of {
        // Not `mut_arg`, which moves the argument to the end.
        [] => command.mut_args(|one| match one.get_id() == argument {
            true => one.value_parser(PossibleValuesParser::new(names.to_vec())),
            false => one,
        }),
        [first, rest @ ..] if command.find_subcommand(first).is_some() => {
            command.mut_subcommand(first, |inner| name(inner, rest, argument, names))
        }
        _ => command,
    }
}

/// The command that these words name.
fn found<'c>(command: &'c Command, of: &[&str]) -> Option<&'c Command> {
    of.iter().try_fold(command, |command, word| command.find_subcommand(word))
}

/// What clap's script for fish leaves out: the names that arguments without a flag take.
fn for_fish(command: &Command) -> String {
    let program = command.get_name();
    let function = program.replace('-', "_");
    let mut lines = String::new();
    for (of, argument, _) in NAMED {
        let Some(known) = found(command, of) else { continue };
        let Some(found) = known.get_positionals().find(|one| one.get_id() == argument) else {
            continue;
        };
        let values = found.get_possible_values();
        let names: Vec<&str> = values.iter().map(|value| value.get_name()).collect();
        // Files are offered besides, unless nothing comes after the name.
        let files = if known.get_positionals().count() == 1 { "-f " } else { "" };
        lines += &format!(
            "complete -c {program} -n \"__fish_{function}_using_subcommand {}\" {files}-a \"{}\"\n",
            of.join(" "),
            names.join(" ")
        );
    }
    lines
}

/// Mends the script for bash: clap spells the hyphen in the program's name in one way where it finds
/// out which command is meant, and in another where it looks up what that command takes, so that
/// nothing was completed after a command (clap issue 6421). Once clap is mended, this changes nothing.
fn in_one_spelling(script: &str, program: &str) -> String {
    script.replace(&program.replace('-', "__subcmd__"), &program.replace('-', "__"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn every_argument_that_is_listed_is_there() {
        let command = crate::cli::Arguments::command();
        for (of, argument, _) in NAMED {
            let known = found(&command, of).unwrap_or_else(|| panic!("no command {of:?}"));
            let is_there = known.get_arguments().any(|one| one.get_id() == argument);
            assert!(is_there, "{of:?} {argument}");
        }
    }
}
