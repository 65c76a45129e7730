//! TOML to model, with errors that name the line and the column.

use super::{Baseline, Day, Entry};
use invite_spec::requirement::{self, RequirementId};
use invite_text::{Diagnostic, Position, did_you_mean, meant};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

/// The scenario of an entry that is meant for every scenario.
pub const EVERYWHERE: &str = "*";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    failure: Vec<FileEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileEntry {
    requirement: Spanned<String>,
    scenario: Spanned<String>,
    reason: Spanned<String>,
    #[serde(default)]
    expires: Option<Spanned<String>>,
    #[serde(default)]
    link: Option<String>,
    #[serde(default)]
    flaky: bool,
}

/// Reads a baseline. `scenarios` are the ids of all that there are, selected or not.
pub fn read(file: &str, text: &str, scenarios: &[&str]) -> Result<Baseline, Vec<Diagnostic>> {
    let reader = Reader { file, text, scenarios };
    let parsed: File = toml::from_str(text).map_err(|error| vec![reader.syntax(&error)])?;
    let mut errors = Vec::new();
    let mut entries: Vec<Entry> = Vec::new();
    let mut places: BTreeMap<RequirementId, Vec<(String, usize)>> = BTreeMap::new();
    for entry in &parsed.failure {
        let Some(found) = reader.entry(entry, &mut errors) else { continue };
        let others = places.entry(found.requirement).or_default();
        let overlap = others.iter().find(|(scenario, _)| {
            [scenario.as_str(), &found.scenario].contains(&EVERYWHERE)
                || *scenario == found.scenario
        });
        if let Some((scenario, line)) = overlap {
            let message = format!(
                "line {line} already says of {} in `{scenario}` what is known: one place, one entry",
                found.requirement
            );
            errors.push(reader.error(entry.scenario.span(), message));
        }
        others.push((found.scenario.clone(), found.line));
        entries.push(found);
    }
    if errors.is_empty() { Ok(Baseline { file: file.to_owned(), entries }) } else { Err(errors) }
}

struct Reader<'r> {
    file: &'r str,
    text: &'r str,
    scenarios: &'r [&'r str],
}

impl Reader<'_> {
    /// The entry, if there is such a requirement.
    fn entry(&self, entry: &FileEntry, errors: &mut Vec<Diagnostic>) -> Option<Entry> {
        let mut fault = |span: Range<usize>, message: String| {
            errors.push(self.error(span, message));
        };
        let requirement = entry.requirement.get_ref();
        let row = requirement::find(requirement);
        match row {
            None => fault(
                entry.requirement.span(),
                unknown("requirement", requirement, requirement::all().map(|row| row.id.as_str())),
            ),
            Some(row) => {
                if let Some(why) = row.excluded {
                    let message = format!("{} is not tested, so it cannot fail: {why}", row.id);
                    fault(entry.requirement.span(), message);
                }
            }
        }
        let scenario = entry.scenario.get_ref();
        if scenario != EVERYWHERE && !self.scenarios.contains(&scenario.as_str()) {
            let known = self.scenarios.iter().copied();
            fault(entry.scenario.span(), unknown("scenario", scenario, known));
        }
        if entry.reason.get_ref().trim().is_empty() {
            let message = "the reason is empty: say why this is known and not mended".to_owned();
            fault(entry.reason.span(), message);
        }
        let expires = entry.expires.as_ref().and_then(|text| {
            let day = text.get_ref().parse::<Day>();
            day.map_err(|error| fault(text.span(), error.to_string())).ok()
        });
        Some(Entry {
            requirement: row?.id,
            scenario: scenario.clone(),
            reason: entry.reason.get_ref().trim().to_owned(),
            expires,
            link: entry.link.clone(),
            flaky: entry.flaky,
            line: Position::of(self.text, entry.requirement.span().start).line,
        })
    }

    fn syntax(&self, error: &toml::de::Error) -> Diagnostic {
        let message = error.message().trim().replace('\n', "; ");
        Diagnostic::new(self.file, message)
            .help(meant(error.message()))
            .at(error.span().map(|span| Position::of(self.text, span.start)))
    }

    fn error(&self, span: Range<usize>, message: String) -> Diagnostic {
        Diagnostic::new(self.file, message).at(Position::of(self.text, span.start))
    }
}

