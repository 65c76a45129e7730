//! Kinds of bugs × requirements: which realistic bug of each kind would be found for each row.
//!
//! `fixtures/kinds.yaml` says of each kind what it asks, to which rows it applies, and which
//! scenarios try it; a row is tried by a scenario of the kind that claims it. Every other row to which
//! the kind applies is listed there, with the reason or as open. The table has no empty cell.

mod claims;
mod page;

pub use page::page;

use claims::Claims;
use invite_scenario::Selection;
use invite_spec::requirement::{self, Requirement, RequirementId};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const FILE: &str = include_str!("../../../../fixtures/kinds.yaml");

/// A kind of bug.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// A few words, for the head of a column.
    pub kind: String,
    /// The heading.
    pub title: String,
    /// What it asks of a row.
    pub asks: String,
    /// To which rows it applies: those for which any of these holds.
    applies: Vec<Condition>,
    /// Why it applies to no other row.
    pub otherwise: String,
    /// The scenarios that try it: names, or beginnings of names that end in `*`.
    scenarios: Vec<String>,
    /// The laws that try it on every trace, by name.
    #[serde(default)]
    laws: Vec<String>,
    /// Rows for which it need not be tried, and why.
    #[serde(default)]
    not_needed: Vec<Group>,
    /// Rows for which it is not tried yet.
    #[serde(default)]
    open: Vec<Group>,
}

/// What a row is about. All that is given must hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Condition {
    /// Its sentence has one of these words.
    #[serde(default)]
    words: Vec<String>,
    /// A scenario expects a refusal because of it.
    #[serde(default)]
    refused: bool,
    /// A scenario awaits or forbids a frame because of it.
    #[serde(default)]
    frames: bool,
    /// It is the requirement that a call with a JSON body succeeds.
    #[serde(default)]
    calls_with_body: bool,
    /// It is the requirement that a call about a conference succeeds.
    #[serde(default)]
    calls_about_conference: bool,
    /// It is one of these rows.
    #[serde(default)]
    rows: Vec<RequirementId>,
}

/// Some rows, and what is said of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    rows: Vec<RequirementId>,
    why: String,
}

/// What the table says of one row and one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// These scenarios and laws try it.
    Tried(Vec<String>),
    /// The kind does not apply to the row.
    Elsewhere,
    /// It need not be tried, for this reason.
    NotNeeded(String),
    /// It is not tried yet; what would be.
    Open(String),
    /// Nothing is said: an error of the file.
    Empty,
}

/// The table: each row that binds, with a cell for each kind.
#[derive(Debug)]
pub struct Table {
    /// The kinds, in the order of the columns.
    pub kinds: Vec<Kind>,
    /// The rows.
    pub rows: Vec<(&'static Requirement, Vec<Cell>)>,
    /// What is wrong with the file, in sentences.
    pub faults: Vec<String>,
}

impl Table {
    /// How many cells fulfil this.
    pub fn count(&self, is: impl Fn(&Cell) -> bool) -> usize {
        self.rows.iter().flat_map(|(_, cells)| cells).filter(|cell| is(cell)).count()
    }
}

/// The table of the built-in scenarios and laws.
///
/// # Errors
///
/// If `fixtures/kinds.yaml` cannot be read; in words.
pub fn table(scenarios: &[Selection]) -> Result<Table, String> {
    let kinds: Vec<Kind> =
        serde_saphyr::from_str(FILE).map_err(|error| format!("fixtures/kinds.yaml: {error}"))?;
    let claims = claims::claims(scenarios);
    let natures = claims::natures(scenarios);
    let mut faults = Vec::new();
    let mut columns = Vec::new();
    for kind in &kinds {
        columns.push(column(kind, &claims, &natures, &mut faults));
    }
    let rows = requirement::all().filter(|row| row.is_binding() && row.excluded.is_none());
    let rows = rows.map(|row| {
        let cells = columns.iter().map(|column| column.get(&row.id).cloned());
        (row, cells.map(|cell| cell.unwrap_or(Cell::Elsewhere)).collect())
    });
    Ok(Table { rows: rows.collect(), faults, kinds })
}

/// The cells of one kind, but for the rows to which it does not apply.
fn column(
    kind: &Kind,
    claims: &Claims,
    natures: &claims::Natures,
    faults: &mut Vec<String>,
) -> BTreeMap<RequirementId, Cell> {
    let mut tried: BTreeMap<RequirementId, BTreeSet<String>> = BTreeMap::new();
    for pattern in &kind.scenarios {
        let matching = |name: &str| match pattern.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == pattern,
        };
        let found: Vec<_> = claims.iter().filter(|(name, _)| matching(name)).collect();
        if found.is_empty() {
            faults.push(format!("{}: no scenario `{pattern}`", kind.kind));
        }
        for (name, claim) in found {
            let applies = |row: &&RequirementId| natures.fulfil(row.row(), &kind.applies);
            let implied = claim.implied.iter().filter(applies);
            for row in claim.named.iter().chain(implied) {
                tried.entry(*row).or_default().insert(name.clone());
            }
        }
    }
    for name in &kind.laws {
        match invite_judge::laws().iter().find(|law| law.name.as_str() == name) {
            None => faults.push(format!("{}: no law `{name}`", kind.kind)),
            Some(law) => {
                for row in law.requirements {
                    tried.entry(*row).or_default().insert(format!("law: {name}"));
                }
            }
        }
    }
    let mut cells: BTreeMap<RequirementId, Cell> = BTreeMap::new();
    for row in requirement::all().filter(|row| natures.fulfil(row, &kind.applies)) {
        cells.insert(row.id, Cell::Empty);
    }
    for (row, names) in tried {
        cells.insert(row, Cell::Tried(names.into_iter().collect()));
    }
    let said = kind
        .not_needed
        .iter()
        .map(|group| (group, Cell::NotNeeded(group.why.clone())))
        .chain(kind.open.iter().map(|group| (group, Cell::Open(group.why.clone()))));
    for (group, cell) in said {
        for row in &group.rows {
            match cells.insert(*row, cell.clone()) {
                Some(Cell::Empty) => {}
                Some(Cell::Tried(_)) => {
                    faults.push(format!("{}: {row} is tried: delete it from the list", kind.kind));
                }
                Some(_) => faults.push(format!("{}: {row} is listed twice", kind.kind)),
                None => faults.push(format!("{}: it does not apply to {row}", kind.kind)),
            }
        }
    }
    let empty = cells.iter().filter(|(row, cell)| {
        **cell == Cell::Empty && row.row().is_binding() && row.row().excluded.is_none()
    });
    let empty: Vec<_> = empty.map(|(row, _)| row.as_str()).collect();
    if !empty.is_empty() {
        faults.push(format!("{}: nothing is said of {}", kind.kind, empty.join(", ")));
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_no_empty_cell_and_names_scenarios_that_claim_their_rows() {
        let table = table(&invite_scenario::built_in().unwrap()).unwrap();
        assert!(table.faults.is_empty(), "{}", table.faults.join("\n"));
        assert_eq!(table.count(|cell| *cell == Cell::Empty), 0);
        let tried = table.count(|cell| matches!(cell, Cell::Tried(_)));
        let open = table.count(|cell| matches!(cell, Cell::Open(_)));
        println!("{tried} cells tried, {open} open");
        assert!(tried > 100, "{tried}");
    }
}
