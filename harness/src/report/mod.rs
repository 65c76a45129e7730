//! The record of a run, and what is shown of it. Every report is a function of the record.

mod coverage;
mod record;
mod style;
mod terminal;

pub use coverage::{Coverage, committed_coverage, coverage};
pub use record::{FORMAT, Options, Record, ScenarioRecord, TargetRecord};
pub use style::Style;
pub use terminal::{WIDTH, terminal, wrapped};
