//! Adapters: programs that drive a client or an SDK for the harness, over standard input and output.
//!
//! | module | what |
//! | --- | --- |
//! | `protocol` | the messages, one JSON object a line, and their schema |
//! | `read` | one line of an adapter, as a message or as what is wrong with it |
//! | `conversation` | what was asked and answered so far; pure: what an adapter may say next |
//! | `transcript` | a conversation that was written down |
//! | `misbehaviour` | everything that an adapter can do wrong, as data and in words |
//! | `limits` | how much an adapter may say, and how long it may take |
//! | `intake` | the lines of a pipe, bounded |
//! | `inbox` | the events that came, and waiting for one |
//! | `host` | the process: started, asked, ended |
//! | `group` | the process with everything that it started, ended together |

mod conversation;
mod group;
mod host;
mod inbox;
mod intake;
mod limits;
mod misbehaviour;
mod protocol;
mod read;
mod transcript;

pub use host::{Adapter, Application, BadCommand, Ending, Launch};
pub use intake::Show;
pub use limits::{Limits, Patience};
pub use misbehaviour::{AdapterError, Misbehaviour, Wait};
pub use protocol::{
    Answer, Call, Close, Conference, Create, Event, FromAdapter, Hello, Invite, Invitee, Join,
    Kick, Need, Open, Operation, Outcome, Planes, Refused, Request, Send, Subscribe, Subscription,
    UpdatePermissions, schema,
};
pub use transcript::{Heard, read_transcript};
