//! A schema as alternatives, each of them plain facts: references are followed, `allOf` is merged,
//! `anyOf` and `oneOf` are taken apart.

use super::document::{Schema, Target};
use super::facts::Facts;
use super::fit::are_apart;
use super::fuel::Fuel;
use super::types::{Type, Types};
use serde_json::{Map, Value};

/// More alternatives than any schema that is written for people.
const ALTERNATIVES: usize = 64;
/// How deep references and combinations may be nested at one place of the payload.
const DEPTH: usize = 64;

/// The alternatives of a schema; none if it rejects everything. An error says why they cannot be
/// listed.
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
    fuel.spend().ok_or("the schemas are too large to compare completely")?;
    let object = match node {
        Value::Bool(false) => return Ok(Vec::new()),
        Value::Bool(true) => return Ok(vec![Facts { types: Types::ALL, ..Facts::default() }]),
        Value::Object(object) => object,
        _ => return Err("a value at this place is not a schema".to_owned()),
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
            Target::Missing => return Err(format!("`{reference}` points to nothing")),
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
            apart &= more
                .iter()
                .all(|facts| branches.iter().all(|known| are_apart(schema, known, facts, fuel)));
            branches.extend(more);
            if branches.len() > ALTERNATIVES {
                return Err(format!("it has more than {ALTERNATIVES} alternatives"));
            }
        }
        if apart {
            all = product(all, &branches)?;
        } else {
            // `oneOf` rejects a value that fits two branches, so this is not a plain choice.
            all.iter_mut().for_each(|facts| _ = facts.other.insert("oneOf", keyword));
        }
    }
    all.retain(|facts| Type::ALL.into_iter().any(|kind| facts.allows(kind)));
    Ok(all)
}

/// Combines each alternative of the one with each of the other.
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
