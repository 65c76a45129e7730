//! `POST /v1/conferences/create`: a client creates a conference, or finds the one with its alias.

use crate::endpoint::{Authentication, Body, Effect, Endpoint, Method, Operation, Plane};
use crate::error::Failure;
use crate::payload::{Payload, wire};
use crate::requirement::id;
use crate::wire::{LooseBool, LooseSeconds, PinCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The endpoint of `sdk.create`.
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

/// Requests a conference.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The name under which other creates find it. Empty or absent means no alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// The type of the conference: `sdk_conf`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The preferred regions for the conference.
    #[serde(default, rename = "preferredRegions", skip_serializing_if = "Option::is_none")]
    pub preferred_regions: Option<Vec<String>>,
    /// A code for joining by telephone. The Web SDK's type for it is a number.
    #[serde(default, rename = "pinCode", skip_serializing_if = "Option::is_none")]
    pub pin_code: Option<PinCode>,
    /// Settings of the conference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params: Option<Parameters>,
}

/// Settings of a conference. The Web SDK's defaults for two of the booleans are strings.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Parameters {
    /// How long the server keeps the conference when it is empty, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<LooseSeconds>,
    /// Whether a person may be in the conference with several sessions.
    #[serde(default, rename = "multiSession", skip_serializing_if = "Option::is_none")]
    pub multi_session: Option<LooseBool>,
    /// The mode: `standard`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// How the server adapts bandwidth.
    #[serde(default, rename = "rtcpMode", skip_serializing_if = "Option::is_none")]
    pub rtcp_mode: Option<String>,
    /// Whether the server keeps statistics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stats: Option<LooseBool>,
    /// The language that participants speak.
    #[serde(default, rename = "currentLanguage", skip_serializing_if = "Option::is_none")]
    pub current_language: Option<String>,
    /// The video codec: `VP8` or `H264`.
    #[serde(default, rename = "videoCodec", skip_serializing_if = "Option::is_none")]
    pub video_codec: Option<String>,
    /// Whether the server records the conference live.
    #[serde(default, rename = "liveRecording", skip_serializing_if = "Option::is_none")]
    pub live_recording: Option<LooseBool>,
    /// Whether the server mixes the audio.
    #[serde(default, rename = "dolbyVoice", skip_serializing_if = "Option::is_none")]
    pub dolby_voice: Option<LooseBool>,
}

/// The conference that was created or found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The id of the conference. The server chooses it.
    #[serde(rename = "conferenceId")]
    #[serde(deserialize_with = "crate::wire::not_empty")]
    #[schemars(length(min = 1))]
    pub conference_id: String,
    /// The alias of the conference.
    #[serde(default, rename = "conferenceAlias", skip_serializing_if = "Option::is_none")]
    pub conference_alias: Option<String>,
    /// The code for joining by telephone.
    #[serde(default, rename = "conferencePincode", skip_serializing_if = "Option::is_none")]
    pub conference_pincode: Option<String>,
    /// Whether this call created the conference.
    #[serde(default, rename = "isNew", skip_serializing_if = "Option::is_none")]
    pub is_new: Option<bool>,
    /// Whether the conference requires conference access tokens.
    #[serde(default, rename = "isProtected", skip_serializing_if = "Option::is_none")]
    pub is_protected: Option<bool>,
    /// The owner's conference access token, if the conference is protected and the caller is its
    /// owner.
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
