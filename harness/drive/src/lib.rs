//! Performs scenarios against a target and records traces. It decides nothing but what it needs to
//! go on.
//!
//! | file | what |
//! | --- | --- |
//! | `run` | all scenarios, side by side |
//! | `probe` | whether the target can be tested at all, and which kinds of application it has |
//! | `late` | what only time decided, tried once more |
//! | `unclaimed` | what the target does beyond its claims |
//! | `scenario_run` | one scenario's people, sessions and bindings |
//! | `actor` | who acts |
//! | `calls`, `opening` | the calls that actors make, and how a session is opened |
//! | `steps` | one step after the other |
//! | `session` | a client: its tokens, and what it does by itself as the real client does |
//! | `sdk` | people who use a real client, which an adapter drives |
//! | `fence` | proves that what has not arrived will not |
//! | `stop` | why a scenario cannot go on |
//! | `forge` | wrong tokens |
//! | `client_defaults` | what the real clients send |
//! | `limits` | what a run may take of time, and of the machine |
//! | `pace` | how often the target is called |
//! | `circuit_breaker`, `output_budget` | limits on the cost of a dead, silent or endless target |
//! | `recorder`, `transport`, `socket`, `wire` | the edge to the network |
//! | `connector`, `metered`, `inflated`, `content_encoding`, `encode` | connections, and what goes over them |

mod actor;
mod calls;
mod circuit_breaker;
mod client_defaults;
mod connector;
mod content_encoding;
mod encode;
mod fence;
mod forge;
mod inflated;
mod late;
mod limits;
mod metered;
mod opening;
mod output_budget;
mod pace;
mod probe;
mod recorder;
mod run;
mod scenario_run;
mod sdk;
mod session;
mod socket;
mod steps;
mod stop;
mod transport;
mod unclaimed;
mod wire;

pub use connector::{Connector, ConnectorError, plain_client};
pub use limits::Limits;
pub use probe::Untestable;
pub use run::{Progress, RunError, USUAL_JOBS, run, run_through, run_until};
