//! Whether two schemas say the same, apart from names and explanations.

use super::document::{Holds, Schema, Target, assertions, holds};
use super::facts::is_anything;
use super::fuel::Fuel;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How deep schemas may be nested. The JSON parser stops at 128.
const DEPTH: usize = 160;

/// Whether `one`, of the old document, and `two`, of the new one, accept the same by the same
/// keywords. `false` only says that this was not established.
pub(super) fn same<'s>(
    old: &'s Schema,
    new: &'s Schema,
    one: &'s Value,
    two: &'s Value,
    fuel: &Fuel,
) -> bool {
    Same { old, new, fuel, assumed: Vec::new(), depth: 0 }.schemas(one, two)
}

/// Whether a keyword says the same in both documents.
pub(super) fn same_keyword<'s>(
    old: &'s Schema,
    new: &'s Schema,
    keyword: &str,
    (one, two): (&'s Value, &'s Value),
    fuel: &Fuel,
) -> bool {
    Same { old, new, fuel, assumed: Vec::new(), depth: 0 }.values(keyword, one, two)
}

struct Same<'s, 'f> {
    old: &'s Schema,
    new: &'s Schema,
    fuel: &'f Fuel,
    /// Pairs that are being compared: two schemas that refer to themselves are the same unless a
    /// difference turns up on the way round.
    assumed: Vec<(*const Value, *const Value)>,
    depth: usize,
}

impl<'s> Same<'s, '_> {
    fn schemas(&mut self, one: &'s Value, two: &'s Value) -> bool {
        if self.fuel.spend().is_none() || self.depth >= DEPTH {
            return false;
        }
        let (one, two) = (self.old.meant(one), self.new.meant(two));
        if is_anything(one) || is_anything(two) {
            return is_anything(one) && is_anything(two);
        }
        let (Value::Object(fields), Value::Object(others)) = (one, two) else { return one == two };
        let pair = (std::ptr::from_ref(one), std::ptr::from_ref(two));
        if self.assumed.contains(&pair) {
            return true;
        }
        self.assumed.push(pair);
        self.depth += 1;
        let same = self.keywords(fields, others);
        self.depth -= 1;
        same
    }

    fn keywords(&mut self, one: &'s Map<String, Value>, two: &'s Map<String, Value>) -> bool {
        let one: BTreeMap<&str, &Value> = assertions(one).collect();
        let two: BTreeMap<&str, &Value> = assertions(two).collect();
        one.len() == two.len()
            && one.iter().all(|(keyword, value)| {
                two.get(keyword).is_some_and(|other| self.values(keyword, value, other))
            })
    }

    fn values(&mut self, keyword: &str, one: &'s Value, two: &'s Value) -> bool {
        match (keyword, holds(keyword), one, two) {
            ("$ref", _, Value::String(one), Value::String(two)) => {
                match (self.old.target(one), self.new.target(two)) {
                    (Target::Here(one), Target::Here(two)) => self.schemas(one, two),
                    _ => one == two,
                }
            }
            (_, Holds::One, one, two) => self.schemas(one, two),
            (_, Holds::List, Value::Array(one), Value::Array(two)) => {
                one.len() == two.len()
                    && one.iter().zip(two).all(|(one, two)| self.schemas(one, two))
            }
            (_, Holds::Named, Value::Object(one), Value::Object(two)) => {
                one.len() == two.len()
                    && one
                        .iter()
                        .all(|(name, one)| two.get(name).is_some_and(|two| self.schemas(one, two)))
            }
            ("enum" | "required" | "type", _, Value::Array(one), Value::Array(two)) => {
                one.len() == two.len() && one.iter().all(|value| two.contains(value))
            }
            (_, _, one, two) => one == two,
        }
    }
}
