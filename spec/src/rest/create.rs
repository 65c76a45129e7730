//! `POST /v2/conferences/create`: a protected conference, with its first invitations.

use crate::endpoint::{Authentication, Body, Effect, Endpoint, Method, Operation, Plane};
use crate::error::Failure;
use crate::payload::{Payload, wire};
use crate::permission::RequestedPermissions;
use crate::requirement::id;
use crate::wire::{LooseSeconds, PinCode, is_false, only_read};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// The endpoint of `rest.create`.
pub const ENDPOINT: Endpoint = Endpoint {
    operation: Operation::RestCreate,
    title: "Create a protected conference",
    plane: Plane::Rest,
    method: Method::Post,
    path: "/v2/conferences/create",
    authentication: Authentication::ApiToken,
    scope: Some("comms:conf:create"),
    permission: None,
    request: Body::Json(Payload::of::<Request>()),
    answer: Some(Payload::of::<Answer>()),
    refusals: &[Failure::InsufficientScope, Failure::Kicked],
    effect: Some(Effect::Creates),
    essential: &["/conferenceId"],
    requirement: id::CNF_001,
    anonymous: None,
};

/// Requests a conference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The external id of the owner.
    #[serde(rename = "ownerExternalId")]
    #[serde(deserialize_with = "crate::wire::not_empty")]
    #[schemars(length(min = 1))]
    pub owner_external_id: String,
    /// The name under which other creates find it. Case-insensitive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Settings of the conference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Parameters>,
    /// The people to invite, by external id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participants: Option<BTreeMap<String, Invitee>>,
}

/// Settings of a conference.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
pub struct Parameters {
    /// A code for joining by telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pincode: Option<PinCode>,
    /// Another spelling of `pincode`, which the .NET client uses.
    #[serde(default, rename = "pinCode", skip_serializing)]
    #[schemars(transform = only_read)]
    pin_code_camel: Option<PinCode>,
    /// How long the server keeps the conference when it is empty, in seconds: 0 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<LooseSeconds>,
    /// Whether the server mixes the audio.
    #[serde(default, rename = "dolbyVoice", skip_serializing_if = "Option::is_none")]
    pub dolby_voice: Option<bool>,
    /// Whether the server records the conference live.
    #[serde(default, rename = "liveRecording", skip_serializing_if = "Option::is_none")]
    pub live_recording: Option<bool>,
    /// Whether the conference has audio only.
    #[serde(default, rename = "audioOnly", skip_serializing_if = "Option::is_none")]
    pub audio_only: Option<bool>,
    /// How the server adapts bandwidth: `worst`, `average` or `max`.
    #[serde(default, rename = "rtcpMode", skip_serializing_if = "Option::is_none")]
    pub rtcp_mode: Option<String>,
    /// The video codec: `VP8` or `H264`.
    #[serde(default, rename = "videoCodec", skip_serializing_if = "Option::is_none")]
    pub video_codec: Option<String>,
}

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Parameters::serialize(self, to)
    }
}

/// Reads either spelling of the PIN code. `pincode` wins if both are present.
impl<'de> Deserialize<'de> for Parameters {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut parameters = Parameters::deserialize(from)?;
        let other = parameters.pin_code_camel.take();
        parameters.pincode = parameters.pincode.or(other);
        Ok(parameters)
    }
}

/// One invited person.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Invitee {
    /// The permissions of the person; the default set if none are stated.
    #[serde(default, skip_serializing_if = "RequestedPermissions::is_default")]
    pub permissions: RequestedPermissions,
    /// Whether the server notifies the person's open sessions. Absent means false.
    #[serde(default, skip_serializing_if = "is_false")]
    pub notification: bool,
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
    /// Whether joining requires a conference access token. Always true for a REST create.
    #[serde(default, rename = "isProtected", skip_serializing_if = "Option::is_none")]
    pub is_protected: Option<bool>,
    /// The owner's conference access token, with all permissions.
    #[serde(default, rename = "ownerToken", skip_serializing_if = "Option::is_none")]
    pub owner_token: Option<String>,
    /// A conference access token for each invited person, by external id.
    #[serde(default, rename = "usersTokens", skip_serializing_if = "Option::is_none")]
    pub users_tokens: Option<BTreeMap<String, String>>,
}

wire! {
    Request, "rest-create-request", "Request to create a protected conference", Client,
    { "ownerExternalId": "alice", "alias": "weekly",
      "parameters": { "pincode": "1234", "ttl": 60, "dolbyVoice": true, "liveRecording": false,
                      "audioOnly": false, "rtcpMode": "average", "videoCodec": "VP8" },
      "participants": {
          "bob": { "permissions": ["JOIN", "SEND_AUDIO"], "notification": true },
          "carol": {} } }
}
wire! {
    Answer, "rest-create-answer", "A conference created by REST", Server,
    { "conferenceId": "c-1", "conferenceAlias": "weekly", "conferencePincode": "1234",
      "isProtected": true, "ownerToken": "eyJh.eyJv.c2ln",
      "usersTokens": { "bob": "eyJh.eyJi.c2ln", "carol": "eyJh.eyJj.c2ln" } }
}
