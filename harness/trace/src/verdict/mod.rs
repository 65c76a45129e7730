//! Verdicts, with what they rest on, as data. Sentences are made from it in one place each, the
//! `Display` of its types.
//!
//! | file | what |
//! | --- | --- |
//! | `check` | one verdict about one requirement |
//! | `at` | where a check belongs: a step or a law |
//! | `evidence` | what was expected and seen, and where in a trace |
//! | `expected` | what a check expected |
//! | `near` | what arrived in place of something that was awaited |
//! | `wanted` | what a matcher wants of a value |
//! | `seen` | what a check saw |
//! | `client` | the same of checks of clients |

mod at;
mod check;
mod client;
mod evidence;
mod expected;
mod near;
mod seen;
mod wanted;

pub use at::{At, LawName};
pub use check::{About, Check, CheckResult};
pub use client::{ClientExpected, ClientSeen};
pub use evidence::{Evidence, Spot};
pub use expected::{Expected, Notification, WantedStatus};
pub use near::NearMiss;
pub use seen::{Carrier, FrameAt, Grants, Outside, Seen, SocketLoss, Unseen, WaitEnd};
pub use wanted::{Bound, JsonType, Wanted};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A verdict.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The requirement held.
    Pass,
    /// The target broke the requirement.
    Fail,
    /// The target does not claim what the check needs, or only a failure that does not count kept
    /// the check from being reached.
    Skip,
    /// An earlier failure kept the check from being reached. Counts as not conforming.
    Blocked,
    /// The harness or the environment broke. Never the target's fault.
    Error,
}

impl Verdict {
    /// As reports and records spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::Skip => "skip",
            Verdict::Blocked => "blocked",
            Verdict::Error => "error",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
