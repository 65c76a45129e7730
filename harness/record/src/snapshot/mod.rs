//! Snapshots of a target's payloads: one for each kind of answer and frame, so that a team sees in
//! review how its own server's payloads change.
//!
//! | file | what |
//! | --- | --- |
//! | `names` | what in a trace is an id, a token, a time: what differs from run to run |
//! | `shape` | what all payloads of a kind have in common, and where they differ |
//! | `take` | the snapshots of a run |
//! | `file` | a snapshot as a file that `cargo insta` reads |
//! | `compare` | how a snapshot changed, and what that breaks |
//!
//! A snapshot shows a kind of payload, not one payload: what order scenarios ran in, and how often
//! something came, leaves no trace in it. Two runs against the same server give the same bytes.

mod compare;
mod file;
mod names;
mod shape;
mod take;

pub use compare::{Breaks, Change, Changed, Compared, What, compare};
pub use file::{NotASnapshot, read, write};
pub use take::{Snapshot, take, take_of};
