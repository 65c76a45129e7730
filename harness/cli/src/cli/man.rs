//! `man`: the manual.

use super::{Exit, Failure, output};
use clap::{Args, Command};
use clap_mangen::Man;
use std::io;
use std::path::{Path, PathBuf};

/// Print the manual page, or write one for each command.
#[derive(Debug, Args)]
#[command(after_help = "To read it: invite-conformance man | man -l -")]
pub(crate) struct Manual {
    /// A folder: one page for each command is written there
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Manual {
    pub(crate) fn perform(self, mut command: Command) -> Result<Exit, Failure> {
        command.build();
        match self.folder {
            None => {
                let page = page(&command).map_err(|error| unmade(&error))?;
                output::print(&page)?;
            }
            Some(folder) => {
                let commands = std::iter::once(&command).chain(commands(&command));
                for command in commands {
                    let mut page = Vec::new();
                    Man::new(command.clone()).render(&mut page).map_err(|error| unmade(&error))?;
                    write(&folder, &file_name(command), &page)?;
                }
            }
        }
        Ok(Exit::Conforms)
    }
}

/// The commands that do something of their own.
fn commands(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|command| command.get_name() != "help")
}

/// All in one page: each command is a section.
fn page(command: &Command) -> io::Result<String> {
    let whole = Man::new(command.clone());
    let mut page = text(|page| {
        whole.render_title(page)?;
        whole.render_name_section(page)?;
        whole.render_synopsis_section(page)?;
        whole.render_description_section(page)?;
        whole.render_options_section(page)
    })?;
    for command in commands(command) {
        // What all commands have stands above already.
        let own = Man::new(command.clone().mut_args(|argument| {
            let is_common = argument.is_global_set() || argument.get_id() == "help";
            let is_hidden = argument.is_hide_set() || is_common || argument.get_id() == "version";
            argument.hide(is_hidden)
        }));
        let section = text(|section| {
            own.render_description_section(section)?;
            own.render_synopsis_section(section)?;
            own.render_options_section(section)?;
            own.render_extra_section(section)
        })?;
        page.push_str(&format!(".SH \"{}\"\n", command.get_name().to_uppercase()));
        let section = section.replace("\n.SH DESCRIPTION\n", "\n");
        page.push_str(&section.replace("\n.SH EXTRA\n", "\n.PP\n").replace("\n.SH ", "\n.SS "));
    }
    let exits = text(|section| whole.render_extra_section(section))?;
    page.push_str(&exits.replace("\n.SH EXTRA\n", "\n.SH \"EXIT STATUS\"\n"));
    Ok(page)
}

fn text(render: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<String> {
    let mut bytes = Vec::new();
    render(&mut bytes)?;
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

fn file_name(command: &Command) -> String {
    let name = command.get_bin_name().unwrap_or(command.get_name());
    format!("{}.1", name.replace(' ', "-"))
}

fn write(folder: &Path, name: &str, page: &[u8]) -> Result<(), Failure> {
    let path = folder.join(name);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, page))
        .map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))
}

fn unmade(error: &io::Error) -> Failure {
    Failure::harness(format!("the manual page cannot be made: {error}"))
}
