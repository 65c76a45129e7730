//! Hostile targets and hard surroundings: what no target, no environment and no full disk may do to a
//! run.

mod between;
mod compressed;
mod cover;
mod descriptors;
mod encodings;
mod files;
mod kept;
mod memory;
mod pace;
mod partial;
mod secrets;
mod signed;
mod sockets;
mod streams;
mod time;
