//! What the unchanged server does: it must conform, or no change to it shows anything.

use crate::error::SelftestError;
use crate::scope::Traffic;
use crate::specimen::{Make, Specimen};
use crate::trial;
use invite_record::Record;
use invite_trace::Trace;
use std::collections::BTreeMap;

/// The traces of the unchanged server, by scenario.
#[derive(Debug, Default)]
pub(crate) struct Unchanged {
    traces: BTreeMap<String, (Trace, Traffic)>,
}

impl Unchanged {
    /// The traces of a record.
    pub(crate) fn of(record: Record) -> Unchanged {
        let traces = record.scenarios.into_iter().filter_map(|scenario| scenario.trace);
        let traces = traces.map(|trace| {
            let traffic = Traffic::of(&trace);
            (trace.scenario.clone(), (trace, traffic))
        });
        Unchanged { traces: traces.collect() }
    }

    /// The trace of a scenario.
    pub(crate) fn trace(&self, scenario: &str) -> Option<&Trace> {
        self.traces.get(scenario).map(|(trace, _)| trace)
    }

    /// The trace that stands in for the specimen's in this scenario; `None` if the specimen may
    /// change something there, or nobody knows.
    pub(crate) fn trace_for(&self, specimen: &Specimen, scenario: &str) -> Option<&Trace> {
        let Make::Proxy { scope, keeps_order: true, .. } = specimen.make else { return None };
        let (trace, traffic) = self.traces.get(scenario)?;
        (!scope.occurs_in(traffic)).then_some(trace)
    }
}

/// Whether a specimen is made from a server that must conform unchanged.
pub(crate) fn needs_right_server(specimen: &Specimen) -> bool {
    match specimen.make {
        Make::Rules { .. } | Make::Proxy { .. } | Make::Description(_) | Make::Clause(_) => true,
        Make::Alone(_) => false,
    }
}

/// Checks that the unchanged server conforms.
pub(crate) fn require_conforming(record: &Record) -> Result<(), SelftestError> {
    if record.tally.summary.conforms {
        return Ok(());
    }
    Err(match trial::first_failed(record) {
        Some((requirement, check)) => {
            SelftestError::DoesNotConform { requirement, shown: trial::shown(check) }
        }
        None => SelftestError::NothingJudged,
    })
}
