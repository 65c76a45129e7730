//! Why something was not judged.

use crate::{ClientOperation, Excuse, Feature};
use invite_spec::push::FrameType;
use invite_spec::requirement::RequirementId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a scenario was not driven, or a check came to no verdict.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// The target does not claim a feature that the scenario needs.
    NotClaimed(Feature),
    /// The scenario needs a second application.
    NoSecondApplication,
    /// The scenario needs an application of a kind that the target does not offer.
    WrongKindOfApplication {
        /// Whether conferences that clients create there must be protected.
        wanted: Protection,
        /// Whether the harness knows of what kind the target's applications are.
        known: bool,
    },
    /// The run ended before the scenario did.
    Interrupted(Interruption),
    /// The scenario has more connections open at once than the system lets the harness open files.
    TooFewDescriptors {
        /// How many files it opens, about.
        needed: usize,
        /// How many the harness may open.
        left: usize,
    },
    /// The client under test cannot do what the scenario needs.
    ClientCannot(ClientOperation),
    /// The client under test does not report such a frame to its application.
    ClientDoesNotTell(FrameType),
    /// Only a client that is driven by an adapter can show it.
    NeedsAdapter,
    /// The person in front of the client skipped a step of the scenario.
    SkippedByHand,
    /// What the check is about did not happen.
    NothingHappened,
    /// An outcome that the scenario allows left nothing to check.
    Excused(Excuse),
    /// A failure that does not count kept the check from being reached.
    NotReached {
        /// The requirement that failed.
        because_of: RequirementId,
    },
}

/// Whether conferences that clients create in an application are protected.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// They are.
    Protected,
    /// They are not.
    Unprotected,
}

/// Why a run was ended before all its scenarios were.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Interruption {
    /// Somebody wanted it (Ctrl-C).
    Asked,
    /// Something had failed, and the first failure was to end it (`--fail-fast`).
    FirstFailure,
    /// The target had sent more than the harness reads in one run: its own limit.
    TooMuchReceived {
        /// How many MiB it reads at most.
        most_mib: usize,
    },
    /// The target had answered nothing any more for a while.
    TargetSilent {
        /// For how many seconds at least.
        seconds: u64,
    },
    /// It had taken longer than it may (`--max-time`).
    OutOfTime {
        /// How many seconds it may take.
        seconds: u64,
    },
    /// The program was killed; what it had learned by then is known from its journal.
    Killed,
}

impl fmt::Display for Interruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Interruption::Asked => f.pad("the run was interrupted"),
            Interruption::FirstFailure => {
                f.pad("the run ended at its first failure (`--fail-fast`)")
            }
            Interruption::TooMuchReceived { most_mib } => write!(
                f,
                "the run ended because the harness had received {most_mib} MiB, the most that it \
                 reads: run fewer scenarios at a time (`--only`, `--shard`)"
            ),
            Interruption::TargetSilent { seconds } => write!(
                f,
                "the run ended because the target answered nothing any more, whatever it was asked, \
                 for more than {seconds} s"
            ),
            Interruption::OutOfTime { seconds } => write!(
                f,
                "the run ended because it had taken {seconds} s, the most that it may: for a slow \
                 target raise `--max-time`"
            ),
            Interruption::Killed => f.pad("the run was killed before it could write its record"),
        }
    }
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Protection::Protected => "protected",
            Protection::Unprotected => "unprotected",
        })
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SkipReason::NotClaimed(feature) => write!(f, "the target does not claim `{feature}`"),
            SkipReason::NoSecondApplication => f.write_str(
                "it needs a second application: give `--second-app-key` and `--second-app-secret`",
            ),
            SkipReason::WrongKindOfApplication { wanted, known } => {
                write!(
                    f,
                    "it needs an application in which conferences created by clients are \
                     {wanted}, and "
                )?;
                f.write_str(match known {
                    true => "the target's are not",
                    false => "the harness could not determine whether the target's are",
                })
            }
            SkipReason::Interrupted(why) => why.fmt(f),
            SkipReason::TooFewDescriptors { needed, left } => write!(
                f,
                "it opens about {needed} files at once, and the harness may open {left}: raise \
                 the limit (`ulimit -n`)"
            ),
            SkipReason::ClientCannot(operation) => {
                write!(f, "the client cannot do `{operation}`, which the scenario needs")
            }
            SkipReason::ClientDoesNotTell(frame) => {
                write!(f, "the client does not report {frame} to its application")
            }
            SkipReason::NeedsAdapter => {
                f.write_str("only a client that is driven by an adapter can show it (`--adapter`)")
            }
            SkipReason::SkippedByHand => f.write_str("a step of the scenario was skipped by hand"),
            SkipReason::NothingHappened => f.write_str("what it is about did not happen"),
            SkipReason::Excused(excuse) => {
                write!(f, "an outcome that is allowed left nothing to check: {excuse}")
            }
            SkipReason::NotReached { because_of } => {
                write!(f, "not reached because of {because_of}")
            }
        }
    }
}
