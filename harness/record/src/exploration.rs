//! What an exploration tried: walks by chance, and which situations they came into.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an exploration tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Exploration {
    /// What fixed the walks.
    pub seed: u64,
    /// How many walks were driven.
    pub walks: u64,
    /// How many steps they have.
    pub steps: u64,
    /// The number of the last walk that came into a new situation.
    pub last_new: u64,
    /// The situations that were within reach at some step of some walk.
    pub situations: Vec<Situation>,
}

/// A situation in which something can be done, and how often it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Situation {
    /// The operation, or what is done besides calls.
    pub operation: String,
    /// How the caller stands in the conference.
    pub caller: String,
    /// How the person concerned stands in it.
    pub person: String,
    /// Which token or credential is shown, or what else is particular.
    pub token: String,
    /// Whether the conference is protected.
    pub protected: String,
    /// How often it was tried; 0 if never.
    pub tried: u64,
}

impl Exploration {
    /// How many situations were tried.
    pub fn tried(&self) -> usize {
        self.situations.iter().filter(|it| it.tried > 0).count()
    }
}
