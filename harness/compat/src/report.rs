//! Shows changes as text, as Markdown for a pull request, and as JSON.

use super::change::{About, Breaks, Change, sent_by};
use super::compare::compare;
use super::version::Version;
use invite_spec::endpoint::Operation;
use invite_spec::payload;
use invite_text::{Ink, Page, Span, Untrusted, columns};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The name and version of the JSON report's format.
const FORMAT: &str = "invite-conformance-compat/1";
/// Where the text of a change begins, after the column of whom it breaks.
const INDENT: usize = 11;
/// The widest column of fields.
const FIELDS: usize = 44;

/// What changed from one version to another. As JSON, this is the report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The name and version of this format.
    format: &'static str,
    /// The old version, as it was named.
    old: String,
    /// The new version, as it was named.
    new: String,
    /// Whether anything breaks anybody, or may.
    breaking: bool,
    /// How many changes break whom; editorial ones are counted separately.
    counts: BTreeMap<&'static str, usize>,
    /// What could not be compared, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_compared: Option<String>,
    /// The changes.
    changes: Vec<Change>,
}

impl Report {
    /// What changed from one version to another, each with the name that it was given by.
    pub fn new((old_name, old): (&str, &Version), (new_name, new): (&str, &Version)) -> Report {
        let changes = compare(old, new);
        let without: Vec<&str> = [(old_name, old), (new_name, new)]
            .into_iter()
            .filter(|(_, version)| version.surface.is_none())
            .map(|(name, _)| name)
            .collect();
        let not_compared = (!without.is_empty()).then(|| {
            let without = without.join(" and ");
            format!(
                "Endpoints and frame types were not compared: no openapi/*.json or asyncapi/*.json in \
                 {without}."
            )
        });
        let mut counts: BTreeMap<&'static str, usize> =
            Breaks::ALL.iter().map(|breaks| (breaks.as_str(), 0)).collect();
        counts.insert("editorial", 0);
        for change in &changes {
            let key = if change.is_editorial() { "editorial" } else { change.breaks.as_str() };
            *counts.entry(key).or_default() += 1;
        }
        Report {
            format: FORMAT,
            old: old_name.to_owned(),
            new: new_name.to_owned(),
            breaking: changes.iter().any(Change::is_breaking),
            counts,
            not_compared,
            changes,
        }
    }

    /// Whether anything breaks anybody, or may.
    pub fn is_breaking(&self) -> bool {
        self.breaking
    }

    fn count(&self, key: &str) -> usize {
        self.counts.get(key).copied().unwrap_or_default()
    }

    /// The counts, in a sentence or two.
    fn summary(&self, all: bool) -> String {
        let count: usize = Breaks::ALL.iter().map(|breaks| self.count(breaks.as_str())).sum();
        let editorial = self.count("editorial");
        let mut text = match count {
            0 if editorial > 0 => "No change in what is accepted".to_owned(),
            0 => "No change".to_owned(),
            1 => "1 change".to_owned(),
            count => format!("{count} changes"),
        };
        let parts: Vec<String> = Breaks::ALL
            .iter()
            .map(|breaks| (*breaks, self.count(breaks.as_str())))
            .filter(|(_, count)| *count > 0)
            .map(|(breaks, count)| match breaks {
                Breaks::Unknown => format!("{count} unknown"),
                _ if count == 1 => format!("1 breaks {breaks}"),
                _ => format!("{count} break {breaks}"),
            })
            .collect();
        if !parts.is_empty() {
            let _ = write!(text, ": {}", parts.join(", "));
        }
        text.push('.');
        if editorial > 0 {
            let (what, them) =
                if editorial == 1 { ("change is", "it") } else { ("changes are", "them") };
            let hint = if all { String::new() } else { format!(" (--all shows {them})") };
            let _ = write!(text, " {editorial} {what} editorial{hint}.");
        }
        text
    }

    fn shown(&self, all: bool) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| all || !change.is_editorial())
    }
}

/// The report for a terminal, written on an empty page; `all` shows editorial changes, too.
pub fn text(report: &Report, all: bool, mut page: Page) -> String {
    page.paragraph(0, 0, report.summary(all));
    if let Some(note) = &report.not_compared {
        page.painted(0, 0, note, Ink::Dim);
    }
    let shown: Vec<&Change> = report.shown(all).collect();
    for group in shown.chunk_by(|one, two| (one.about, &one.name) == (two.about, &two.name)) {
        page.blank();
        page.painted(0, 0, heading(group[0]), Ink::Bold);
        let width = group.iter().map(|change| columns(&field(change))).max();
        let width = width.unwrap_or_default().min(FIELDS);
        for change in group {
            entry(change, width, &mut page);
        }
    }
    page.into_text()
}

