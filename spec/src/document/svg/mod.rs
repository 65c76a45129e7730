//! Diagrams as SVG: inline in the page, and one file each for the Markdown document, which code
//! hosts show as an image.

mod life;
mod sequence;

use super::flow::Flow;
use crate::artefact::Artefact;
use maud::{Markup, PreEscaped, html};

/// The colours and fonts of the page and of its diagrams.
pub(super) const PALETTE: &str = include_str!("palette.css");
/// The style of a diagram.
pub(super) const STYLE: &str = include_str!("diagram.css");

/// A diagram of the document.
#[derive(Debug, Clone, Copy)]
pub(super) enum Diagram {
    Flow(&'static Flow),
    Life,
}

impl Diagram {
    /// The diagram as an `svg` element.
    pub(super) fn draw(self) -> Markup {
        match self {
            Diagram::Flow(flow) => sequence::draw(flow, &self.title()),
            Diagram::Life => life::draw(&self.title()),
        }
    }

    /// The text for readers who cannot see the diagram.
    pub(super) fn title(self) -> String {
        match self {
            Diagram::Flow(flow) => format!("Sequence diagram: {}", flow.title),
            Diagram::Life => "State diagram: the life of a participant".to_owned(),
        }
    }

    /// The path of its file below the documents' folder.
    pub(super) fn path(self) -> String {
        let name = match self {
            Diagram::Flow(flow) => flow.id,
            Diagram::Life => "life",
        };
        format!("diagrams/{name}.svg")
    }

    /// Its file, which needs nothing else. Its links lead into the page next to the folder.
    pub(super) fn file(self) -> Artefact {
        let style = html! { style { (PreEscaped(PALETTE)) (PreEscaped(STYLE)) } };
        let svg = self.draw().into_string().replacen(
            "<svg ",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" ",
            1,
        );
        let text = svg
            .replacen('>', &format!(">\n{}", style.into_string()), 1)
            .replace("href=\"#", "href=\"../specification.html#")
            .replace("<g ", "\n<g ");
        Artefact { path: format!("spec/{}", self.path()), text: text + "\n" }
    }
}

/// The approximate width of a line of text of `size` pixels. No font is at hand, and an
/// underestimate would make texts overlap, so this estimates generously.
fn width(text: &str, size: u32) -> u32 {
    let tenths: u32 = text
        .chars()
        .map(|letter| match letter {
            'i' | 'l' | 'j' | 't' | 'f' | 'r' | '.' | ',' | ':' | ' ' | '’' => 4,
            'm' | 'w' | 'M' | 'W' => 9,
            letter if letter.is_uppercase() || letter == '_' => 7,
            _ => 6,
        })
        .sum();
    tenths * size / 10 + 1
}

/// Wraps words into lines of at most this width.
fn wrapped(text: &str, size: u32, most: u32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line, size) + width(word, size) + 4 <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_none_is_lost() {
        let text = "one invitation to each of several people, and nobody else";
        let lines = wrapped(text, 13, 120);
        assert!(lines.len() > 2);
        assert!(lines.iter().all(|line| width(line, 13) <= 120), "{lines:?}");
        assert_eq!(lines.join(" "), text);
        assert_eq!(wrapped("unbreakable", 13, 10), ["unbreakable"]);
    }
}
