//! What an adapter is asked to do, with its arguments.

use super::Operation;
use invite_spec::permission::Permission;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an adapter is asked to do, with its arguments. What is absent is not given to the SDK either.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "operation", rename_all = "snake_case")]
pub enum Call {
    /// Open a session.
    Open(Open),
    /// Create a conference. `done` holds its `conferenceId`.
    Create(Create),
    /// Join a conference.
    Join(Join),
    /// Join a conference as a listener.
    Listen(Join),
    /// Invite people. `done` may hold `tokens`: conference access tokens by external id.
    Invite(Invite),
    /// Replace permissions. `done` may hold `tokens`, as with `invite`.
    UpdatePermissions(UpdatePermissions),
    /// Remove a participant.
    Kick(Kick),
    /// Leave a conference.
    Leave(Conference),
    /// Send a message to everybody in a conference.
    Send(Send),
    /// Subscribe to news.
    Subscribe(Subscribe),
    /// Close the session.
    Close(Close),
}

impl Call {
    /// Which operation it is.
    pub fn operation(&self) -> Operation {
        match self {
            Call::Open(_) => Operation::Open,
            Call::Create(_) => Operation::Create,
            Call::Join(_) => Operation::Join,
            Call::Listen(_) => Operation::Listen,
            Call::Invite(_) => Operation::Invite,
            Call::UpdatePermissions(_) => Operation::UpdatePermissions,
            Call::Kick(_) => Operation::Kick,
            Call::Leave(_) => Operation::Leave,
            Call::Send(_) => Operation::Send,
            Call::Subscribe(_) => Operation::Subscribe,
            Call::Close(_) => Operation::Close,
        }
    }
}

/// Arguments of `open`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Open {
    /// Where the server is.
    pub server: Planes,
    /// The client access token of this person. It names the external id.
    pub client_access_token: String,
    /// The external id of this person.
    pub external_id: String,
    /// The name that others see.
    pub name: String,
}

/// Where the planes of the server are: URLs without a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Planes {
    /// The REST plane, for application servers.
    pub rest: String,
    /// The SDK plane, for clients. The response to `identify` may name another host for the WebSocket.
    pub session: String,
}

/// Arguments of `create`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Create {
    /// Its alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// How many seconds it lives on while it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u32>,
}

/// Arguments of `join` and `listen`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Join {
    /// The conference.
    pub conference_id: String,
    /// The conference access token, where the SDK does not have it from its own `create` or from an
    /// invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conference_access_token: Option<String>,
}

/// A conference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Conference {
    /// The conference.
    pub conference_id: String,
}

/// Arguments of `invite`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Invite {
    /// The conference.
    pub conference_id: String,
    /// Who is invited.
    pub people: Vec<Invitee>,
}

/// Somebody, and what they may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Invitee {
    /// The external id.
    pub external_id: String,
    /// What they may do. Absent: the caller says nothing, and the default set is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<Permission>>,
}

/// Arguments of `update_permissions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdatePermissions {
    /// The conference.
    pub conference_id: String,
    /// Whose permissions are replaced. An SDK that wants another id of theirs has learned it from events.
    pub people: Vec<Invitee>,
}

/// Arguments of `kick`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Kick {
    /// The conference.
    pub conference_id: String,
    /// Who is removed.
    pub external_id: String,
}

/// Arguments of `send`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Send {
    /// The conference.
    pub conference_id: String,
    /// The message.
    pub message: String,
}

/// Arguments of `subscribe`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subscribe {
    /// To what.
    pub subscriptions: Vec<Subscription>,
}

/// News of one type about the conferences with one alias.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subscription {
    /// Such as `Participant.Joined`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The alias.
    pub conference_alias: String,
}

/// `close` has no arguments.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Close {}
