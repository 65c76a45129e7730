//! Everything that is known of a run, and what follows from it.
//!
//! | file | what |
//! | --- | --- |
//! | `record` | the record of a run |
//! | `clients` | the same of a run against clients |
//! | `verify`, `seal` | whether the verdicts follow from the traces, and those are as recorded |
//! | `signature` | who vouches for a record |
//! | `baseline` | failures that are known, each with a reason |
//! | `journal` | a run as it goes on, a line for each scenario |
//! | `partial` | that a run was about less than all |
//! | `shard`, `merge` | shards of a run, and the whole that they make |
//! | `exploration` | what an exploration tried |
//! | `coverage` | what evaluated which requirement |
//! | `kills` | which wrong servers fail each requirement |
//! | `capture` | traffic that was captured elsewhere, as traces |
//! | `comparison` | what changed from one run to another |
//! | `history` | what several runs came to |
//! | `snapshot` | what a target's payloads look like, and how that changed |

pub mod baseline;
pub mod capture;
mod clients;
mod comparison;
mod coverage;
mod exploration;
mod history;
pub mod journal;
mod kills;
mod merge;
mod partial;
mod record;
mod seal;
mod shard;
mod signature;
pub mod snapshot;
mod verify;

pub use clients::ClientRun;
pub use comparison::{Comparison, Moved, RunSummary, Time};
pub use coverage::{Coverage, committed_coverage, coverage, with_slow};
pub use exploration::{Exploration, Situation};
pub use history::{Course, History, HistoryBuilder, PastRun};
pub use kills::{Kills, add_kills, committed_kills};
pub use merge::{MergeError, merge};
pub use partial::Partial;
pub use record::{
    FORMAT, Judged, Options, Record, ScenarioRecord, TargetRecord, Unclaimed, schema,
};
pub use seal::{Broken, Seal};
pub use shard::{BadShard, Part, Shard, ShardPart};
pub use signature::{
    BadKey, KeyFiles, KeyId, PublicKey, Signature, Signed, SigningKey, new_key, signed,
};
pub use verify::{Difference, Unverifiable, recompute, verify};
