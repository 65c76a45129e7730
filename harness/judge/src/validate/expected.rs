//! What a schema asks for, in words: for people who have not read the schema.

use invite_text::show;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

/// What was asked for where an error arose. `schema` is the payload's.
pub(crate) fn of(error: &ValidationError<'_>, schema: &Value) -> String {
    let path = error.schema_path().to_string();
    let keyword = format!("/{}", error.kind().keyword());
    let node = path.rfind(&keyword).and_then(|end| schema.pointer(&path[..end]));
    let words = match (error.kind(), node) {
        (ValidationErrorKind::Required { property: Value::String(name) }, Some(node)) => node
            .get("properties")
            .and_then(|fields| fields.get(name))
            .map(|field| format!("{} (required)", describe(field, schema))),
        (_, Some(node)) => Some(describe(node, schema)),
        (_, None) => None,
    };
    words.unwrap_or_else(|| error.masked_with("the value").to_string())
}

fn describe(node: &Value, schema: &Value) -> String {
    let mut found = Alternatives::default();
    found.add(node, schema);
    found.words()
}

/// What may stand in one place.
#[derive(Debug, Default)]
struct Alternatives {
    /// Fixed values.
    literals: Vec<String>,
    /// Kinds of values.
    kinds: Vec<String>,
}

impl Alternatives {
    fn add(&mut self, node: &Value, schema: &Value) {
        if let Some(name) = node.get("$ref").and_then(Value::as_str) {
            if let Some(node) = name.strip_prefix('#').and_then(|at| schema.pointer(at)) {
                self.add(node, schema);
            }
            return;
        }
        if let Some(branches) = ["anyOf", "oneOf"].iter().find_map(|key| node.get(key)?.as_array())
        {
            branches.iter().for_each(|inner| self.add(inner, schema));
            return;
        }
        if let Some(literal) = node.get("const") {
            self.literals.push(show(Some(literal)));
        } else if let Some(literals) = node.get("enum").and_then(Value::as_array) {
            self.literals.extend(literals.iter().map(|literal| show(Some(literal))));
        } else {
            match node.get("type") {
                Some(Value::String(name)) => self.add_type(name, node),
                Some(Value::Array(names)) => names
                    .iter()
                    .filter_map(Value::as_str)
                    .for_each(|name| self.add_type(name, node)),
                _ => self.kinds.push("any value".into()),
            }
        }
    }

    fn add_type(&mut self, name: &str, node: &Value) {
        match name {
            "boolean" => self.literals.extend(["true", "false"].map(str::to_owned)),
            "null" => self.kinds.push(name.to_owned()),
            _ => self.kinds.push(kind(name, node)),
        }
    }

    fn words(self) -> String {
        let several = self.kinds.is_empty() && self.literals.len() > 2;
        let mut all = self.literals;
        all.extend(self.kinds);
        let last = all.pop().unwrap_or_default();
        let listed = match all.is_empty() {
            true => last,
            false => format!("{} or {last}", all.join(", ")),
        };
        if several { format!("one of {listed}") } else { listed }
    }
}

/// One type of a node, with what narrows it.
fn kind(name: &str, node: &Value) -> String {
    let number = |key: &str| node.get(key).filter(|limit| limit.is_number());
    match name {
        "string" => match (node.get("pattern"), node.get("description")) {
            // A pattern that somebody took the trouble to explain.
            (Some(_), Some(Value::String(about))) => {
                let about = about.trim_end_matches('.');
                about.strip_prefix("A ").map_or(about.to_owned(), |rest| format!("a {rest}"))
            }
            (Some(Value::String(pattern)), _) => format!("a string that fits {pattern}"),
            _ if number("minLength").is_some() => "a string that is not empty".into(),
            _ => "a string".into(),
        },
        "integer" | "number" => {
            let noun = if name == "integer" { "a whole number" } else { "a number" };
            match (number("minimum"), number("maximum")) {
                (Some(least), Some(most)) => format!("{noun} from {least} to {most}"),
                (Some(least), None) => format!("{noun} of at least {least}"),
                _ => noun.into(),
            }
        }
        "object" if node.get("maxProperties") == Some(&0.into()) => "{}".into(),
        "object" => "an object".into(),
        "array" => "an array".into(),
        other => other.to_owned(),
    }
}
