//! What the document tells that this crate does not know.

use crate::requirement::{Profile, RequirementId};

/// What the document tells that this crate does not know.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// What evaluates requirements, in the order of the document.
    pub evaluators: Vec<Evaluator>,
}

/// A scenario or a law that evaluates requirements.
#[derive(Debug, Clone)]
pub struct Evaluator {
    /// Which of the two.
    pub kind: EvaluatorKind,
    /// The scenario's id, or the law's name.
    pub id: String,
    /// What it shows, as a sentence.
    pub title: String,
    /// Where it stands, below the repository's root; none for what is no file of its own.
    pub file: Option<String>,
    /// The requirements that it is about.
    pub about: Vec<RequirementId>,
    /// The requirements that it evaluates on the way.
    pub besides: Vec<RequirementId>,
}

/// What evaluates a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluatorKind {
    /// A scripted conversation of this profile.
    Scenario(Profile),
    /// A rule that is held against all traffic.
    Law,
}
