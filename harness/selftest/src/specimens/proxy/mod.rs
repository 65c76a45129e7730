//! What the sources say of mutants where no schema does, as tables.
//!
//! Each row rests on the requirement that it names, whose own sources say why a server that does so
//! is wrong (`invite-conformance explain ID`); or it gives the reason why the sources allow it. What a
//! run showed may be the occasion to look a row up again in the sources, and no reason to change it:
//! what a row says has to stand without any run.

mod answers;
mod fields;
mod frames;

pub(super) use answers::of_answer;
pub(super) use fields::{altered, of_field};
pub(super) use frames::of_frame;
