//! How a session opens.

use super::What::{Answer, Call, Handover, Note, Socket};
use super::{ALICE, APPLICATION, Flow, THE_SERVER, step};

pub(super) const SESSION: Flow = Flow {
    id: "session",
    title: "Opening a session",
    about: "The application server vouches for its user by asking for a client access token in \
        the user’s external id. With it the client identifies itself and opens its WebSocket: from \
        then on the session is open, and invitations reach it.",
    actors: &[APPLICATION, THE_SERVER, ALICE],
    steps: &[
        step(Call("app", "auth.token"), "key and secret", &["AUTH-001", "AUTH-003"]),
        step(Answer("app"), "API token", &["AUTH-002"]),
        step(
            Call("app", "rest.client-access-token"),
            "externalId: alice",
            &["AUTH-007", "AUTH-004"],
        ),
        step(Answer("app"), "client access token", &["AUTH-008", "AUTH-010"]),
        step(Handover("app", "alice"), "client access token", &[]),
        step(
            Call("alice", "sdk.identify"),
            "client access token, Voxeet-Id",
            &["SES-001", "SES-004", "SES-006"],
        ),
        step(Answer("alice"), "user_id, jwt_user_token, wsUri", &["SES-003", "SES-007"]),
        step(Socket("alice"), "Voxeet-Id and jwt_user_token in the query", &["SES-002", "SES-005"]),
        step(Note("alice"), "Nobody else is told that Alice’s session is open.", &["SES-011"]),
    ],
};
