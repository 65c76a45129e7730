//! The telemetry calls of the Web SDK. They are no part of the protocol; the SDK needs answers.

use invite_spec::sdk::telemetry::Configuration;
use serde_json::{Value, json};

/// Telemetry is switched off.
pub(super) fn configuration() -> Value {
    serde_json::to_value(Configuration::off()).unwrap_or_default()
}

/// Discards telemetry that is sent nevertheless.
pub(super) fn accepted() -> Value {
    json!({})
}
