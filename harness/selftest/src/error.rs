//! Why a selftest could not be carried out.

use crate::servers::StartError;
use invite_drive::RunError;
use invite_spec::requirement::RequirementId;
use std::io;

/// Why a selftest could not be carried out. It says nothing about the suite.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SelftestError {
    /// The unchanged server did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The unchanged server cannot be tested.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The unchanged server does not conform, so that no change to it shows anything.
    #[error(
        "the unchanged server does not conform: {requirement} fails, {shown}\n\
         nothing was tried; test the server with `invite-conformance run` first"
    )]
    DoesNotConform {
        /// The first requirement that failed.
        requirement: RequirementId,
        /// Where, what was expected and what was seen.
        shown: String,
    },
    /// Every check of the unchanged server was skipped, or the harness broke.
    #[error("no verdict about the unchanged server: nothing was tried")]
    NothingJudged,
    /// The async runtime could not be set up.
    #[error("no async runtime: {0}")]
    Runtime(io::Error),
}
