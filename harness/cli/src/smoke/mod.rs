//! `adapter smoke`: has an adapter do everything once, against a server.
//!
//! | module | what |
//! | --- | --- |
//! | `script` | what is done, one step after the other, and what each must bring about |
//! | `application` | what the application server of these people does: tokens, and what the adapter cannot |
//! | `calls` | which calls passed: whoever says that it did something made one |
//! | `perform` | performs the script |
//! | `verdict` | what came of it, as data and in words |

mod application;
mod calls;
mod perform;
mod script;
mod verdict;

pub(crate) use calls::Calls;
pub(crate) use perform::{SmokeError, Stage, redactor, smoke};
pub(crate) use verdict::Smoke;
