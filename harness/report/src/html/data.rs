//! What the page only shows when it is asked for, as JSON within it: checks and traces.
//!
//! Texts stand in one list and are told by their place in it: most of what is said in one scenario
//! is said in others as well.

use super::printable;
use crate::explanation::{Names, message};
use invite_record::{Record, ScenarioRecord};
use invite_spec::requirement::{self, RequirementId, Side};
use invite_text::shortened;
use invite_trace::Check;
use invite_trace::{Event, Trace};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The most characters of a body that the page holds.
const LONGEST_BODY: usize = 700;

/// The data, safe within a `script` element.
pub(super) fn embedded(record: &Record) -> String {
    let mut texts = Texts::default();
    let mut checks: BTreeMap<&str, Vec<&Check>> = BTreeMap::new();
    for check in &record.checks {
        let id = check.requirement.map_or("", RequirementId::as_str);
        checks.entry(id).or_default().push(check);
    }
    let checks: BTreeMap<&str, Value> =
        checks.into_iter().map(|(id, checks)| (id, of_requirement(&checks, &mut texts))).collect();
    // As text at once: the traces are most of a record, and as values they take many times as much.
    let scenarios: Vec<String> = record
        .scenarios
        .iter()
        .map(|scenario| match &scenario.trace {
            None => Value::Null.to_string(),
            Some(trace) => {
                of_trace(trace, record, &steps(scenario, record), &mut texts).to_string()
            }
        })
        .collect();
    let rules: BTreeMap<&str, [&str; 2]> = requirement::all_of(record.side)
        .map(|row| (row.id.as_str(), [row.title, row.text]))
        .collect();
    let [rules, checks, texts] = [json!(rules), json!(checks), json!(texts.list)];
    let scenarios = scenarios.join(",");
    safe(&format!(
        r#"{{"rules":{rules},"checks":{checks},"scenarios":[{scenarios}],"texts":{texts}}}"#
    ))
}

/// JSON in which nothing ends a `script` element, or begins a comment in it.
fn safe(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// Texts by their place in a list.
#[derive(Default)]
struct Texts {
    list: Vec<String>,
    known: BTreeMap<String, usize>,
}

impl Texts {
    fn place(&mut self, text: &str) -> usize {
        let text = printable(text);
        if let Some(place) = self.known.get(&text) {
            return *place;
        }
        self.list.push(text.clone());
        self.known.insert(text, self.list.len() - 1);
        self.list.len() - 1
    }
}

/// Equal checks of one scenario are told once: `[scenario, at, verdict, outcome, how many]`.
fn of_requirement(checks: &[&Check], texts: &mut Texts) -> Value {
    let mut rows: Vec<([usize; 4], usize)> = Vec::new();
    for check in checks {
        let row = [
            texts.place(&check.scenario),
            texts.place(&check.at.to_string()),
            texts.place(check.verdict().as_str()),
            texts.place(check.outcome().unwrap_or_default()),
        ];
        match rows.iter_mut().find(|(known, _)| *known == row) {
            Some((_, count)) => *count += 1,
            None => rows.push((row, 1)),
        }
    }
    rows.into_iter().map(|([a, b, c, d], count)| json!([a, b, c, d, count])).collect()
}

/// What was said, step by step: `[step, [[from, to, text, body, milliseconds, mark], ...]]`.
fn of_trace(
    trace: &Trace,
    record: &Record,
    titles: &BTreeMap<String, String>,
    texts: &mut Texts,
) -> Value {
    let names = Names::of(&trace.bindings);
    let marks = offending(&trace.scenario, record);
    let (began, _) = trace.span().unwrap_or_default();
    let mut steps: Vec<(usize, Vec<Value>)> = Vec::new();
    for (at, entry) in trace.entries.iter().enumerate() {
        if entry.event == Event::Begun {
            let title = titles.get(&entry.step).unwrap_or(&entry.step);
            steps.push((texts.place(title), Vec::new()));
        }
        let Some(message) = message(at, entry, &names) else { continue };
        let body = shortened(&message.body, LONGEST_BODY);
        // What comes after the last step belongs to the fence at the end.
        const END: &str = "At the end, a fence";
        let is_end = entry.step == "end" && steps.last().is_none_or(|it| it.0 != texts.place(END));
        if steps.is_empty() || is_end {
            let place = texts.place(if is_end { END } else { &entry.step });
            steps.push((place, Vec::new()));
        }
        let row = json!([
            texts.place(&message.from),
            texts.place(&message.to),
            texts.place(&message.text),
            texts.place(&body),
            entry.at_us.saturating_sub(began) / 1_000,
            marks.get(&at).copied().unwrap_or_default(),
        ]);
        if let Some((_, rows)) = steps.last_mut() {
            rows.push(row);
        }
    }
    steps.into_iter().map(|(label, rows)| json!([label, rows])).collect()
}

/// What each step is, by its label.
pub(super) fn steps(scenario: &ScenarioRecord, record: &Record) -> BTreeMap<String, String> {
    if record.side == Side::Client {
        let read = invite_scenario::client::parse(&scenario.file, &scenario.source);
        let labelled = read.iter().flat_map(|scenario| scenario.labelled());
        let titled = labelled.map(|(label, step)| {
            let title = format!("Step {label}: {}", step.describe());
            (label, title)
        });
        return titled.collect();
    }
    let Ok(scenario) = invite_scenario::parse(&scenario.file, &scenario.source) else {
        return BTreeMap::new();
    };
    let titles = scenario.labelled().into_iter().map(|(label, step)| {
        let title = format!("Step {label}: {}", step.describe());
        (label, title)
    });
    titles.collect()
}

/// The last entry of each failed check's evidence, with the requirement that it breaks.
fn offending(scenario: &str, record: &Record) -> BTreeMap<usize, &'static str> {
    let failed = record.checks.iter().filter(|check| {
        check.scenario == scenario && check.verdict() == invite_trace::Verdict::Fail
    });
    failed
        .filter_map(|check| Some((*check.entries().last()?, check.requirement?.as_str())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_element_that_holds_the_data() {
        let data = json!({ "a": "</script><!--<script>" }).to_string();
        let safe = safe(&data);
        assert!(!safe.contains('<'), "{safe}");
        assert_eq!(serde_json::from_str::<Value>(&safe).ok(), serde_json::from_str(&data).ok());
    }
}
