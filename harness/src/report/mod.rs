//! The record of a run, and what is shown of it. Every report is a pure function of the record.
//!
//! | file | what |
//! | --- | --- |
//! | `record` | everything that is known of a run |
//! | `explanation` | why a requirement is not fulfilled, as data: the content of every format |
//! | `format` | the table of formats |
//! | `replay` | shell scripts that show a failure again, on their own |
//! | `terminal` | text for people |
//! | `junit`, `sarif`, `tap`, `github`, `badge` | for CI systems, and what shows their results |
//! | `outcome` | what came of each requirement, with its row |
//! | `judgement` | what captured traffic tells: pass, fail, not observed |
//! | `verify`, `seal` | whether the verdicts follow from the traces, and those are as recorded |
//! | `markdown` | for a pull request or a job summary |
//! | `html` | one page that holds everything, for a browser |
//! | `baseline` | failures that are known, each with a reason |
//! | `part`, `merge` | shards of a run, and the whole that they make |
//! | `section` | what reports say besides the verdicts |
//! | `coverage` | what evaluated which requirement |

mod badge;
pub mod baseline;
mod coverage;
pub mod explanation;
mod format;
mod github;
mod html;
mod judgement;
mod junit;
mod markdown;
mod merge;
mod outcome;
mod part;
mod record;
mod replay;
mod sarif;
mod seal;
mod section;
mod tap;
mod terminal;
mod verify;

pub use coverage::{Coverage, committed_coverage, coverage};
pub use explanation::{Explanation, explain};
pub use format::{FORMATS, File, Format, Renderer, Unrendered};
pub use html::html;
use invite_text::{Style, WIDTH, wrapped};
pub use judgement::{Judgement, Row, Seen};
pub use markdown::markdown;
pub use merge::{MergeError, merge};
pub use part::{BadShard, Part, Shard, ShardPart};
pub use record::{FORMAT, Options, Record, ScenarioRecord, TargetRecord, Unclaimed, schema};
pub use replay::{Unavailable, script as replay_script};
pub use seal::{Broken, Seal};
pub use section::{Item, Section, Tone, sections};
use terminal::told;
pub use terminal::{View, terminal};
pub use verify::{Difference, Unverifiable, recompute, verify};
