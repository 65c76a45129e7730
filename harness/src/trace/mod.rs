//! Traces: what was said on the wire, in order, without secrets.

mod entry;
mod jwt;
mod vault;

pub use entry::{
    Content, Ended, Entry, Event, SocketEnd, Stop, StopReason, TokenForm, TokenRecord, Trace, View,
};
pub use jwt::{Jwt, decode};
pub use vault::Vault;
