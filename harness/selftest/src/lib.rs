//! How strong the suite is: it meets servers of which it is known beforehand whether they are right.
//!
//! | file | what |
//! | --- | --- |
//! | `mutant` | a server to try the suite on, and what the sources say of it |
//! | `servers` | what the suite is tried on: a server, and wrong ones; given by the program |
//! | `spot` | every field of every answer and frame, read off the schemas |
//! | `fields`, `answers`, `frames` | the mutants made of them, each classed beforehand |
//! | `rules` | what the sources say where no schema does: the classes, as tables |
//! | `change` | how the proxy performs them |
//! | `suite` | which scenarios a mutant meets, and for how long it is waited |
//! | `touch` | in which scenarios a mutant finds anything to change |
//! | `bench` | runs them, several at once |
//! | `null` | targets that are no server of this protocol at all |
//! | `outcome`, `report`, `table` | what came of it |
//! | `proxy` | stands between driver and target, and changes what the target says |
//! | `variants` | right servers that look unusual, made by the proxy |
//! | `steady` | whether the suite says the same every time, on a busy machine |

mod answers;
mod bench;
mod change;
mod fields;
mod frames;
mod mutant;
pub mod null;
mod outcome;
pub mod proxy;
mod report;
mod rules;
mod servers;
mod spot;
mod steady;
mod suite;
mod table;
mod touch;
pub mod variants;

pub use bench::{Plan, Progress, run};
pub use mutant::{Class, Kind, Mutant, all};
pub use outcome::{Fate, Outcome};
pub use report::{Counts, FEW, FORMAT, OfRequirement, Report, Setting, Summary};
pub use servers::{Servers, Started, Wrong};
pub use steady::{Flip, Repetition, STEADY_FORMAT, Steadiness, steadiness};
pub use suite::deadlines;
pub use table::{steadiness_text, text};
