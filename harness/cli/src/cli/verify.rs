//! `verify`: recompute a report's verdicts from its own traces.

use super::{Exit, Failure, output, report as reading};
use clap::Args;
use invite_record::{Difference, Record};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The most differences that are shown; `--json` has all.
const SHOWN: usize = 20;

/// What can be known of a record without a signature.
const UNSIGNED: &str = "Unsigned: consistent, not proof. The seals tell a change that somebody made \
                        afterwards and did not seal again; anybody can write a record and seal it.";

/// Recompute a report's verdicts from its own traces.
///
/// Needs nothing but the file: it holds the scenarios and everything that was said. Exits with 1
/// when the verdicts do not follow from the traces, or when a trace, the target, its claims or the
/// options were changed after the run. That a record is consistent is no proof of where it comes from.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// A run record (`run --report json=RUN.json`)
    #[arg(value_name = "RUN.json")]
    record: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let record = reading::read(&self.record)?;
        let differences = invite_record::verify(&record)
            .map_err(|error| Failure::usage(format!("{}: {error}", self.record.display())))?;
        let notes = notes(&record)?;
        if self.json {
            output::print(&output::json(&json!({
                "equal": differences.is_empty(),
                "differences": differences,
                "notes": notes,
                "signed": false,
                "conforms": record.conforms(),
            }))?)?;
        } else {
            output::print(&text(&record, &differences, &notes))?;
        }
        Ok(if differences.is_empty() { Exit::Conforms } else { Exit::DoesNotConform })
    }
}

/// What the verdicts rest on besides the traces, and a reader should know.
fn notes(record: &Record) -> Result<Vec<String>, Failure> {
    let mut notes = Vec::new();
    let own = env!("CARGO_PKG_VERSION");
    if record.harness != own {
        notes.push(format!(
            "the record was made by version {}, and recomputed by version {own}",
            record.harness
        ));
    }
    let known: BTreeMap<String, String> = invite_scenario::built_in()
        .map_err(|errors| super::run::faults(&errors))?
        .into_iter()
        .map(|found| (found.scenario.id.value, found.source))
        .collect();
    let own: Vec<&str> = record
        .scenarios
        .iter()
        .filter(|scenario| known.get(&scenario.id) != Some(&scenario.source))
        .map(|scenario| scenario.id.as_str())
        .collect();
    if !own.is_empty() {
        let which = own.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        let more = if own.len() > 3 { ", ..." } else { "" };
        notes.push(format!("{} scenarios are not those of this program: {which}{more}", own.len()));
    }
    let is_driven = |id: &String| {
        record.scenarios.iter().any(|scenario| scenario.id == *id && scenario.trace.is_some())
    };
    let missing: Vec<&str> = known.keys().filter(|id| !is_driven(id)).map(String::as_str).collect();
    if !missing.is_empty() {
        let which = missing.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        let more = if missing.len() > 3 { ", ..." } else { "" };
        let driven = known.len() - missing.len();
        notes.push(format!(
            "{driven} of {} scenarios were driven, and not: {which}{more}",
            known.len()
        ));
    }
    Ok(notes)
}

fn text(record: &Record, differences: &[Difference], notes: &[String]) -> String {
    let mut page = output::page();
    for difference in differences.iter().take(SHOWN) {
        page.paragraph(0, 2, &difference.place);
        page.behind(["  recorded    ".into()], &difference.recorded);
        page.behind(["  recomputed  ".into()], &difference.recomputed);
    }
    if differences.len() > SHOWN {
        let more = format!("and {} more (--json has all)", differences.len() - SHOWN);
        page.paragraph(0, 0, more);
    }
    for note in notes {
        page.behind(["note: ".into()], note);
    }
    let traces = record.scenarios.iter().filter(|scenario| scenario.trace.is_some()).count();
    let result = if differences.is_empty() {
        format!(
            "EQUAL: {} checks of {} requirements follow from the {traces} traces; the target {}",
            record.tally.summary.checks,
            record.tally.requirements.len(),
            if record.conforms() { "conforms" } else { "does not conform" },
        )
    } else {
        format!("NOT EQUAL: the record differs from its traces in {} places", differences.len())
    };
    page.paragraph(0, 0, result);
    if differences.is_empty() {
        page.paragraph(0, 0, UNSIGNED);
    }
    page.into_text()
}
