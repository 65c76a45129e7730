//! Hostile targets and hard surroundings: what no target, no environment and no full disk may do to a
//! run.

mod between;
mod descriptors;
mod encodings;
mod files;
mod kept;
mod memory;
mod secrets;
mod sockets;
mod streams;
mod time;
