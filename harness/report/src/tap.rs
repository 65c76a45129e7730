//! TAP 14: a line for each requirement.
//!
//! What is noted without counting is `TODO`, what was not reached or not asked for is `SKIP`: a
//! reader that follows the protocol comes to the same verdict as the run.

use super::explanation::{Explanation, explain};
use super::judged::{Judged, judged};
use super::{Record, Unrendered};
use invite_judge::Outcome;
use invite_spec::requirement::RequirementId;
use invite_text::Untrusted;
use invite_trace::{Check, Verdict};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The report.
pub(super) fn tap(record: &Record) -> Result<String, Unrendered> {
    let explanations = explain(record);
    let by_id: BTreeMap<RequirementId, &Explanation> =
        explanations.iter().map(|one| (one.rule.id, one)).collect();
    let judged = judged(record);
    let orphans: Vec<&Check> = record.checks.iter().filter(|it| it.is_orphan()).collect();
    let mut text = format!("TAP version 14\n1..{}\n", judged.len() + orphans.len());
    for (place, one) in judged.iter().enumerate() {
        line(place + 1, one, by_id.get(&one.row.id).copied(), &mut text);
    }
    for (place, check) in orphans.iter().enumerate() {
        let number = judged.len() + place + 1;
        let what = escaped(&format!("the harness itself: {} {}", check.scenario, check.at));
        let _ = writeln!(text, "not ok {number} - {what}");
    }
    if let Some(partial) = &record.partial {
        let _ = writeln!(text, "# {}", Untrusted(&partial.to_string()));
    }
    for line in record.verdict().lines() {
        let _ = writeln!(text, "# {line}");
    }
    if !record.conforms() && !judged.iter().any(|it| it.counts_as_failed()) {
        // Without a red line of its own, the verdict would be lost.
        let why = match &record.baseline {
            Some(baselined) if baselined.assessment.only_stale() => "the baseline is stale",
            _ => "nothing that counts was shown to hold",
        };
        let _ = writeln!(text, "Bail out! {why}");
    }
    Ok(text)
}

impl Judged<'_> {
    fn counts_as_failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed | Outcome::Error)
    }
}

fn line(number: usize, one: &Judged<'_>, why: Option<&Explanation>, text: &mut String) {
    let what = escaped(&format!("{} {}", one.row.id, one.row.title));
    let _ = match (one.result.verdict, one.outcome) {
        (Verdict::Pass, _) => writeln!(text, "ok {number} - {what}"),
        (_, Outcome::Noted) => {
            let kind = match why.and_then(Explanation::security_note) {
                Some(_) => "security note",
                None => "noted",
            };
            writeln!(text, "not ok {number} - {what} # TODO {kind}, without counting")
        }
        (Verdict::Fail | Verdict::Error, _) => writeln!(text, "not ok {number} - {what}"),
        _ => writeln!(text, "ok {number} - {what} # SKIP {}", escaped(&one.reason())),
    };
    if let Some(why) = why {
        // JSON is YAML, and escapes what a target may have sent.
        let rows = [
            ("headline", json!(why.headline)),
            ("scenario", json!(why.scenario)),
            ("at", json!(why.at)),
            ("pointer", json!(why.spot.as_ref().map(ToString::to_string))),
            ("expected", json!(why.expected)),
            ("seen", json!(why.seen)),
            ("why", json!(why.rule.why)),
            ("again", json!(why.again)),
        ];
        text.push_str("  ---\n");
        for (name, value) in rows.iter().filter(|(_, value)| !value.is_null()) {
            let _ = writeln!(text, "  {name}: {}", one_line(value));
        }
        text.push_str("  ...\n");
    }
}

/// JSON on one line, in characters that every YAML reader takes.
fn one_line(value: &serde_json::Value) -> String {
    Untrusted(&value.to_string()).to_string()
}

/// A `#` begins a directive, and a line ends at its end.
fn escaped(text: &str) -> String {
    Untrusted(text).to_string().replace('\\', "\\\\").replace('#', "\\#")
}
