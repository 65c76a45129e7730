//! Scenarios for clients: what a client is told to do, what the server and the network do meanwhile,
//! and what the client must do then.
//!
//! | file | what |
//! | --- | --- |
//! | `model` | what such a scenario says |
//! | `check` | what can be found wrong with one before anything runs |
//! | `library` | those that come with the program, and those of a folder |

mod check;
mod library;
mod model;

pub use library::{ClientSelection, built_in, from_path};
pub use model::{
    ClientFrame, ClientScenario, ClientStep, CutAnswer, Deed, DeedOutcome, Delayed, Intervention,
    Observed, OfPerson, OnServer, Pushed, PushedBefore, Refused, SocketDeed, WithCode,
};

use crate::{editor, read};
use invite_text::Diagnostic;

/// Reads a scenario for clients and checks all that can be checked before it runs.
///
/// # Errors
///
/// Everything that is wrong with the file, as far as it can be read: at least one error.
pub fn parse(file: &str, text: &str) -> Result<ClientScenario, Vec<Diagnostic>> {
    read::parse_as(file, text, check::faults)
}

/// The JSON Schema of a scenario for clients, for editors.
pub fn schema() -> serde_json::Value {
    let title = "A client scenario of the conformance harness";
    let mut schema = editor::schema::<ClientScenario>(title);
    editor::explain(&mut schema, invite_spec::requirement::Side::Client);
    schema
}
