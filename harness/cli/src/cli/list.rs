//! `list`: scenarios, requirements, profiles, payloads.

use super::{Exit, Failure, output, run};
use clap::{Args, ValueEnum};
use invite_record::{committed_coverage, committed_kills};
use invite_scenario::Scenario;
use invite_spec::{payload, release, requirement};
use invite_text::Span;
use serde_json::{Value, json};

/// List scenarios, requirements, profiles or payloads.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// What to list
    #[arg(value_enum)]
    what: What,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// The fewest columns that must be left for the last column; without them, each row is a paragraph.
const LEAST_WORDS: usize = 20;

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    Scenarios,
    Requirements,
    Profiles,
    Payloads,
}

impl List {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let rows = match self.what {
            What::Scenarios => scenarios()?,
            What::Requirements => requirements()?,
            What::Profiles => profiles()?,
            What::Payloads => payload_rows(),
        };
        print(rows, self.json)
    }
}

fn print(rows: Vec<Row>, json: bool) -> Result<Exit, Failure> {
    let text = if json {
        let rows: Vec<Value> = rows.into_iter().map(|row| row.json).collect();
        output::json(&rows)?
    } else {
        let mut page = output::page();
        for row in rows {
            let head = Span::from(&row.head);
            if head.columns() + LEAST_WORDS <= page.width() {
                page.behind([head], &row.words);
            } else {
                page.paragraph(0, 4, row.head + &row.words);
            }
        }
        page.into_text()
    };
    output::print(&text)?;
    Ok(Exit::Conforms)
}

struct Row {
    /// The columns before the last.
    head: String,
    /// The last one, whose width is free.
    words: String,
    json: Value,
}

fn built_in() -> Result<Vec<Scenario>, Failure> {
    let all = invite_scenario::built_in().map_err(|errors| run::faults(&errors))?;
    Ok(all.into_iter().map(|found| found.scenario).collect())
}

fn scenarios() -> Result<Vec<Row>, Failure> {
    Ok(built_in()?
        .into_iter()
        .map(|scenario| Row {
            head: format!("{:<44} {:<4} ", scenario.id, scenario.profile),
            words: scenario.title.clone(),
            json: json!({
                "id": scenario.id.value, "profile": scenario.profile,
                "title": scenario.title, "features": scenario.features,
            }),
        })
        .collect())
}

fn requirements() -> Result<Vec<Row>, Failure> {
    let evaluators = committed_coverage();
    let kills = committed_kills();
    Ok(requirement::all()
        .map(|row| {
            let by = evaluators.get(row.id.as_str()).cloned().unwrap_or_default();
            let mutants = kills.get(&row.id).cloned().unwrap_or_default();
            let killed = match mutants.len() {
                0 => String::new(),
                1 => "1 mutant".to_owned(),
                count => format!("{count} mutants"),
            };
            let state = match (row.excluded, by.len()) {
                (Some(_), _) => "excluded".to_owned(),
                (None, 0) => "NOT TESTED".to_owned(),
                (None, count) => format!("tested by {count}"),
            };
            Row {
                head: format!(
                    "{:<9} {:<6} {:<10} {:<4} {:<13} {:<11} ",
                    row.id, row.level, row.basis, row.profile, state, killed
                ),
                words: row.title.to_owned(),
                json: json!({
                    "id": row.id, "level": row.level, "basis": row.basis, "profile": row.profile,
                    "title": row.title, "text": row.text, "excluded": row.excluded,
                    "evaluated_by": by, "mutants": mutants, "since": release::since(row.id),
                    "revision": release::revision(row),
                }),
            }
        })
        .collect())
}

fn profiles() -> Result<Vec<Row>, Failure> {
    let scenarios = built_in()?;
    let about = [
        (requirement::Profile::Rest, "the calls of an application server; no WebSocket is needed"),
        (requirement::Profile::Sdk, "the calls of a client, and what is pushed over its WebSocket"),
    ];
    Ok(about
        .into_iter()
        .map(|(profile, about)| {
            let count = scenarios.iter().filter(|scenario| scenario.profile == profile).count();
            Row {
                head: format!("{profile:<5} {count:>3} scenarios  "),
                words: about.to_owned(),
                json: json!({ "profile": profile, "scenarios": count, "about": about }),
            }
        })
        .collect())
}

/// Prints the payloads.
pub(super) fn payloads(json: bool) -> Result<Exit, Failure> {
    print(payload_rows(), json)
}

fn payload_rows() -> Vec<Row> {
    payload::all()
        .map(|payload| {
            let sender = match payload.sender {
                payload::Sender::Client => "client",
                payload::Sender::Server => "server",
            };
            Row {
                head: format!("{:<40} {sender:<7} ", payload.name),
                words: payload.title.to_owned(),
                json: json!({ "name": payload.name, "sender": sender, "title": payload.title }),
            }
        })
        .collect()
}
