//! Types, schemas and examples, as others see them.
//!
//! One binary: one link.

mod agreement;
mod snapshots;
