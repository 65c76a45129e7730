//! Shell scripts that show a failure again, on their own: made from the scenario and the trace.
//!
//! A script makes the calls of the trace again. What came from the server then, and was needed
//! later (an id, a token), becomes a variable; names that were fresh in the run are fresh again;
//! secrets come from the environment. At the end it looks at the one thing that was wrong.
//!
//! | file | what |
//! | --- | --- |
//! | `claim` | what must hold at the end, as data |
//! | `frame` | what a law says of one frame, as a claim |
//! | `wish` | what a scenario wants, as `replay.py` takes it |
//! | `values` | what the server gave, and the variables that stand for it |
//! | `script` | the trace as a shell script, from its head to the verdict |
//! | `lines` | one entry of the trace as lines of it |
//! | `prelude.sh`, `replay.py` | what every script begins with |

mod claim;
mod frame;
mod lines;
mod script;
mod values;
mod wish;

use super::explanation::{Explanation, explain, subject::Subject, told_in};
use super::{File, Record};
use invite_trace::Check;

/// Why there is no script that shows a failure again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unavailable(pub(super) String);

/// A script for each failed or noted requirement, and a list of those that have none.
pub(super) fn scripts(record: &Record) -> Vec<File> {
    let mut files = Vec::new();
    let mut without = String::new();
    for explanation in explain(record) {
        match script(record, &explanation) {
            Ok(text) => files.push(File {
                name: format!("{}.sh", explanation.rule.id),
                text,
                executable: true,
            }),
            Err(why) => without.push_str(&format!("{}: {why}\n", explanation.rule.id)),
        }
    }
    let text = match (files.len(), without.as_str()) {
        (0, "") => "Nothing failed: there is nothing to show again.\n".to_owned(),
        (_, "") => "Each failed requirement has a script here.\n".to_owned(),
        (_, without) => {
            format!("These have no script. `run --only SCENARIO` shows them again.\n\n{without}")
        }
    };
    files.push(File { name: "README.txt".into(), text, executable: false });
    files
}

/// The script that shows a failure again.
pub fn script(record: &Record, explanation: &Explanation) -> Result<String, Unavailable> {
    let is_it = |check: &&Check| {
        check.requirement == Some(explanation.rule.id)
            && check.scenario == explanation.scenario
            && check.at == explanation.at
            && check.verdict == explanation.verdict
    };
    let missing = || Unavailable("the record lacks the check that it is about".into());
    let check = record.checks.iter().find(is_it).ok_or_else(missing)?;
    let (trace, told) = told_in(record, check);
    let scenario = told.as_ref().and_then(|told| told.scenario.as_ref());
    let subject = Subject::of(check, trace, scenario);
    let source = record.scenarios.iter().find(|known| known.id == check.scenario);
    let claim = claim::claim(&subject, source.map_or("", |known| known.source.as_str()))?;
    script::write(record, explanation, &subject, scenario, &claim)
}

/// The type of a frame, as this specification or a client spells it.
fn frame_kind(frame: &serde_json::Value) -> String {
    invite_spec::push::type_of(frame).map_or(String::new(), |kind| kind.to_string())
}
