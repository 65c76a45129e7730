//! Attending a conference, and leaving it.

use super::What::{Answer, Call, Frame, Loss, Note, Push, Refusal, Socket};
use super::{ALICE, APPLICATION, Actor, BOB, Flow, THE_SERVER, step};
use crate::endpoint::Operation;
use crate::error::Failure;
use crate::push::FrameType;
use crate::requirement::id;

pub(super) const LEAVE: Flow = Flow {
    id: "leave",
    title: "Leaving, being invited again, and the end",
    about: "Leaving affects only the session that leaves. A person who left can be invited again, \
        or join again with the same token, until the conference ends.",
    actors: &[APPLICATION, ALICE, THE_SERVER, BOB],
    steps: &[
        step(Call("bob", Operation::SdkLeave), "", &[id::JOIN_019, id::JOIN_020, id::JOIN_021]),
        step(Answer("bob"), "", &[id::JOIN_019]),
        step(Push("alice", FrameType::ParticipantUpdated), "Bob LEFT", &[id::PRT_011]),
        step(Note("bob"), "Bob gets no more news of the conference.", &[id::PRT_008]),
        step(Call("alice", Operation::SdkInvite), "Bob", &[id::INV_038]),
        step(Answer("alice"), "", &[id::INV_003]),
        step(
            Push("alice", FrameType::ParticipantAdded),
            "Bob RESERVED; or ParticipantUpdated",
            &[id::INV_038],
        ),
        step(Push("bob", FrameType::InvitationReceived), "", &[id::INV_010]),
        step(Call("bob", Operation::SdkJoin), "with either token", &[id::TOK_005, id::TOK_006]),
        step(Answer("bob"), "", &[id::JOIN_003]),
        step(Call("app", Operation::RestTerminate), "", &[id::CNF_016]),
        step(Answer("app"), "", &[id::CNF_016]),
        step(Push("alice", FrameType::ConferenceDestroyed), "", &[id::CNF_018]),
        step(Push("bob", FrameType::ConferenceDestroyed), "", &[id::CNF_018]),
        step(Call("bob", Operation::SdkJoin), "", &[id::CNF_017]),
        step(Refusal("bob", Failure::NoSuchConference), "", &[id::CNF_017, id::ERR_007]),
    ],
};

pub(super) const KICK: Flow = Flow {
    id: "kick",
    title: "Kicking somebody",
    about: "On `ParticipantKicked` the person’s client leaves without sending a leave. The server \
        revokes the person’s token, and the person cannot come back.",
    actors: &[ALICE, THE_SERVER, BOB],
    steps: &[
        step(Note("alice"), "Alice and Bob have joined; Alice holds KICK.", &[id::KCK_006]),
        step(
            Call("alice", Operation::SdkKick),
            "Bob’s user id in the path",
            &[id::KCK_002, id::JOIN_023],
        ),
        step(Answer("alice"), "", &[id::KCK_002]),
        step(Push("bob", FrameType::ParticipantKicked), "userId: Bob’s own", &[id::KCK_003]),
        step(Push("alice", FrameType::ParticipantUpdated), "Bob KICKED", &[id::KCK_004]),
        step(Note("bob"), "No news of the conference follows.", &[id::KCK_007]),
        step(Call("bob", Operation::SdkJoin), "with the earlier token", &[id::KCK_005]),
        step(
            Refusal("bob", Failure::InvalidToken),
            "the token is revoked; 403 with code 97 is right, too",
            &[id::KCK_005, id::KCK_010, id::ERR_014],
        ),
        step(Note("alice"), "Bob is never shown as connecting again.", &[id::KCK_008]),
    ],
};

pub(super) const RECONNECT: Flow = Flow {
    id: "reconnect",
    title: "Losing the socket, and reconnecting",
    about: "A client that loses its socket opens it again with the same address and token, without \
        a new identify. Frames that the server pushed in between are lost. The server shows a \
        participant who stays away as LEFT.",
    actors: &[ALICE, THE_SERVER, BOB],
    steps: &[
        step(Frame("bob", "keep-alive"), "every 30 seconds; no reply", &[id::SES_010]),
        step(Loss("bob"), "", &[]),
        step(Socket("bob"), "the same address and token", &[id::SES_009]),
        step(Note("bob"), "Bob is still in the conference.", &[id::PRT_012]),
        step(
            Push("bob", FrameType::ConferenceMessageReceived),
            "messages from now on",
            &[id::SES_009, id::MSG_002],
        ),
        step(Loss("bob"), "for more than 15 seconds", &[id::PRT_013]),
        step(Push("alice", FrameType::ParticipantUpdated), "Bob LEFT", &[id::PRT_013]),
    ],
};

