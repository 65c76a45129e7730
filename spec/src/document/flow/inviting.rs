//! How people are invited.

use super::What::{Answer, Call, Handover, Note, Push, Refusal, Socket};
use super::{ALICE, APPLICATION, BOB, CAROL, Flow, THE_SERVER, step};
use crate::error::Failure;

pub(super) const BY_SDK: Flow = Flow {
    id: "invite-by-sdk",
    title: "Inviting by SDK",
    about: "Alice creates a protected conference, joins it and invites Bob, whose session is open. \
        A client sends its conference access token only once it has joined; that is why the \
        invitation comes after joining.",
    actors: &[ALICE, THE_SERVER, BOB],
    steps: &[
        step(Call("alice", "sdk.create"), "", &["CNF-003"]),
        step(Answer("alice"), "isProtected, ownerToken", &["CNF-004", "TOK-003"]),
        step(Call("alice", "sdk.join"), "with the ownerToken", &["JOIN-001", "JOIN-010"]),
        step(Answer("alice"), "metadata, participants", &["JOIN-003", "PRT-009"]),
        step(Push("alice", "ParticipantUpdated"), "Alice CONNECTING", &["PRT-001", "PRT-005"]),
        step(
            Push("alice", "ParticipantUpdated"),
            "Alice ON_AIR",
            &["PRT-002", "PRT-003", "PRT-004"],
        ),
        step(
            Call("alice", "sdk.invite"),
            "Bob, by external id",
            &["INV-003", "INV-006", "INV-029", "INV-032"],
        ),
        step(Answer("alice"), "nothing that is read", &["INV-003"]),
        step(Push("alice", "ParticipantAdded"), "Bob RESERVED", &["INV-033", "PRT-008"]),
        step(
            Push("bob", "InvitationReceived"),
            "conferenceId, confToken, inviter",
            &["INV-010", "INV-016", "INV-018", "INV-020", "INV-022"],
        ),
        step(Call("bob", "sdk.join"), "with the confToken", &["JOIN-006"]),
        step(Answer("bob"), "participants: Alice", &["PRT-009"]),
        step(Push("bob", "ParticipantUpdated"), "Bob CONNECTING, then ON_AIR", &["PRT-005"]),
        step(
            Push("alice", "ParticipantUpdated"),
            "Bob CONNECTING, then ON_AIR",
            &["PRT-001", "PRT-002", "PRT-007"],
        ),
    ],
};

pub(super) const BY_REST: Flow = Flow {
    id: "invite-by-rest",
    title: "Creating and inviting by REST, and joining with the token",
    about: "The application server needs no session: the answers hold everybody’s tokens, and the \
        application gives each person its own. Who asks for a notification gets it besides, if the \
        person’s session is open.",
    actors: &[APPLICATION, THE_SERVER, BOB, CAROL],
    steps: &[
        step(
            Call("app", "rest.create"),
            "owner alice; bob: notification",
            &["CNF-001", "CNF-002", "PRM-002"],
        ),
        step(Answer("app"), "conferenceId, ownerToken, usersTokens", &["TOK-001", "TOK-002"]),
        step(
            Push("bob", "InvitationReceived"),
            "inviter: the owner",
            &["INV-012", "INV-021", "INV-024"],
        ),
        step(
            Call("app", "rest.invite"),
            "carol: JOIN, SEND_AUDIO; no notification",
            &["INV-001", "PRM-006"],
        ),
        step(Answer("app"), "carol’s token", &["INV-002", "INV-008"]),
        step(
            Note("carol"),
            "Without a notification Carol’s session hears nothing.",
            &["INV-013", "INV-014"],
        ),
        step(Handover("app", "carol"), "conferenceId and Carol’s token", &[]),
        step(Call("carol", "sdk.join"), "with the token from the answer", &["JOIN-008", "TOK-004"]),
        step(
            Answer("carol"),
            "participants: who joined, and who is Reserved",
            &["PRT-009", "PRT-010"],
        ),
        step(
            Call("bob", "sdk.join"),
            "with the confToken or the token from the answer",
            &["JOIN-007"],
        ),
        step(Answer("bob"), "", &["JOIN-003"]),
        step(
            Push("carol", "ParticipantUpdated"),
            "Bob CONNECTING, then ON_AIR",
            &["PRT-001", "PRT-002"],
        ),
    ],
};

