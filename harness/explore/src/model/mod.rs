//! The model of the protocol: who stands how, and what may come of what is done.
//!
//! It is written from the specification and knows no server. Nothing in it acts or waits. Where the
//! sources allow several outcomes it gives each of them, so that what a target does decides between
//! them; only a contradiction is a finding.
//!
//! | file | what |
//! | --- | --- |
//! | `names` | people, sessions, conferences, tokens |
//! | `act` | what can be done, and what can be wrong with it |
//! | `world` | how everybody stands |
//! | `expected` | what must come of a move |
//! | `outcomes` | the rules: what may come of each move, by which requirement |

mod act;
mod expected;
mod names;
mod outcomes;
mod world;

pub use act::{Act, Credential, Form, Grant, Invitee, Move, Shown, Text, Topic, Wrong};
pub use expected::{Branch, Check, Frame, Role};
pub use names::{NAMES, Person, Room, Session, Token, alias};
pub use outcomes::{Setting, names};
pub use world::{
    Gone, Life, Origin, Revoked, RoomState, SessionState, Socket, Standing, TokenState, World,
};
