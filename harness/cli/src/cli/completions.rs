//! `completions`: scripts for shells.

use super::{Exit, Failure, output};
use clap::{Args, Command};
use clap_complete::Shell;

const WHERE: &str = "\
Where the script belongs:
  bash  ~/.local/share/bash-completion/completions/invite-conformance
  zsh   a file _invite-conformance in a folder of $fpath
  fish  ~/.config/fish/completions/invite-conformance.fish";

/// Print a script that completes commands in a shell.
#[derive(Debug, Args)]
#[command(after_help = WHERE)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(crate) fn perform(self, mut command: Command) -> Result<Exit, Failure> {
        let name = command.get_name().to_owned();
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, name, &mut script);
        output::print(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Conforms)
    }
}
