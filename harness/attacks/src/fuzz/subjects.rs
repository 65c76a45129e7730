//! What is fuzzed: whatever reads a file that somebody else may have written.

use super::Said;
use invite_record::capture::{self, Captured, Source};
use invite_record::{Record, verify};
use invite_report::FORMATS;
use invite_scenario::Selection;
use invite_scenario::description::TargetFile;
use invite_trace::{Check, Trace};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Something that reads a text.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// Its name.
    pub name: &'static str,
    /// The inputs to begin with.
    pub seeds: fn() -> Vec<String>,
    /// What is said of an input.
    pub say: fn(&str) -> Said,
}

/// Everything that is fuzzed.
pub const SUBJECTS: [Subject; 6] = [
    Subject { name: "scenario", seeds: scenarios, say: scenario },
    Subject { name: "description", seeds: descriptions, say: description },
    Subject { name: "trace", seeds: traces, say: trace },
    Subject { name: "record", seeds: records, say: record },
    Subject { name: "capture", seeds: captures, say: captured },
    Subject { name: "adapter", seeds: adapters, say: adapter },
];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// The files of a folder, sorted. One that cannot be read is left out; a test says if none is left.
fn files(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(fixtures().join(folder)).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

fn scenarios() -> Vec<String> {
    [files("fuzz/scenario"), files("scenarios")].concat()
}

fn descriptions() -> Vec<String> {
    [files("fuzz/description"), files("targets")].concat()
}

fn records() -> Vec<String> {
    files("fuzz/record")
}

fn traces() -> Vec<String> {
    let of_records = records().into_iter().flat_map(|text| {
        let record: Value = serde_json::from_str(&text).unwrap_or_default();
        let scenarios = record["scenarios"].as_array().cloned().unwrap_or_default();
        scenarios.into_iter().map(|scenario| scenario["trace"].to_string())
    });
    files("fuzz/trace").into_iter().chain(of_records).filter(|text| text != "null").collect()
}

fn captures() -> Vec<String> {
    [files("fuzz/capture"), traces()].concat()
}

fn adapters() -> Vec<String> {
    files("fuzz/adapter")
}

/// Words without what is of one input alone: digits, and what stands in quotes.
fn gist(words: &str) -> String {
    let mut gist = String::new();
    for (place, part) in words.split(['`', '"']).enumerate() {
        match place % 2 {
            0 => gist.extend(part.chars().filter(|c| !c.is_ascii_digit()).take(120)),
            _ => gist.push('`'),
        }
    }
    gist
}

fn checks(checks: &[Check]) -> String {
    let said = checks.iter().map(|check| {
        let id = check.requirement.map_or("", |id| id.as_str());
        format!("{id} {:?}", check.verdict())
    });
    // What passes is the same for most.
    let said: BTreeSet<String> = said.filter(|it| !it.ends_with("Pass")).collect();
    said.into_iter().collect::<Vec<_>>().join(",")
}

fn scenario(text: &str) -> Said {
    // A file is named after its scenario.
    let id = text.lines().find_map(|line| line.strip_prefix("scenario:")).unwrap_or("fuzz");
    match invite_scenario::parse(&format!("{}.yaml", id.trim()), text) {
        Ok(scenario) => {
            let ids = invite_judge::requirements(&scenario);
            Said::Read(format!("{} steps, {ids:?}", scenario.steps.len()))
        }
        Err(errors) => {
            let words: BTreeSet<String> =
                errors.iter().map(|error| gist(&error.to_string())).take(3).collect();
            Said::Refused(words.into_iter().collect())
        }
    }
}

fn description(text: &str) -> Said {
    let resolved = TargetFile::parse("fuzz.toml", text)
        .and_then(|file| file.resolve("fuzz.toml", |name| Some(format!("value of {name}"))));
    match resolved {
        Ok(target) => {
            let trusted = target.trusts("127.0.0.1", 80);
            let claims = target.claims.len();
            Said::Read(format!("{claims} {trusted} {}", target.second_application.is_some()))
        }
        Err(error) => Said::Refused(gist(&error.to_string())),
    }
}

fn trace(text: &str) -> Said {
    match serde_json::from_str::<Trace>(text) {
        Ok(trace) => {
            let by_laws = invite_judge::judge_laws(&trace);
            let captured = invite_judge::judge_captured(&trace);
            let mut all = vec![checks(&by_laws), checks(&captured)];
            // Reading all of them takes longer than judging a trace.
            static BUILT_IN: OnceLock<Vec<Selection>> = OnceLock::new();
            let all_of_them =
                BUILT_IN.get_or_init(|| invite_scenario::built_in().unwrap_or_default());
            let of = all_of_them.iter().find(|it| it.scenario.id.value == trace.scenario);
            all.extend(of.map(|it| checks(&invite_judge::judge(&it.scenario, &trace))));
            Said::Read(all.join(";"))
        }
        Err(error) => Said::Refused(gist(&error.to_string())),
    }
}

fn record(text: &str) -> Said {
    match serde_json::from_str::<Record>(text) {
        Ok(record) => {
            let differences = match verify(&record) {
                Ok(differences) => differences.len().to_string(),
                Err(error) => gist(&error.to_string()),
            };
            let unrendered = FORMATS.iter().filter(|format| format.render(&record).is_err());
            let names: Vec<&str> = unrendered.map(|format| format.name).collect();
            Said::Read(format!("{differences} {} {}", record.verdict(), names.join(",")))
        }
        Err(error) => Said::Refused(gist(&error.to_string())),
    }
}

fn captured(text: &str) -> Said {
    let source = Source { name: "fuzz.har".to_owned(), text: text.to_owned() };
    match capture::read(&[source]) {
        Ok(Captured::Record(_)) => Said::Read("a record".to_owned()),
        Ok(Captured::Traces(traces)) => {
            let said = traces.iter().map(|it| checks(&invite_judge::judge_captured(it)));
            Said::Read(said.collect::<Vec<_>>().join(";"))
        }
        Ok(Captured::Har(imported)) => {
            Said::Read(checks(&invite_judge::judge_captured(&imported.trace)))
        }
        Err(error) => Said::Refused(gist(&error.to_string())),
    }
}

fn adapter(text: &str) -> Said {
    match invite_adapter::read_transcript(text) {
        Ok(heard) => Said::Read(format!("{heard:?}")),
        Err(misbehaviour) => Said::Refused(gist(&misbehaviour.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_subject_begins_with_inputs_that_are_right() {
        for subject in SUBJECTS {
            let seeds = (subject.seeds)();
            let read = seeds.iter().filter(|it| matches!((subject.say)(it), Said::Read(_)));
            assert!(read.count() > 0, "{}: {} seeds", subject.name, seeds.len());
        }
    }
}