pub(super) const SECOND_DEVICE: Flow = Flow {
    id: "second-session",
    title: "The same person from a second session",
    about: "A person joins the same conference from another device. The server removes the first \
        session. The client of that session then posts a leave, which must not remove the second \
        session.",
    actors: &[
        ALICE,
        THE_SERVER,
        Actor { id: "laptop", name: "Bob’s laptop" },
        Actor { id: "phone", name: "Bob’s phone" },
    ],
    steps: &[
        step(
            Note("laptop"),
            "Bob has joined with the laptop. Both sessions have the same user id.",
            &[id::SES_007],
        ),
        step(Call("phone", Operation::SdkJoin), "", &[id::JOIN_018]),
        step(Answer("phone"), "", &[id::JOIN_003]),
        step(Push("laptop", FrameType::OwnParticipantSwitched), "", &[id::JOIN_018]),
        step(
            Call("laptop", Operation::SdkLeave),
            "the client does this by itself",
            &[id::JOIN_019],
        ),
        step(Answer("laptop"), "", &[id::JOIN_019]),
        step(Note("phone"), "The phone stays in the conference.", &[id::JOIN_020]),
        step(Call("alice", Operation::SdkSend), "", &[id::MSG_001]),
        step(Answer("alice"), "", &[id::MSG_001]),
        step(
            Push("phone", FrameType::ConferenceMessageReceived),
            "to the session that has joined",
            &[id::MSG_002, id::MSG_003],
        ),
    ],
};

pub(super) const MESSAGE: Flow = Flow {
    id: "message",
    title: "Messages",
    about: "A message goes to participants. By SDK it goes to all others, by REST to all or to \
        those named.",
    actors: &[APPLICATION, ALICE, THE_SERVER, BOB],
    steps: &[
        step(
            Call("alice", Operation::SdkSend),
            "message",
            &[id::MSG_001, id::MSG_004, id::MSG_008],
        ),
        step(Answer("alice"), "", &[id::MSG_001]),
        step(
            Push("bob", FrameType::ConferenceMessageReceived),
            "Alice’s user_id, the text unchanged",
            &[id::MSG_002, id::MSG_003],
        ),
        step(
            Call("app", Operation::RestMessage),
            "from: alice, to: bob",
            &[id::MSG_005, id::MSG_007],
        ),
        step(Answer("app"), "", &[id::MSG_005]),
        step(Push("bob", FrameType::ConferenceMessageReceived), "", &[id::MSG_006, id::MSG_007]),
    ],
};

pub(super) const NOTIFICATIONS: Flow = Flow {
    id: "notifications",
    title: "Subscribing to notifications",
    about: "A person who is not in a conference can subscribe to it by its alias. Invitations need \
        no subscription.",
    actors: &[ALICE, THE_SERVER, BOB],
    steps: &[
        step(
            Call("bob", Operation::Subscribe),
            "four types, for one alias",
            &[id::SUB_001, id::SUB_003],
        ),
        step(Answer("bob"), "", &[id::SUB_001]),
        step(
            Push("bob", FrameType::ConferenceStatusNotification),
            "the current status",
            &[id::SUB_008],
        ),
        step(Call("alice", Operation::SdkCreate), "with that alias", &[id::CNF_003]),
        step(Answer("alice"), "isNew", &[id::CNF_006]),
        step(
            Push("bob", FrameType::ConferenceCreatedNotification),
            "",
            &[id::SUB_004, id::SUB_009],
        ),
        step(Call("alice", Operation::SdkJoin), "", &[id::JOIN_001]),
        step(Answer("alice"), "", &[id::JOIN_003]),
        step(Push("bob", FrameType::ParticipantJoinedNotification), "Alice", &[id::SUB_006]),
        step(Call("alice", Operation::SdkLeave), "", &[id::JOIN_019]),
        step(Answer("alice"), "", &[id::JOIN_019]),
        step(Push("bob", FrameType::ParticipantLeftNotification), "Alice", &[id::SUB_007]),
        step(Note("alice"), "The empty conference ends when its ttl is over.", &[id::CNF_015]),
        step(Push("bob", FrameType::ConferenceEndedNotification), "", &[id::SUB_005]),
        step(Call("bob", Operation::Unsubscribe), "DELETE with a body", &[id::SUB_002]),
        step(Answer("bob"), "", &[id::SUB_002]),
    ],
};
