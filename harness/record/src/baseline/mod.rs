//! Baselines: failures that are known, each with a reason, so that only a change is red.
//!
//! | file | what |
//! | --- | --- |
//! | `model` | a baseline, and how a run stands to it |
//! | `day` | a day of the calendar |
//! | `read` | TOML to model, with errors that name the place |
//! | `assess` | how a run stands to a baseline: a pure function |
//! | `first` | the first baseline of a target, from a run |
//!
//! A baseline bites both ways. A failure that is not listed is red; so is an entry that no longer
//! fails: else the list would rot, and hide the next failure at the same place.

mod assess;
mod day;
mod first;
mod model;
mod read;

pub use assess::assess;
pub use day::{BadDay, Day};
pub use first::first;
pub use model::{Assessment, Baseline, Baselined, Consequence, Entry, Place, State};
pub use read::{EVERYWHERE, read};
