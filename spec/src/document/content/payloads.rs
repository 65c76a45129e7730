//! One payload: its description, its fields, an example.

use super::{fields, payload_anchor};
use crate::document::model::{Block, Section};
use crate::document::text::{self, Target, Text};
use crate::payload::{Payload, Sender};
use serde_json::Value;

/// The section of a payload.
pub(super) fn section(payload: &Payload) -> Section {
    Section::new(payload_anchor(payload.name), payload.title)
        .named(payload.name)
        .with_all(blocks(payload))
}

/// The blocks about a payload, below its heading.
pub(super) fn blocks(payload: &Payload) -> Vec<Block> {
    let schema = payload.schema();
    let description = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    let mut blocks: Vec<Block> = text::paragraphs(description).map(Block::Paragraph).collect();
    match fields::table(payload.name, &schema) {
        Some(table) => blocks.push(table),
        None => blocks.push(Block::Paragraph(Text::plain("It has no fields."))),
    }
    let strictness = match payload.sender {
        Sender::Client => "A server ignores fields that it does not know.",
        Sender::Server => "A server may send further fields. Clients ignore them.",
    };
    let file = format!("schemas/{}.json", payload.name);
    let schema = Text::code_link(&file, Target::File(file.clone()));
    blocks.push(Block::Json(payload.example()));
    blocks.push(Block::Paragraph(
        Text::plain(format!("{strictness} Schema: ")).and(schema).and(Text::plain(".")),
    ));
    blocks
}
