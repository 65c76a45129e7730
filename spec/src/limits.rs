//! The limits of the protocol, in one place.

/// Seconds that an API token lives when the request does not say.
pub const API_TOKEN_SECONDS: u64 = 1_800;
/// Seconds that a client access token lives when the request does not say.
pub const CLIENT_ACCESS_TOKEN_SECONDS: u64 = 3_600;
/// The most seconds that any of these tokens may live.
pub const TOKEN_SECONDS_MAX: u64 = 86_400;
/// Seconds after which a conference ends, whoever is in it.
pub const CONFERENCE_SECONDS_MAX: u64 = 10_800;
/// Seconds that a new conference stays although nobody has joined it.
pub const NEW_CONFERENCE_SECONDS: u64 = 30;
/// Seconds that a participant whose socket is gone stays a participant.
pub const LOST_SOCKET_SECONDS: u64 = 15;
/// The most characters of an alias.
pub const ALIAS_CHARACTERS: usize = 250;
/// The most bytes of an external id.
pub const EXTERNAL_ID_BYTES: usize = 1_024;
/// The most bytes of a message to participants.
pub const MESSAGE_BYTES: usize = 16 * 1024;
/// The most bytes of a request body.
pub const BODY_BYTES: usize = 1024 * 1024;
/// Characters of the `Voxeet-Id` that a client makes for itself.
pub const CLIENT_ID_CHARACTERS: usize = 40;
