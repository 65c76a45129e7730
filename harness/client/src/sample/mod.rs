//! A small right client behind the protocol of adapters, and wrong ones that differ from it in one
//! point: the clients that the client scenarios are tested with.
//!
//! | file | what |
//! | --- | --- |
//! | `fault` | what a wrong client does, and the requirement that it breaks |
//! | `session` | one session: its calls and its tokens |
//! | `socket` | its WebSocket: frames, acknowledgements, keep-alives, reconnecting |

mod fault;
mod session;
mod socket;

pub use fault::Fault;

use invite_adapter::{
    Answer, Call, Event, FromAdapter, Hello, Operation, Outcome, Refused, Request,
};
use serde_json::{Map, Value};
use session::{CallError, Session};
use std::collections::BTreeMap;
use std::io::Write as _;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::sync::mpsc;

/// Why the client cannot run.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// Standard input cannot be read.
    #[error("cannot read standard input: {0}")]
    Input(#[from] std::io::Error),
    /// A line of the harness is not a request.
    #[error("a line on standard input is not a request: {0}")]
    Line(#[from] serde_json::Error),
    /// No connection can be made at all.
    #[error(transparent)]
    Connector(#[from] invite_drive::ConnectorError),
}

/// Serves requests on standard input until it ends.
///
/// # Errors
///
/// If standard input cannot be read.
pub async fn serve(fault: Option<Fault>) -> Result<(), SampleError> {
    let http = invite_drive::plain_client()?;
    let (events, mut told) = mpsc::unbounded_channel::<Event>();
    let hello = Hello {
        name: "sample".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        operations: Operation::ALL.into_iter().collect(),
        events: ["InvitationReceived".to_owned()].into(),
        needs: Default::default(),
    };
    write(&FromAdapter::Hello(hello))?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut sessions: BTreeMap<String, Session> = BTreeMap::new();
    loop {
        let line = tokio::select! {
            Some(event) = told.recv() => {
                write(&FromAdapter::Event(event))?;
                continue;
            }
            line = lines.next_line() => match line? {
                Some(line) => line,
                None => return Ok(()),
            },
        };
        let request: Request = serde_json::from_str(&line)?;
        let done = match &request.call {
            Call::Open(open) => {
                let opened =
                    Session::open(&http, &request.session, open, fault, events.clone()).await;
                opened.map(|session| {
                    sessions.insert(request.session.clone(), session);
                    Map::new()
                })
            }
            call => match sessions.get_mut(&request.session) {
                Some(session) => session.call(call).await,
                None => Err(CallError::Failed("there is no session".to_owned())),
            },
        };
        if matches!(request.call, Call::Close(_)) {
            sessions.remove(&request.session);
        }
        // What arrived meanwhile is told first.
        while let Ok(event) = told.try_recv() {
            write(&FromAdapter::Event(event))?;
        }
        write(&FromAdapter::Answer(Answer { id: request.id, outcome: outcome(done) }))?;
    }
}

fn outcome(done: Result<Map<String, Value>, CallError>) -> Outcome {
    match done {
        Ok(done) => Outcome::Done(done),
        Err(CallError::Failed(message)) => Outcome::Failed(message),
        Err(CallError::Refused { status, body }) => {
            let code = body.get("error_code").and_then(Value::as_i64);
            let reason = body.get("error_description").and_then(Value::as_str);
            let message = reason.unwrap_or("the server refused").to_owned();
            Outcome::Refused(Refused { status: Some(status), code, message })
        }
    }
}

fn write(message: &FromAdapter) -> Result<(), SampleError> {
    let line = serde_json::to_string(message)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
