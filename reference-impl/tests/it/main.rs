//! The server over real connections: one test program, so that it is linked once.

mod flow;
mod http;
mod load;
mod program;
mod sockets;
mod support;
