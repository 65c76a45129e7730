//! Traces: what was said on the wire, in order, without secrets; and what was concluded from it.
//!
//! | file | what |
//! | --- | --- |
//! | `entry` | what a trace holds |
//! | `vault` | keeps secrets out of it |
//! | `headers` | what of a call is recorded |
//! | `jwt` | tokens, as anybody can read them without the key |
//! | `reference` | `${...}` in a scenario, and what it stands for |
//! | `deadline` | how long something is waited for, by name |
//! | `feature` | what a target may claim to do |
//! | `verdict` | one verdict about one requirement, with its evidence |

mod deadline;
mod entry;
mod feature;
mod headers;
mod jwt;
pub mod reference;
mod vault;
mod verdict;

pub use deadline::{Deadline, Deadlines};
pub use entry::{
    Content, Ended, Entry, Event, SocketEnd, Stop, StopReason, TokenForm, TokenRecord, Trace, View,
};
pub use feature::Feature;
pub use headers::{ANSWER_HEADERS, REQUEST_HEADERS};
pub use jwt::{Jwt, decode};
pub use vault::Vault;
pub use verdict::{About, Check, Evidence, Verdict};
