//! `POST /v1/conferences/create`: a client creates a conference, or finds the one of its alias.

use crate::endpoint::{Authentication, Body, Effect, Endpoint, Method, Operation, Plane};
use crate::error::Failure;
use crate::payload::{Payload, wire};
use crate::requirement::id;
use crate::wire::{LooseBool, LooseSeconds};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The endpoint.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::SdkCreate,
    title: "Create a conference",
    plane: Plane::Session,
    method: Method::Post,
    path: "/v1/conferences/create",
    authentication: Authentication::Session,
    scope: Some("conf:create"),
    permission: None,
    request: Body::Json(Payload::of::<Request>()),
    answer: Some(Payload::of::<Answer>()),
    refusals: &[Failure::InsufficientScope, Failure::UserNotValid],
    effect: Some(Effect::Creates),
    essential: &["/conferenceId"],
    requirement: id::CNF_003,
    anonymous: None,
};

/// Asks for a conference.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The name by which it can be found again; empty or absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// `sdk_conf`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Where it would best be run.
    #[serde(default, rename = "preferredRegions", skip_serializing_if = "Option::is_none")]
    pub preferred_regions: Option<Vec<String>>,
    /// A code for joining by telephone.
    #[serde(default, rename = "pinCode", skip_serializing_if = "Option::is_none")]
    pub pin_code: Option<String>,
    /// How it shall be run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params: Option<Parameters>,
}

/// How a conference shall be run. The Web SDK's defaults for two of the booleans are strings.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Parameters {
    /// Seconds that it is kept when it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<LooseSeconds>,
    /// Whether one person may be in it with several sessions.
    #[serde(default, rename = "multiSession", skip_serializing_if = "Option::is_none")]
    pub multi_session: Option<LooseBool>,
    /// `standard`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// How bandwidth is adapted.
    #[serde(default, rename = "rtcpMode", skip_serializing_if = "Option::is_none")]
    pub rtcp_mode: Option<String>,
    /// Whether statistics are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stats: Option<LooseBool>,
    /// The language spoken.
    #[serde(default, rename = "currentLanguage", skip_serializing_if = "Option::is_none")]
    pub current_language: Option<String>,
    /// `VP8` or `H264`.
    #[serde(default, rename = "videoCodec", skip_serializing_if = "Option::is_none")]
    pub video_codec: Option<String>,
    /// Whether it is recorded live.
    #[serde(default, rename = "liveRecording", skip_serializing_if = "Option::is_none")]
    pub live_recording: Option<LooseBool>,
    /// Whether audio is mixed by the server.
    #[serde(default, rename = "dolbyVoice", skip_serializing_if = "Option::is_none")]
    pub dolby_voice: Option<LooseBool>,
}

/// The conference that was made or found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// Its id, set by the server.
    #[serde(rename = "conferenceId")]
    #[serde(deserialize_with = "crate::wire::not_empty")]
    #[schemars(length(min = 1))]
    pub conference_id: String,
    /// Its alias.
    #[serde(default, rename = "conferenceAlias", skip_serializing_if = "Option::is_none")]
    pub conference_alias: Option<String>,
    /// Its code for joining by telephone.
    #[serde(default, rename = "conferencePincode", skip_serializing_if = "Option::is_none")]
    pub conference_pincode: Option<String>,
    /// Whether this call made it.
    #[serde(default, rename = "isNew", skip_serializing_if = "Option::is_none")]
    pub is_new: Option<bool>,
    /// Whether a conference access token is needed in it.
    #[serde(default, rename = "isProtected", skip_serializing_if = "Option::is_none")]
    pub is_protected: Option<bool>,
    /// The owner's conference access token, when it is protected and the caller owns it.
    #[serde(default, rename = "ownerToken", skip_serializing_if = "Option::is_none")]
    pub owner_token: Option<String>,
}

wire! { Request, "sdk-create-request", "Request of a client to create a conference", Client,
{ "alias": "Room One", "type": "sdk_conf", "preferredRegions": [],
  "params": { "ttl": 0, "multiSession": false, "mode": "standard", "rtcpMode": "average",
              "stats": false, "currentLanguage": "english", "videoCodec": "H264",
              "liveRecording": "false", "dolbyVoice": "false" } } }
wire! { Answer, "sdk-create-answer", "A conference created by a client", Server,
{ "conferenceId": "c-1", "conferenceAlias": "Room One", "conferencePincode": "",
  "isNew": true, "isProtected": true, "ownerToken": "eyJh.eyJv.c2ln" } }
