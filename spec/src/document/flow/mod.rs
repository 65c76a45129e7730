//! The flows that the document draws, as data: the actors, the steps, and the requirements of each
//! step.

mod attendance;
mod inviting;
mod opening;
mod permissions;

use crate::endpoint::Operation;
use crate::error::Failure;
use crate::push::FrameType;
use crate::requirement::RequirementId;

/// A flow: a conversation between actors and the server.
#[derive(Debug)]
pub struct Flow {
    /// Its id: lower-case words joined by hyphens.
    pub id: &'static str,
    /// The heading.
    pub title: &'static str,
    /// What it shows, in a sentence or two.
    pub about: &'static str,
    /// The actors, from left to right.
    pub actors: &'static [Actor],
    /// The steps, in order.
    pub steps: &'static [Step],
}

/// A program that takes part.
#[derive(Debug)]
pub struct Actor {
    /// Its id in the steps.
    pub id: &'static str,
    /// Its name for readers.
    pub name: &'static str,
}

/// One step of a flow.
#[derive(Debug)]
pub struct Step {
    /// What happens.
    pub what: What,
    /// A remark about it, in a few words; may be empty.
    pub says: &'static str,
    /// The requirements that demand it.
    pub rules: &'static [RequirementId],
}

/// The kinds of step.
#[derive(Debug, Clone, Copy)]
pub enum What {
    /// An actor makes a call of the table of endpoints.
    Call(&'static str, Operation),
    /// The server answers an actor's call.
    Answer(&'static str),
    /// The server refuses an actor's call.
    Refusal(&'static str, Failure),
    /// An actor opens the WebSocket of its session.
    Socket(&'static str),
    /// An actor loses its socket.
    Loss(&'static str),
    /// The server pushes a frame to an actor.
    Push(&'static str, FrameType),
    /// An actor sends a frame of this payload.
    Frame(&'static str, &'static str),
    /// One actor gives another something, in a way that the application chooses.
    Handover(&'static str, &'static str),
    /// A remark about the server and an actor.
    Note(&'static str),
}

/// The id of the server among the actors.
pub const SERVER: &str = "server";

/// Every flow, in the order of the document.
pub const ALL: &[&Flow] = &[
    &opening::SESSION,
    &inviting::BY_SDK,
    &inviting::BY_REST,
    &inviting::OFFLINE,
    &inviting::SEVERAL,
    &permissions::UPDATE,
    &attendance::LEAVE,
    &attendance::KICK,
    &attendance::RECONNECT,
    &attendance::SECOND_DEVICE,
    &attendance::MESSAGE,
    &attendance::NOTIFICATIONS,
];

impl Flow {
    /// The column of an actor, from the left.
    pub(super) fn place(&self, id: &str) -> usize {
        // A test checks that flows use only their own actors.
        self.actors.iter().position(|actor| actor.id == id).unwrap_or_default()
    }

    /// The anchor of the flow.
    pub(super) fn anchor(&self) -> String {
        format!("flow-{}", self.id)
    }
}

impl What {
    /// The sender and the receiver; a remark goes from an actor to the server.
    pub(super) fn ends(self) -> (&'static str, &'static str) {
        match self {
            What::Call(by, _) | What::Socket(by) | What::Frame(by, _) => (by, SERVER),
            What::Note(by) | What::Loss(by) => (by, SERVER),
            What::Answer(to) | What::Refusal(to, _) | What::Push(to, _) => (SERVER, to),
            What::Handover(from, to) => (from, to),
        }
    }

    /// The name of the call or frame, and the anchor of its section.
    pub(super) fn name(self) -> Option<(&'static str, String)> {
        match self {
            What::Call(_, operation) => Some((operation.as_str(), operation.to_string())),
            What::Push(_, kind) => {
                let payload = kind.kind().payload.name;
                Some((kind.as_str(), super::content::payload_anchor(payload)))
            }
            What::Frame(_, payload) => Some((payload, super::content::payload_anchor(payload))),
            _ => None,
        }
    }

    /// The words before its remark.
    pub(super) fn words(self) -> String {
        match self {
            What::Call(_, operation) => operation.to_string(),
            What::Push(_, kind) => kind.to_string(),
            What::Frame(_, payload) => payload.to_owned(),
            What::Answer(_) => "2xx".to_owned(),
            What::Refusal(_, failure) => format!("{}, code {}", failure.status(), failure.code()),
            What::Socket(_) => "opens the WebSocket".to_owned(),
            What::Loss(_) => "the socket is lost".to_owned(),
            What::Handover(..) | What::Note(_) => String::new(),
        }
    }
}

const fn step(what: What, says: &'static str, rules: &'static [RequirementId]) -> Step {
    Step { what, says, rules }
}

const APPLICATION: Actor = Actor { id: "app", name: "Application server" };
const ALICE: Actor = Actor { id: "alice", name: "Alice’s client" };
const THE_SERVER: Actor = Actor { id: SERVER, name: "Server" };
const BOB: Actor = Actor { id: "bob", name: "Bob’s client" };
const CAROL: Actor = Actor { id: "carol", name: "Carol’s client" };

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload;
    use std::collections::BTreeSet;

    #[test]
    fn every_step_has_its_actors_and_rests_on_something() {
        let mut ids = BTreeSet::new();
        for flow in ALL {
            assert!(ids.insert(flow.id), "{} twice", flow.id);
            let actors: BTreeSet<_> = flow.actors.iter().map(|actor| actor.id).collect();
            assert!(actors.contains(SERVER) && actors.len() == flow.actors.len(), "{}", flow.id);
            let mut used = BTreeSet::new();
            for Step { what, says, rules } in flow.steps {
                let (from, to) = what.ends();
                used.extend([from, to]);
                match what {
                    What::Frame(_, name) => {
                        let payload = payload::find(name).map(|payload| payload.sender);
                        assert_eq!(payload, Some(payload::Sender::Client), "{}: {name}", flow.id);
                    }
                    What::Note(_) | What::Handover(..) => assert!(!says.is_empty(), "{}", flow.id),
                    What::Call(..)
                    | What::Answer(_)
                    | What::Refusal(..)
                    | What::Socket(_)
                    | What::Loss(_)
                    | What::Push(..) => {}
                }
                let is_asked = !matches!(what, What::Note(_) | What::Handover(..) | What::Loss(_));
                assert!(!rules.is_empty() || !is_asked, "{}: `{says}` has no requirement", flow.id);
            }
            assert_eq!(used, actors, "{}: some actors take no part", flow.id);
        }
    }

    #[test]
    fn every_pushed_kind_is_drawn_somewhere() {
        let drawn: BTreeSet<FrameType> = ALL
            .iter()
            .flat_map(|flow| flow.steps)
            .filter_map(|step| match step.what {
                What::Push(_, kind) => Some(kind),
                _ => None,
            })
            .collect();
        assert_eq!(drawn, FrameType::ALL.iter().copied().collect());
    }
}