fn unknown<'n>(what: &str, given: &str, known: impl Iterator<Item = &'n str>) -> String {
    match did_you_mean(given, known) {
        Some(help) => format!("there is no {what} `{given}`; {help}"),
        None => format!(
            "there is no {what} `{given}`: `invite-conformance list {what}s` lists those there are"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCENARIOS: [&str; 2] = ["invite-offline", "kick-rest"];

    fn errors(text: &str) -> Vec<String> {
        let errors = read("b.toml", text, &SCENARIOS).expect_err(text);
        errors.iter().map(ToString::to_string).collect()
    }

    fn entry(requirement: &str, scenario: &str, rest: &str) -> String {
        format!(
            "[[failure]]\nrequirement = \"{requirement}\"\nscenario = \"{scenario}\"\n\
             reason = \"known\"\n{rest}\n"
        )
    }

    #[test]
    fn what_stands_in_the_file_is_read() {
        let text = entry("inv-001", "invite-offline", "expires = \"2027-01-31\"\nflaky = true")
            + &entry("INV-002", "*", "link = \"https://example.org/7\"");
        let read = read("b.toml", &text, &SCENARIOS).expect("it is right");
        assert_eq!(read.entries.len(), 2);
        let [first, second] = [&read.entries[0], &read.entries[1]];
        assert_eq!((first.requirement.as_str(), first.flaky, first.line), ("INV-001", true, 2));
        assert_eq!(first.expires.map(|day| day.to_string()).as_deref(), Some("2027-01-31"));
        assert_eq!((second.scenario.as_str(), second.flaky), ("*", false));
        assert_eq!(second.link.as_deref(), Some("https://example.org/7"));
        assert!(super::read("b.toml", "# nothing yet\n", &SCENARIOS).is_ok());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let cases = [
            (entry("INV-999", "kick-rest", ""), "b.toml:2:15: there is no requirement `INV-999`"),
            (
                entry("INV-001", "kick-ret", ""),
                "b.toml:3:12: there is no scenario `kick-ret`; did you mean `kick-rest`?",
            ),
            (entry("INV-001", "kick-rest", "expires = \"soon\""), "b.toml:5:11: `soon` is no day"),
            (
                entry("INV-001", "kick-rest", "expire = \"2027-01-31\""),
                "b.toml:5:1: unknown field `expire`",
            ),
            (
                "[[failure]]\nrequirement = \"INV-001\"\nscenario = \"*\"\n".into(),
                "missing field `reason`",
            ),
            (
                "[[failure]]\nrequirement = \"INV-001\"\nscenario = \"*\"\nreason = \" \"".into(),
                "b.toml:4:10: the reason is empty",
            ),
            ("[[failure]\n".into(), "b.toml:1:"),
            ("failure = 1\n".into(), "b.toml:1:11: "),
        ];
        for (text, expected) in cases {
            let errors = errors(&text);
            assert!(errors[0].contains(expected), "{text}\n{errors:?}");
        }
    }

    #[test]
    fn one_place_has_one_entry() {
        for (first, second) in [
            (("kick-rest", ""), ("kick-rest", "")),
            (("kick-rest", ""), ("kick-rest", "flaky = true")),
            (("*", "flaky = true"), ("kick-rest", "")),
            (("kick-rest", ""), ("*", "")),
        ] {
            let text = entry("INV-001", first.0, first.1) + &entry("INV-001", second.0, second.1);
            let errors = errors(&text);
            assert!(errors[0].contains("line 2 already says"), "{errors:?}");
        }
        let apart = entry("INV-001", "kick-rest", "") + &entry("INV-001", "invite-offline", "");
        assert!(read("b.toml", &apart, &SCENARIOS).is_ok());
    }

    #[test]
    fn what_is_never_tested_cannot_be_known_to_fail() {
        let row = requirement::all().find(|row| row.excluded.is_some()).expect("some are");
        let errors = errors(&entry(row.id.as_str(), "*", ""));
        assert!(errors[0].contains("is not tested"), "{errors:?}");
    }
}
