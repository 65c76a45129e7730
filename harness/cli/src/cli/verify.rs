//! `verify`: recompute a report's verdicts from its own traces.

use super::{Exit, Failure, key, output, report as reading};
use clap::Args;
use invite_record::{Difference, Record, Signed};
use invite_spec::requirement::Side;
use invite_text::{Diagnostic, Page};
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
/// options were changed after the run. That a record is consistent is no proof of where it comes from:
/// with `--key`, it must also be signed with that key (`run --sign`).
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// A run record (`run --report json=RUN.json`), or the journal of a run that was killed
    #[arg(value_name = "RUN.json")]
    record: PathBuf,
    /// The public key with which it must be signed
    #[arg(long, value_name = "PUBKEYFILE")]
    key: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let key = self.key.as_deref().map(key::public).transpose()?;
        let text = reading::text(&self.record)?;
        let record = reading::parse(&self.record, &text)?;
        let signed = match record.signature {
            None => Signed::No,
            // Of all that the file says, and not only of what this version reads.
            Some(_) => serde_json::from_str(&text)
                .map(|file| invite_record::signed(&file, key.as_ref()))
                .unwrap_or(Signed::Broken),
        };
        let is_in_order = match signed {
            Signed::No => key.is_none(),
            Signed::By(_) | Signed::ByUnchecked(_) => true,
            Signed::ByAnother { .. } | Signed::Broken => false,
        };
        let differences = invite_record::verify(&record)
            .map_err(|error| Failure::usage(format!("{}: {error}", self.record.display())))?;
        let mut notes = notes(&record)?;
        if invite_record::journal::is_journal(&text) {
            notes.push(
                "this is the journal of a run that was killed: nothing in it is sealed".into(),
            );
        }
        drop(text);
        if self.json {
            output::print(&output::json(&json!({
                "equal": differences.is_empty(),
                "differences": differences,
                "notes": notes,
                "signed": signed != Signed::No,
                "signature": signature(&signed, key.is_some()),
                "conforms": record.conforms(),
            }))?)?;
        } else {
            let mut page = findings(&record, &differences, &notes);
            // Of a record that does not hold, who signed it is no comfort.
            if differences.is_empty() || !is_in_order {
                page.paragraph(0, 0, signature(&signed, key.is_some()));
            }
            output::print(&page.into_text())?;
        }
        let is_right = differences.is_empty() && is_in_order;
        Ok(if is_right { Exit::Conforms } else { Exit::DoesNotConform })
    }
}

/// What the signature says, in words.
fn signature(signed: &Signed, is_wanted: bool) -> String {
    match signed {
        Signed::No if is_wanted => "NOT SIGNED: --key asks for a signature, and there is none; \
                                    anybody could have written this record."
            .to_owned(),
        Signed::No => UNSIGNED.to_owned(),
        Signed::By(key) => format!("Signed by {key}, the key that you gave: all of the record."),
        Signed::ByUnchecked(key) => format!(
            "Signed by {key}, which nobody checked: consistent, not proof. Anybody can make a key; \
             `--key PUBKEYFILE` checks that it is the one that you know."
        ),
        Signed::ByAnother { by, wanted } => {
            format!("SIGNED BY ANOTHER KEY: by {by}, and --key is {wanted}.")
        }
        Signed::Broken => {
            "SIGNATURE BROKEN: it does not fit the record, which was changed after it \
                           was signed (or the signature was)."
                .to_owned()
        }
    }
}

/// The ids and texts of this program's own scenarios for one side.
fn own_scenarios(side: Side) -> Result<BTreeMap<String, String>, Failure> {
    let servers = || {
        let all = invite_scenario::built_in()?.into_iter();
        Ok(all.map(|found| (found.scenario.id.value, found.source)).collect())
    };
    let clients = || {
        let all = invite_scenario::client::built_in()?.into_iter();
        Ok(all.map(|found| (found.scenario.id.value, found.source)).collect())
    };
    let all = match side {
        Side::Server => servers(),
        Side::Client => clients(),
    };
    all.map_err(|errors: Vec<Diagnostic>| super::run::faults(&errors))
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
    let known = own_scenarios(record.side)?;
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

fn findings(record: &Record, differences: &[Difference], notes: &[String]) -> Page {
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
    page
}
