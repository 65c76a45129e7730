//! How permissions change.

use super::What::{Answer, Call, Frame, Note, Push, Refusal};
use super::{ALICE, BOB, Flow, THE_SERVER, step};
use crate::error::Failure;

pub(super) const UPDATE: Flow = Flow {
    id: "update-permissions",
    title: "Updating permissions, and the acknowledgement",
    about: "An update replaces a person’s permissions. The person’s client gets a new token by \
        `UpdateToken`, makes it its current one and acknowledges the frame; the earlier tokens are \
        worth nothing from then on. `UpdateToken` is the one frame that is acknowledged.",
    actors: &[ALICE, THE_SERVER, BOB],
    steps: &[
        step(
            Note("alice"),
            "Alice and Bob have joined; Alice holds UPDATE_PERMISSIONS.",
            &["PRM-022"],
        ),
        step(
            Call("alice", "sdk.permissions"),
            "Bob, by user id: INVITE, JOIN",
            &["PRM-018", "PRM-020", "JOIN-023"],
        ),
        step(Answer("alice"), "", &["PRM-018"]),
        step(
            Push("bob", "UpdateToken"),
            "amu, content.access_token",
            &["PRM-019", "PRM-023", "PRM-024", "PRM-025", "PRM-026"],
        ),
        step(Frame("bob", "acknowledgement"), "ackMessageUuid: the amu", &["SES-010"]),
        step(
            Note("bob"),
            "Until then the server may push it again, with the same amu.",
            &["PRM-027"],
        ),
        step(Call("bob", "sdk.invite"), "with the new token", &["INV-003"]),
        step(Answer("bob"), "", &["INV-003"]),
        step(Call("bob", "sdk.send"), "with the new token", &["MSG-004"]),
        step(
            Refusal("bob", Failure::InsufficientPermissions),
            "SEND_MESSAGE is gone",
            &["MSG-004", "ERR-004"],
        ),
        step(Call("bob", "sdk.invite"), "with the old token", &["PRM-021"]),
        step(Refusal("bob", Failure::InvalidToken), "revoked", &["PRM-021", "ERR-015"]),
    ],
};
