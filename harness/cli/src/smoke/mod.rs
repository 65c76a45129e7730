//! `adapter smoke`: has an adapter do everything once, against the reference server.
//!
//! | module | what |
//! | --- | --- |
//! | `script` | what is done, one step after the other, and what each must bring about |
//! | `application` | what the application server of these people does: tokens, and what the adapter cannot |
//! | `perform` | performs the script |
//! | `verdict` | what came of it, as data and in words |

mod application;
mod perform;
mod script;
mod verdict;

pub(crate) use perform::{SmokeError, smoke};
