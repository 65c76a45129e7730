//! Performs scenarios against a target and records traces. It decides nothing but what it needs to
//! go on.
//!
//! | file | what |
//! | --- | --- |
//! | `run` | all scenarios, side by side |
//! | `preflight` | whether the target can be tested at all, and which kinds of application it has |
//! | `unclaimed` | what the target does beyond its claims |
//! | `stage` | one scenario's people, sessions and bindings |
//! | `steps` | one step after the other |
//! | `session` | a client: its tokens, and what it does by itself as the real one does |
//! | `fence` | proves that what has not arrived will not |
//! | `forge` | wrong tokens |
//! | `habits` | what the real clients send |
//! | `health`, `allowance` | what a dead, silent or babbling target may cost |
//! | `recorder`, `http`, `socket`, `wire`, `connector` | the edge |

mod allowance;
mod connector;
mod fence;
mod forge;
mod habits;
mod health;
mod http;
mod preflight;
mod recorder;
mod run;
mod session;
mod socket;
mod stage;
mod steps;
mod unclaimed;
mod wire;

pub use connector::plain_client;
pub use connector::{Connector, ConnectorError};
pub use preflight::Untestable;
pub use run::{Progress, RunError, USUAL_JOBS, run, run_until};
