//! A server to try the suite on, and what must come of it.

use crate::proxy::Change;
use crate::scope::Scope;
use crate::servers::{Servers, StartError, Started};
use crate::specimens::Starting;
use invite_judge::clause::ClauseId;
use invite_scenario::description::Target;
use invite_spec::requirement::RequirementId;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// A server to try the suite on: right, wrong, hostile, or not a server of this protocol at all.
#[derive(Clone)]
pub struct Specimen {
    /// Its name: unique.
    pub name: String,
    /// The group that it belongs to.
    pub kind: Kind,
    /// What it does, as a predicate without a full stop: `answers 200 {} to everything`.
    pub does: String,
    /// What the suite must make of it, decided before any run.
    pub expected: Expected,
    /// How it is made.
    pub(crate) make: Make,
}

impl fmt::Debug for Specimen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Specimen");
        shown.field("name", &self.name).field("expected", &self.expected).finish_non_exhaustive()
    }
}

/// How a specimen is made.
#[derive(Clone)]
pub(crate) enum Make {
    /// A server with a wrong rule, known to [`Servers`] by this name.
    Rules {
        name: &'static str,
        /// Whether only slow scenarios can detect it.
        slow: bool,
    },
    /// The proxy changes what a right server sends.
    Proxy {
        /// Makes the change, afresh for each run.
        change: MakeChange,
        /// Whether frames keep their order, so that fences still prove something.
        keeps_order: bool,
        /// Where there is anything to change.
        scope: Scope,
    },
    /// A right server, described wrongly.
    Description(fn(&mut Target)),
    /// A server that breaks this clause of a scenario, and does all else as the unchanged one. It is
    /// not started: what it says is made from what the unchanged one said.
    Clause(ClauseId),
    /// A program on a loopback port that is not a server of this protocol.
    Alone(fn() -> Starting),
}

/// Makes a change for the proxy.
pub(crate) type MakeChange = Arc<dyn Fn() -> Arc<dyn Change> + Send + Sync>;

/// The groups of specimens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The proxy changes one field of one payload, or one kind of response.
    Shape,
    /// The proxy drops, duplicates, reorders, delays, misdelivers or corrupts one type of frame.
    Stream,
    /// A server has one wrong rule.
    Behaviour,
    /// An unusual server that the sources allow.
    Legal,
    /// A server breaks one thing that one scenario expects.
    Expectation,
    /// Not a server of this protocol at all.
    Null,
    /// A server that breaks connections, floods, or cannot be used as described.
    Hostile,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 7] = [
        Kind::Shape,
        Kind::Stream,
        Kind::Behaviour,
        Kind::Legal,
        Kind::Expectation,
        Kind::Null,
        Kind::Hostile,
    ];

    /// As it is spelled on a command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Shape => "shape",
            Kind::Stream => "stream",
            Kind::Behaviour => "behaviour",
            Kind::Legal => "legal",
            Kind::Expectation => "expectation",
            Kind::Null => "null",
            Kind::Hostile => "hostile",
        }
    }

    /// Whether specimens of this kind are variants of a right server, each with one difference,
    /// against which the suite runs. The others are targets that may break a run as a whole, or
    /// break one thing in one scenario.
    pub fn is_mutant(self) -> bool {
        match self {
            Kind::Shape | Kind::Stream | Kind::Behaviour | Kind::Legal => true,
            Kind::Expectation | Kind::Null | Kind::Hostile => false,
        }
    }
}

/// What the suite must make of a specimen. The sources decide, never a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// It is wrong: at least one of these requirements must fail. They are in no order.
    MustFail(Vec<RequirementId>),
    /// It is unusual, and the sources allow it for this reason: nothing that counts may fail.
    Allowed(String),
    /// It does not conform, and not one requirement passes: exit code 1.
    NothingPasses,
    /// It does not conform, whatever else passes: exit code 1.
    DoesNotConform,
    /// It cannot be tested: exit code 3.
    Untestable,
}

impl Expected {
    pub(crate) fn must_fail(ids: &[RequirementId]) -> Expected {
        Expected::MustFail(ids.to_vec())
    }

    pub(crate) fn allowed(because: impl Into<String>) -> Expected {
        Expected::Allowed(because.into())
    }

    /// The requirements of which at least one must fail; none where that does not matter.
    pub fn broken(&self) -> &[RequirementId] {
        match self {
            Expected::MustFail(ids) => ids,
            _ => &[],
        }
    }

    /// What a run of the whole suite must come to.
    pub fn conclusion(&self) -> Conclusion {
        match self {
            Expected::Allowed(_) => Conclusion::Conforms,
            Expected::MustFail(_) | Expected::NothingPasses | Expected::DoesNotConform => {
                Conclusion::DoesNotConform
            }
            Expected::Untestable => Conclusion::Untestable,
        }
    }
}

/// What a run comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// The target conforms.
    Conforms,
    /// The target does not conform.
    DoesNotConform,
    /// The target could not be tested.
    Untestable,
}

impl Conclusion {
    /// The exit code with which `run` ends.
    pub fn code(self) -> u8 {
        match self {
            Conclusion::Conforms => 0,
            Conclusion::DoesNotConform => 1,
            Conclusion::Untestable => 3,
        }
    }
}

impl Specimen {
    /// Whether only slow scenarios can detect what is wrong with it.
    pub fn needs_slow(&self) -> bool {
        matches!(self.make, Make::Rules { slow: true, .. })
    }

    /// Starts it on loopback ports. It stops when the result is dropped.
    ///
    /// # Errors
    /// If a server or the proxy before it does not start.
    pub async fn start(&self, servers: &dyn Servers) -> Result<Started, StartError> {
        Ok(self.start_counted(servers).await?.0)
    }
}
