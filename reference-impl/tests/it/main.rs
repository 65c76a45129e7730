//! The server over real connections: one test program, so that it is linked once.

#![expect(clippy::unwrap_used, reason = "what goes wrong here fails the test")]

mod console;
mod documents;
mod flow;
mod guessing;
mod http;
mod isolation;
mod load;
mod log;
mod memory;
mod program;
mod slow;
mod sockets;
mod support;
mod tokens;
