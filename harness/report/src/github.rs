//! Annotations for GitHub Actions: workflow commands, which the runner takes from standard output
//! (`--report github=-`).

use super::annotated::annotated;
use super::explanation::{Explanation, explain};
use super::{Record, Unrendered};
use invite_text::{Untrusted, harmless_lines};
use invite_trace::Evidence;
use std::fmt::Write as _;

/// The annotations.
pub(super) fn github(record: &Record) -> Result<String, Unrendered> {
    let mut text = String::new();
    for one in explain(record) {
        annotation(record, &one, &mut text);
    }
    for check in record.checks.iter().filter(|check| check.is_orphan()) {
        let _ = writeln!(
            text,
            "::error title={}::{}",
            property("the harness itself"),
            data(&check.evidence().map(Evidence::seen_in_words).unwrap_or_default())
        );
    }
    let summary = &record.tally.summary;
    let level = if record.conforms() { "notice" } else { "error" };
    let counts: Vec<String> =
        summary.counts().iter().map(|(outcome, count)| outcome.count(*count)).collect();
    let partial = record.partial.as_ref().map(|it| format!("; {it}")).unwrap_or_default();
    let said = format!("{}: {}{partial}", record.verdict(), counts.join(", "));
    let title = property(&format!("invite-conformance against {}", record.target.name));
    let _ = writeln!(text, "::{level} title={title}::{}", data(&said));
    Ok(text)
}

fn annotation(record: &Record, one: &Explanation, text: &mut String) {
    let level = if one.counts { "error" } else { "warning" };
    let title = property(&format!("{} {}", one.rule.id, one.rule.title));
    let mut place = String::new();
    if let Some(at) = annotated(record, one) {
        let _ = write!(place, "file={},line={},col={},", property(&at.file), at.line, at.column);
    }
    let words = format!(
        "{}\nexpected: {}\nseen: {}\nscenario: {}, {}\nwhy: {}\nagain: {}",
        Untrusted(&one.headline),
        Untrusted(&one.expected),
        Untrusted(&one.seen),
        Untrusted(&one.scenario),
        Untrusted(&one.at.to_string()),
        one.rule.why,
        Untrusted(&one.again),
    );
    let _ = writeln!(text, "::{level} {place}title={title}::{}", data(&words));
}

/// The message of a workflow command: what would end it is encoded.
fn data(text: &str) -> String {
    harmless_lines(text).replace('%', "%25").replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
