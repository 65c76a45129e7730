//! How strong the suite is: it runs against servers that are known to be right or wrong.
//!
//! | file | what |
//! | --- | --- |
//! | `specimen` | a server to try the suite on, and what must come of it |
//! | `catalogue` | every specimen |
//! | `specimens` | the specimens, by how they are made: `rules`, `proxy`, `legal`, `expectation`, `null`, `hostile` |
//! | `servers` | the right server and those with wrong rules; the program provides them |
//! | `proxy` | stands between driver and target, and changes what the target sends |
//! | `start` | starts a specimen |
//! | `suite` | which scenarios run against a specimen, and with which deadlines |
//! | `scope` | in which scenarios the proxy finds anything to change |
//! | `unchanged` | what the unchanged server does, which must conform |
//! | `runner`, `attempt` | run specimens, several at once; and one of them |
//! | `measure` | which expectations and sentences of laws no specimen made fail |
//! | `trial`, `report` | what came of one specimen, and of all |
//! | `table`, `json` | the report for people and for programs |
//! | `flakiness` | whether verdicts are the same in every run, on a busy machine |

mod attempt;
mod catalogue;
mod error;
mod flakiness;
mod json;
mod measure;
pub mod proxy;
mod report;
mod runner;
mod scope;
mod servers;
mod specimen;
mod specimens;
mod start;
mod suite;
mod table;
mod trial;
mod unchanged;

pub use catalogue::{all, expectations, find};
pub use error::SelftestError;
pub use flakiness::{FLAKINESS_FORMAT, Flakiness, Flip, Repetition, flakiness};
pub use measure::{Measure, Unfailed};
pub use report::{Counts, FEW, FORMAT, OfRequirement, Report, Setting, Summary};
pub use runner::{Plan, Progress, run};
pub use servers::{Servers, StartError, Started, Unusual, Wrong};
pub use specimen::{Conclusion, Expected, Kind, Specimen};
pub use suite::deadlines;
pub use table::{flakiness_text, text};
pub use trial::{LONGEST_MS, SpecimenOutcome, Trial};
