//! The parts of a document, independent of its format.

use super::svg::Diagram;
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
    /// The target of links to it.
    pub(super) anchor: String,
    pub(super) title: String,
    /// Its name on the wire or in scenarios, if it has one.
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

    /// Adds a paragraph.
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

/// A part of a section.
#[derive(Debug)]
pub(super) enum Block {
    Paragraph(Text),
    List(Vec<Text>),
    /// Names, each with a text.
    Facts(Vec<(&'static str, Text)>),
    Table(Table),
    /// A request line.
    Call(Method, &'static str),
    /// An example.
    Json(Value),
    Code(Code),
    Exchange(Exchange),
    Diagram(Diagram),
    /// A summary, and blocks that open on request.
    Folded(String, Vec<Block>),
    Rule(Box<Card>),
    /// The filters of the catalogue, in formats that can have them.
    Filters,
}

/// Text for a machine, to be copied.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) language: Language,
    pub(super) text: String,
}

/// The language of a [`Code`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// A command of the shell that makes a call.
    Curl,
    /// Any other command of the shell.
    Shell,
    JavaScript,
}

impl Language {
    /// As a reader knows it.
    pub(super) fn title(self) -> &'static str {
        match self {
            Language::Curl => "curl",
            Language::Shell => "Shell",
            Language::JavaScript => "JavaScript",
        }
    }

    /// As code hosts know it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Language::Curl | Language::Shell => "sh",
            Language::JavaScript => "js",
        }
    }
}

/// A call and its response, next to each other.
#[derive(Debug)]
pub(super) struct Exchange {
    /// The same request in each language.
    pub(super) request: Vec<Code>,
    /// What the response is.
    pub(super) response: Text,
    /// An example of its body, if it has one that anybody reads.
    pub(super) body: Option<Value>,
}

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) head: &'static [&'static str],
    pub(super) rows: Vec<Row>,
    /// Whether a row is clear without the head, so that a small screen can stack its cells.
    pub(super) stacks: bool,
}

/// A row of a table.
#[derive(Debug)]
pub(super) struct Row {
    /// The target of links to it, if there are any.
    pub(super) anchor: Option<String>,
    pub(super) cells: Vec<Text>,
}

impl From<Vec<Text>> for Row {
    fn from(cells: Vec<Text>) -> Row {
        Row { anchor: None, cells }
    }
}

/// A requirement in the catalogue.
#[derive(Debug)]
pub(super) struct Card {
    pub(super) row: &'static Requirement,
    /// The first release that has it.
    pub(super) since: Option<&'static str>,
    /// Its revision, counted from 1.
    pub(super) revision: u32,
    pub(super) text: Text,
    pub(super) why: Text,
    /// The reason why no check evaluates it.
    pub(super) excluded: Option<Text>,
    pub(super) sources: Vec<Text>,
    /// The scenarios and laws that are about it.
    pub(super) evaluated: Text,
    /// The checks that evaluate it on the way.
    pub(super) besides: Vec<Text>,
    /// The other places in the document that name it.
    pub(super) appears: Text,
}

impl Card {
    /// The release since which it counts, and its revision.
    pub(super) fn standing(&self) -> String {
        match (self.since, self.revision) {
            (None, _) => "not yet released".into(),
            (Some(since), 1) => format!("since {since}"),
            (Some(since), revision) => format!("since {since}, revision {revision}"),
        }
    }

    /// That it belongs to the security floor, and what a breach of it is about.
    pub(super) fn security(&self) -> Option<String> {
        self.row.security().map(|breach| format!("security: {breach}"))
    }

    /// Whether a check evaluates it.
    pub(super) fn state(&self) -> &'static str {
        if self.row.excluded.is_some() { "excluded" } else { "tested" }
    }
}
