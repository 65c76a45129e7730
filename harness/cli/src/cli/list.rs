//! `list`: scenarios, requirements, profiles, payloads.

use super::{Exit, Failure, client, output, run};
use clap::{Args, ValueEnum};
use invite_record::{committed_coverage, committed_kills};
use invite_scenario::client::ClientSelection;
use invite_scenario::{LookedAt, Scenario};
use invite_spec::requirement::{self, Profile, Requirement, Side};
use invite_spec::{payload, release};
use invite_text::Span;
use serde_json::{Value, json};

/// List scenarios, requirements, profiles or payloads.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// What to list
    #[arg(value_enum)]
    what: What,
    /// Of the requirements, only those whose breach lets somebody do what is not theirs
    #[arg(long)]
    security: bool,
    /// Requirements and scenarios for clients, instead of those for servers
    #[arg(long)]
    client: bool,
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
        if self.security && !matches!(self.what, What::Requirements) {
            let message = "`--security` needs `list requirements`".to_owned();
            return Err(Failure::usage(message));
        }
        let rows = match self.what {
            What::Scenarios if self.client => client_scenarios()?,
            What::Scenarios => scenarios()?,
            What::Requirements => requirements(self.security, self.side())?,
            What::Profiles => profiles()?,
            What::Payloads => payload_rows(),
        };
        print(rows, self.json)
    }
}

impl List {
    fn side(&self) -> Side {
        if self.client { Side::Client } else { Side::Server }
    }
}

fn print(rows: Vec<Row>, json: bool) -> Result<Exit, Failure> {
    print_groups(vec![("", rows)], json)
}

/// Prints groups of rows, each below its heading. As JSON it is one list.
pub(super) fn print_groups(groups: Vec<(&str, Vec<Row>)>, json: bool) -> Result<Exit, Failure> {
    let text = if json {
        let rows = groups.into_iter().flat_map(|(_, rows)| rows);
        output::json(&rows.map(|row| row.json).collect::<Vec<Value>>())?
    } else {
        let mut page = output::page();
        for (number, (heading, rows)) in groups.into_iter().enumerate() {
            if number > 0 {
                page.blank();
            }
            if !heading.is_empty() {
                page.line([heading]);
            }
            for row in rows {
                let head = Span::from(&row.head);
                if head.columns() + LEAST_WORDS <= page.width() {
                    page.behind([head], &row.words);
                } else {
                    page.paragraph(0, 4, row.head + &row.words);
                }
            }
        }
        page.into_text()
    };
    output::print(&text)?;
    Ok(Exit::Conforms)
}

/// A row of a list.
pub(super) struct Row {
    /// The columns before the last.
    pub(super) head: String,
    /// The last one, whose width is free.
    pub(super) words: String,
    pub(super) json: Value,
}

fn built_in() -> Result<Vec<Scenario>, Failure> {
    let all = invite_scenario::built_in().map_err(|errors| run::faults(&errors))?;
    Ok(all.into_iter().map(|found| found.scenario).collect())
}

fn client_scenarios() -> Result<Vec<Row>, Failure> {
    let all = invite_scenario::client::built_in().map_err(|errors| run::faults(&errors))?;
    let row = |found: ClientSelection| Row {
        head: format!("{:<28} ", found.scenario.id),
        words: match &found.scenario.slow {
            Some(_) => format!("{} (slow: only with --slow)", found.scenario.title),
            None => found.scenario.title.clone(),
        },
        json: json!({
            "id": found.scenario.id.value, "profile": Profile::Client,
            "title": found.scenario.title, "slow": found.scenario.slow,
        }),
    };
    Ok(all.into_iter().map(row).collect())
}

fn scenarios() -> Result<Vec<Row>, Failure> {
    Ok(built_in()?
        .into_iter()
        .map(|scenario| Row {
            head: format!("{:<44} {:<4} ", scenario.id, scenario.profile),
            words: match scenario.is_slow() {
                true => format!("{} (slow: only with --slow)", scenario.title),
                false => scenario.title.clone(),
            },
            json: json!({
                "id": scenario.id.value, "profile": scenario.profile,
                "title": scenario.title, "features": scenario.features,
                "slow": scenario.slow.as_ref().map(|why| &why.value),
            }),
        })
        .collect())
}

fn requirements(security: bool, side: Side) -> Result<Vec<Row>, Failure> {
    let evaluators = match side {
        Side::Server => committed_coverage(),
        Side::Client => client::evaluators()?,
    };
    let looked_at = invite_scenario::looked_at(&built_in()?);
    let kills = committed_kills();
    Ok(requirement::all_of(side)
        .filter(|row| !security || row.security().is_some())
        .map(|row| {
            let by = evaluators.get(&row.id).cloned().unwrap_or_default();
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
            let breach = match row.security() {
                Some(breach) if security => format!("{breach:<11} "),
                _ => String::new(),
            };
            let seconds = of_row(row, &looked_at);
            let far: Vec<String> = seconds.iter().map(ToString::to_string).collect();
            let far = if far.is_empty() { String::new() } else { format!(" [{}]", far.join(", ")) };
            Row {
                head: format!(
                    "{:<9} {:<6} {:<10} {:<4} {:<13} {:<11} {breach}",
                    row.id, row.level, row.basis, row.profile, state, killed
                ),
                words: format!("{}{far}", row.title),
                json: json!({
                    "id": row.id, "level": row.level, "basis": row.basis, "profile": row.profile,
                    "title": row.title, "text": row.text, "excluded": row.excluded,
                    "evaluated_by": by, "mutants": mutants, "since": release::since(row.id),
                    "revision": release::revision(row), "security": row.security(),
                    "seconds": seconds,
                }),
            }
        })
        .collect())
}

/// How far the numbers of seconds that a requirement names are looked at.
pub(super) fn of_row(row: &Requirement, looked_at: &[LookedAt]) -> Vec<LookedAt> {
    let names = |one: &&LookedAt| one.number.requirements().contains(&row.id);
    looked_at.iter().filter(names).copied().collect()
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

pub(super) fn payload_rows() -> Vec<Row> {
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
