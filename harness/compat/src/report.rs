//! Shows changes as text, as Markdown for a pull request, and as JSON.

use super::Version;
use super::change::{About, Breaks, Change, sent_by};
use invite_spec::endpoint::Operation;
use invite_spec::payload;
use invite_text::{Style, WIDTH, wrapped};
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
    /// What could not be compared, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_compared: Option<String>,
    /// The changes.
    changes: Vec<Change>,
}

impl Report {
    /// What changed from one version to another, each with the name that it was given by.
    pub fn new((old_name, old): (&str, &Version), (new_name, new): (&str, &Version)) -> Report {
        let changes = super::compare(old, new);
        let without: Vec<&str> = [(old_name, old), (new_name, new)]
            .into_iter()
            .filter(|(_, version)| version.surface.is_none())
            .map(|(name, _)| name)
            .collect();
        let not_compared = (!without.is_empty()).then(|| {
            let without = without.join(" and in ");
            format!(
                "Endpoints and frame types were not compared: there is neither openapi/*.json nor \
                 asyncapi/*.json in {without}."
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

    /// What there is, in a sentence or two.
    fn summary(&self, all: bool) -> String {
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
            let hint = if all { "" } else { ", which --all shows" };
            let _ = write!(text, " {editorial} {what} editorial{hint}.");
        }
        text
    }

    fn shown(&self, all: bool) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| all || !change.is_editorial())
    }
}

/// The report for a terminal; `all` shows editorial changes, too.
pub fn text(report: &Report, all: bool, style: Style) -> String {
    let mut text = String::new();
    for line in wrapped(&report.summary(all), WIDTH) {
        let _ = writeln!(text, "{line}");
    }
    for line in report.not_compared.iter().flat_map(|note| wrapped(&plain(note), WIDTH)) {
        let _ = writeln!(text, "{}", style.dim(line));
    }
    let shown: Vec<&Change> = report.shown(all).collect();
    for group in shown.chunk_by(|one, two| (one.about, &one.name) == (two.about, &two.name)) {
        let _ = writeln!(text);
        let mut lines = wrapped(&plain(&heading(group[0])), WIDTH).into_iter();
        for line in lines.next().map(|first| style.bold(first)).into_iter().chain(lines) {
            let _ = writeln!(text, "{line}");
        }
        let width = group.iter().map(|change| field(change).chars().count()).max();
        let width = width.unwrap_or_default().min(FIELDS);
        for change in group {
            entry(change, width, style, &mut text);
        }
    }
    text
}

fn entry(change: &Change, width: usize, style: Style, text: &mut String) {
    let (field, ids) = (field(change), change.requirements.join(", "));
    let ids = if ids.is_empty() { ids } else { format!("  [{ids}]") };
    let what = plain(&change.what);
    let breaks = paint(change.breaks, style);
    let line = format!("{field:<width$}  {what}{ids}");
    if INDENT + line.chars().count() <= WIDTH {
        let _ = writeln!(text, "  {breaks}  {line}");
    } else {
        let mut lines = wrapped(&field, WIDTH - INDENT);
        lines.extend(wrapped(&format!("{what}{ids}"), WIDTH - INDENT));
        for (index, line) in lines.iter().enumerate() {
            if index == 0 {
                let _ = writeln!(text, "  {breaks}  {line}");
            } else {
                let _ = writeln!(text, "{:INDENT$}{line}", "");
            }
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

/// Whom a change breaks, in a column.
fn paint(breaks: Breaks, style: Style) -> String {
    let word = format!("{breaks:<7}");
    match breaks {
        Breaks::Nobody => style.dim(word),
        Breaks::Unknown => style.yellow(word),
        Breaks::Both | Breaks::Servers | Breaks::Clients => style.red(word),
    }
}

/// What a group of changes is about.
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
        About::Payload => plain(&change.pointer),
        about => format!("({about})"),
    }
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
        let _ = writeln!(
            text,
            "| {breaks} | {} | {field} | {}{from_to} | {} | {} |",
            code(&change.name),
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
