//! Shows changes as text, as Markdown for a pull request, and as JSON.

use super::change::{Breaks, Change, sent_by};
use crate::report::{WIDTH, wrapped};
use invite_spec::payload;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The name and version of the JSON report's format.
const FORMAT: &str = "invite-conformance-compat/1";
/// Where the text of a change begins, behind whom it breaks.
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
    /// How many changes break whom; editorial ones are counted apart.
    counts: BTreeMap<&'static str, usize>,
    /// The changes.
    changes: Vec<Change>,
}

impl Report {
    /// The report of these changes.
    pub fn new(old: impl Into<String>, new: impl Into<String>, changes: Vec<Change>) -> Report {
        let mut counts: BTreeMap<&'static str, usize> =
            Breaks::ALL.iter().map(|breaks| (breaks.as_str(), 0)).collect();
        counts.insert("editorial", 0);
        for change in &changes {
            let key = if change.is_editorial() { "editorial" } else { change.breaks.as_str() };
            *counts.entry(key).or_default() += 1;
        }
        Report {
            format: FORMAT,
            old: old.into(),
            new: new.into(),
            breaking: changes.iter().any(Change::is_breaking),
            counts,
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

    /// What there is, in a sentence or two.
    fn summary(&self, verbose: bool) -> String {
        let count: usize = Breaks::ALL.iter().map(|breaks| self.count(breaks.as_str())).sum();
        let editorial = self.count("editorial");
        let mut text = match count {
            0 if editorial > 0 => "No change of what is accepted".to_owned(),
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
            let what = if editorial == 1 { "change is" } else { "changes are" };
            let hint = if verbose { "" } else { ", which --verbose shows" };
            let _ = write!(text, " {editorial} {what} editorial{hint}.");
        }
        text
    }

    fn shown(&self, verbose: bool) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| verbose || !change.is_editorial())
    }
}

/// The report for a terminal; `verbose` shows editorial changes, too.
pub fn text(report: &Report, verbose: bool) -> String {
    let mut text = String::new();
    for line in wrapped(&report.summary(verbose), WIDTH) {
        let _ = writeln!(text, "{line}");
    }
    let shown: Vec<&Change> = report.shown(verbose).collect();
    for group in shown.chunk_by(|one, two| one.payload == two.payload) {
        let name = &group[0].payload;
        let title = payload::find(name).map(|known| format!("{}, ", known.title));
        let title = title.unwrap_or_default();
        let _ = writeln!(text);
        let heading = format!("{name}: {title}{}", sent_by(group[0].sender));
        for line in wrapped(&plain(&heading), WIDTH) {
            let _ = writeln!(text, "{line}");
        }
        let width = group.iter().map(|change| field(change).chars().count()).max();
        let width = width.unwrap_or_default().min(FIELDS);
        for change in group {
            entry(change, width, &mut text);
        }
    }
    text
}

fn entry(change: &Change, width: usize, text: &mut String) {
    let (field, ids) = (field(change), change.requirements.join(", "));
    let ids = if ids.is_empty() { ids } else { format!("  [{ids}]") };
    let what = plain(&change.what);
    let line = format!("  {:<7}  {field:<width$}  {what}{ids}", change.breaks);
    if line.chars().count() <= WIDTH {
        let _ = writeln!(text, "{line}");
    } else {
        let mut lines = wrapped(&field, WIDTH - INDENT);
        lines.extend(wrapped(&format!("{what}{ids}"), WIDTH - INDENT));
        for (index, line) in lines.iter().enumerate() {
            let breaks = if index == 0 { change.breaks.as_str() } else { "" };
            let _ = writeln!(text, "  {breaks:<7}  {line}");
        }
    }
    let from_to = format!("{} -> {}", plain(&change.old), plain(&change.new));
    let has_words = !change.old.is_empty() || !change.new.is_empty();
    let why = plain(&change.why);
    for line in [has_words.then_some(from_to), Some(why)].into_iter().flatten() {
        for line in wrapped(&line, WIDTH - INDENT) {
            let _ = writeln!(text, "{:INDENT$}{line}", "");
        }
    }
}

/// The field, or that it is all of the payload.
fn field(change: &Change) -> String {
    if change.pointer.is_empty() { "(all of it)".to_owned() } else { plain(&change.pointer) }
}

/// Text of a schema without what would steer a terminal.
fn plain(text: &str) -> String {
    let steers =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            let _ = write!(safe, "{}", c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    safe
}

/// The report for a pull request; `verbose` shows editorial changes, too.
pub fn markdown(report: &Report, verbose: bool) -> String {
    let mut text = format!(
        "### Payload changes from {} to {}\n\n{}\n",
        code(&report.old),
        code(&report.new),
        report.summary(verbose)
    );
    let mut shown: Vec<&Change> = report.shown(verbose).collect();
    if shown.is_empty() {
        return text;
    }
    // What breaks somebody is read first.
    shown.sort_by_key(|change| (change.breaks, change.is_editorial()));
    text.push_str("\n| breaks | payload | field | change | why | requirement |\n");
    text.push_str("| --- | --- | --- | --- | --- | --- |\n");
    for change in shown {
        let breaks = match change.breaks {
            Breaks::Nobody => change.breaks.to_string(),
            breaks => format!("**{breaks}**"),
        };
        let field = if change.pointer.is_empty() {
            "(all of it)".to_owned()
        } else {
            code(&change.pointer)
        };
        let from_to = if change.old.is_empty() && change.new.is_empty() {
            String::new()
        } else {
            format!(": {} → {}", code(&change.old), code(&change.new))
        };
        let _ = writeln!(
            text,
            "| {breaks} | {} | {field} | {}{from_to} | {} | {} |",
            code(&change.payload),
            prose(&change.what),
            prose(&change.why),
            change.requirements.join(", ")
        );
    }
    text
}

/// Text as code within a table: nothing in it is a mark, a mention or the end of a cell.
fn code(text: &str) -> String {
    let text = plain(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    if longest == 0 {
        return format!("`{text}`");
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {text} {fence}")
}

/// Our own words within a table: what they quote in backticks is code, all else is escaped.
fn prose(text: &str) -> String {
    let text = plain(text);
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

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(plain("a\u{1b}[31m\nb\u{202e}"), "a\\u{1b}[31m\\u{a}b\\u{202e}");
    }
}
