//! The calls of a client, which name people by their user ids, and in invitations by external ids.

pub mod create;
pub mod identify;
pub mod invite;
pub mod join;
pub mod kick;
pub mod leave;
pub mod logout;
pub mod permissions;
pub mod refresh;
pub mod send;
pub mod sign_in;
pub mod subscriptions;
pub mod telemetry;

use crate::payload::wire;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An empty object. Every `POST` of the Web SDK carries at least `{}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Empty {}

wire! { Empty, "sdk-empty-request", "Empty request", Client, {} }
