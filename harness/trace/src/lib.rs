//! Traces: what was said on the wire, in order, without secrets; and what was concluded from it.
//!
//! | file | what |
//! | --- | --- |
//! | `entry` | what a trace holds |
//! | `redactor` | keeps secrets out of it |
//! | `headers` | which headers of a call are recorded |
//! | `jwt` | tokens, as anybody can read them without the key |
//! | `forgery` | wrong tokens, made out of right ones |
//! | `reference` | `${...}` in a scenario, and what it stands for |
//! | `client` | what passes between the harness and a client under test |
//! | `deadline` | how long the harness waits for something, by name |
//! | `feature` | what a target may claim to do |
//! | `failure` | why there is no response, or no WebSocket |
//! | `pattern` | frames that are waited for |
//! | `stop` | why a drive stopped |
//! | `skip` | why something was not judged |
//! | `verdict` | one verdict about one requirement, with its evidence |

mod client;
mod deadline;
mod entry;
mod failure;
mod feature;
mod forgery;
mod headers;
mod jwt;
mod pattern;
mod redactor;
pub mod reference;
mod skip;
mod stop;
mod verdict;

pub use client::{
    AdapterFault, ClientAct, ClientDeadline, ClientEvent, ClientOperation, ClientReply,
};
pub use deadline::{Deadline, Deadlines};
pub use entry::{Content, Ended, Entry, Event, SocketEnd, TokenForm, TokenRecord, Trace, View};
pub use failure::{CutOff, Malformed, NoAnswer, SocketRefusal};
pub use feature::Feature;
pub use forgery::{Forged, Forgery};
pub use headers::{ANSWER_HEADERS, REQUEST_HEADERS};
pub use jwt::{Jwt, decode};
pub use pattern::{Awaited, FramePattern};
pub use redactor::Redactor;
pub use skip::{Interruption, Protection, SkipReason};
pub use stop::{Excuse, HarnessFault, Stop, StopReason};
pub use verdict::{
    About, At, Bound, Carrier, Check, CheckResult, ClientExpected, ClientSeen, Evidence, Expected,
    FrameAt, Grants, JsonType, LawName, NearMiss, Notification, Outside, Seen, SocketLoss, Spot,
    Unseen, Verdict, WaitEnd, Wanted, WantedStatus,
};
