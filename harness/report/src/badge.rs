//! A badge: the JSON that a shields endpoint reads.

use super::{Record, Unrendered};
use serde_json::json;

/// The badge.
pub(super) fn badge(record: &Record) -> Result<String, Unrendered> {
    let summary = &record.tally.summary;
    let all = record.tally.requirements.len();
    let (message, color) = match (record.conforms(), summary.failed, summary.passed) {
        (true, 1.., passed) => (format!("conforms but for known, {passed}/{all}"), "yellowgreen"),
        (true, ..) => match record.security_notes().count() {
            0 => (format!("conforms, {}/{all}", summary.passed), "brightgreen"),
            1 => (format!("conforms, 1 security note, {}/{all}", summary.passed), "yellow"),
            notes => {
                (format!("conforms, {notes} security notes, {}/{all}", summary.passed), "yellow")
            }
        },
        (false, 0, 0) => ("nothing was judged".to_owned(), "lightgrey"),
        (false, 0, _) if summary.conforms => ("the baseline is stale".to_owned(), "red"),
        (false, 0, passed) => (format!("does not conform, {passed}/{all}"), "red"),
        (false, failed, passed) => (format!("{failed} failed, {passed}/{all}"), "red"),
    };
    let message = match record.partial {
        Some(_) => format!("partial run: {message}"),
        None => message,
    };
    let badge = json!({
        "schemaVersion": 1,
        "label": "conference invitations",
        "message": message,
        "color": color,
        "isError": !record.conforms(),
    });
    Ok(format!("{badge:#}\n"))
}
