//! The telemetry calls of the Web SDK: outside the protocol, answered so that it works undisturbed.

use serde_json::{Value, json};

/// What the client shall measure: nothing. The Web SDK reads all of these fields.
pub(super) fn configuration() -> Value {
    json!({
        "webrtc": { "enabled": false, "samplingFreqSec": 60, "batch": 1 },
        "dvc": { "enabled": false },
        "device": { "enabled": false },
    })
}

/// What it measured all the same is not read.
pub(super) fn accepted() -> Value {
    json!({})
}
