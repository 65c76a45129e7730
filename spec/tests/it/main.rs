//! Types, schemas and examples, as others see them.
//!
//! One binary: one link.

#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot go on with")]

mod agreement;
mod contracts;
mod edits;
mod snapshots;
