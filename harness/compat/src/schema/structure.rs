//! Compares objects and arrays, field by field and item by item.

use super::compare::Comparison;
use super::difference::{Difference, Effect, Kind};
use super::facts::Facts;
use invite_text::escape;
use serde_json::Value;
use std::collections::BTreeSet;

/// The schema of an absent keyword.
static ANYTHING: Value = Value::Bool(true);
/// The schema of a field that is rejected.
static NOTHING: Value = Value::Bool(false);

/// Renamed fields are not searched for if more fields than this come or go at once.
const RENAMES: usize = 16;

/// Which fields an object may have besides the named ones.
#[derive(Clone, Copy)]
enum Others<'s> {
    Any,
    None,
    Fitting(&'s Value),
    /// Other keywords decide, which are only compared as a whole.
    Unknown,
}

impl<'s> Others<'s> {
    fn of(facts: &Facts<'s>) -> Others<'s> {
        let unclear = ["patternProperties", "unevaluatedProperties"];
        match facts.additional {
            _ if unclear.iter().any(|keyword| facts.other.contains_key(keyword)) => Others::Unknown,
            None => Others::Any,
            Some(Value::Bool(false)) => Others::None,
            Some(schema) => Others::Fitting(schema),
        }
    }

    /// The schema of each of them; `None` if that is unknown.
    fn schema(self) -> Option<&'s Value> {
        match self {
            Others::Any => Some(&ANYTHING),
            Others::None => Some(&NOTHING),
            Others::Fitting(schema) => Some(schema),
            Others::Unknown => None,
        }
    }

    fn words(self, of: impl Fn(&'s Value) -> String) -> String {
        match self {
            Others::Any | Others::Unknown => "not named".to_owned(),
            Others::None => "rejected".to_owned(),
            Others::Fitting(schema) => format!("like unnamed fields: {}", of(schema)),
        }
    }
}

impl<'s> Comparison<'s> {
    pub(super) fn objects(&mut self, at: &str, old: &Facts<'s>, new: &Facts<'s>) {
        self.bound(at, "minProperties", old, new);
        self.bound(at, "maxProperties", old, new);
        let renamed = self.renamed(old, new);
        let names: BTreeSet<&'s str> = (old.properties.keys().chain(new.properties.keys()))
            .chain(&old.required)
            .chain(&new.required)
            .copied()
            .collect();
        for name in names {
            let field = format!("{at}/{}", escape(name));
            let required = (old.required.contains(name), new.required.contains(name));
            match (old.properties.get(name).copied(), new.properties.get(name).copied()) {
                (Some(was), Some(is)) => {
                    self.required(&field, required);
                    self.schemas(&field, was, is);
                }
                (None, None) => self.required(&field, required),
                (None, Some(is)) => self.field_added(&field, Others::of(old), is, required),
                (Some(was), None) => {
                    let noted = renamed.iter().find(|(one, _)| *one == name);
                    let found = self.found_by(|this| {
                        this.field_removed(&field, was, Others::of(new), required);
                    });
                    self.extend(found);
                    if let Some((_, other)) = noted {
                        self.remark(format!(
                            "`{at}/{}` is new and has the same schema: it may be the new name.",
                            escape(other)
                        ));
                    }
                }
            }
        }
        self.others(at, old, new);
    }

    /// The fields that may only have a new name, by old and new name: exactly one new field has the
    /// schema of a removed one.
    fn renamed(&self, old: &Facts<'s>, new: &Facts<'s>) -> Vec<(&'s str, &'s str)> {
        let gone = old.properties.iter().filter(|(name, _)| !new.properties.contains_key(*name));
        let come = new.properties.iter().filter(|(name, _)| !old.properties.contains_key(*name));
        let (gone, come): (Vec<_>, Vec<_>) = (gone.collect(), come.collect());
        if gone.len() > RENAMES || come.len() > RENAMES {
            return Vec::new();
        }
        let mut pairs: Vec<(&'s str, &'s str)> = Vec::new();
        for (name, schema) in gone {
            let mut fitting = come.iter().filter(|(_, other)| self.same(schema, other));
            if let (Some((other, _)), None) = (fitting.next(), fitting.next()) {
                pairs.push((name, other));
            }
        }
        let taken: Vec<&'s str> = pairs.iter().map(|(_, other)| *other).collect();
        pairs.retain(|(_, other)| taken.iter().filter(|name| *name == other).count() == 1);
        pairs
    }

    fn required(&mut self, field: &str, (was, is): (bool, bool)) {
        if was != is {
            let (what, effect) = if is {
                ("newly required", Effect::NARROWS)
            } else {
                ("no longer required", Effect::WIDENS)
            };
            let word = |required| if required { "required" } else { "optional" };
            self.push(field, Kind::Required, what, (word(was), word(is)), effect);
        }
    }

