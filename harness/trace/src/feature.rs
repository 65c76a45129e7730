//! What a target may claim to do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A feature that a target claims. A scenario that needs one that is not claimed is skipped.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// The calls of an application server.
    Rest,
    /// The calls of a client, and its WebSocket.
    Sdk,
    /// Clients may sign in with the application's key and secret.
    SignIn,
    /// Invitations by REST notify open sessions.
    Notifications,
    /// Messages to participants.
    Messages,
    /// Subscriptions to notifications.
    Subscriptions,
    /// A participant who negotiates no media becomes Connected.
    ConnectedWithoutMedia,
    /// Frames on one socket keep the order of their causes. Without it, what must not arrive is
    /// waited for during a quiet window instead of being fenced.
    FrameOrder,
}

impl Feature {
    /// Every feature: what `--url` alone claims.
    pub const ALL: [Feature; 8] = [
        Feature::Rest,
        Feature::Sdk,
        Feature::SignIn,
        Feature::Notifications,
        Feature::Messages,
        Feature::Subscriptions,
        Feature::ConnectedWithoutMedia,
        Feature::FrameOrder,
    ];

    /// As it is spelled in a description.
    pub fn as_str(self) -> &'static str {
        match self {
            Feature::Rest => "rest",
            Feature::Sdk => "sdk",
            Feature::SignIn => "sign_in",
            Feature::Notifications => "notifications",
            Feature::Messages => "messages",
            Feature::Subscriptions => "subscriptions",
            Feature::ConnectedWithoutMedia => "connected_without_media",
            Feature::FrameOrder => "frame_order",
        }
    }
}

impl std::fmt::Display for Feature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
