//! An example as a command with curl.

use super::{Content, Example, Piece, Template, Variable};
use crate::endpoint::Method;
use serde_json::Value;

pub(super) fn write(example: &Example) -> String {
    let method = match example.method {
        Method::Get => String::new(),
        method => format!("-X {method} "),
    };
    let mut parts = vec![format!("curl {method}{}", quoted(&example.url))];
    if example.basic {
        parts.push(format!(
            "-u \"${}:${}\"",
            Variable::AppKey.shell(),
            Variable::AppSecret.shell()
        ));
    }
    for (name, value) in &example.headers {
        parts.push(format!(
            "-H {}",
            quoted(&Template::text(format!("{name}: ")).and(value.clone()))
        ));
    }
    match &example.content {
        Content::None => {}
        Content::Json(body) => parts.push(format!("--data {}", json(body))),
        Content::Form(fields) => {
            let field = |(name, value): &(String, String)| {
                format!("--data-urlencode {}", single(&format!("{name}={value}")))
            };
            parts.extend(fields.iter().map(field));
        }
    }
    parts.join(" \\\n  ")
}

/// A template as one word of the shell.
fn quoted(template: &Template) -> String {
    if template.variables().next().is_none() {
        return single(&template.fill(|_| String::new()));
    }
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => {
            let mut escaped = String::new();
            for letter in text.chars() {
                if matches!(letter, '"' | '\\' | '$' | '`') {
                    escaped.push('\\');
                }
                escaped.push(letter);
            }
            escaped
        }
        Piece::Variable(variable) => format!("${}", variable.shell()),
    };
    format!("\"{}\"", template.pieces().iter().map(piece).collect::<String>())
}

/// A text as one word in which nothing has a meaning.
fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A JSON document as one word, with the shell's variables in the place of the strings that stand
/// for them.
fn json(body: &Value) -> String {
    let mut text = single(&format!("{body:#}"));
    for variable in Variable::within(body) {
        for stands in strings(body).filter(|text| Variable::of_example(text) == Some(variable)) {
            let value = format!("\"'\"${}\"'\"", variable.shell());
            text = text.replace(&format!("\"{stands}\""), &value);
        }
    }
    text
}

/// Every string of a document.
pub(super) fn strings(body: &Value) -> Box<dyn Iterator<Item = &str> + '_> {
    match body {
        Value::String(text) => Box::new(std::iter::once(text.as_str())),
        Value::Array(items) => Box::new(items.iter().flat_map(strings)),
        Value::Object(fields) => Box::new(fields.values().flat_map(strings)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Box::new(std::iter::empty()),
    }
}
