//! The document that people read, made from everything else in this crate: `SPECIFICATION.md` for
//! a code host, and one self-contained HTML page.
//!
//! [`content`] says what stands in it, as a small model of sections, tables and diagrams; `markdown`
//! and `html` write the model. Prose that stands nowhere else stands in [`content`] and [`flow`];
//! everything else comes from the tables.

mod content;
mod flow;
mod html;
mod input;
mod life;
mod markdown;
mod mermaid;
mod model;
mod svg;
#[cfg(test)]
mod tests;
mod text;

pub use flow::{ALL as FLOWS, Actor, Flow, SERVER, Step, What};
pub use input::{Evaluator, EvaluatorKind, Input};

use crate::artefact::Artefact;

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
