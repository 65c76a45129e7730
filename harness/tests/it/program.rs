//! The program as its users meet it.

mod compat;
mod input;
mod output;
mod payloads;
pub(crate) mod process;
mod reports;

use process::{Outcome, program, run};

/// Runs the program with these arguments.
#[track_caller]
fn invoke(arguments: &[&str]) -> Outcome {
    run(program(arguments.iter().copied()))
}
