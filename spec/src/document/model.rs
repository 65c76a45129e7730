//! What a document consists of, however it is written.

use super::flow::Flow;
use super::text::Text;
use crate::endpoint::Method;
use crate::requirement::Requirement;
use serde_json::Value;

/// A document.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) title: &'static str,
    pub(super) version: &'static str,
    pub(super) lead: Vec<Block>,
    pub(super) sections: Vec<Section>,
}

/// A part of a document, under a heading.
#[derive(Debug)]
pub(super) struct Section {
    /// Where links lead.
    pub(super) anchor: String,
    pub(super) title: String,
    /// What the thing is called on the wire or in scenarios, where it has such a name.
    pub(super) name: Option<&'static str>,
    pub(super) blocks: Vec<Block>,
    pub(super) sections: Vec<Section>,
}

impl Section {
    pub(super) fn new(anchor: impl Into<String>, title: impl Into<String>) -> Section {
        Section {
            anchor: anchor.into(),
            title: title.into(),
            name: None,
            blocks: Vec::new(),
            sections: Vec::new(),
        }
    }

    pub(super) fn named(mut self, name: &'static str) -> Section {
        self.name = Some(name);
        self
    }

    /// With a paragraph more.
    pub(super) fn says(self, text: &str) -> Section {
        self.with(Block::Paragraph(Text::parse(text)))
    }

    pub(super) fn with(mut self, block: Block) -> Section {
        self.blocks.push(block);
        self
    }

    pub(super) fn with_all(mut self, blocks: impl IntoIterator<Item = Block>) -> Section {
        self.blocks.extend(blocks);
        self
    }

    pub(super) fn within(mut self, sections: impl IntoIterator<Item = Section>) -> Section {
        self.sections.extend(sections);
        self
    }
}

/// What stands in a section.
#[derive(Debug)]
pub(super) enum Block {
    Paragraph(Text),
    List(Vec<Text>),
    /// Names and what is said of each.
    Facts(Vec<(&'static str, Text)>),
    Table(Table),
    /// A request line.
    Call(Method, &'static str),
    /// An example.
    Json(Value),
    /// A conversation.
    Sequence(&'static Flow),
    /// The life of a participant.
    Life,
    /// What is shown only when it is asked for.
    Folded(String, Vec<Block>),
    Rule(Box<Card>),
    /// Where rows of the catalogue are chosen; only where something can be chosen.
    Filters,
}

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) head: &'static [&'static str],
    pub(super) rows: Vec<Row>,
    /// Whether a row says it all without the head, so that a small screen can show its cells one
    /// below the other.
    pub(super) stacks: bool,
}

/// A row of a table.
#[derive(Debug)]
pub(super) struct Row {
    /// Where links lead, if any lead here.
    pub(super) anchor: Option<String>,
    pub(super) cells: Vec<Text>,
}

impl From<Vec<Text>> for Row {
    fn from(cells: Vec<Text>) -> Row {
        Row { anchor: None, cells }
    }
}

/// A requirement, as the catalogue shows it.
#[derive(Debug)]
pub(super) struct Card {
    pub(super) row: &'static Requirement,
    /// The first release with it.
    pub(super) since: Option<&'static str>,
    /// How often it was changed, counted from 1.
    pub(super) revision: u32,
    pub(super) text: Text,
    pub(super) why: Text,
    /// Why no check evaluates it.
    pub(super) excluded: Option<Text>,
    pub(super) sources: Vec<Text>,
    /// The scenarios and laws that are about it.
    pub(super) evaluated: Text,
    /// Those that evaluate it on the way.
    pub(super) besides: Vec<Text>,
    /// Where else in the document it is named.
    pub(super) appears: Text,
}

impl Card {
    /// From when on it counts, and in which revision.
    pub(super) fn standing(&self) -> String {
        match (self.since, self.revision) {
            (None, _) => "not yet released".into(),
            (Some(since), 1) => format!("since {since}"),
            (Some(since), revision) => format!("since {since}, revision {revision}"),
        }
    }

    /// Whether something evaluates it.
    pub(super) fn state(&self) -> &'static str {
        if self.row.excluded.is_some() { "excluded" } else { "tested" }
    }
}
