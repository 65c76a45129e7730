//! A first target description, a CI file and a first scenario for somebody's server: functions from
//! what is known to text.
//!
//! | file | what |
//! | --- | --- |
//! | `learnt` | what a preflight tells of a server |
//! | `description` | the target description |
//! | `skeleton` | a first scenario, for servers or for clients |
//! | `remote` | where a repository is, by the address of its remote |
//! | `pipeline` | the CI file |

mod description;
mod learnt;
mod pipeline;
mod remote;
mod skeleton;

pub use description::{Described, EXAMPLE, description};
pub use learnt::Learnt;
pub use pipeline::{Pipeline, Suite};
pub use remote::Remote;
pub use skeleton::Skeleton;

/// What the schema of a target description is called where it is written next to one. Editors find it
/// by a line of the description.
pub const TARGET_SCHEMA: &str = "invite-target.schema.json";
/// The same for a scenario.
pub const SCENARIO_SCHEMA: &str = "invite-scenario.schema.json";
/// The same for a client scenario.
pub const CLIENT_SCENARIO_SCHEMA: &str = "invite-client-scenario.schema.json";
