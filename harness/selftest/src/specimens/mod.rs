//! The specimens, by how they are made.
//!
//! | folder | what |
//! | --- | --- |
//! | `rules` | servers with one wrong rule of their own; the program provides them |
//! | `proxy` | what the proxy makes of a right server: one field, response or frame changed |
//! | `legal` | unusual servers that the sources allow, made by the proxy |
//! | `expectation` | servers that break one thing that one scenario expects |
//! | `null` | targets that are not servers of this protocol |
//! | `hostile` | servers that break connections, flood, or cannot be used as described |

pub(crate) mod expectation;
pub(crate) mod hostile;
mod http;
pub(crate) mod legal;
mod listening;
pub(crate) mod null;
pub(crate) mod proxy;
pub(crate) mod rules;

pub(crate) use listening::{Running, Starting, starting};