pub(super) const OFFLINE: Flow = Flow {
    id: "invite-offline",
    title: "Somebody offline, and inviting again",
    about: "Nothing is kept for a person without an open session: the invitation is lost, and the \
        inviter sends it again when the person is there.",
    actors: &[ALICE, THE_SERVER, BOB],
    steps: &[
        step(Note("bob"), "Bob has no open session. Alice has joined.", &[]),
        step(Call("alice", "sdk.invite"), "Bob", &["INV-027"]),
        step(Answer("alice"), "no word about who is online", &["INV-027"]),
        step(Push("alice", "ParticipantAdded"), "Bob RESERVED", &["INV-027", "INV-033"]),
        step(Call("bob", "sdk.identify"), "", &["SES-001"]),
        step(Answer("bob"), "", &["SES-007"]),
        step(Socket("bob"), "", &["SES-002"]),
        step(
            Note("bob"),
            "The missed invitation does not arrive, nor is Alice told that Bob is there.",
            &["INV-025", "INV-026", "SES-011"],
        ),
        step(Call("alice", "sdk.invite"), "Bob, again", &["INV-028", "INV-037"]),
        step(Answer("alice"), "", &["INV-003"]),
        step(Push("bob", "InvitationReceived"), "with a fresh confToken", &["INV-028", "INV-037"]),
        step(Note("bob"), "Where an earlier token was had, it stays valid too.", &["TOK-006"]),
        step(Call("bob", "sdk.join"), "with the confToken", &["JOIN-006"]),
        step(Answer("bob"), "", &["JOIN-003"]),
    ],
};

pub(super) const SEVERAL: Flow = Flow {
    id: "invite-several",
    title: "Several people in one invitation, and permissions",
    about: "Each person is invited, told and given a token on its own; who is in the conference \
        already gets nothing new. Nobody can grant what they do not hold.",
    actors: &[ALICE, THE_SERVER, BOB, CAROL],
    steps: &[
        step(Note("alice"), "Alice has joined and holds INVITE.", &[]),
        step(
            Call("alice", "sdk.invite"),
            "Bob; Carol with INVITE and JOIN",
            &["INV-007", "PRM-001", "PRM-005"],
        ),
        step(Answer("alice"), "", &["INV-003"]),
        step(Push("alice", "ParticipantAdded"), "Bob, then Carol, RESERVED", &["INV-033"]),
        step(
            Push("bob", "InvitationReceived"),
            "token with the nine defaults",
            &["INV-010", "INV-015", "PRM-001", "TOK-007"],
        ),
        step(
            Push("carol", "InvitationReceived"),
            "token with INVITE and JOIN",
            &["INV-010", "INV-017", "PRM-005", "TOK-007"],
        ),
        step(Call("carol", "sdk.join"), "", &["JOIN-006"]),
        step(Answer("carol"), "participants: Alice, and Bob as RESERVED", &["PRT-009", "PRT-010"]),
        step(
            Push("alice", "ParticipantUpdated"),
            "Carol CONNECTING, then ON_AIR",
            &["PRT-001", "PRT-002", "PRT-004"],
        ),
        step(Call("alice", "sdk.invite"), "Carol, again", &["INV-036"]),
        step(Answer("alice"), "", &["INV-036"]),
        step(Note("carol"), "Carol has joined: no new invitation and no new token.", &["INV-036"]),
        step(
            Call("carol", "sdk.invite"),
            "Bob, with KICK, which Carol does not hold",
            &["PRM-010", "PRM-011"],
        ),
        step(
            Refusal("carol", Failure::InsufficientPermissions),
            "or trimmed to what Carol holds",
            &["PRM-011", "ERR-004", "ERR-018"],
        ),
    ],
};