    fn field_added(
        &mut self,
        field: &str,
        others: Others<'s>,
        is: &'s Value,
        (was_required, required): (bool, bool),
    ) {
        let absent = others.words(|schema| self.old_words(schema));
        if required && !was_required {
            let words = format!("{}, required", self.new_words(is));
            let effect =
                if matches!(others, Others::None) { Effect::BOTH } else { Effect::NARROWS };
            self.push(field, Kind::Required, "new required field", (absent, words), effect);
            if let Others::Fitting(schema) = others {
                self.schemas(field, schema, is);
            }
            return;
        }
        self.required(field, (was_required, required));
        if required {
            match others.schema() {
                Some(schema) => self.schemas(field, schema, is),
                None => self.unknown(field, "the old schema allowed it"),
            }
            return;
        }
        let words = (absent, format!("{}, optional", self.new_words(is)));
        let what = "new optional field";
        match others {
            Others::Any if is == &Value::Bool(false) => {
                self.push(field, Kind::FieldRemoved, "field forbidden", words, Effect::NARROWS);
            }
            Others::Any => self.push(field, Kind::FieldAdded, what, words, Effect::Added),
            Others::None if is == &Value::Bool(false) => {}
            Others::None => self.push(field, Kind::FieldAdded, what, words, Effect::WIDENS),
            Others::Fitting(schema) => {
                let found = self.found_by(|this| this.schemas(field, schema, is));
                if found.iter().all(|difference| difference.effect == Effect::None) {
                    self.push(field, Kind::FieldAdded, what, words, Effect::Added);
                } else {
                    self.extend(found);
                }
            }
            Others::Unknown => {
                let why = "whether the old schema allowed it is unknown".to_owned();
                self.push(field, Kind::FieldAdded, what, words, Effect::Undecided(why));
            }
        }
    }

    /// Reports that a field's schema is unknown.
    fn unknown(&mut self, field: &str, what: &str) {
        let effect = Effect::Undecided(format!("in which form {what} is unknown"));
        self.push(field, Kind::Schema, "schema changed", ("", ""), effect);
    }

    fn field_removed(
        &mut self,
        field: &str,
        was: &'s Value,
        others: Others<'s>,
        (was_required, required): (bool, bool),
    ) {
        if required {
            self.required(field, (was_required, required));
            match others.schema() {
                Some(schema) => self.schemas(field, was, schema),
                None => self.unknown(field, "the new schema allows it"),
            }
            return;
        }
        let absent = others.words(|schema| self.new_words(schema));
        let word = if was_required { "required" } else { "optional" };
        let words = (format!("{}, {word}", self.old_words(was)), absent);
        if was == &Value::Bool(false) {
            // A field that was forbidden by name did not exist.
            if !matches!(others, Others::None) {
                let what = "field no longer forbidden";
                self.push(field, Kind::FieldAdded, what, words, Effect::WIDENS);
            }
            return;
        }
        let mut found: Vec<Difference> = Vec::new();
        let mut refused = matches!(others, Others::None);
        let mut widens = false;
        if let Others::Fitting(schema) = others {
            found = self.found_by(|this| this.schemas(field, was, schema));
            refused = found.iter().any(|difference| difference.effect.may_narrow());
            widens = found.iter().any(|difference| difference.effect.may_widen());
        }
        let effect = match others {
            Others::Unknown => {
                Effect::Undecided("whether the new schema still allows it is unknown".to_owned())
            }
            _ => Effect::Removed { required: was_required, refused },
        };
        // How unnamed fields restrict it says more than that it was removed.
        if refused || widens {
            self.extend(found);
        }
        self.push(field, Kind::FieldRemoved, "field removed", words, effect);
    }

    /// Compares the fields that are not named.
    fn others(&mut self, at: &str, old: &Facts<'s>, new: &Facts<'s>) {
        let place = format!("{at}/*");
        let named = [old.additional, new.additional].map(|schema| schema.unwrap_or(&ANYTHING));
        let (old, new) = (Others::of(old), Others::of(new));
        let words = (
            old.words(|schema| self.old_words(schema)),
            new.words(|schema| self.new_words(schema)),
        );
        match (old, new) {
            (Others::Unknown, _) | (_, Others::Unknown) => {
                if !self.same(named[0], named[1]) {
                    let why = "other keywords also restrict unnamed fields".to_owned();
                    let what = "unnamed fields changed";
                    self.push(&place, Kind::Others, what, words, Effect::Undecided(why));
                }
            }
            (Others::Any, Others::Any) | (Others::None, Others::None) => {}
            (_, Others::None) => {
                let what = "unnamed fields are rejected now";
                self.push(&place, Kind::Others, what, words, Effect::NARROWS);
            }
            (Others::None, _) => {
                let what = "unnamed fields are no longer rejected";
                self.push(&place, Kind::Others, what, words, Effect::WIDENS);
            }
            (old, new) => {
                if let (Some(old), Some(new)) = (old.schema(), new.schema()) {
                    self.schemas(&place, old, new);
                }
            }
        }
    }

    pub(super) fn arrays(&mut self, at: &str, old: &Facts<'s>, new: &Facts<'s>) {
        self.bound(at, "minItems", old, new);
        self.bound(at, "maxItems", old, new);
        let item = |facts: &Facts<'s>, index: usize| {
            facts.prefix.get(index).or(facts.items).unwrap_or(&ANYTHING)
        };
        for index in 0..old.prefix.len().max(new.prefix.len()) {
            self.schemas(&format!("{at}/{index}"), item(old, index), item(new, index));
        }
        let further = |facts: &Facts<'s>| facts.items.unwrap_or(&ANYTHING);
        self.schemas(&format!("{at}/*"), further(old), further(new));
    }
}
