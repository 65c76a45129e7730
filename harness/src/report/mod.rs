//! The record of a run, and what is shown of it. Every report is a function of the record.

mod record;
mod style;
mod terminal;

pub use record::{FORMAT, Options, Record, ScenarioRecord, TargetRecord};
pub use style::Style;
pub use terminal::{WIDTH, terminal, wrapped};
