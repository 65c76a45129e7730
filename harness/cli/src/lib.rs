//! `invite-conformance`: the program, and the only part of the harness that knows the reference
//! server.
//!
//! | module | what |
//! | --- | --- |
//! | [`cli`] | the command line: one file a command |
//! | [`embedded`] | the reference server in this process, which `run` without a target drives |
//! | [`artefacts`] | the generated files of the repository |
//! | [`files`] | the index of all source files |
//! | [`kinds`] | kinds of bugs × requirements: which are tried by what |
//! | [`malformed`] | the scenarios that are generated: malformed bodies of every call |
//! | [`path`] | where a scenario belongs on the path of somebody who builds a server |
//! | `smoke` | has an adapter do everything once, and says what works |
//! | [`init`] | a first target description, CI file and scenario for somebody's server |
//!
//! The stages are crates of their own, beside this one: `invite-scenario`, `invite-drive`,
//! `invite-judge`, `invite-record`, `invite-report`. ARCHITECTURE.md shows how they hang together.

pub mod artefacts;
pub mod cli;
pub mod embedded;
pub mod files;
pub mod init;
pub mod kinds;
pub mod malformed;
pub mod path;
mod smoke;
