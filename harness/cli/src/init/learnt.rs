//! What a preflight tells of a server.

use invite_scenario::{Driven, Kinds};
use invite_trace::{Ended, Event, Stop};

/// What a preflight tells of a server.
#[derive(Debug, Clone, PartialEq)]
pub struct Learnt {
    /// Which kinds of application it has.
    pub kinds: Kinds,
    /// Whether the calls of a client are there at all.
    pub serves_clients: bool,
    /// Whether a client's WebSocket opened.
    pub socket_opened: bool,
    /// What did not go as it should have, if anything.
    pub stop: Option<Stop>,
}

impl Learnt {
    /// Reads a preflight.
    pub fn of(driven: &Driven) -> Learnt {
        let trace = &driven.preflight;
        let mut clients_calls = Vec::new();
        let mut learnt = Learnt {
            kinds: driven.kinds,
            serves_clients: false,
            socket_opened: false,
            stop: match &trace.ended {
                Ended::Complete => None,
                Ended::Stopped(stop) => Some(stop.clone()),
            },
        };
        for entry in &trace.entries {
            match &entry.event {
                Event::Request { exchange, headers, .. } if headers.contains_key("origin") => {
                    clients_calls.push(*exchange);
                }
                Event::Answer { exchange, status, .. } if clients_calls.contains(exchange) => {
                    // What is not there at all answers so.
                    learnt.serves_clients |= ![404, 405, 501].contains(status);
                }
                Event::SocketOpened { .. } => learnt.socket_opened = true,
                _ => {}
            }
        }
        learnt
    }
}
