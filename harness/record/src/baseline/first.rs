//! The first baseline of a target, from a run.

use super::{Day, Place};
use crate::Record;
use invite_trace::Verdict;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The text of a baseline that lists every failure of a run that counts, in the order of the
/// catalogue; and how many they are.
pub fn first(record: &Record, day: Day) -> (String, usize) {
    let failed = record.checks.iter().filter(|check| check.verdict() == Verdict::Fail);
    let failed: BTreeSet<Place> = failed
        .filter_map(|check| {
            let requirement = check.requirement?;
            Some(Place { requirement, scenario: check.scenario.clone() })
        })
        .collect();
    let mut text = format!(
        "# Known failures of {}, found on {day}.\n\
         #\n\
         # A failure that is not listed here is red. So is an entry that no longer fails: remove\n\
         # it. Every entry needs a reason; say why it is known and not mended. Besides, it may\n\
         # have:\n\
         #   expires = \"2027-01-31\"   the last day on which it holds\n\
         #   link = \"https://...\"     where more about it stands\n\
         #   flaky = true             fails only at times: never red, always told\n\
         # `scenario = \"*\"` stands for every scenario.\n",
        one_line(&record.target.name)
    );
    let mut count = 0;
    for result in record.tally.requirements.iter().filter(|result| result.counted) {
        let id = result.requirement;
        let title = result.requirement.row().title;
        for place in failed.iter().filter(|place| place.requirement == id) {
            count += 1;
            let _ = write!(
                text,
                "\n# {title}\n[[failure]]\nrequirement = {}\nscenario = {}\nreason = {}\n",
                quoted(id.as_str()),
                quoted(&place.scenario),
                quoted(&format!("written by --write-baseline on {day}; say why"))
            );
        }
    }
    (text, count)
}

/// What JSON escapes, TOML reads.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
