//! A first target description and a CI file for somebody's server: functions from what is known to
//! text.
//!
//! | file | what |
//! | --- | --- |
//! | `learnt` | what a preflight tells of a server |
//! | `description` | the target description |
//! | `remote` | where a repository is, by the address of its remote |
//! | `pipeline` | the CI file |

mod description;
mod learnt;
mod pipeline;
mod remote;

pub use description::{Described, EXAMPLE, description};
pub use learnt::Learnt;
pub use pipeline::{Pipeline, Suite};
pub use remote::Remote;
