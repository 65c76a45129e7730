//! Being in a conference, and ceasing to be.

use super::What::{Answer, Call, Frame, Loss, Note, Push, Refusal, Socket};
use super::{ALICE, APPLICATION, Actor, BOB, Flow, THE_SERVER, step};
use crate::error::Failure;

pub(super) const LEAVE: Flow = Flow {
    id: "leave",
    title: "Leaving, being invited again, and the end",
    about: "Leaving concerns the session that leaves. Who left can be invited again, or join again \
        with the same token, until the conference is gone.",
    actors: &[APPLICATION, ALICE, THE_SERVER, BOB],
    steps: &[
        step(Call("bob", "sdk.leave"), "", &["JOIN-019", "JOIN-020", "JOIN-021"]),
        step(Answer("bob"), "", &["JOIN-019"]),
        step(Push("alice", "ParticipantUpdated"), "Bob LEFT", &["PRT-011"]),
        step(Note("bob"), "Bob hears no more news of the conference.", &["PRT-008"]),
        step(Call("alice", "sdk.invite"), "Bob", &["INV-038"]),
        step(Answer("alice"), "", &["INV-003"]),
        step(
            Push("alice", "ParticipantAdded"),
            "Bob RESERVED; ParticipantUpdated serves as well",
            &["INV-038"],
        ),
        step(Push("bob", "InvitationReceived"), "", &["INV-010"]),
        step(Call("bob", "sdk.join"), "with either token", &["TOK-005", "TOK-006"]),
        step(Answer("bob"), "", &["JOIN-003"]),
        step(Call("app", "rest.terminate"), "", &["CNF-016"]),
        step(Answer("app"), "", &["CNF-016"]),
        step(Push("alice", "ConferenceDestroyed"), "", &["CNF-018"]),
        step(Push("bob", "ConferenceDestroyed"), "", &["CNF-018"]),
        step(Call("bob", "sdk.join"), "", &["CNF-017"]),
        step(Refusal("bob", Failure::NoSuchConference), "", &["CNF-017", "ERR-007"]),
    ],
};

pub(super) const KICK: Flow = Flow {
    id: "kick",
    title: "Kicking somebody",
    about: "The person’s client leaves on `ParticipantKicked` without a word to the server. Its \
        token is worth nothing from then on, and the person cannot come back.",
    actors: &[ALICE, THE_SERVER, BOB],
    steps: &[
        step(Note("alice"), "Alice and Bob have joined; Alice holds KICK.", &["KCK-006"]),
        step(Call("alice", "sdk.kick"), "Bob’s user id in the path", &["KCK-002", "JOIN-023"]),
        step(Answer("alice"), "", &["KCK-002"]),
        step(Push("bob", "ParticipantKicked"), "userId: Bob’s own", &["KCK-003"]),
        step(Push("alice", "ParticipantUpdated"), "Bob KICKED", &["KCK-004"]),
        step(Note("bob"), "No news of the conference follows.", &["KCK-007"]),
        step(Call("bob", "sdk.join"), "with the earlier token", &["KCK-005"]),
        step(
            Refusal("bob", Failure::InvalidToken),
            "the token is revoked",
            &["KCK-005", "ERR-014"],
        ),
        step(Note("alice"), "Bob is never shown as connecting again.", &["KCK-008"]),
    ],
};

pub(super) const RECONNECT: Flow = Flow {
    id: "reconnect",
    title: "Losing the socket, and reconnecting",
    about: "A client whose socket is lost opens it again by the same address and token, without \
        identifying itself anew. What was pushed meanwhile is lost. A participant who stays away \
        is shown as having left.",
    actors: &[ALICE, THE_SERVER, BOB],
    steps: &[
        step(Frame("bob", "keep-alive"), "every 30 seconds; nothing is answered", &["SES-010"]),
        step(Loss("bob"), "", &[]),
        step(Socket("bob"), "the same address and token", &["SES-009"]),
        step(Note("bob"), "Bob is still in the conference.", &["PRT-012"]),
        step(
            Push("bob", "ConferenceMessageReceived"),
            "what is said from now on",
            &["SES-009", "MSG-002"],
        ),
        step(Loss("bob"), "and stays away for more than 15 seconds", &["PRT-013"]),
        step(Push("alice", "ParticipantUpdated"), "Bob LEFT", &["PRT-013"]),
    ],
};

