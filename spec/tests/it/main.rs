//! Tests of types, schemas and examples through the public API.
//!
//! One binary, so that the tests link once.

#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot go on with")]

mod agreement;
mod contracts;
mod edits;
mod snapshots;
