//! What one row of the catalogue says.

use super::{RequirementId, Source};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One numbered requirement.
#[derive(Debug)]
pub struct Requirement {
    /// Its id.
    pub id: RequirementId,
    /// How binding it is.
    pub level: Level,
    /// How it is known.
    pub basis: Basis,
    /// The part of the protocol that it belongs to.
    pub profile: Profile,
    /// A few words for tables and red lines.
    pub title: &'static str,
    /// The rule, in our words.
    pub text: &'static str,
    /// Where it comes from.
    pub sources: &'static [Source],
    /// Why a server that does otherwise is wrong; for a `chosen` row, why it was settled so.
    pub why: &'static str,
    /// Why no check evaluates it; `None` for a row that a scenario or a law tests.
    pub excluded: Option<&'static str>,
}

impl Requirement {
    /// Whether a failure of this row alone makes a target fail when `--strict` is not given, once a
    /// release demands it (see [`crate::release::counts`]).
    pub fn is_binding(&self) -> bool {
        binds(self.level, self.basis, false)
    }
}

/// Whether breaking what is demanded so makes a target fail; `strict` makes `chosen` rows count.
pub(crate) fn binds(level: Level, basis: Basis, strict: bool) -> bool {
    level == Level::Must && (strict || basis != Basis::Chosen)
}

/// How binding a requirement is (RFC 2119).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// A server that does otherwise does not conform.
    Must,
    /// A server may do otherwise for a good reason.
    Should,
    /// Left to the server.
    May,
}

/// How a requirement is known.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The vendor's published documentation says so.
    Documented,
    /// The real clients break or misbehave otherwise.
    Observed,
    /// No source settles it; this specification does.
    Chosen,
}

/// The part of the protocol that a requirement or a scenario belongs to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// The calls of an application server; no WebSocket is needed.
    Rest,
    /// The calls of a client, and what is pushed to it over its WebSocket.
    Sdk,
}

macro_rules! display {
    ($($type:ident { $($variant:ident => $text:literal),* })*) => {$(
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(match self { $(Self::$variant => $text),* })
            }
        }
    )*};
}
display! {
    Level { Must => "MUST", Should => "SHOULD", May => "MAY" }
    Basis { Documented => "documented", Observed => "observed", Chosen => "chosen" }
    Profile { Rest => "rest", Sdk => "sdk" }
}
