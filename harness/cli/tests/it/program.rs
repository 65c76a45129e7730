//! The program as its users meet it.

mod adapter;
mod again;
mod causes;
mod clients;
mod compat;
mod explore;
mod formats;
mod init;
mod input;
#[cfg(unix)]
mod interrupt;
mod known;
mod output;
mod page;
mod payloads;
mod preflight;
pub(crate) mod process;
#[expect(dead_code, reason = "what only the tests of the server need")]
#[path = "../../../../reference-impl/tests/interop/clients.rs"]
mod real_clients;
mod record;
mod replay;
mod reports;
mod scenario;
mod security;
mod selftest;
mod shell;
mod slow;
mod through;
mod watch;
mod wrong;

use process::{Outcome, program, run};

/// Runs the program with these arguments.
#[track_caller]
fn invoke(arguments: &[&str]) -> Outcome {
    run(program(arguments.iter().copied()))
}
