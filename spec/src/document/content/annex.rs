//! What was chosen, what is excluded, and the sources.

use super::catalogue::source_anchor;
use super::stacking;
use crate::document::model::{Row, Section};
use crate::document::text::Text;
use crate::requirement::{self, Basis, Document, GUIDE};

pub(super) fn chosen() -> Section {
    let rows = requirement::all()
        .filter(|row| row.basis == Basis::Chosen)
        .map(|row| vec![Text::rule(row.id), Text::parse(row.text), Text::parse(row.why)]);
    Section::new("chosen", "Chosen requirements, and why")
        .says(
            "No source settles these points. A server that behaves differently breaks no known \
             client, so these rows count against it only on request (`--strict`).",
        )
        .with(stacking(&["Requirement", "Choice", "Reason"], rows))
}

pub(super) fn excluded() -> Section {
    let rows = requirement::all().filter_map(|row| {
        Some(vec![Text::rule(row.id), Text::parse(row.text), Text::parse(row.excluded?)])
    });
    Section::new("excluded", "Excluded requirements, and why")
        .says("No check evaluates these rows.")
        .with(stacking(&["Requirement", "Text", "Why nothing checks it"], rows))
}

pub(super) fn guide() -> Section {
    let rows = GUIDE.iter().map(|sentence| {
        let citing = requirement::all().filter(|row| {
            row.sources
                .iter()
                .any(|source| source.document == Document::Guide && source.at == sentence.at)
        });
        vec![
            Text::plain(sentence.at),
            Text::parse(sentence.says),
            Text::rules(citing.map(|row| row.id)),
        ]
    });
    Section::new("guide", "The guide, sentence by sentence")
        .says(
            "The vendor’s guide to inviting participants, restated in our words, with the \
             requirements that cite each sentence.",
        )
        .with(stacking(&["Sentence", "Content", "Requirements"], rows))
}

pub(super) fn sources() -> Section {
    let rows = Document::ALL.iter().map(|document| Row {
        anchor: Some(source_anchor(*document)),
        cells: vec![Text::plain(document.title()), Text::parse(document.about())],
    });
    Section::new("sources", "Sources").with(stacking(&["Source", "Description"], rows))
}
