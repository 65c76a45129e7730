//! The program as its users meet it.

mod compat;
mod formats;
mod input;
#[cfg(unix)]
mod interrupt;
mod known;
mod output;
mod payloads;
pub(crate) mod process;
mod replay;
mod reports;
mod selftest;
mod wrong;
mod shell;

use process::{Outcome, program, run};

/// Runs the program with these arguments.
#[track_caller]
fn invoke(arguments: &[&str]) -> Outcome {
    run(program(arguments.iter().copied()))
}
