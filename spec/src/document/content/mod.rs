//! The content of the document, section by section.

mod annex;
mod calls;
mod catalogue;
mod conversations;
mod evaluation;
mod examples;
mod fields;
mod frames;
mod index;
mod overview;
mod path;
mod payloads;
mod releases;
mod rules;

use super::input::Input;
use super::model::{Block, Document, Row, Table};
use super::text::Text;
use crate::release;
use index::Index;

/// The whole document.
pub(super) fn document(input: &Input) -> Document {
    let index = Index::new(input);
    Document {
        title: "Conference invitations",
        version: env!("CARGO_PKG_VERSION"),
        lead: overview::lead(),
        sections: vec![
            overview::overview(),
            overview::planes(),
            examples::section(),
            path::section(input),
            rules::tokens(),
            rules::permissions(),
            rules::errors(),
            rules::limits(),
            conversations::life(),
            conversations::flows(),
            calls::server_side(),
            calls::client_side(),
            frames::section(),
            catalogue::section(&index),
            catalogue::of_clients(&index),
            evaluation::section(input),
            evaluation::of_clients(input),
            annex::chosen(),
            annex::excluded(),
            annex::guide(),
            annex::sources(),
            releases::section(release::all(), &release::unreleased()),
        ],
    }
}

/// The anchor of a payload.
pub(super) fn payload_anchor(name: &str) -> String {
    format!("payload-{name}")
}

fn table(head: &'static [&'static str], rows: impl IntoIterator<Item = Vec<Text>>) -> Block {
    Block::Table(Table { head, rows: rows.into_iter().map(Row::from).collect(), stacks: false })
}

/// A table whose rows are clear without the head.
fn stacking(
    head: &'static [&'static str],
    rows: impl IntoIterator<Item = impl Into<Row>>,
) -> Block {
    Block::Table(Table { head, rows: rows.into_iter().map(Into::into).collect(), stacks: true })
}

/// A number with commas between thousands.
fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
