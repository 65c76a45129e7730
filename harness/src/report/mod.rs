//! The record of a run, and what is shown of it. Every report is a pure function of the record.
//!
//! | file | what |
//! | --- | --- |
//! | `record` | everything that is known of a run |
//! | `explanation` | why a requirement is not fulfilled, as data: the content of every format |
//! | `format` | the table of formats |
//! | `terminal` | text for people |
//! | `judgement` | what captured traffic tells: pass, fail, not observed |
//! | `verify`, `seal` | whether the verdicts follow from the traces, and those are as recorded |
//! | `coverage` | what evaluated which requirement |

mod coverage;
pub mod explanation;
mod format;
mod judgement;
mod record;
mod seal;
mod style;
mod terminal;
mod verify;

pub use coverage::{Coverage, committed_coverage, coverage};
pub use explanation::{Explanation, explain};
pub use format::{FORMATS, File, Format, Renderer, Unrendered};
pub use judgement::{Judgement, Row, Seen};
pub use record::{FORMAT, Options, Record, ScenarioRecord, TargetRecord};
pub use seal::{Broken, Seal};
pub use style::Style;
pub use terminal::{View, WIDTH, clean, terminal, wrapped};
pub use verify::{Difference, Unverifiable, recompute, verify};
