//! A proxy between driver and target that changes what the target says: one field, one answer, one
//! frame. What it is told to change is a [`Change`]; a change that does nothing is the target itself.
//!
//! | file | what |
//! | --- | --- |
//! | `change` | what can be changed |
//! | `server` | the edge: requests and WebSockets, passed on |
//! | `sockets` | who is connected, so that a frame can also reach somebody else |

mod change;
mod server;
mod sockets;

pub use change::{Answered, Change, Claim, Delivery, Frame, Passed, Whom};
pub use server::{Proxy, ProxyError};
