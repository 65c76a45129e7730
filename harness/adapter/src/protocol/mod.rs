//! The messages between the harness and an adapter, and their schema.
//!
//! The adapter says who it is, the harness asks, the adapter answers each request once, in any order,
//! and tells of events whenever its SDK does.

mod call;
mod message;

pub use call::{
    Call, Close, Conference, Create, Invite, Invitee, Join, Kick, Open, Planes, Send, Subscribe,
    Subscription, UpdatePermissions,
};
/// What an adapter can be asked to do.
pub use invite_trace::ClientOperation as Operation;
pub use message::{Answer, Event, FromAdapter, Hello, Need, Outcome, Refused, Request};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// A line, in either direction.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is of interest")]
enum Line {
    /// From the adapter to the harness.
    FromAdapter(FromAdapter),
    /// From the harness to the adapter.
    FromHarness(Request),
}

/// The JSON Schema of the lines.
pub fn schema() -> Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Line>();
    schema.insert("title".to_owned(), "A line between the harness and an adapter".into());
    schema.to_value()
}
