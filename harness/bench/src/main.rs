//! How fast the suite and the reference server are. Each figure that can be is a ratio: the same work is
//! done by bare code in the same run, so that other work on the machine touches both.
//!
//! | file | what |
//! | --- | --- |
//! | `suite` | the whole suite: time, memory, record, wrong servers, a silent target |
//! | `replay` | the requests and frames of a run, once more, by bare reqwest and axum |
//! | `invites` | invitations a second, beside a bare POST that checks and signs a token |
//! | `fanout` | a message to many WebSockets, beside a bare broadcast |
//! | `calls` | a connection that costs next to nothing, to load servers with |
//! | `usage` | what a process has used |
//! | `figure` | the table |

mod calls;
mod fanout;
mod figure;
mod invites;
mod replay;
mod suite;
mod usage;

use clap::Parser;
use figure::Figure;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Measures how fast the suite and the reference server are, beside bare code that does the same.
///
/// Build with --release. Nothing fails for being slow: other work on the machine changes every figure.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Only figures whose name contains this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// How long each server is loaded
    #[arg(long, value_name = "SECONDS", default_value_t = 4)]
    seconds: u64,
    /// How often what takes a while is repeated; the median counts
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    times: u16,
    /// How many WebSockets hear of a message
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u16).range(1..))]
    sockets: u16,
    /// The folder of the programs. Default: where this one is
    #[arg(long, value_name = "FOLDER")]
    programs: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match measure(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // Nobody is left to tell if this fails.
            let _ = writeln!(std::io::stderr(), "invite-bench: {message}");
            ExitCode::from(2)
        }
    }
}

async fn measure(arguments: &Arguments) -> Result<(), String> {
    usage::raise_descriptors();
    let here = || std::env::current_exe().ok()?.parent().map(PathBuf::from);
    let folder =
        arguments.programs.clone().or_else(here).ok_or("where this program is, is unknown")?;
    let program = folder.join(format!("invite-conformance{}", std::env::consts::EXE_SUFFIX));
    let is_meant =
        |name: &str| arguments.only.as_ref().is_none_or(|only| name.contains(only.as_str()));
    let load = Duration::from_secs(arguments.seconds);
    figure::head();
    if is_meant("suite") {
        let (figures, run) = suite::whole(&program, arguments.times)?;
        figures.iter().for_each(Figure::print);
        replay::beside(&run, arguments.times).await?.print();
    }
    if is_meant("invites") {
        invites::beside(load).await?.iter().for_each(Figure::print);
    }
    if is_meant("fanout") {
        fanout::beside(arguments.sockets.into(), arguments.times).await?.print();
    }
    if is_meant("silent") {
        suite::silent(&program).await?.print();
    }
    if is_meant("mutants") {
        suite::mutants(&program)?.print();
    }
    Ok(())
}
