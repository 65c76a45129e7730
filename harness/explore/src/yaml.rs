//! Writes values as YAML, the way people write scenarios: short things on one line.

use serde_json::Value;

/// The longest line.
const WIDTH: usize = 98;

/// A value as YAML, without a line end at its beginning; lines after the first are indented.
pub(crate) fn block(value: &Value, indent: usize, used: usize) -> String {
    let mut line = Line { text: String::new(), left: WIDTH.checked_sub(used) };
    line.add(value);
    if line.left.is_some() {
        return line.text;
    }
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let pad = " ".repeat(indent);
            let mut text = String::new();
            for (key, value) in fields {
                let key = scalar(key);
                let inner = block(value, indent + 2, indent + key.chars().count() + 2);
                text.push_str(&format!("\n{pad}{key}:{}", lead(&inner)));
            }
            text
        }
        Value::Array(items) if !items.is_empty() => {
            let pad = " ".repeat(indent);
            items.iter().map(|item| format!("\n{pad}- {}", element(item, indent))).collect()
        }
        Value::Object(_) => "{}".to_owned(),
        Value::Array(_) => "[]".to_owned(),
        Value::String(text) => scalar(text),
        plain => plain.to_string(),
    }
}

/// An element of a list that stands behind its dash.
fn element(item: &Value, indent: usize) -> String {
    let inner = block(item, indent + 2, indent + 2);
    inner.trim_start().to_owned()
}

/// What stands behind the colon of a key.
fn lead(inner: &str) -> String {
    if inner.starts_with('\n') { inner.to_owned() } else { format!(" {inner}") }
}

/// A field of a scenario.
pub(crate) fn field(key: &str, value: &Value) -> String {
    format!("{key}:{}\n", lead(&block(value, 2, key.len() + 2)))
}

/// A step of a scenario.
pub(crate) fn step(value: &Value) -> String {
    // What a step is stands behind its dash, however short the step.
    match value {
        Value::Object(fields) if fields.len() == 1 => {
            let lines = fields.iter().map(|(key, value)| {
                let inner = block(value, 6, key.len() + 6);
                format!("  - {key}:{}\n", lead(&inner))
            });
            lines.collect()
        }
        _ => format!("  - {}\n", element(value, 2)),
    }
}

/// A value on one line, as far as there is room: what does not fit is not written to its end.
struct Line {
    text: String,
    /// The characters that there is still room for; none once something did not fit.
    left: Option<usize>,
}

impl Line {
    fn push(&mut self, text: &str) {
        self.left = self.left.and_then(|left| left.checked_sub(text.chars().count()));
        if self.left.is_some() {
            self.text.push_str(text);
        }
    }

    fn add(&mut self, value: &Value) {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => self.push(&value.to_string()),
            Value::String(text) => self.push(&scalar(text)),
            Value::Array(items) => {
                self.push("[");
                for (place, item) in items.iter().enumerate() {
                    if self.left.is_none() {
                        return;
                    }
                    self.push(if place > 0 { ", " } else { "" });
                    self.add(item);
                }
                self.push("]");
            }
            Value::Object(fields) => {
                self.push("{");
                for (place, (key, value)) in fields.iter().enumerate() {
                    if self.left.is_none() {
                        return;
                    }
                    self.push(if place > 0 { ", " } else { "" });
                    self.push(&scalar(key));
                    self.push(": ");
                    self.add(value);
                }
                self.push("}");
            }
        }
    }
}

/// A text: as it is if no reader can take it for anything else, or in quotes.
fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let begins = |c: char| c.is_ascii_alphabetic() || c == '/';
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let is_plain = text.chars().all(plain)
        && text.chars().next().is_some_and(begins)
        && !text.ends_with('.')
        && !words.contains(&text.to_ascii_lowercase().as_str());
    if is_plain { text.to_owned() } else { Value::from(text).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_reads_back_as_it_was() {
        let value = json!([
            { "call": { "operation": "sdk.join", "in": "${room}", "expect": [
                { "requires": "PRT-009", "answer": { "/participants": { "some": {
                    "/externalId": "${bob}", "/status": { "one_of": ["ON_AIR", "no", "7", ""] },
                    "/a": null, "/b": [], "/c": {}, "/d": [[1, 2], ["x: y", "# no comment"]],
                } } } },
            ] } },
            { "text": "  two\n lines \"quoted\" \u{1F98A} é ${filler:8000:é}" },
        ]);
        let text: String = value.as_array().unwrap().iter().map(step).collect();
        let text = format!("scenario: x\nsteps:\n{text}");
        let back: Value = serde_saphyr::from_str(&text).unwrap();
        assert_eq!(back["steps"], value, "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}
