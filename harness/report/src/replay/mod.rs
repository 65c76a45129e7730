//! A folder that replays failures: one program, the same for every run, and one data file for each
//! failure.
//!
//! No text of a target or of a record is part of a program: it stands in the data files.
//!
//! | file | what |
//! | --- | --- |
//! | `replay.py` | the program |
//! | `start.sh` | what starts it, under the name of each failure |
//! | `data` | the pieces of a data file |
//! | `steps` | a trace as the steps of a data file |
//! | `values` | which values of responses and frames are captured, and where they are used |
//! | `look` | what the replay looks at in the end |

mod data;
mod look;
mod steps;
mod values;

use super::explanation::{Explanation, explain, subject::Subject, told_in};
use super::{File, Record, sentence};
use invite_spec::permission::Permission;
use invite_text::Untrusted;
use invite_trace::{Check, Deadline};
use serde_json::json;

const PROGRAM: &str = include_str!("replay.py");
const START: &str = include_str!("start.sh");

/// Why a failure cannot be replayed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unavailable(String);

/// The program, a data file for each failed or noted requirement, and a list of those without one.
pub(super) fn folder(record: &Record) -> Vec<File> {
    let mut files = Vec::new();
    let mut without = String::new();
    let mut add = |name: &str, text: String, executable| {
        files.push(File { name: name.to_owned(), text, executable });
    };
    let failures = explain(record);
    for explanation in &failures {
        // A row of our own catalogue: no text of the record.
        let id = explanation.rule.id.to_string();
        match data(record, explanation) {
            Ok(data) => {
                add(&format!("{id}.json"), data, false);
                add(&format!("{id}.sh"), START.to_owned(), true);
            }
            Err(why) => {
                let why: String = why.0.chars().filter(|c| !c.is_control()).collect();
                without.push_str(&format!("{id}: {why}\n"));
            }
        }
    }
    let text = match (failures.len(), without.as_str()) {
        (0, "") => "Nothing failed: there is nothing to replay.\n".to_owned(),
        (_, "") => "Each failed requirement has a script here.\n".to_owned(),
        (_, without) => {
            format!("These have no script. `run --only SCENARIO` shows them again.\n\n{without}")
        }
    };
    let partial = record.partial.as_ref();
    let partial = partial.map(|it| format!("\n{}.\n", Untrusted(&sentence(&it.to_string()))));
    let partial = partial.unwrap_or_default();
    add("README.txt", format!("{text}{partial}\n`python3 replay.py --help` says more.\n"), false);
    add("replay.py", PROGRAM.to_owned(), true);
    files
}

/// The data file of a failure.
fn data(record: &Record, explanation: &Explanation) -> Result<String, Unavailable> {
    let is_it = |check: &&Check| {
        check.requirement == Some(explanation.rule.id)
            && check.scenario == explanation.scenario
            && check.at == explanation.at
            && check.verdict() == explanation.verdict
    };
    let missing = || Unavailable("the record lacks the check that it is about".into());
    let check = record.checks.iter().find(is_it).ok_or_else(missing)?;
    let (trace, told) = told_in(record, check);
    let scenario = told.as_ref().and_then(|told| told.scenario.as_ref());
    let subject = Subject::of(check, trace, scenario);
    let (steps, look, planes) = steps::steps(record, &subject)?;
    let deadline = record.target.deadlines.get(Deadline::Event).as_secs_f64();
    let permissions: Vec<&str> = Permission::ALL.iter().map(|one| one.as_str()).collect();
    let data = json!({
        "format": "invite-conformance-replay/1",
        "requirement": format!("{} {}", explanation.rule.id, explanation.rule.title),
        "about": [&explanation.headline, &explanation.rule.text],
        "scenario": explanation.scenario,
        "expected": explanation.expected.to_string(),
        "seen": explanation.seen.to_string(),
        "planes": planes,
        "deadline_seconds": deadline.max(2.0),
        "permissions": permissions,
        "steps": steps,
        "look": look,
    });
    let text = serde_json::to_string_pretty(&data);
    text.map(|text| text + "\n").map_err(|error| Unavailable(error.to_string()))
}
