//! The program as its users meet it.

pub(crate) mod process;
