//! What a scenario says: who takes part, what each does, and what is expected.
//!
//! | file | what |
//! | --- | --- |
//! | `scenario` | the scenario and its people |
//! | `step` | what can happen, step by step |
//! | `call` | calls; only what goes together can be said of one |
//! | `connect` | WebSockets that are opened with a token of the scenario's choice |
//! | `written` | calls and connects as a file spells them, and why some contradict themselves |
//! | `expectation` | what is expected of responses and frames |
//! | `several` | one name, or a list of them |

mod call;
mod connect;
mod expectation;
mod scenario;
mod several;
mod step;
mod uses;
mod written;

pub use call::{
    Body, Call, CallKind, Expected, Outcome, Pointers, Preflight, Refusal, Request, TokenChoice,
};
pub use connect::{Connect, Upgrade};
pub use expectation::{Expectation, Heard, Status};
pub use scenario::{Application, Person, Scenario};
pub use several::{People, Requirements};
pub use step::{
    Await, Expect, Forge, Never, Open, Say, SessionStep, SignIn, Step, Until, Wait, Wire,
};
