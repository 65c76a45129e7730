//! The telemetry calls of the Web SDK. They are outside the protocol. A server answers them so that
//! the SDK logs no failures (WIRE-014).

use crate::endpoint::{Authentication, Body, Endpoint, Method, Operation, Plane};
use crate::payload::{Payload, wire};
use crate::requirement::id;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const fn telemetry(operation: Operation, method: Method, path: &'static str) -> Endpoint {
    Endpoint {
        operation,
        title: "Telemetry",
        plane: Plane::Telemetry,
        method,
        path,
        authentication: Authentication::None,
        scope: None,
        permission: None,
        request: Body::Ignored,
        answer: None,
        refusals: &[],
        effect: None,
        essential: &[],
        requirement: id::WIRE_014,
        anonymous: None,
    }
}

/// The configuration of telemetry, which turns it off.
pub const CONFIGURATION: Endpoint = Endpoint {
    answer: Some(Payload::of::<Configuration>()),
    ..telemetry(Operation::TelemetryConfiguration, Method::Get, "/api/v1/metrics/configuration")
};
/// Telemetry about the device.
pub const DEVICE: Endpoint = telemetry(
    Operation::TelemetryDevice,
    Method::Put,
    "/api/v1/metrics/device/users/{userId}/timestamp/{timestamp}",
);
/// Telemetry about media.
pub const WEBRTC: Endpoint = telemetry(
    Operation::TelemetryWebrtc,
    Method::Post,
    "/api/v1/metrics/webrtc/conferences/{conferenceId}/users/{userId}",
);
/// A report of a media error on a client.
pub const ERROR_REPORT: Endpoint = Endpoint {
    title: "Error report",
    plane: Plane::Session,
    ..telemetry(Operation::ErrorReport, Method::Post, "/v1/conferences/{conferenceId}/error")
};

/// What the client measures and sends. A server that wants no telemetry turns all three off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Configuration {
    /// Measurements of media.
    pub webrtc: Measurement,
    /// Measurements of the vendor's audio codec.
    pub dvc: Measurement,
    /// A description of the device.
    pub device: Measurement,
}

/// Whether the client measures something, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measurement {
    /// Whether the client measures it.
    pub enabled: bool,
    /// The time between two measurements, in seconds. The client reads it for `webrtc` only.
    #[serde(default, rename = "samplingFreqSec", skip_serializing_if = "Option::is_none")]
    pub sampling_freq_sec: Option<f64>,
    /// How many measurements the client sends in one request. It reads it for `webrtc` only.
    #[serde(
        default,
        deserialize_with = "crate::wire::some_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub batch: Option<u64>,
}

impl Configuration {
    /// The configuration that turns telemetry off.
    pub fn off() -> Configuration {
        let off = Measurement { enabled: false, sampling_freq_sec: None, batch: None };
        // The client reads both numbers even if it measures nothing.
        let webrtc = Measurement { sampling_freq_sec: Some(60.0), batch: Some(1), ..off.clone() };
        Configuration { webrtc, dvc: off.clone(), device: off }
    }
}

wire! { Configuration, "telemetry-configuration", "Configuration of telemetry", Server,
{ "webrtc": { "enabled": false, "samplingFreqSec": 60.0, "batch": 1 },
  "dvc": { "enabled": false }, "device": { "enabled": false } } }