fn entry(change: &Change, width: usize, page: &mut Page) {
    let field = field(change);
    let ids: Vec<String> = change.requirements.iter().map(ToString::to_string).collect();
    let ids = if ids.is_empty() { String::new() } else { format!("  [{}]", ids.join(", ")) };
    let what = Untrusted(&change.what);
    let breaks = || ["  ".into(), breaks(change.breaks), "  ".into()];
    let gap = " ".repeat(width.saturating_sub(columns(&field)));
    let line = Span::from(format!("{field}{gap}  {what}{ids}"));
    if INDENT + line.columns() <= page.width() {
        page.line(breaks().into_iter().chain([line]));
    } else {
        page.behind(breaks(), &field);
        page.paragraph(INDENT, INDENT, format!("{what}{ids}"));
    }
    if !change.old.is_empty() || !change.new.is_empty() {
        page.paragraph(INDENT, INDENT, format!("{} -> {}", change.old, change.new));
    }
    page.paragraph(INDENT, INDENT, &change.why);
}

/// Whom a change breaks, in a column.
fn breaks(breaks: Breaks) -> Span {
    let ink = match breaks {
        Breaks::Nobody => Ink::Dim,
        Breaks::Unknown => Ink::Yellow,
        Breaks::Both | Breaks::Servers | Breaks::Clients => Ink::Red,
    };
    Span::new(ink, format!("{breaks:<7}"))
}

/// What a group of changes is about: its name, its title, and its kind or sender.
fn heading(change: &Change) -> String {
    let title = match change.about {
        About::Endpoint => Operation::parse(&change.name).map(|known| known.endpoint().title),
        About::Frame => None,
        About::Payload => payload::find(&change.name).map(|known| known.title),
    };
    let title = title.map(|title| format!("{title}, ")).unwrap_or_default();
    let kind = match change.about {
        About::Payload => sent_by(change.sender).to_owned(),
        about => about.to_string(),
    };
    format!("{}: {title}{kind}", change.name)
}

/// The field, or what changed as a whole.
fn field(change: &Change) -> String {
    match change.about {
        About::Payload if change.pointer.is_empty() => "(all of it)".to_owned(),
        About::Payload => Untrusted(&change.pointer).to_string(),
        about => format!("({about})"),
    }
}

/// The report for a pull request; `all` shows editorial changes, too.
pub fn markdown(report: &Report, all: bool) -> String {
    let mut text = format!(
        "### Changes of the wire from {} to {}\n\n{}\n",
        code(&report.old),
        code(&report.new),
        report.summary(all)
    );
    if let Some(note) = &report.not_compared {
        let _ = writeln!(text, "\n{}", prose(note));
    }
    let mut shown: Vec<&Change> = report.shown(all).collect();
    if shown.is_empty() {
        return text;
    }
    // What breaks somebody is read first.
    shown.sort_by_key(|change| (change.breaks, change.is_editorial()));
    text.push_str("\n| breaks | what | field | change | why | requirement |\n");
    text.push_str("| --- | --- | --- | --- | --- | --- |\n");
    for change in shown {
        let breaks = match change.breaks {
            Breaks::Nobody => change.breaks.to_string(),
            breaks => format!("**{breaks}**"),
        };
        let field = match &change.pointer {
            all if all.is_empty() => field(change),
            pointer => code(pointer),
        };
        let from_to = if change.old.is_empty() && change.new.is_empty() {
            String::new()
        } else {
            format!(": {} → {}", code(&change.old), code(&change.new))
        };
        let ids = change.requirements.iter().map(|id| prose(&id.to_string()));
        let ids: Vec<String> = ids.collect();
        let _ = writeln!(
            text,
            "| {breaks} | {} | {field} | {}{from_to} | {} | {} |",
            code(&change.name),
            prose(&change.what),
            prose(&change.why),
            ids.join(", ")
        );
    }
    text
}

/// Text as code within a table: nothing in it is markup, a mention or the end of a cell.
fn code(text: &str) -> String {
    let text = Untrusted(text).to_string().replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    if longest == 0 {
        return format!("`{text}`");
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {text} {fence}")
}

/// Our own words within a table: what they quote in backticks is code; the rest is escaped.
fn prose(text: &str) -> String {
    let text = Untrusted(text).to_string();
    let parts: Vec<&str> = text.split('`').collect();
    let mut safe = String::with_capacity(text.len());
    for (index, part) in parts.iter().enumerate() {
        // A last backtick without a partner quotes nothing.
        if index % 2 == 1 && index + 1 < parts.len() && !part.is_empty() {
            safe.push_str(&code(part));
            continue;
        }
        for c in part.chars() {
            if matches!(c, '|' | '<' | '>' | '*' | '_' | '[' | ']' | '~' | '@' | '#' | '\\') {
                safe.push('\\');
            }
            safe.push(c);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_ends_no_cell_and_no_code() {
        assert_eq!(code("/a"), "`/a`");
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("``x`"), "``` ``x` ```");
        assert_eq!(prose("`a_b` and a_b | <x> `"), "`a_b` and a\\_b \\| \\<x\\> ");
    }
}
