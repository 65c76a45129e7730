//! `InvitationReceived`: notifies a session that its person is invited.

use super::frame;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Notifies a session that its person is invited to a conference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InvitationReceived {
    /// The id of the conference.
    #[serde(rename = "conferenceId")]
    #[serde(deserialize_with = "crate::wire::not_empty")]
    #[schemars(length(min = 1))]
    pub conference_id: String,
    /// The alias of the conference; null if it has none.
    #[serde(default, rename = "confAlias", skip_serializing_if = "Option::is_none")]
    pub conf_alias: Option<String>,
    /// The invitee's conference access token; absent if the conference is not protected.
    #[serde(default, rename = "confToken", skip_serializing_if = "Option::is_none")]
    pub conf_token: Option<String>,
    /// The inviter. The Web SDK loses the invitation without this object.
    pub inviter: Inviter,
}

/// The person who invites.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Inviter {
    /// The user id of the inviter.
    #[serde(default, rename = "userId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The external id of the inviter.
    #[serde(default, rename = "externalId", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The name of the inviter. Only this payload uses this name for it.
    #[serde(default, rename = "nickName", skip_serializing_if = "Option::is_none")]
    pub nick_name: Option<String>,
    /// The URL of a picture.
    #[serde(default, rename = "externalAvatarUrl", skip_serializing_if = "Option::is_none")]
    pub external_avatar_url: Option<String>,
}

frame! { InvitationReceived, "push-invitation-received", "Invitation pushed to an invitee",
{ "conferenceId": "c-1", "confAlias": "Room One", "confToken": "eyJh.eyJi.c2ln",
  "inviter": { "userId": "u-alice", "externalId": "alice", "nickName": "Alice",
               "externalAvatarUrl": "https://example.com/alice.png" } } }
