//! A finding as a scenario file: readable names, and a comment that says what happens.

use crate::finding::Shown;
use crate::script::Heading;

/// The heading of the scenario of a finding.
pub(crate) fn heading(shown: &Shown, id: String) -> Heading {
    let row = shown.requirement.row();
    let sentence = capital(row.title);
    let evidence = shown.evidence.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let mut comment = vec![format!("{}: {}.", shown.requirement, row.title)];
    comment.extend(wrapped(&evidence));
    Heading {
        id,
        title: format!("{sentence}."),
        about: None,
        failed: Some(shown.requirement),
        comment,
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Lines of at most 90 characters.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let word: String = word.chars().filter(|c| !c.is_control()).take(200).collect();
        let is_full =
            lines.last().is_some_and(|it| !it.is_empty() && it.len() + word.len() + 1 > 90);
        if is_full {
            lines.push(String::new());
        }
        if let Some(last) = lines.last_mut() {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(&word);
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}
