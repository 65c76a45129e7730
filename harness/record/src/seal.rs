//! Seals: so that a trace that was changed after the run is found out, and where.
//!
//! A seal is no signature: whoever changes a trace can seal it again. It tells an accident or a
//! careless change from what was recorded; verdicts are told by recomputing them.

use crate::{Options, Record};
use invite_trace::Trace;
use ring::digest::{SHA256, digest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many characters of an entry's digest are kept.
const KEPT: usize = 8;

/// The seal of one trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Seal {
    /// The SHA-256 of all but the entries, in hexadecimal: scenario, bindings, tokens, end.
    pub frame: String,
    /// The first eight hexadecimal digits of the SHA-256 of each entry, one after another.
    pub entries: String,
}

/// Where a trace differs from its seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// In this entry; when entries were added or removed, in the first one that is not in its place.
    Entry(usize),
    /// In what stands beside the entries.
    Frame,
}

impl Seal {
    /// Seals a trace.
    pub fn of(trace: &Trace) -> Seal {
        let entries = trace.entries.iter().map(|entry| {
            let mut digits = hexadecimal(entry);
            digits.truncate(KEPT);
            digits
        });
        Seal { frame: hexadecimal(&without_entries(trace)), entries: entries.collect() }
    }

    /// Where a trace is not the one that was sealed.
    pub fn broken(&self, trace: &Trace) -> Option<Broken> {
        let now = Seal::of(trace);
        if self.entries != now.entries {
            let (before, after) = (self.entries.as_bytes(), now.entries.as_bytes());
            let same = before.chunks(KEPT).zip(after.chunks(KEPT)).take_while(|(a, b)| a == b);
            return Some(Broken::Entry(same.count()));
        }
        (self.frame != now.frame).then_some(Broken::Frame)
    }
}

/// The seal of what a record says besides its traces: what was tested, and how. The SHA-256 of these
/// fields, in hexadecimal. Shards have run ids of their own, which their traces show.
pub(crate) fn head(record: &Record) -> String {
    let Record { format, harness, target, part, left_out, exploration, .. } = record;
    let Options { seed, run_id: _, strict, jobs, rate } = &record.options;
    let run = (format, harness, target, (seed, strict, jobs), part, left_out);
    match (rate, exploration) {
        (None, None) => hexadecimal(&run),
        further => hexadecimal(&(run, further)),
    }
}

fn without_entries(trace: &Trace) -> Trace {
    Trace {
        scenario: trace.scenario.clone(),
        view: trace.view,
        epoch_us: trace.epoch_us,
        bindings: trace.bindings.clone(),
        tokens: trace.tokens.clone(),
        entries: Vec::new(),
        ended: trace.ended.clone(),
    }
}

fn hexadecimal(value: &impl Serialize) -> String {
    // What a trace holds always serialises.
    let bytes = serde_json::to_vec(value).unwrap_or_default();
    digest(&SHA256, &bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
