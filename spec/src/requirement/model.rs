//! One row of the catalogue.

use super::{RequirementId, Source};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One numbered requirement.
#[derive(Debug)]
pub struct Requirement {
    /// The id, which is never reused.
    pub id: RequirementId,
    /// How binding it is.
    pub level: Level,
    /// How it is known.
    pub basis: Basis,
    /// The part of the protocol that it belongs to.
    pub profile: Profile,
    /// What should hold: a lower-case fragment of at most 72 characters, for tables and red lines.
    pub title: &'static str,
    /// The normative text. It contains the word of its level, in capitals.
    pub text: &'static str,
    /// The sources; at least one.
    pub sources: &'static [Source],
    /// The reason: what breaks if a server does otherwise, or for a `chosen` row why this was
    /// chosen.
    pub why: &'static str,
    /// The reason why no check evaluates it; `None` for a row that a scenario or a law tests.
    pub excluded: Option<&'static str>,
}

impl Requirement {
    /// The side that it binds.
    pub fn side(&self) -> Side {
        self.profile.side()
    }

    /// Whether a violation of this row alone makes a target fail without `--strict`, once a release
    /// demands it (see [`crate::release::counts`]).
    pub fn is_binding(&self) -> bool {
        binds(self.level, self.basis, false)
    }
}

/// Whether violating a row of this level and basis makes a target fail. With `strict`, `chosen`
/// rows count too.
pub(crate) fn binds(level: Level, basis: Basis, strict: bool) -> bool {
    level == Level::Must && (strict || basis != Basis::Chosen)
}

/// How binding a requirement is (RFC 2119).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// A server that violates it does not conform.
    Must,
    /// A server may do otherwise for a good reason.
    Should,
    /// The server may choose.
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
    /// Otherwise real clients break or misbehave.
    Observed,
    /// No source settles it, so this specification does.
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
    /// The calls of a client, and the frames pushed over its WebSocket.
    Sdk,
    /// The client's own side of the same. All other profiles bind servers.
    Client,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Profile; 3] = [Profile::Rest, Profile::Sdk, Profile::Client];

    /// The side that the requirements of this profile bind.
    pub fn side(self) -> Side {
        match self {
            Profile::Rest | Profile::Sdk => Side::Server,
            Profile::Client => Side::Client,
        }
    }
}

/// The two ends of the protocol. A requirement binds one of them.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Whoever answers calls and pushes frames.
    #[default]
    Server,
    /// Whoever opens sessions.
    Client,
}

impl Side {
    /// Whether it is the server's.
    pub fn is_server(&self) -> bool {
        *self == Side::Server
    }
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
    Profile { Rest => "rest", Sdk => "sdk", Client => "client" }
    Side { Server => "server", Client => "client" }
}
