//! Scenarios: scripted conversations with a target, as data.
//!
//! | file | what |
//! | --- | --- |
//! | `model` | what a scenario says |
//! | `client` | the same for scenarios of clients |
//! | `matcher` | what an expectation says of a value |
//! | `read` | YAML to model, with errors that name the place |
//! | `located`, `faults` | values that remember their place, and errors that are found while reading |
//! | `check` | what can be found wrong before anything runs |
//! | `id` | what can be the id of a scenario |
//! | `library` | the scenarios that come with the program |
//! | `bounded_file` | reading a file that somebody names, within bounds |
//! | `description` | where a server is, its credentials, what it claims, how long it is waited for |
//! | `admission` | whether a scenario can be driven against a target |
//! | `cover` | names and headers that look like a real client's, other ones in each run |
//! | `editor` | the schemas of files, as editors use them |
//! | `driven` | what is to be driven, and what came of it |
//! | `looked_at` | how far each number of seconds in the specification is looked at |
//! | `matching` | whether a value is as a matcher wants it; for driving and judging alike |

mod admission;
mod bounded_file;
mod check;
pub mod client;
pub mod cover;
pub mod description;
mod driven;
mod editor;
mod faults;
mod id;
mod library;
mod located;
mod looked_at;
mod matcher;
pub mod matching;
mod model;
mod read;

pub use admission::{App, Kinds, admit, needs};
pub use bounded_file::{MOST_BYTES, read_bounded};
pub use driven::{AGAIN, Driven, PREFLIGHT, Plan, Retried, Skipped, Tried};
pub use id::is_id;
pub use library::{Selection, built_in, from_path, split_slow};
pub use located::Located;
pub use looked_at::{LookedAt, looked_at};
pub use matcher::{Condition, Matcher, Permissions};
pub use model::{
    Application, Await, Body, Call, CallKind, Connect, Expect, Expectation, Expected, Forge, Heard,
    Never, Open, Outcome, People, Person, Pointers, Preflight, Refusal, Request, Requirements, Say,
    Scenario, SessionStep, SignIn, Status, Step, TokenChoice, Until, Upgrade, Wait, Wire,
};
pub use read::parse;

/// The JSON Schema of a scenario file, for editors.
pub fn schema() -> serde_json::Value {
    let mut schema = editor::schema::<Scenario>("A scenario of the conformance harness");
    editor::explain(&mut schema, invite_spec::requirement::Side::Server);
    schema
}
