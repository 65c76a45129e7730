//! The conformance harness of the protocol for inviting people to a conference.
//!
//! Four stages, and nothing but data passes between them:
//!
//! ```text
//! scenario (YAML) --> drive ----trace----> judge ----verdicts----> report
//!                     I/O only             pure                    pure
//! ```
//!
//! | module | what |
//! | --- | --- |
//! | [`target`] | where a server is, its credentials, what it claims, how long it is waited for |
//! | [`scenario`] | scripted conversations, as data |
//! | [`init`] | a first target description and CI file for somebody's server |
//! | [`matching`] | whether a value is as a matcher wants it; for driving and judging alike |
//! | [`drive`] | performs scenarios against a target and records traces |
//! | [`trace`] | what was said on the wire, without secrets |
//! | [`judge`] | verdicts, as a pure function of scenario and trace |
//! | [`capture`] | traffic that was captured elsewhere, as traces |
//! | [`artefacts`] | the generated files of the repository |
//! | [`proxy`] | stands between driver and target, and changes what the target says |
//! | [`validate`] | whether payloads fit their schemas, and where they do not |
//! | [`variants`] | right servers that look unusual, made by the proxy |
//! | [`compat`] | what a change of the payloads breaks, and for whom |
//! | [`selftest`] | how strong the suite is, shown on wrong and unusual servers |
//! | [`report`] | the record of a run, and what is shown of it |
//! | [`snapshot`] | what a target's payloads look like, and how that changed |
//!
//! The library does not know the reference server; only the program does.

pub mod artefacts;
pub use invite_compat as compat;
pub use invite_drive as drive;
pub mod init;
pub use invite_judge as judge;
pub use invite_judge::validate;
pub use invite_report as report;
pub use invite_scenario as scenario;
pub use invite_scenario::description as target;
pub use invite_scenario::matching;
pub use invite_selftest as selftest;
pub use invite_selftest::proxy;
pub use invite_selftest::variants;
pub use invite_trace as trace;
