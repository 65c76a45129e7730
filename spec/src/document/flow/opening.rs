//! Opening a session.

use super::What::{Answer, Call, Handover, Note, Socket};
use super::{ALICE, APPLICATION, Flow, THE_SERVER, step};
use crate::endpoint::Operation;
use crate::requirement::id;

pub(super) const SESSION: Flow = Flow {
    id: "session",
    title: "Opening a session",
    about: "The application server vouches for its user: it requests a client access token for the \
        user’s external id. The client uses that token to identify itself and opens its WebSocket. \
        From then on the session is open and receives invitations.",
    actors: &[APPLICATION, THE_SERVER, ALICE],
    steps: &[
        step(Call("app", Operation::AuthToken), "key and secret", &[id::AUTH_001, id::AUTH_003]),
        step(Answer("app"), "API token", &[id::AUTH_002]),
        step(
            Call("app", Operation::ClientAccessToken),
            "externalId: alice",
            &[id::AUTH_007, id::AUTH_004],
        ),
        step(Answer("app"), "client access token", &[id::AUTH_008, id::AUTH_010]),
        step(Handover("app", "alice"), "client access token", &[]),
        step(
            Call("alice", Operation::Identify),
            "client access token, Voxeet-Id",
            &[id::SES_001, id::SES_004, id::SES_006],
        ),
        step(Answer("alice"), "user_id, jwt_user_token, wsUri", &[id::SES_003, id::SES_007]),
        step(
            Socket("alice"),
            "Voxeet-Id and jwt_user_token in the query",
            &[id::SES_002, id::SES_005],
        ),
        step(Note("alice"), "Nobody else is told that Alice’s session is open.", &[id::SES_011]),
    ],
};
