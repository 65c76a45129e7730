//! What the model says must come of a move.

use super::names::{Person, Session, Token};
use super::world::World;
use invite_spec::push::FrameType;
use invite_spec::requirement::RequirementId;
use serde_json::Value;

/// One outcome that the sources allow.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// Whether the call is accepted.
    pub accepted: bool,
    /// The requirement that says so.
    pub requires: RequirementId,
    /// What else must hold.
    pub checks: Vec<Check>,
    /// How everybody stands afterwards.
    pub next: World,
}

/// Something that must hold after a move.
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    /// Each of these sessions has got one of these frames.
    Heard {
        /// The sessions.
        by: Vec<Session>,
        /// The frames.
        any_of: Vec<Frame>,
        /// The requirement.
        requires: RequirementId,
    },
    /// Each of these sessions that has got such a frame has got one that says more. That one comes is for
    /// another check.
    Says {
        /// The sessions.
        by: Vec<Session>,
        /// Such a frame.
        any: Frame,
        /// The one that says more.
        frame: Frame,
        /// The requirement.
        requires: RequirementId,
    },
    /// None of these sessions has got this frame.
    Unheard {
        /// The sessions.
        by: Vec<Session>,
        /// The frame.
        frame: Frame,
        /// The requirement.
        requires: RequirementId,
    },
    /// The answer to the call says this: the rest of an expectation.
    Answer {
        /// The requirement.
        requires: RequirementId,
        /// The expectation.
        value: Value,
    },
    /// The answer lists somebody, or a frame presents that person right after.
    Listed {
        /// The session that joined.
        by: Session,
        /// What `/participants` of the answer must be.
        answer: Value,
        /// The frame.
        frame: Frame,
        /// The requirement.
        requires: RequirementId,
    },
    /// A frame must arrive before anything else is done.
    Arrives {
        /// The sessions.
        by: Vec<Session>,
        /// The frame.
        frame: Frame,
        /// The requirement.
        requires: RequirementId,
        /// Why it is waited for.
        role: Role,
    },
}

/// Why a frame is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What comes after relies on it: a client changes its token by it.
    Order,
    /// It brings a token.
    Brings(Token),
    /// It takes time that a fence does not show.
    Time,
}

/// A frame, as an expectation describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Its type.
    pub kind: FrameType,
    /// The person whom it is about.
    pub about: Option<Person>,
    /// What it says, by JSON Pointer.
    pub fits: Vec<(&'static str, Value)>,
}

impl Frame {
    /// A frame of a type.
    pub fn of(kind: FrameType) -> Frame {
        Frame { kind, about: None, fits: Vec::new() }
    }

    /// The same about somebody.
    pub fn about(mut self, person: Person) -> Frame {
        self.about = Some(person);
        self
    }

    /// The same that says this.
    pub fn says(mut self, pointer: &'static str, value: impl Into<Value>) -> Frame {
        self.fits.push((pointer, value.into()));
        self
    }
}
