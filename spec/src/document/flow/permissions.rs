//! Changing permissions.

use super::What::{Answer, Call, Frame, Note, Push, Refusal};
use super::{ALICE, BOB, Flow, THE_SERVER, step};
use crate::endpoint::Operation;
use crate::error::Failure;
use crate::push::FrameType;
use crate::requirement::id;

pub(super) const UPDATE: Flow = Flow {
    id: "update-permissions",
    title: "Updating permissions, and the acknowledgement",
    about: "An update replaces a person’s permissions. The person’s client gets a new token in an \
        `UpdateToken` frame, makes it its current token and acknowledges the frame. The earlier \
        tokens are revoked. `UpdateToken` is the only frame that clients acknowledge.",
    actors: &[ALICE, THE_SERVER, BOB],
    steps: &[
        step(
            Note("alice"),
            "Alice and Bob have joined; Alice holds UPDATE_PERMISSIONS.",
            &[id::PRM_022],
        ),
        step(
            Call("alice", Operation::SdkPermissions),
            "Bob, by user id: INVITE, JOIN",
            &[id::PRM_018, id::PRM_020, id::JOIN_023],
        ),
        step(Answer("alice"), "", &[id::PRM_018]),
        step(
            Push("bob", FrameType::UpdateToken),
            "amu, content.access_token",
            &[id::PRM_019, id::PRM_023, id::PRM_024, id::PRM_025, id::PRM_026],
        ),
        step(Frame("bob", "acknowledgement"), "ackMessageUuid: the amu", &[id::SES_010]),
        step(
            Note("bob"),
            "Until then the server may push it again with the same amu.",
            &[id::PRM_027],
        ),
        step(Call("bob", Operation::SdkInvite), "with the new token", &[id::INV_003]),
        step(Answer("bob"), "", &[id::INV_003]),
        step(Call("bob", Operation::SdkSend), "with the new token", &[id::MSG_004]),
        step(
            Refusal("bob", Failure::InsufficientPermissions),
            "SEND_MESSAGE is gone",
            &[id::MSG_004, id::ERR_004],
        ),
        step(Call("bob", Operation::SdkInvite), "with the old token", &[id::PRM_021]),
        step(Refusal("bob", Failure::InvalidToken), "revoked", &[id::PRM_021, id::ERR_015]),
    ],
};
