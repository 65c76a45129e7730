//! The document for people, generated from the rest of this crate: `SPECIFICATION.md` for code
//! hosts, and one self-contained HTML page.
//!
//! `content` builds a small model of sections, tables and diagrams. `markdown` and `html` write
//! the model. `content` and `flow` hold the prose; everything else comes from the tables.
//!
//! Each flow has one drawing, an SVG: inline in the page, which has to work offline and links each
//! step to its requirements, and as a file that the Markdown document shows as an image.

mod content;
mod flow;
mod html;
mod input;
mod life;
mod markdown;
mod model;
mod svg;
#[cfg(test)]
mod tests;
mod text;

pub use flow::{ALL as FLOWS, Actor, Flow, SERVER, Step, What};
pub use input::{Evaluator, EvaluatorKind, Input};

use crate::artefact::Artefact;
use svg::Diagram;

/// The path of the Markdown document below the repository's root.
pub const MARKDOWN: &str = "spec/SPECIFICATION.md";
/// The path of the page below the repository's root.
pub const PAGE: &str = "spec/specification.html";

/// Both documents.
pub fn artefacts(input: &Input) -> Vec<Artefact> {
    let document = content::document(input);
    vec![
        Artefact { path: MARKDOWN.into(), text: markdown::write(&document) },
        Artefact { path: PAGE.into(), text: html::write(&document) },
    ]
}

/// The `head` of a page that looks like the page of the specification, with this title.
pub fn head(title: &str) -> String {
    html::head(title).into_string()
}

/// The diagrams of the Markdown document, one file each. The page has them inline.
pub fn diagrams() -> impl Iterator<Item = Artefact> {
    let flows = FLOWS.iter().map(|flow| Diagram::Flow(flow));
    flows.chain([Diagram::Life]).map(Diagram::file)
}
