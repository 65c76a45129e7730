//! `explain`: all about a requirement, a scenario or a payload.

use super::{Exit, Failure, client, list, output, run};
use clap::Args;
use invite_record::{committed_coverage, committed_kills};
use invite_scenario::{LookedAt, Selection};
use invite_spec::payload::{self, Payload};
use invite_spec::release;
use invite_spec::requirement::{self, Requirement, Side};
use invite_text::{Page, Span, Style};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Tell all about a requirement, a scenario or a payload.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The id of a requirement (INV-003) or a scenario, or the name of a payload
    id: String,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Explain {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let scenarios = invite_scenario::built_in().map_err(|errors| run::faults(&errors))?;
        let text = if let Some(row) = requirement::find(&self.id) {
            let all = scenarios.iter().map(|found| &found.scenario);
            let seconds = list::of_row(row, &invite_scenario::looked_at(all));
            match self.json {
                true => output::json(&row_json(row, &seconds))?,
                false => row_text(row, &seconds),
            }
        } else if let Some(found) =
            scenarios.iter().find(|found| found.scenario.id.value == self.id)
        {
            if self.json { output::json(&scenario_json(found))? } else { scenario_text(found) }
        } else if let Some(payload) = payload::find(&self.id) {
            if self.json { output::json(&payload.schema())? } else { payload_text(payload) }
        } else {
            let known = requirement::all()
                .chain(requirement::all_of(requirement::Side::Client))
                .map(|row| row.id.as_str())
                .chain(scenarios.iter().map(|found| found.scenario.id.value.as_str()))
                .chain(payload::all().map(|payload| payload.name));
            let advice = invite_spec::suggest::nearest(&self.id, known)
                .map(|name| format!("; did you mean `{name}`?"))
                .unwrap_or_default();
            return Err(Failure::usage(format!(
                "no requirement, scenario or payload `{}`{advice}",
                self.id
            )));
        };
        output::print(&text)?;
        Ok(Exit::Conforms)
    }
}

fn evaluators(row: &Requirement) -> Vec<String> {
    let mut known = match row.side() {
        Side::Server => committed_coverage(),
        // A test reads all client scenarios.
        Side::Client => client::evaluators().unwrap_or_default(),
    };
    known.remove(&row.id).unwrap_or_default().into_iter().collect()
}

/// The wrong servers that fail it.
fn mutants(row: &Requirement) -> Vec<String> {
    committed_kills().remove(&row.id).unwrap_or_default().into_iter().collect()
}

fn row_text(row: &Requirement, seconds: &[LookedAt]) -> String {
    let mut text = lines(&format!("{}  {}", row.id, row.title));
    let since = match release::since(row.id) {
        Some(release) => format!("since release {release}, revision {}", release::revision(row)),
        None if row.side() == Side::Client => "it counts without a release".to_owned(),
        None if row.security().is_some() => "in no release yet".to_owned(),
        None => "in no release yet, so it does not count".to_owned(),
    };
    let weight = format!("{} {}, profile {}, {since}", row.basis, row.level, row.profile);
    text.push_str(&lines(&weight));
    section("What it says", &[row.text.to_owned()], &mut text);
    section("Why", &[row.why.to_owned()], &mut text);
    section("Security", &security(row).into_iter().collect::<Vec<_>>(), &mut text);
    let far: Vec<String> = seconds.iter().map(ToString::to_string).collect();
    section("How far it is looked at", &far, &mut text);
    let sources: Vec<String> = row
        .sources
        .iter()
        .map(|source| format!("{}, {}: {}", source.document.title(), source.at, source.evidence))
        .collect();
    section("Sources", &sources, &mut text);
    match row.excluded {
        Some(reason) => section("Excluded from testing", &[reason.to_owned()], &mut text),
        None => section("Evaluated by", &evaluators(row), &mut text),
    }
    let mutants = mutants(row);
    let title = match mutants.len() {
        1 => "Failed by 1 wrong server of selftest".to_owned(),
        count => format!("Failed by {count} wrong servers of selftest"),
    };
    section(&title, &mutants, &mut text);
    text
}

/// What a breach of it means for those whom it protects.
fn security(row: &Requirement) -> Option<String> {
    let deed = row.security()?.deed();
    let weight = match release::counts(row, false) {
        true => "A server that breaks it does not conform.",
        false => "A server that breaks it may conform; the verdict then has a security note.",
    };
    Some(format!("A breach lets somebody {deed}. {weight}"))
}

fn row_json(row: &Requirement, seconds: &[LookedAt]) -> Value {
    let sources: Vec<Value> = row
        .sources
        .iter()
        .map(|source| {
            json!({
                "document": source.document.title(), "at": source.at, "evidence": source.evidence,
                "about": source.document.about(),
            })
        })
        .collect();
    json!({
        "id": row.id, "title": row.title, "level": row.level, "basis": row.basis,
        "profile": row.profile, "text": row.text, "why": row.why, "sources": sources,
        "excluded": row.excluded, "evaluated_by": evaluators(row),
        "mutants": mutants(row),
        "since": release::since(row.id), "revision": release::revision(row),
        "security": row.security(), "seconds": seconds,
    })
}

fn scenario_text(found: &Selection) -> String {
    let scenario = &found.scenario;
    let mut text = lines(&format!("{}  {}", scenario.id, scenario.title));
    text.push_str(&lines(&format!("profile {}, {}", scenario.profile, found.file)));
    let slow: Vec<String> = scenario.slow.iter().map(|why| why.value.clone()).collect();
    section("Slow: it runs only with --slow", &slow, &mut text);
    section("About", &scenario.about.clone().into_iter().collect::<Vec<_>>(), &mut text);
    let rows: Vec<String> = invite_judge::requirements(scenario)
        .into_iter()
        .map(|id| format!("{id} {}", id.row().title))
        .collect();
    section("Evaluates", &rows, &mut text);
    let _ = writeln!(text, "\nSource\n");
    for line in found.source.lines() {
        let _ = writeln!(text, "  {line}");
    }
    text
}

fn scenario_json(found: &Selection) -> Value {
    let scenario = &found.scenario;
    json!({
        "id": scenario.id.value, "title": scenario.title, "about": scenario.about,
        "slow": scenario.slow.as_ref().map(|why| &why.value),
        "profile": scenario.profile, "features": scenario.features, "file": found.file,
        "evaluates": invite_judge::requirements(scenario), "source": found.source,
    })
}

fn payload_text(payload: &Payload) -> String {
    let schema = payload.schema();
    let mut text = lines(&format!("{}  {}", payload.name, payload.title));
    let description = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    section("What it is", &[description.to_owned()], &mut text);
    let _ = writeln!(text, "\nExample\n\n{:#}", payload.example());
    let _ = writeln!(text, "\nSchema\n\n{schema:#}");
    text
}

/// A heading; one that is too long for a line goes on below, indented.
fn lines(heading: &str) -> String {
    let mut page = Page::new(output::width(), Style::PLAIN);
    match Span::from(heading) {
        one if one.columns() <= page.width() => page.line([one]),
        _ => page.paragraph(0, 2, heading),
    }
    page.into_text()
}

fn section(title: &str, paragraphs: &[String], text: &mut String) {
    if paragraphs.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}");
    for paragraph in paragraphs {
        for (index, line) in invite_text::wrapped(paragraph, output::width() - 4).iter().enumerate()
        {
            let _ = writeln!(text, "{}{line}", if index == 0 { "  " } else { "    " });
        }
    }
}
