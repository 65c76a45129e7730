//! In which scenarios the proxy finds anything to change.

use crate::specimens::proxy::{PayloadSite, Responses};
use invite_judge::history::History;
use invite_spec::endpoint::Endpoint;
use invite_spec::push::FrameType;
use invite_trace::Trace;
use std::collections::BTreeSet;

/// The part of a server's traffic that a specimen changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Anything, or the traffic of other scenarios too.
    Everything,
    /// These responses.
    Responses(Responses),
    /// Frames of this type, sent to their right receivers.
    Frames(FrameType),
}

impl Scope {
    /// The scope of a change to this payload.
    pub(crate) fn of(site: PayloadSite) -> Scope {
        match site {
            PayloadSite::Response(operation) => Scope::Responses(Responses::Accepted(operation)),
            PayloadSite::Refusal(profile) => Scope::Responses(Responses::AllRefusals(profile)),
            PayloadSite::Frame(frame) => Scope::Frames(frame),
        }
    }

    /// Whether the traffic of an unchanged server has it. If not, the specimen would have sent the
    /// same, word for word.
    pub(crate) fn occurs_in(self, traffic: &Traffic) -> bool {
        match self {
            Scope::Everything => true,
            Scope::Responses(responses) => {
                let mut known = traffic.responses.iter();
                traffic.has_unknown
                    || known.any(|(endpoint, status)| responses.include_status(endpoint, *status))
            }
            Scope::Frames(frame) => traffic.frames.contains(&frame),
        }
    }
}

/// What a server sent in a scenario.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    /// Every endpoint that responded, with each of its statuses.
    responses: Vec<(&'static Endpoint, u16)>,
    /// The types of frames.
    frames: BTreeSet<FrameType>,
    /// Whether there were exchanges that cannot be told: without an endpoint or without a response.
    has_unknown: bool,
}

impl Traffic {
    /// The traffic of a trace.
    pub(crate) fn of(trace: &Trace) -> Traffic {
        let history = History::read(trace);
        let mut traffic = Traffic::default();
        for exchange in history.exchanges.iter().filter(|it| it.method != "OPTIONS") {
            match (exchange.endpoint, exchange.status()) {
                (Some(endpoint), Some(status)) => {
                    let is_it = |known: &(&Endpoint, u16)| {
                        known.0.operation == endpoint.operation && known.1 == status
                    };
                    if !traffic.responses.iter().any(is_it) {
                        traffic.responses.push((endpoint, status));
                    }
                }
                _ => traffic.has_unknown = true,
            }
        }
        let frames = history.sockets.iter().flat_map(|socket| socket.values());
        traffic.frames = frames.filter_map(|(_, frame)| FrameType::of(frame)).collect();
        traffic
    }
}
