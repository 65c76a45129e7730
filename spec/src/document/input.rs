//! The facts of the document that this crate does not know.

use crate::path::Step;
use crate::requirement::{Profile, RequirementId};

/// The facts of the document that this crate does not know.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// The checks of servers, in the order of the document.
    pub evaluators: Vec<Evaluator>,
    /// The checks of clients.
    pub of_clients: Vec<Evaluator>,
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
    /// Its path below the repository's root; none for a law.
    pub file: Option<String>,
    /// The step of the implementer's path that it belongs to; none for a law, and for a check of a
    /// client.
    pub step: Option<&'static Step>,
    /// The requirements that it is about.
    pub about: Vec<RequirementId>,
    /// The requirements that it evaluates on the way.
    pub besides: Vec<RequirementId>,
}

/// The kinds of check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluatorKind {
    /// A scripted conversation of this profile.
    Scenario(Profile),
    /// A rule that is checked against all traffic.
    Law,
}