pub(super) const SECOND_DEVICE: Flow = Flow {
    id: "second-session",
    title: "The same person from a second session",
    about: "A person joins the same conference from another device. The first session is taken \
        out; its client then posts a leave, which must not take the second one out.",
    actors: &[
        ALICE,
        THE_SERVER,
        Actor { id: "laptop", name: "Bob’s laptop" },
        Actor { id: "phone", name: "Bob’s phone" },
    ],
    steps: &[
        step(
            Note("laptop"),
            "Bob has joined by laptop. Both sessions have one user id.",
            &["SES-007"],
        ),
        step(Call("phone", "sdk.join"), "", &["JOIN-018"]),
        step(Answer("phone"), "", &["JOIN-003"]),
        step(Push("laptop", "OwnParticipantSwitched"), "", &["JOIN-018"]),
        step(Call("laptop", "sdk.leave"), "the client does so by itself", &["JOIN-019"]),
        step(Answer("laptop"), "", &["JOIN-019"]),
        step(Note("phone"), "The phone stays in the conference.", &["JOIN-020"]),
        step(Call("alice", "sdk.send"), "", &["MSG-001"]),
        step(Answer("alice"), "", &["MSG-001"]),
        step(
            Push("phone", "ConferenceMessageReceived"),
            "to the session that has joined",
            &["MSG-002", "MSG-003"],
        ),
    ],
};

pub(super) const MESSAGE: Flow = Flow {
    id: "message",
    title: "Messages",
    about: "A message goes to the participants: by SDK to all others, by REST to all or to those \
        named.",
    actors: &[APPLICATION, ALICE, THE_SERVER, BOB],
    steps: &[
        step(Call("alice", "sdk.send"), "message", &["MSG-001", "MSG-004", "MSG-008"]),
        step(Answer("alice"), "", &["MSG-001"]),
        step(
            Push("bob", "ConferenceMessageReceived"),
            "Alice’s user_id, the text unchanged",
            &["MSG-002", "MSG-003"],
        ),
        step(Call("app", "rest.message"), "from: alice, to: bob", &["MSG-005", "MSG-007"]),
        step(Answer("app"), "", &["MSG-005"]),
        step(Push("bob", "ConferenceMessageReceived"), "", &["MSG-006", "MSG-007"]),
    ],
};

pub(super) const NOTIFICATIONS: Flow = Flow {
    id: "notifications",
    title: "Subscribing to notifications",
    about: "Somebody who is not in a conference can follow it by its alias. Invitations need no \
        subscription.",
    actors: &[ALICE, THE_SERVER, BOB],
    steps: &[
        step(Call("bob", "sdk.subscribe"), "four types, for one alias", &["SUB-001", "SUB-003"]),
        step(Answer("bob"), "", &["SUB-001"]),
        step(Push("bob", "ConferenceStatusNotification"), "how it stands now", &["SUB-008"]),
        step(Call("alice", "sdk.create"), "with that alias", &["CNF-003"]),
        step(Answer("alice"), "isNew", &["CNF-006"]),
        step(Push("bob", "ConferenceCreatedNotification"), "", &["SUB-004", "SUB-009"]),
        step(Call("alice", "sdk.join"), "", &["JOIN-001"]),
        step(Answer("alice"), "", &["JOIN-003"]),
        step(Push("bob", "ParticipantJoinedNotification"), "Alice", &["SUB-006"]),
        step(Call("alice", "sdk.leave"), "", &["JOIN-019"]),
        step(Answer("alice"), "", &["JOIN-019"]),
        step(Push("bob", "ParticipantLeftNotification"), "Alice", &["SUB-007"]),
        step(Note("alice"), "The conference is empty, its ttl over: it ends.", &["CNF-015"]),
        step(Push("bob", "ConferenceEndedNotification"), "", &["SUB-005"]),
        step(Call("bob", "sdk.unsubscribe"), "DELETE with a body", &["SUB-002"]),
        step(Answer("bob"), "", &["SUB-002"]),
    ],
};
