//! Inviting people.

use super::What::{Answer, Call, Handover, Note, Push, Refusal, Socket};
use super::{ALICE, APPLICATION, BOB, CAROL, Flow, THE_SERVER, step};
use crate::endpoint::Operation;
use crate::error::Failure;
use crate::push::FrameType;
use crate::requirement::id;

pub(super) const BY_SDK: Flow = Flow {
    id: "invite-by-sdk",
    title: "Inviting by SDK",
    about: "Alice creates a protected conference, joins it and invites Bob, whose session is open. \
        She joins before she invites, because a client sends its conference access token only \
        after it has joined.",
    actors: &[ALICE, THE_SERVER, BOB],
    steps: &[
        step(Call("alice", Operation::SdkCreate), "", &[id::CNF_003]),
        step(Answer("alice"), "isProtected, ownerToken", &[id::CNF_004, id::TOK_003]),
        step(
            Call("alice", Operation::SdkJoin),
            "with the ownerToken",
            &[id::JOIN_001, id::JOIN_010],
        ),
        step(Answer("alice"), "metadata, participants", &[id::JOIN_003, id::PRT_009]),
        step(
            Push("alice", FrameType::ParticipantUpdated),
            "Alice CONNECTING",
            &[id::PRT_001, id::PRT_005],
        ),
        step(
            Push("alice", FrameType::ParticipantUpdated),
            "Alice ON_AIR",
            &[id::PRT_002, id::PRT_003, id::PRT_004],
        ),
        step(
            Call("alice", Operation::SdkInvite),
            "Bob, by external id",
            &[id::INV_003, id::INV_006, id::INV_029, id::INV_032],
        ),
        step(Answer("alice"), "no client reads the body", &[id::INV_003]),
        step(
            Push("alice", FrameType::ParticipantAdded),
            "Bob RESERVED",
            &[id::INV_033, id::PRT_008],
        ),
        step(
            Push("bob", FrameType::InvitationReceived),
            "conferenceId, confToken, inviter",
            &[id::INV_010, id::INV_016, id::INV_018, id::INV_020, id::INV_022],
        ),
        step(Call("bob", Operation::SdkJoin), "with the confToken", &[id::JOIN_006]),
        step(Answer("bob"), "participants: Alice", &[id::PRT_009]),
        step(
            Push("bob", FrameType::ParticipantUpdated),
            "Bob CONNECTING, then ON_AIR",
            &[id::PRT_005],
        ),
        step(
            Push("alice", FrameType::ParticipantUpdated),
            "Bob CONNECTING, then ON_AIR",
            &[id::PRT_001, id::PRT_002, id::PRT_007],
        ),
    ],
};

pub(super) const BY_REST: Flow = Flow {
    id: "invite-by-rest",
    title: "Creating and inviting by REST, and joining with the token",
    about: "The application server needs no session. The responses hold everybody’s tokens, and \
        the application gives each person their own. On request, the server also notifies a person \
        whose session is open.",
    actors: &[APPLICATION, THE_SERVER, BOB, CAROL],
    steps: &[
        step(
            Call("app", Operation::RestCreate),
            "owner alice; bob: notification",
            &[id::CNF_001, id::CNF_002, id::PRM_002],
        ),
        step(Answer("app"), "conferenceId, ownerToken, usersTokens", &[id::TOK_001, id::TOK_002]),
        step(
            Push("bob", FrameType::InvitationReceived),
            "inviter: the owner",
            &[id::INV_012, id::INV_021, id::INV_024],
        ),
        step(
            Call("app", Operation::RestInvite),
            "carol: JOIN, SEND_AUDIO; no notification",
            &[id::INV_001, id::PRM_006],
        ),
        step(Answer("app"), "carol’s token", &[id::INV_002, id::INV_008]),
        step(
            Note("carol"),
            "Without a notification, Carol’s session receives nothing.",
            &[id::INV_013, id::INV_014],
        ),
        step(Handover("app", "carol"), "conferenceId and Carol’s token", &[]),
        step(
            Call("carol", Operation::SdkJoin),
            "with the token from the response",
            &[id::JOIN_008, id::TOK_004],
        ),
        step(
            Answer("carol"),
            "participants: joined and Reserved people",
            &[id::PRT_009, id::PRT_010],
        ),
        step(
            Call("bob", Operation::SdkJoin),
            "with the confToken or the token from the response",
            &[id::JOIN_007],
        ),
        step(Answer("bob"), "", &[id::JOIN_003]),
        step(
            Push("carol", FrameType::ParticipantUpdated),
            "Bob CONNECTING, then ON_AIR",
            &[id::PRT_001, id::PRT_002],
        ),
    ],
};

