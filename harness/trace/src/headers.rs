//! What of a call is recorded.

use invite_spec::endpoint;

/// The headers of requests that are recorded.
pub const REQUEST_HEADERS: [&str; 8] = [
    "authorization",
    endpoint::SESSION_TOKEN_HEADER,
    endpoint::CONFERENCE_TOKEN_HEADER,
    endpoint::CLIENT_ID_HEADER,
    "content-type",
    "origin",
    "access-control-request-method",
    "access-control-request-headers",
];

/// The headers of answers that are recorded.
pub const ANSWER_HEADERS: [&str; 8] = [
    "content-type",
    "location",
    "www-authenticate",
    "retry-after",
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
];
