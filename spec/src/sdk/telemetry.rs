//! The telemetry calls of the Web SDK. They are outside the protocol. A server answers them so that
//! the SDK logs no failures (WIRE-014).

use crate::endpoint::{Authentication, Body, Endpoint, Method, Operation, Plane};
use crate::requirement::id;

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
pub const CONFIGURATION: Endpoint =
    telemetry(Operation::TelemetryConfiguration, Method::Get, "/api/v1/metrics/configuration");
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
