//! `completions`: scripts for shells.

use super::{Exit, Failure, output, run};
use clap::builder::PossibleValuesParser;
use clap::{Args, Command};
use clap_complete::Shell;
use invite_spec::{payload, requirement};

const WHERE: &str = "\
Where the script belongs:
  bash  ~/.local/share/bash-completion/completions/invite-conformance
  zsh   a file _invite-conformance in a folder of $fpath
  fish  ~/.config/fish/completions/invite-conformance.fish";

/// The arguments that take a name which the program knows: command, argument, and what it names.
const NAMED: [(&str, &str, &[Names]); 4] = [
    ("run", "only", &[Names::Scenarios, Names::Requirements]),
    ("explain", "id", &[Names::Requirements, Names::Scenarios, Names::Payloads]),
    ("schema", "payload", &[Names::Payloads]),
    ("validate", "payload", &[Names::Payloads]),
];

/// What an argument can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    Requirements,
    Scenarios,
    Payloads,
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
        let scenarios = invite_scenario::built_in().map_err(|errors| run::faults(&errors))?;
        // Clap wants names that live as long as the program, which ends once it has printed the script.
        let ids: Vec<&'static str> =
            scenarios.into_iter().map(|found| &*found.scenario.id.value.leak()).collect();
        let mut command = NAMED.iter().fold(command, |command, (of, argument, kinds)| {
            name(command, of, argument, kinds, &ids)
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
fn name(
    command: Command,
    of: &str,
    argument: &str,
    kinds: &[Names],
    scenarios: &[&'static str],
) -> Command {
    let known = command.find_subcommand(of);
    if !known.is_some_and(|one| one.get_arguments().any(|one| one.get_id() == argument)) {
        return command;
    }
    let names: Vec<&'static str> = kinds
        .iter()
        .flat_map(|kind| match kind {
            Names::Requirements => requirement::all().map(|row| row.id.as_str()).collect(),
            Names::Scenarios => scenarios.to_vec(),
            Names::Payloads => payload::all().map(|one| one.name).collect::<Vec<_>>(),
        })
        .collect();
    command.mut_subcommand(of, |one| {
        // Not `mut_arg`, which moves the argument to the end.
        one.mut_args(|one| match one.get_id() == argument {
            true => one.value_parser(PossibleValuesParser::new(names.clone())),
            false => one,
        })
    })
}

/// What clap's script for fish leaves out: the names that arguments without a flag take.
fn for_fish(command: &Command) -> String {
    let program = command.get_name();
    let function = program.replace('-', "_");
    let mut lines = String::new();
    for (of, argument, _) in NAMED {
        let Some(known) = command.find_subcommand(of) else { continue };
        let Some(found) = known.get_positionals().find(|one| one.get_id() == argument) else {
            continue;
        };
        let values = found.get_possible_values();
        let names: Vec<&str> = values.iter().map(|value| value.get_name()).collect();
        // Files are offered besides, unless nothing comes after the name.
        let files = if known.get_positionals().count() == 1 { "-f " } else { "" };
        lines += &format!(
            "complete -c {program} -n \"__fish_{function}_using_subcommand {of}\" {files}-a \"{}\"\n",
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
            let known = command.find_subcommand(of).unwrap_or_else(|| panic!("no command {of}"));
            assert!(known.get_arguments().any(|one| one.get_id() == argument), "{of} {argument}");
        }
    }
}
