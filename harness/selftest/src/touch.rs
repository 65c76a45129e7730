//! In which scenarios a mutant finds anything to change.

use super::change::Answer;
use super::spot::Of;
use invite_judge::history::History;
use invite_spec::endpoint::Endpoint;
use invite_spec::push::type_of;
use invite_trace::Trace;
use std::collections::BTreeSet;

/// What a mutant changes, if it occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Touch {
    /// Whatever is said, or the traffic of other scenarios as well.
    Everything,
    /// These answers.
    Answers(Answer),
    /// Frames of this type, at those whom they are sent to.
    Frames(&'static str),
}

impl Touch {
    /// What an edit of a payload changes.
    pub(super) fn of(of: Of) -> Touch {
        match of {
            Of::Answer(endpoint) => Touch::Answers(Answer::Accepted(endpoint.operation.as_str())),
            Of::Refusal { sdk } => Touch::Answers(Answer::Refusal { sdk }),
            Of::Frame(kind) => Touch::Frames(kind),
        }
    }

    /// Whether it occurs in what an unchanged server says. If it does not, the mutant would have said
    /// the same there, word by word.
    pub(super) fn occurs_in(self, said: &Said) -> bool {
        match self {
            Touch::Everything => true,
            Touch::Answers(answer) => {
                let mut answers = said.answers.iter();
                said.is_raw || answers.any(|(endpoint, status)| answer.fits(endpoint, *status))
            }
            Touch::Frames(kind) => said.frames.contains(kind),
        }
    }
}

/// What kinds of thing a server says in a scenario.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// Every endpoint that was answered, with each status.
    answers: Vec<(&'static Endpoint, u16)>,
    /// The types of frames.
    frames: BTreeSet<String>,
    /// Whether something was answered of which that is not known: bytes that are no client's request,
    /// or a call without an answer.
    is_raw: bool,
}

impl Said {
    pub(super) fn in_trace(trace: &Trace) -> Said {
        let history = History::read(trace);
        let mut said = Said::default();
        for exchange in history.exchanges.iter().filter(|it| it.method != "OPTIONS") {
            match (exchange.endpoint, exchange.status()) {
                (Some(endpoint), Some(status)) => {
                    let is_it = |known: &(&Endpoint, u16)| {
                        known.0.operation == endpoint.operation && known.1 == status
                    };
                    if !said.answers.iter().any(is_it) {
                        said.answers.push((endpoint, status));
                    }
                }
                _ => said.is_raw = true,
            }
        }
        let sockets = history.sockets.iter();
        said.frames = sockets
            .flat_map(|it| it.values())
            .filter_map(|(_, frame)| Some(type_of(frame)?.to_string()))
            .collect();
        said
    }
}
