//! Finds faults that nobody scripted: walks by chance, predicted by a model, cut down to the shortest
//! scenario that shows each fault.
//!
//! | file | what |
//! | --- | --- |
//! | `model` | who stands how, and what may come of what is done: the protocol, without a server |
//! | `walk` | what happens in a walk |
//! | `generator` | makes walks by chance that a seed fixes, led by what was tried least |
//! | `asides` | facts about single calls, put between the moves of walks |
//! | `cells` | what was tried |
//! | `script`, `yaml` | a walk as a scenario, with what the model predicts |
//! | `explore` | walks until the time is up, and what came of it |
//! | `lab` | drives scenarios: the only part that touches a target |
//! | `parallel` | work on all cores |
//! | `reductions`, `shrink` | every way to make a walk smaller; as small as it gets |
//! | `finding`, `handover` | what was found, and as a file |

mod asides;
mod cells;
mod explore;
mod finding;
mod generator;
mod handover;
mod lab;
pub mod model;
mod parallel;
mod prng;
mod reductions;
mod script;
mod shrink;
#[cfg(test)]
mod tests;
mod walk;
mod yaml;

pub use cells::{Cell, Cells};
pub use explore::{Outcome, Progress, Request, Tried, explore};
pub use finding::{Finding, Rate, Shown};
pub use generator::{Generator, Shape};
pub use script::{Heading, Muted, Script};
pub use walk::{Step, Walk};
