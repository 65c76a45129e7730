//! The limits of the protocol, in one place.

/// The default lifetime of an API token, in seconds (AUTH-005).
pub const API_TOKEN_SECONDS: u64 = 1_800;
/// The default lifetime of a client access token, in seconds (AUTH-011).
pub const CLIENT_ACCESS_TOKEN_SECONDS: u64 = 3_600;
/// The maximum lifetime of either token, in seconds (AUTH-019).
pub const TOKEN_SECONDS_MAX: u64 = 86_400;
/// The maximum duration of a conference, in seconds, whoever is in it (CNF-019).
pub const CONFERENCE_SECONDS_MAX: u64 = 10_800;
/// The minimum duration of a new conference that nobody has joined, in seconds (CNF-014).
pub const NEW_CONFERENCE_SECONDS: u64 = 30;
/// How far two clocks may differ when the expiry of a token is checked, in seconds (AUTH-021).
pub const CLOCK_LEEWAY_SECONDS: u64 = 60;
/// How long a participant without a socket stays a participant, in seconds (PRT-013).
pub const LOST_SOCKET_SECONDS: u64 = 15;
/// The maximum length of an alias, in characters (CNF-008).
pub const ALIAS_CHARACTERS: usize = 250;
/// The maximum length of an external id, in bytes.
pub const EXTERNAL_ID_BYTES: usize = 1_024;
/// The maximum length of a message to participants, in bytes (MSG-008).
pub const MESSAGE_BYTES: usize = 16 * 1024;
/// The maximum size of a request body, in bytes (ERR-016).
pub const BODY_BYTES: usize = 1024 * 1024;
/// The length of the `Voxeet-Id` that the Web SDK generates, in characters.
pub const CLIENT_ID_CHARACTERS: usize = 40;
