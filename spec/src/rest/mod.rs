//! The calls of an application server, which name people by their external ids.

pub mod auth_token;
pub mod client_access_token;
pub mod create;
pub mod invite;
pub mod kick;
pub mod message;
pub mod participants;
pub mod permissions;
pub mod terminate;
