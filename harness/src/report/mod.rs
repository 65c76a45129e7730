//! The record of a run, and what is shown of it. Every report is a function of the record.

mod coverage;
mod judgement;
mod record;
mod seal;
mod style;
mod terminal;
mod verify;

pub use coverage::{Coverage, committed_coverage, coverage};
pub use judgement::{Judgement, Row, Seen};
pub use record::{FORMAT, Options, Record, ScenarioRecord, TargetRecord};
pub use seal::{Broken, Seal};
pub use style::Style;
pub use terminal::{WIDTH, terminal, wrapped};
pub use verify::{Difference, Unverifiable, recompute, verify};
pub use terminal::{WIDTH, clean, terminal, wrapped};
