//! What is done, one step after the other, and what each must bring about.

use invite_adapter::Operation;
use invite_spec::permission::Permission;
use invite_spec::push::FrameType;

/// Somebody does something.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) who: &'static str,
    pub(super) what: What,
    /// The steps without which this one says nothing. One that the adapter cannot do is done without.
    pub(super) after: &'static [(&'static str, Operation)],
    /// Who is told of it, and by what.
    pub(super) brings: &'static [(&'static str, FrameType)],
}

/// What somebody does.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    Open,
    Create,
    Subscribe,
    Join,
    Listen,
    Invite(&'static str, &'static [Permission]),
    Update(&'static str, &'static [Permission]),
    Kick(&'static str),
    Send,
    Leave,
    Close,
    /// Join a conference that does not exist.
    JoinNowhere,
    /// Invite to a conference that does not exist.
    InviteNowhere,
}

impl What {
    pub(super) fn operation(self) -> Operation {
        match self {
            What::Open => Operation::Open,
            What::Create => Operation::Create,
            What::Subscribe => Operation::Subscribe,
            What::Join | What::JoinNowhere => Operation::Join,
            What::Listen => Operation::Listen,
            What::Invite(..) | What::InviteNowhere => Operation::Invite,
            What::Update(..) => Operation::UpdatePermissions,
            What::Kick(_) => Operation::Kick,
            What::Send => Operation::Send,
            What::Leave => Operation::Leave,
            What::Close => Operation::Close,
        }
    }

    /// Whether a right server refuses it.
    pub(super) fn is_refused(self) -> bool {
        matches!(self, What::JoinNowhere | What::InviteNowhere)
    }
}

const fn step(
    who: &'static str,
    what: What,
    after: &'static [(&'static str, Operation)],
    brings: &'static [(&'static str, FrameType)],
) -> Step {
    Step { who, what, after, brings }
}

/// Alice creates a conference and invites Bob and Carol.
pub(super) const SCRIPT: [Step; 20] = {
    use FrameType as Told;
    use Operation::{Create, Invite, Join, Listen, Open};
    use Permission as May;
    [
        step("alice", What::Open, &[], &[]),
        step("bob", What::Open, &[], &[]),
        step("carol", What::Open, &[], &[]),
        // In no conference: SDKs leave theirs before they know whether they can join another one.
        step("bob", What::JoinNowhere, &[("bob", Open)], &[]),
        step("alice", What::InviteNowhere, &[("alice", Open)], &[]),
        step("alice", What::Create, &[("alice", Open)], &[]),
        step(
            "carol",
            What::Subscribe,
            &[("carol", Open)],
            &[("carol", Told::ConferenceStatusNotification)],
        ),
        step(
            "alice",
            What::Join,
            &[("alice", Open), ("alice", Create)],
            &[("alice", Told::ParticipantUpdated), ("carol", Told::ParticipantJoinedNotification)],
        ),
        step(
            "alice",
            What::Invite("bob", &[May::Join, May::SendMessage]),
            &[("alice", Open), ("bob", Open), ("alice", Create), ("alice", Join)],
            &[("bob", Told::InvitationReceived), ("alice", Told::ParticipantAdded)],
        ),
        step(
            "bob",
            What::Join,
            &[("bob", Open), ("alice", Invite)],
            &[("alice", Told::ParticipantUpdated)],
        ),
        step(
            "alice",
            What::Send,
            &[("alice", Open), ("alice", Join), ("bob", Join)],
            &[("bob", Told::ConferenceMessageReceived)],
        ),
        step(
            "alice",
            What::Update("bob", &[May::Join, May::Kick]),
            &[("alice", Open), ("alice", Join), ("bob", Join)],
            &[("bob", Told::UpdateToken)],
        ),
        step(
            "alice",
            What::Kick("bob"),
            &[("alice", Open), ("alice", Join), ("bob", Join)],
            &[("bob", Told::ParticipantKicked)],
        ),
        step(
            "alice",
            What::Invite("carol", &[May::Join]),
            &[("alice", Open), ("carol", Open), ("alice", Create), ("alice", Join)],
            &[("carol", Told::InvitationReceived)],
        ),
        step(
            "carol",
            What::Listen,
            &[("carol", Open), ("alice", Invite)],
            &[("alice", Told::ParticipantUpdated)],
        ),
        step(
            "carol",
            What::Leave,
            &[("carol", Open), ("carol", Listen)],
            &[("alice", Told::ParticipantUpdated), ("carol", Told::ParticipantLeftNotification)],
        ),
        step("alice", What::Leave, &[("alice", Open), ("alice", Join)], &[]),
        step("carol", What::Close, &[("carol", Open)], &[]),
        step("bob", What::Close, &[("bob", Open)], &[]),
        step("alice", What::Close, &[("alice", Open)], &[]),
    ]
};
