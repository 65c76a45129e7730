//! A proxy between driver and target that changes what the target sends. A [`Change`] says what
//! differs; with a change that does nothing, the proxy is transparent.
//!
//! | file | what |
//! | --- | --- |
//! | `change` | what can be changed: responses, frames, connections |
//! | `delivery` | frames, and how each is delivered |
//! | `counted` | counts how often a change made a difference |
//! | `server` | the edge: forwards requests and WebSockets |
//! | `listener` | accepts connections, until the server is to be gone |
//! | `sockets` | the open WebSockets, so that a frame can also reach another client |

mod change;
mod counted;
mod delivery;
mod listener;
mod server;
mod sockets;

pub use change::{Change, Greeting, Request, Response};
pub use counted::Counted;
pub use delivery::{Claim, Content, Delivery, Frame, Whom};
pub use server::{Proxy, ProxyError};
