//! Where the payloads of a server occur.

use crate::proxy::{Request, Response};
use invite_spec::endpoint::{ENDPOINTS, Endpoint, Operation, Plane};
use invite_spec::error::ErrorResponse;
use invite_spec::payload::Payload;
use invite_spec::push::FrameType;
use invite_spec::requirement::{self, Profile, RequirementId};
use invite_spec::status::StatusClass;

/// The profiles, in the order in which reports list them.
pub(super) const PROFILES: [Profile; 2] = [Profile::Sdk, Profile::Rest];

/// Where a payload of the server occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PayloadSite {
    /// In the accepted responses of this operation.
    Response(Operation),
    /// In the refusals of the SDK's calls, or of the REST API's.
    Refusal(Profile),
    /// In frames of this type.
    Frame(FrameType),
}

impl PayloadSite {
    /// Every site. The claims of tokens are signed, so that the proxy cannot change them.
    pub(super) fn all() -> Vec<PayloadSite> {
        let responses = ENDPOINTS
            .iter()
            .filter(|endpoint| endpoint.answer.is_some())
            .map(|endpoint| PayloadSite::Response(endpoint.operation));
        let refusals = PROFILES.map(PayloadSite::Refusal);
        let frames = FrameType::ALL.iter().copied().map(PayloadSite::Frame);
        responses.chain(refusals).chain(frames).collect()
    }

    /// As names of specimens begin.
    pub(super) fn name(self) -> &'static str {
        match self {
            PayloadSite::Response(operation) => operation.as_str(),
            PayloadSite::Refusal(profile) => Responses::AllRefusals(profile).name(),
            PayloadSite::Frame(frame) => frame.as_str(),
        }
    }

    /// The payload; `None` where no client reads the response.
    pub(super) fn payload(self) -> Option<Payload> {
        match self {
            PayloadSite::Response(operation) => operation.endpoint().answer,
            PayloadSite::Refusal(_) => Some(Payload::of::<ErrorResponse>()),
            PayloadSite::Frame(frame) => Some(frame.kind().payload),
        }
    }

    /// The requirement that the payload fits its schema, for fields that carry none of their own.
    pub(super) fn general(self) -> RequirementId {
        match self {
            PayloadSite::Response(operation) => requirement::of_answers(operation.endpoint().plane),
            PayloadSite::Refusal(Profile::Sdk | Profile::Client) => {
                requirement::of_refusals(Plane::Session)
            }
            PayloadSite::Refusal(Profile::Rest) => requirement::of_refusals(Plane::Rest),
            PayloadSite::Frame(_) => requirement::of_frames(),
        }
    }
}

/// Which responses are changed. Those to a CORS preflight never are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Responses {
    /// Accepted ones of this operation.
    Accepted(Operation),
    /// Refusals of this operation.
    Refused(Operation),
    /// Refusals of every call of the SDK, or of the REST API.
    AllRefusals(Profile),
}

impl Responses {
    /// As names of specimens begin.
    pub(super) fn name(self) -> &'static str {
        match self {
            Responses::Accepted(operation) | Responses::Refused(operation) => operation.as_str(),
            Responses::AllRefusals(Profile::Sdk | Profile::Client) => "sdk-refusal",
            Responses::AllRefusals(Profile::Rest) => "rest-refusal",
        }
    }

    /// Whether this response is one of them.
    pub(super) fn include(self, request: &Request<'_>, response: &Response) -> bool {
        let endpoint = request.endpoint.filter(|_| !request.is_preflight());
        endpoint.is_some_and(|endpoint| self.include_status(endpoint, response.status))
    }

    /// Whether a response of this endpoint with this status is one of them.
    pub(crate) fn include_status(self, endpoint: &Endpoint, status: u16) -> bool {
        let class = StatusClass::of(status);
        match self {
            Responses::Accepted(operation) => {
                endpoint.operation == operation && class.is_accepted()
            }
            Responses::Refused(operation) => endpoint.operation == operation && class.is_refused(),
            Responses::AllRefusals(profile) => {
                class.is_refused() && profile_of(endpoint.plane) == Some(profile)
            }
        }
    }
}

/// Whose calls a plane serves; `None` for telemetry, whose refusals no client reads.
fn profile_of(plane: Plane) -> Option<Profile> {
    match plane {
        Plane::Auth | Plane::Rest => Some(Profile::Rest),
        Plane::Session => Some(Profile::Sdk),
        Plane::Telemetry => None,
    }
}
