//! Clients under test: drives them through client scenarios, with a server and a relay at the other end.
//!
//! | file | what |
//! | --- | --- |
//! | `run` | all scenarios, several at once |
//! | `drive` | one scenario, step by step |
//! | `application` | the calls of the application's server |
//! | `page` | a page that tells a person what to do next |
//! | `tester` | whoever does what the client is told: an adapter, or a person |
//! | `sample` | a small right client behind the protocol of adapters, with faults on request |

mod application;
mod drive;
mod page;
mod run;
pub mod sample;
mod tester;

pub use page::{Page, Told};
pub use run::{Plan, RunError, Scope, run};
pub use tester::{Person, Tester};
