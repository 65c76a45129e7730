//! A verdict on captured traffic, for each side of it: three-valued, since nobody made it happen.

use invite_spec::release;
use invite_spec::requirement::RequirementId;
use invite_spec::requirement::{self, Requirement, Side};
use invite_text::{Ink, Page, Span};
use invite_trace::{Check, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;

/// What traffic says of one requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// It was broken.
    Fail,
    /// It held, wherever it was looked at.
    Pass,
    /// Nothing in the traffic tells.
    NotObserved,
}

/// What traffic says of every requirement for one side.
#[derive(Debug, Clone, Serialize)]
pub struct Judgement {
    /// The side that is judged.
    pub side: Side,
    /// Whether something was seen to hold, and nothing that counts was seen to be broken.
    pub conforms: bool,
    /// Requirements that held.
    pub passed: usize,
    /// Requirements that were broken, and count.
    pub failed: usize,
    /// Requirements that were broken, and do not count.
    pub noted: usize,
    /// Requirements that nothing in the traffic tells of.
    pub not_observed: usize,
    /// Each requirement, in the order of the catalogue.
    pub requirements: Vec<Row>,
}

/// What traffic says of one requirement, and what shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// The requirement.
    pub requirement: RequirementId,
    /// What was seen.
    pub seen: Seen,
    /// Whether a failure counts.
    pub counted: bool,
    /// The checks that broke it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<Check>,
}

impl Judgement {
    /// Counts the checks of one side. With `strict`, every MUST counts.
    pub fn of(side: Side, checks: Vec<Check>, strict: bool) -> Judgement {
        let mut by_row: BTreeMap<Option<RequirementId>, Vec<Check>> = BTreeMap::new();
        for check in checks {
            by_row.entry(check.requirement).or_default().push(check);
        }
        let requirements: Vec<Row> = requirement::all_of(side)
            .map(|row| Row::of(row, by_row.remove(&Some(row.id)).unwrap_or_default(), strict))
            .collect();
        let count = |is: fn(&Row) -> bool| requirements.iter().filter(|row| is(row)).count();
        let (passed, failed) = (
            count(|row| row.seen == Seen::Pass),
            count(|row| row.seen == Seen::Fail && row.counted),
        );
        Judgement {
            side,
            conforms: failed == 0 && passed > 0,
            passed,
            failed,
            noted: count(|row| row.seen == Seen::Fail && !row.counted),
            not_observed: count(|row| row.seen == Seen::NotObserved),
            requirements,
        }
    }

    /// Whether nothing in the traffic tells of any requirement.
    pub fn is_empty(&self) -> bool {
        self.passed + self.failed + self.noted == 0
    }

    /// For people at a terminal, below what the page holds already.
    pub fn terminal(&self, page: &mut Page) {
        for row in self.requirements.iter().filter(|row| row.seen == Seen::Fail) {
            failure(row, page);
        }
        let held: Vec<&str> = self
            .requirements
            .iter()
            .filter(|row| row.seen == Seen::Pass)
            .map(|row| row.requirement.as_str())
            .collect();
        if !held.is_empty() {
            let of = if self.side.is_server() { "server" } else { "client" };
            let words = format!("Held by the {of}, wherever it was looked at");
            page.line([Span::new(Ink::Green, words)]);
            page.paragraph(2, 2, held.join(" "));
            page.blank();
        }
        let (ink, words) = match (self.is_empty(), self.conforms) {
            (true, _) => (Ink::Red, "NOTHING WAS OBSERVED"),
            (false, true) => (Ink::Green, "NO FAULT SEEN"),
            (false, false) if self.failed == 0 => (Ink::Yellow, "NOTHING HELD THAT COUNTS"),
            (false, false) => (Ink::Red, "DOES NOT CONFORM"),
        };
        let of = if self.side.is_server() { "SERVER" } else { "CLIENT" };
        let verdict = Span::new(ink, format!("{of}: {words}"));
        let noted = if self.noted > 0 { format!("{} noted, ", self.noted) } else { String::new() };
        let counts = format!(
            ": {} failed, {noted}{} passed, {} not observed",
            self.failed, self.passed, self.not_observed
        );
        page.begun(verdict, 2, &counts);
    }
}

impl Row {
    fn of(row: &'static Requirement, checks: Vec<Check>, strict: bool) -> Row {
        let has = |verdict| checks.iter().any(|check: &Check| check.verdict() == verdict);
        let seen = match (has(Verdict::Fail), has(Verdict::Pass)) {
            (true, _) => Seen::Fail,
            (false, true) => Seen::Pass,
            (false, false) => Seen::NotObserved,
        };
        let failures =
            checks.into_iter().filter(|check| check.verdict() == Verdict::Fail).collect();
        Row { requirement: row.id, seen, counted: release::counts(row, strict), failures }
    }
}

fn failure(row: &Row, page: &mut Page) {
    let known = row.requirement.row();
    let ink = if row.counted { Ink::Red } else { Ink::Yellow };
    let weight = format!("{} {}", known.basis, known.level);
    page.line([
        Span::new(ink, row.requirement.as_str()),
        "  ".into(),
        Span::new(Ink::Bold, known.title),
        Span::new(Ink::Dim, format!(" ({weight})")),
    ]);
    for check in row.failures.iter().take(3) {
        let Some(evidence) = check.evidence() else { continue };
        let entries: Vec<String> =
            evidence.entries.iter().map(|entry| (entry + 1).to_string()).collect();
        let place = if entries.is_empty() {
            check.at.to_string()
        } else {
            format!(
                "{}; {}, messages {} of the trace",
                check.scenario,
                check.at,
                entries.join(", ")
            )
        };
        for (name, words) in [
            ("expected", evidence.expected.to_string()),
            ("seen", evidence.seen_in_words()),
            ("at", evidence.spot.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("where", place),
        ] {
            if !words.is_empty() {
                page.behind([format!("    {name:<9} ").into()], words);
            }
        }
    }
    if row.failures.len() > 3 {
        page.line([format!("    and {} more like it", row.failures.len() - 3)]);
    }
    page.blank();
}
