//! The catalogue of requirements.

use super::index::{Index, evaluator_link};
use crate::document::model::{Block, Card, Section};
use crate::document::text::Text;
use crate::release;
use crate::requirement::{self, Area, Document, Requirement, Side};

pub(super) fn section(index: &Index<'_>) -> Section {
    let areas = requirement::areas().iter().map(|area| of_area(area, index));
    Section::new("requirements", "Requirements")
        .says(
            "Every rule for a server. Ids are stable and never reused. [Scenarios and \
             laws](#checks) evaluate the `tested` rows. Each `excluded` row says why nothing \
             evaluates it.",
        )
        .with(Block::Filters)
        .within(areas)
}

/// The requirements for clients.
pub(super) fn of_clients(index: &Index<'_>) -> Section {
    let areas = requirement::areas_of(Side::Client).iter().map(|area| of_area(area, index));
    Section::new("client-requirements", "Requirements for clients")
        .says(
            "Every rule for a client. `invite-conformance client` evaluates them with the \
             reference server at the other end, and `invite-conformance judge` in recorded \
             traffic. `observed` means that the vendor's own client does so: a server may rely on \
             it. These requirements say nothing about servers, and no release holds them: they \
             count at once.",
        )
        .within(areas)
}

fn of_area(area: &'static Area, index: &Index<'_>) -> Section {
    let rules = area.rows.iter().map(|row| Block::Rule(Box::new(card(row, index))));
    Section::new(format!("area-{}", area.prefix), area.title).named(area.prefix).with_all(rules)
}

fn card(row: &'static Requirement, index: &Index<'_>) -> Card {
    let sources = row.sources.iter().map(|source| {
        let document = Text::link(source.document.title(), source_anchor(source.document));
        document.and(Text::parse(&format!(", {}: {}", source.at, source.evidence)))
    });
    Card {
        row,
        since: release::since(row.id),
        revision: release::revision(row),
        text: Text::parse(row.text),
        why: Text::parse(row.why),
        excluded: row.excluded.map(Text::parse),
        sources: sources.collect(),
        evaluated: Text::joined(index.about(row.id).map(evaluator_link), ", "),
        besides: index.besides(row.id).map(evaluator_link).collect(),
        appears: index.places(row.id),
    }
}

/// The anchor of a source.
pub(super) fn source_anchor(document: Document) -> String {
    let title: String = document
        .title()
        .to_lowercase()
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    format!("source-{title}")
}
