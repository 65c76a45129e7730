//! Targets: where a server is, its credentials, what it claims, how long it is waited for.

mod deadlines;
mod description;
mod feature;

pub use deadlines::{Deadline, Deadlines};
pub use description::{Credentials, CredentialsFile, Planes, PlanesFile, Target, TargetError, TargetFile};
pub use feature::Feature;
