//! What one schema demands by its own keywords, and two of them together.

use super::document::assertions;
use super::number;
use super::types::{Type, Types};
use serde_json::{Map, Number, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Keywords that bound something by a number.
const BOUNDS: &[&str] = &[
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maximum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "minimum",
    "minItems",
    "minLength",
    "minProperties",
];

/// One alternative of a schema: all that a value must satisfy to fit it.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts<'s> {
    /// The JSON types that it may have.
    pub(super) types: Types,
    /// Whether a number must be whole.
    pub(super) integer: bool,
    /// The only values, where they are listed.
    pub(super) values: Option<Vec<&'s Value>>,
    /// Bounds of length, number and size, by keyword.
    pub(super) bounds: BTreeMap<&'static str, &'s Number>,
    /// Patterns that a string must match, all of them.
    pub(super) patterns: BTreeSet<&'s str>,
    /// The format of a string or number.
    pub(super) format: Option<&'s str>,
    /// The first items of an array.
    pub(super) prefix: &'s [Value],
    /// The further items of an array.
    pub(super) items: Option<&'s Value>,
    /// The named fields of an object.
    pub(super) properties: BTreeMap<&'s str, &'s Value>,
    /// The fields that must be there.
    pub(super) required: BTreeSet<&'s str>,
    /// The fields that are not named; any when `None`.
    pub(super) additional: Option<&'s Value>,
    /// Keywords that are only compared as a whole.
    pub(super) other: BTreeMap<&'s str, &'s Value>,
}

impl<'s> Facts<'s> {
    /// What the keywords of one schema demand by themselves.
    pub(super) fn of(object: &'s Map<String, Value>) -> Facts<'s> {
        let mut facts = Facts { types: Types::ALL, ..Facts::default() };
        for (keyword, value) in assertions(object) {
            let bound = BOUNDS.iter().find(|bound| **bound == keyword);
            match (keyword, value) {
                ("$ref", Value::String(_)) | ("allOf" | "anyOf" | "oneOf", Value::Array(_)) => {}
                ("type", value) => facts.restrict_types(value),
                ("enum", Value::Array(values)) => facts.restrict_values(values.iter()),
                ("const", value) => facts.restrict_values([value].into_iter()),
                (_, Value::Number(number)) if bound.is_some() => {
                    facts.bounds.extend(bound.map(|bound| (*bound, number)));
                }
                ("pattern", Value::String(pattern)) => _ = facts.patterns.insert(pattern),
                ("format", Value::String(format)) => facts.format = Some(format),
                ("prefixItems", Value::Array(prefix)) => facts.prefix = prefix,
                ("items", items) => facts.items = Some(items),
                ("properties", Value::Object(properties)) => {
                    facts.properties = properties.iter().map(|(k, v)| (k.as_str(), v)).collect();
                }
                ("required", Value::Array(names)) => {
                    facts.required = names.iter().filter_map(Value::as_str).collect();
                }
                ("additionalProperties", schema) => {
                    facts.additional = Some(schema).filter(|schema| !is_anything(schema));
                }
                // Has no effect.
                ("uniqueItems", Value::Bool(false)) => {}
                (keyword, value) => _ = facts.other.insert(keyword, value),
            }
        }
        facts
    }

    fn restrict_types(&mut self, named: &Value) {
        let names: Vec<&str> = match named {
            Value::String(name) => vec![name],
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        self.types = names.iter().filter_map(|name| Type::named(name)).collect();
        self.integer = names.contains(&"integer") && !names.contains(&"number");
    }

    fn restrict_values(&mut self, values: impl Iterator<Item = &'s Value>) {
        let values: Vec<&Value> = values.collect();
        self.values = Some(match self.values.take() {
            Some(known) => known.into_iter().filter(|value| values.contains(value)).collect(),
            None => values,
        });
    }

    /// Both at once; an error says why they cannot be merged.
    pub(super) fn and(mut self, more: &Facts<'s>) -> Result<Facts<'s>, String> {
        let clash = |what: &str| Err(format!("`allOf` or `$ref` combines two `{what}`"));
        self.types = self.types.both(more.types);
        self.integer |= more.integer;
        if let Some(values) = &more.values {
            self.restrict_values(values.iter().copied());
        }
        for (keyword, number) in &more.bounds {
            let known = self.bounds.entry(keyword).or_insert(number);
            let order = number::compare(number, known);
            if order.is_gt() == is_lower(keyword) {
                *known = number;
            }
        }
        self.patterns.extend(&more.patterns);
        match (self.format, more.format) {
            (Some(one), Some(other)) if one != other => return clash("format"),
            (known, other) => self.format = known.or(other),
        }
        if more.items.is_some() || !more.prefix.is_empty() {
            if self.items.is_some() || !self.prefix.is_empty() {
                return clash("items");
            }
            (self.items, self.prefix) = (more.items, more.prefix);
        }
        // `additionalProperties` covers the fields that its own schema does not name.
        let beyond = |one: &Facts<'_>, other: &Facts<'_>| {
            one.additional.is_some()
                && (other.additional.is_some()
                    || other.properties.keys().any(|name| !one.properties.contains_key(name)))
        };
        if beyond(&self, more) || beyond(more, &self) {
            return clash("additionalProperties");
        }
        self.additional = self.additional.or(more.additional);
        for (name, schema) in &more.properties {
            if self.properties.insert(name, schema).is_some_and(|known| known != *schema) {
                return clash("properties");
            }
        }
        self.required.extend(&more.required);
        for (keyword, value) in &more.other {
            if self.other.insert(keyword, value).is_some_and(|known| known != *value) {
                return clash(keyword);
            }
        }
        Ok(self)
    }

    /// The listed values of this type; `None` if any value is allowed.
    pub(super) fn listed(&self, kind: Type) -> Option<Vec<&'s Value>> {
        let values = self.values.as_ref()?;
        Some(values.iter().copied().filter(|value| Type::of(value) == kind).collect())
    }

    /// Whether there can be a value of this type.
    pub(super) fn allows(&self, kind: Type) -> bool {
        self.types.contains(kind) && self.listed(kind).is_none_or(|values| !values.is_empty())
    }
}

/// Whether a keyword is a lower bound.
pub(super) fn is_lower(keyword: &str) -> bool {
    keyword.starts_with("min") || keyword == "exclusiveMinimum"
}

/// Whether a schema plainly accepts everything.
pub(super) fn is_anything(schema: &Value) -> bool {
    match schema {
        Value::Bool(anything) => *anything,
        Value::Object(object) => assertions(object).next().is_none(),
        _ => false,
    }
}

/// Whether a keyword that is compared as a whole restricts values of this type.
pub(super) fn concerns(keyword: &str, kind: Type) -> bool {
    match keyword {
        "contains" | "maxContains" | "minContains" | "unevaluatedItems" | "uniqueItems" => {
            kind == Type::Array
        }
        "dependencies"
        | "dependentRequired"
        | "dependentSchemas"
        | "patternProperties"
        | "propertyNames"
        | "unevaluatedProperties" => kind == Type::Object,
        "multipleOf" => kind == Type::Number,
        "contentEncoding" | "contentMediaType" | "contentSchema" => kind == Type::String,
        _ => true,
    }
}
