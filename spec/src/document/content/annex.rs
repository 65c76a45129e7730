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
    Section::new("chosen", "What is chosen, and why")
        .says(
            "What no source settles. A server that does otherwise breaks nothing that is known, so \
             these rows do not count against it unless that is asked for.",
        )
        .with(stacking(&["Requirement", "What was chosen", "Why"], rows))
}

pub(super) fn excluded() -> Section {
    let rows = requirement::all().filter_map(|row| {
        Some(vec![Text::rule(row.id), Text::parse(row.text), Text::parse(row.excluded?)])
    });
    Section::new("excluded", "What is excluded, and why")
        .says("Rows that no check evaluates.")
        .with(stacking(&["Requirement", "What it says", "Why nothing checks it"], rows))
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
            "The vendor’s guide to inviting participants, restated in our words, and the \
             requirements that rest on each sentence.",
        )
        .with(stacking(&["Sentence", "What it says", "Requirements"], rows))
}

pub(super) fn sources() -> Section {
    let rows = Document::ALL.iter().map(|document| Row {
        anchor: Some(source_anchor(*document)),
        cells: vec![Text::plain(document.title()), Text::parse(document.about())],
    });
    Section::new("sources", "Sources").with(stacking(&["Source", "What it is"], rows))
}
