//! A schema as alternatives, each of them plain facts: references followed, `allOf` put together,
//! `anyOf` and `oneOf` taken apart.

use super::document::{Schema, Target, assertions};
use super::types::{Type, Types};
use serde_json::{Map, Number, Value};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// More alternatives than a schema for people has.
const ALTERNATIVES: usize = 64;
/// How deep references and combinations may be nested at one place of the payload.
const DEPTH: usize = 64;

/// Keywords that bound something by a number: from below when the name says `min`.
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

/// What is left to spend, in steps: a schema can be small and yet stand for an enormous one.
#[derive(Debug)]
pub(super) struct Fuel(Cell<u32>);

impl Fuel {
    pub(super) fn new(steps: u32) -> Fuel {
        Fuel(Cell::new(steps))
    }

    /// Spends one step, if there is one.
    pub(super) fn spend(&self) -> Option<()> {
        self.0.set(self.0.get().checked_sub(1)?);
        Some(())
    }

    pub(super) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}

/// One alternative of a schema: what a value must be to fit it.
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
    /// Keywords that are compared as a whole only.
    pub(super) other: BTreeMap<&'s str, &'s Value>,
}

impl<'s> Facts<'s> {
    /// What the keywords of one schema say by themselves.
    fn of(object: &'s Map<String, Value>) -> Facts<'s> {
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
                // As if it were not there.
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

    /// Both at once; an error says why that cannot be told.
    fn and(mut self, more: &Facts<'s>) -> Result<Facts<'s>, String> {
        let clash = |what: &str| Err(format!("`allOf` or `$ref` puts two `{what}` together"));
        self.types = self.types.both(more.types);
        self.integer |= more.integer;
        if let Some(values) = &more.values {
            self.restrict_values(values.iter().copied());
        }
        for (keyword, number) in &more.bounds {
            let known = self.bounds.entry(keyword).or_insert(number);
            let order = super::number::compare(number, known);
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
        // `additionalProperties` is about the fields that its own schema does not name.
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

    /// The listed values of this type; `None` where any may be.
    pub(super) fn listed(&self, kind: Type) -> Option<Vec<&'s Value>> {
        let values = self.values.as_ref()?;
        Some(values.iter().copied().filter(|value| Type::of(value) == kind).collect())
    }

    /// Whether there can be a value of this type.
    pub(super) fn allows(&self, kind: Type) -> bool {
        self.types.contains(kind) && self.listed(kind).is_none_or(|values| !values.is_empty())
    }
}

/// Whether a bound is one from below.
pub(super) fn is_lower(keyword: &str) -> bool {
    keyword.starts_with("min") || keyword == "exclusiveMinimum"
}

/// Whether a schema accepts everything and says so plainly.
pub(super) fn is_anything(schema: &Value) -> bool {
    match schema {
        Value::Bool(anything) => *anything,
        Value::Object(object) => assertions(object).next().is_none(),
        _ => false,
    }
}

/// The alternatives of a schema; none when it refuses everything. An error says why they cannot be
/// told.
pub(super) fn alternatives<'s>(
    schema: &'s Schema,
    node: &'s Value,
    fuel: &Fuel,
) -> Result<Vec<Facts<'s>>, String> {
    expand(schema, node, fuel, &mut Vec::new())
}

fn expand<'s>(
    schema: &'s Schema,
    node: &'s Value,
    fuel: &Fuel,
    within: &mut Vec<&'s Value>,
) -> Result<Vec<Facts<'s>>, String> {
    fuel.spend().ok_or("the schemas stand for too much to be compared whole")?;
    let object = match node {
        Value::Bool(false) => return Ok(Vec::new()),
        Value::Bool(true) => return Ok(vec![Facts { types: Types::ALL, ..Facts::default() }]),
        Value::Object(object) => object,
        _ => return Err("what stands there is no schema".to_owned()),
    };
    if within.iter().any(|outer| std::ptr::eq(*outer, node)) {
        return Err("the schema refers to itself without end".to_owned());
    }
    if within.len() >= DEPTH {
        return Err("the schema is nested too deeply".to_owned());
    }
    within.push(node);
    let expanded = expand_object(schema, object, fuel, within);
    within.pop();
    expanded
}

fn expand_object<'s>(
    schema: &'s Schema,
    object: &'s Map<String, Value>,
    fuel: &Fuel,
    within: &mut Vec<&'s Value>,
) -> Result<Vec<Facts<'s>>, String> {
    let mut all = vec![Facts::of(object)];
    if let Some((keyword, Value::String(reference))) = object.get_key_value("$ref") {
        match schema.target(reference) {
            Target::Here(target) => all = product(all, &expand(schema, target, fuel, within)?)?,
            Target::Missing => return Err(format!("`{reference}` leads nowhere")),
            Target::Elsewhere => {
                let value = &object[keyword.as_str()];
                all.iter_mut().for_each(|facts| _ = facts.other.insert("$ref", value));
            }
        }
    }
    if let Some(Value::Array(every)) = object.get("allOf") {
        for one in every {
            all = product(all, &expand(schema, one, fuel, within)?)?;
        }
    }
    if let Some(Value::Array(any)) = object.get("anyOf") {
        let mut branches = Vec::new();
        for one in any {
            branches.extend(expand(schema, one, fuel, within)?);
        }
        all = product(all, &branches)?;
    }
    if let Some(keyword @ Value::Array(one_of)) = object.get("oneOf") {
        let mut branches: Vec<Facts<'s>> = Vec::new();
        let mut apart = true;
        for one in one_of {
            let more = expand(schema, one, fuel, within)?;
            apart &= more.iter().all(|facts| {
                branches.iter().all(|known| super::fit::are_apart(schema, known, facts, fuel))
            });
            branches.extend(more);
            if branches.len() > ALTERNATIVES {
                return Err(format!("it has more than {ALTERNATIVES} alternatives"));
            }
        }
        if apart {
            all = product(all, &branches)?;
        } else {
            // Where two fit at once, none does: that is no plain choice.
            all.iter_mut().for_each(|facts| _ = facts.other.insert("oneOf", keyword));
        }
    }
    all.retain(|facts| Type::ALL.into_iter().any(|kind| facts.allows(kind)));
    Ok(all)
}

/// Each of the one with each of the other.
fn product<'s>(all: Vec<Facts<'s>>, more: &[Facts<'s>]) -> Result<Vec<Facts<'s>>, String> {
    if all.len().saturating_mul(more.len()) > ALTERNATIVES {
        return Err(format!("it has more than {ALTERNATIVES} alternatives"));
    }
    let mut product = Vec::new();
    for one in all {
        for other in more {
            product.push(one.clone().and(other)?);
        }
    }
    Ok(product)
}

/// Whether a keyword that is compared as a whole says anything of values of this type.
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
