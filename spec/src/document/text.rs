//! Running text: words, code and links.

use crate::requirement::RequirementId;

/// Running text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text(pub(super) Vec<Inline>);

/// A piece of running text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Inline {
    Plain(String),
    Code(String),
    Strong(String),
    Link { label: String, is_code: bool, to: Target },
}

/// The target of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// To an anchor of the document.
    Anchor(String),
    /// To a file, by its path from the document's folder.
    File(String),
    /// To a file of the repository, by its path from the root. A reader of the page alone does not
    /// have it.
    Source(String),
}

impl Text {
    pub(super) fn plain(text: impl Into<String>) -> Text {
        Text(vec![Inline::Plain(text.into())])
    }

    pub(super) fn code(text: impl Into<String>) -> Text {
        Text(vec![Inline::Code(text.into())])
    }

    pub(super) fn link(label: impl Into<String>, anchor: impl Into<String>) -> Text {
        let (label, to) = (label.into(), Target::Anchor(anchor.into()));
        Text(vec![Inline::Link { label, is_code: false, to }])
    }

    pub(super) fn code_link(label: impl Into<String>, to: Target) -> Text {
        Text(vec![Inline::Link { label: label.into(), is_code: true, to }])
    }

    /// A link to a requirement.
    pub(super) fn rule(id: RequirementId) -> Text {
        Text::link(id.as_str(), id.as_str())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn and(mut self, other: Text) -> Text {
        self.0.extend(other.0);
        self
    }

    /// Several texts with a separator between them.
    pub(super) fn joined(parts: impl IntoIterator<Item = Text>, between: &str) -> Text {
        let mut all = Text::default();
        for part in parts {
            if !all.is_empty() {
                all.0.push(Inline::Plain(between.to_owned()));
            }
            all.0.extend(part.0);
        }
        all
    }

    /// The links to these requirements, separated by commas.
    pub(super) fn rules(ids: impl IntoIterator<Item = RequirementId>) -> Text {
        Text::joined(ids.into_iter().map(Text::rule), ", ")
    }

    /// Reads the markup of doc comments and of the catalogue: `code`, **strong words**,
    /// [links](#anchor), and ids of requirements, which become links. Everything else stays as it
    /// is.
    pub(super) fn parse(source: &str) -> Text {
        let mut text = Text::default();
        let mut plain = String::new();
        let mut rest = source;
        while let Some(first) = rest.chars().next() {
            let found = special(rest).or_else(|| rule(rest, plain.chars().next_back()));
            match found {
                Some((inline, length)) => {
                    text.push_plain(&mut plain);
                    text.0.push(inline);
                    rest = &rest[length..];
                }
                None => {
                    plain.push(if first == '\n' { ' ' } else { first });
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
        text.push_plain(&mut plain);
        text
    }

    fn push_plain(&mut self, plain: &mut String) {
        if !plain.is_empty() {
            self.0.push(Inline::Plain(std::mem::take(plain)));
        }
    }
}

/// The paragraphs of a doc comment.
pub(super) fn paragraphs(source: &str) -> impl Iterator<Item = Text> {
    source.split("\n\n").filter(|part| !part.trim().is_empty()).map(Text::parse)
}

/// Code, strong words or a link at the beginning of `rest`, and its length there.
fn special(rest: &str) -> Option<(Inline, usize)> {
    // A link of Rust's documentation is code in any other document.
    for (open, close) in [("[`", "`]"), ("`", "`")] {
        if let Some(inside) = between(rest, open, close) {
            return Some((Inline::Code(inside.into()), open.len() + inside.len() + close.len()));
        }
    }
    if let Some(inside) = between(rest, "**", "**") {
        return Some((Inline::Strong(inside.into()), inside.len() + 4));
    }
    let label = between(rest, "[", "](#")?;
    let anchor = between(&rest[label.len() + 1..], "](#", ")")?;
    let to = Target::Anchor(anchor.into());
    let length = label.len() + anchor.len() + "[](#)".len();
    Some((Inline::Link { label: label.into(), is_code: false, to }, length))
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let inside = text.strip_prefix(open)?;
    let inside = &inside[..inside.find(close)?];
    (!inside.is_empty() && !inside.contains('\n')).then_some(inside)
}

/// The id of a requirement at the beginning of `rest`, unless it continues a word.
fn rule(rest: &str, before: Option<char>) -> Option<(Inline, usize)> {
    if before.is_some_and(|before| before.is_alphanumeric() || before == '-') {
        return None;
    }
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let id = &rest[..rest.find(|letter| !is_part(letter)).unwrap_or(rest.len())];
    let known = RequirementId::parse(id)?.as_str();
    let to = Target::Anchor(known.into());
    Some((Inline::Link { label: known.into(), is_code: false, to }, known.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_strong_words_links_and_requirements_are_found() {
        let text = Text::parse("See `a*b`, **all** of [this](#that),\nINV-016 and [`Push`].");
        let anchor = |label: &str, to: &str| Inline::Link {
            label: label.into(),
            is_code: false,
            to: Target::Anchor(to.into()),
        };
        let expected = [
            Inline::Plain("See ".into()),
            Inline::Code("a*b".into()),
            Inline::Plain(", ".into()),
            Inline::Strong("all".into()),
            Inline::Plain(" of ".into()),
            anchor("this", "that"),
            Inline::Plain(", ".into()),
            anchor("INV-016", "INV-016"),
            Inline::Plain(" and ".into()),
            Inline::Code("Push".into()),
            Inline::Plain(".".into()),
        ];
        assert_eq!(text.0, expected);
    }

    #[test]
    fn what_looks_like_it_but_is_not_stays_as_it_is() {
        for source in ["XINV-016", "INV-0160", "INV-999", "a ` b", "[no](link)", "2 ** 3", "``"] {
            assert_eq!(Text::parse(source), Text::plain(source), "{source}");
        }
    }
}
