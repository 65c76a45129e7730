//! The telemetry calls of the Web SDK. They are no part of the protocol; the SDK needs answers.

use serde_json::{Value, json};

/// Telemetry is switched off. The Web SDK reads all of these fields.
pub(super) fn configuration() -> Value {
    json!({
        "webrtc": { "enabled": false, "samplingFreqSec": 60, "batch": 1 },
        "dvc": { "enabled": false },
        "device": { "enabled": false },
    })
}

/// Discards telemetry that is sent nevertheless.
pub(super) fn accepted() -> Value {
    json!({})
}