pub(super) const OFFLINE: Flow = Flow {
    id: "invite-offline",
    title: "Inviting somebody who is offline, and inviting again",
    about: "The server keeps no invitations for a person without an open session. The invitation \
        is lost, and the inviter sends it again when the person is online.",
    actors: &[ALICE, THE_SERVER, BOB],
    steps: &[
        step(Note("bob"), "Bob has no open session. Alice has joined.", &[]),
        step(Call("alice", Operation::SdkInvite), "Bob", &[id::INV_027]),
        step(Answer("alice"), "without saying who is online", &[id::INV_027]),
        step(
            Push("alice", FrameType::ParticipantAdded),
            "Bob RESERVED",
            &[id::INV_027, id::INV_033],
        ),
        step(Call("bob", Operation::Identify), "", &[id::SES_001]),
        step(Answer("bob"), "", &[id::SES_007]),
        step(Socket("bob"), "", &[id::SES_002]),
        step(
            Note("bob"),
            "The missed invitation does not arrive, and Alice is not told that Bob is online.",
            &[id::INV_025, id::INV_026, id::SES_011],
        ),
        step(Call("alice", Operation::SdkInvite), "Bob, again", &[id::INV_028, id::INV_037]),
        step(Answer("alice"), "", &[id::INV_003]),
        step(
            Push("bob", FrameType::InvitationReceived),
            "with a fresh confToken",
            &[id::INV_028, id::INV_037],
        ),
        step(Note("bob"), "If Bob has an earlier token, it stays valid too.", &[id::TOK_006]),
        step(Call("bob", Operation::SdkJoin), "with the confToken", &[id::JOIN_006]),
        step(Answer("bob"), "", &[id::JOIN_003]),
    ],
};

pub(super) const SEVERAL: Flow = Flow {
    id: "invite-several",
    title: "Several people in one invitation, and permissions",
    about: "The server invites and notifies each person separately, each with their own token. A \
        person who has already joined gets nothing new. Nobody can grant a permission that they do \
        not hold.",
    actors: &[ALICE, THE_SERVER, BOB, CAROL],
    steps: &[
        step(Note("alice"), "Alice has joined and holds INVITE.", &[]),
        step(
            Call("alice", Operation::SdkInvite),
            "Bob; Carol with INVITE and JOIN",
            &[id::INV_007, id::PRM_001, id::PRM_005],
        ),
        step(Answer("alice"), "", &[id::INV_003]),
        step(
            Push("alice", FrameType::ParticipantAdded),
            "Bob, then Carol, RESERVED",
            &[id::INV_033],
        ),
        step(
            Push("bob", FrameType::InvitationReceived),
            "token with the nine defaults",
            &[id::INV_010, id::INV_015, id::PRM_001, id::TOK_007],
        ),
        step(
            Push("carol", FrameType::InvitationReceived),
            "token with INVITE and JOIN",
            &[id::INV_010, id::INV_017, id::PRM_005, id::TOK_007],
        ),
        step(Call("carol", Operation::SdkJoin), "", &[id::JOIN_006]),
        step(
            Answer("carol"),
            "participants: Alice, and Bob as RESERVED",
            &[id::PRT_009, id::PRT_010],
        ),
        step(
            Push("alice", FrameType::ParticipantUpdated),
            "Carol CONNECTING, then ON_AIR",
            &[id::PRT_001, id::PRT_002, id::PRT_004],
        ),
        step(Call("alice", Operation::SdkInvite), "Carol, again", &[id::INV_036]),
        step(Answer("alice"), "", &[id::INV_036]),
        step(
            Note("carol"),
            "Carol has joined, so she gets no new invitation and no new token.",
            &[id::INV_036],
        ),
        step(
            Call("carol", Operation::SdkInvite),
            "Bob, with KICK, which Carol does not hold",
            &[id::PRM_010, id::PRM_011],
        ),
        step(
            Refusal("carol", Failure::InsufficientPermissions),
            "or trimmed to what Carol holds",
            &[id::PRM_011, id::ERR_004, id::ERR_018],
        ),
    ],
};
