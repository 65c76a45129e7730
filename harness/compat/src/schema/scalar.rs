//! Compares listed values, strings, numbers, and bounds of every kind.

use super::compare::Comparison;
use super::describe::{listed, shown};
use super::difference::{Effect, Kind};
use super::facts::{Facts, concerns, is_lower};
use super::fit::admits;
use super::limit::{Limit, format_range, limit};
use super::number;
use super::same::same_keyword;
use super::types::Type;
use serde_json::{Number, Value};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// The two values of a boolean.
static BOOLEANS: [Value; 2] = [Value::Bool(false), Value::Bool(true)];

/// Keywords that can only reject: adding one narrows, removing one widens.
const REFUSING: &[&str] = &[
    "$ref",
    "dependentRequired",
    "dependentSchemas",
    "multipleOf",
    "not",
    "oneOf",
    "propertyNames",
    "uniqueItems",
];

/// What the alternatives of one side say about values of one type.
struct Side<'a, 's> {
    values: Vec<&'s Value>,
    open: Vec<&'a Facts<'s>>,
    /// A list with a further condition that cannot be applied to its values.
    is_unclear: bool,
}

impl<'a, 's> Side<'a, 's> {
    fn of(kind: Type, all: &[&'a Facts<'s>]) -> Side<'a, 's> {
        let mut side = Side { values: Vec::new(), open: Vec::new(), is_unclear: false };
        for facts in all {
            let values = match facts.listed(kind) {
                Some(values) => values,
                None if kind == Type::Boolean => BOOLEANS.iter().collect(),
                None => {
                    side.open.push(facts);
                    continue;
                }
            };
            for value in values {
                let fits = admits(facts, value);
                side.is_unclear |= fits.is_none();
                if fits != Some(false) && !side.values.contains(&value) {
                    side.values.push(value);
                }
            }
        }
        side
    }

    /// Whether it allows this value; `None` if that is unknown.
    fn allows(&self, value: &Value) -> Option<bool> {
        if self.values.contains(&value) {
            return Some(true);
        }
        let mut allows = Some(false);
        for facts in &self.open {
            match admits(facts, value) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => allows = None,
            }
        }
        allows
    }

    fn words(&self, kind: Type) -> String {
        match (&self.open[..], &self.values[..]) {
            ([], values) => listed(values),
            (_, []) => format!("any {} that fits", kind.name()),
            (_, values) => format!("{} or another {}", listed(values), kind.name()),
        }
    }
}

impl<'s> Comparison<'s> {
    /// Compares listed values with each other, and lists with alternatives that list none.
    pub(super) fn listed(
        &mut self,
        at: &str,
        kind: Type,
        olds: &[&Facts<'s>],
        news: &[&Facts<'s>],
    ) {
        let is_open = |facts: &&Facts<'s>| facts.values.is_none();
        if kind == Type::Null || (olds.iter().all(is_open) && news.iter().all(is_open)) {
            return;
        }
        let (old, new) = (Side::of(kind, olds), Side::of(kind, news));
        let words = (old.words(kind), new.words(kind));
        if old.is_unclear || new.is_unclear {
            let unchanged = olds.len() == news.len()
                && olds.iter().zip(news).all(|(old, new)| {
                    self.found_by(|this| this.facts(at, kind, old, new)).is_empty()
                        && old.listed(kind) == new.listed(kind)
                });
            if !unchanged {
                let why = "a list of values comes with a condition that cannot be applied to it";
                let effect = Effect::Undecided(why.to_owned());
                self.push(at, Kind::Values, "listed values changed", words, effect);
            }
            return;
        }
        let lacking = |values: &[&'s Value], side: &Side<'_, 's>, fits: Option<bool>| {
            let lacks = |value: &&'s Value| side.allows(value) == fits;
            values.iter().copied().filter(lacks).collect::<Vec<&Value>>()
        };
        let removed = lacking(&old.values, &new, Some(false));
        let added = lacking(&new.values, &old, Some(false));
        let unsure: Vec<&Value> = lacking(&old.values, &new, None)
            .into_iter()
            .chain(lacking(&new.values, &old, None))
            .collect();
        if !unsure.is_empty() {
            let why = format!("whether the other schema allows {} is unknown", listed(&unsure));
            self.push(at, Kind::Values, "listed values changed", words, Effect::Undecided(why));
            return;
        }
        match (old.open.is_empty(), new.open.is_empty()) {
            (false, true) => {
                let effect = Effect::Shift { narrows: true, widens: !added.is_empty() };
                self.push(at, Kind::Values, "limited to listed values", words, effect);
            }
            (true, false) => {
                let effect = Effect::Shift { narrows: !removed.is_empty(), widens: true };
                self.push(at, Kind::Values, "no longer limited to listed values", words, effect);
            }
            _ => {
                const NOT: &str = "not allowed";
                if !removed.is_empty() {
                    let words = (listed(&removed), NOT);
                    self.push(at, Kind::Values, "value removed", words, Effect::NARROWS);
                }
                if !added.is_empty() {
                    let words = (NOT, listed(&added));
                    self.push(at, Kind::Values, "new possible value", words, Effect::WIDENS);
                }
            }
        }
    }

    pub(super) fn strings(&mut self, at: &str, old: &Facts<'s>, new: &Facts<'s>) {
        self.bound(at, "minLength", old, new);
        self.bound(at, "maxLength", old, new);
        if old.patterns != new.patterns {
            let removed = old.patterns.difference(&new.patterns).next().is_some();
            let added = new.patterns.difference(&old.patterns).next().is_some();
            let (what, effect) = match (added, removed) {
                (true, false) => ("pattern added", Effect::NARROWS),
                (false, true) => ("pattern removed", Effect::WIDENS),
                _ => {
                    let why = "which strings the two patterns match cannot be compared";
                    ("pattern changed", Effect::Undecided(why.to_owned()))
                }
            };
            let words = |patterns: &BTreeSet<&str>| match patterns.len() {
                0 => "none".to_owned(),
                _ => patterns.iter().copied().collect::<Vec<_>>().join(" and "),
            };
            self.push(
                at,
                Kind::Pattern,
                what,
                (words(&old.patterns), words(&new.patterns)),
                effect,
            );
        }
        self.format(at, old, new);
    }

    pub(super) fn numbers(&mut self, at: &str, old: &Facts<'s>, new: &Facts<'s>) {
        if old.integer != new.integer {
            let word = |whole| if whole { "integer" } else { "number" };
            let (what, effect) = if new.integer {
                ("type narrowed", Effect::NARROWS)
            } else {
                ("type widened", Effect::WIDENS)
            };
            self.push(at, Kind::Type, what, (word(old.integer), word(new.integer)), effect);
        }
        for lower in [true, false] {
            let (was, is) = (limit(old, lower), limit(new, lower));
            let words = |limit: Option<Limit>| limit.map_or("none".to_owned(), |l| l.to_string());
            let name = if lower { "least number" } else { "greatest number" };
            self.limit(at, name, lower, Limit::compare(was, is), (words(was), words(is)));
        }
        // Integer formats were compared above, as ranges.
        let ranges = [old.format, new.format].map(|format| format.and_then(format_range));
        if ranges == [None, None] {
            self.format(at, old, new);
        }
    }

    /// Compares a bound of a length or size; an absent lower bound is 0, an absent upper one is none.
    pub(super) fn bound(&mut self, at: &str, keyword: &str, old: &Facts<'s>, new: &Facts<'s>) {
        let of = |facts: &Facts<'s>| facts.bounds.get(keyword).copied().cloned();
        let (was, is) = (of(old), of(new));
        let lower = is_lower(keyword);
        let nothing = Number::from(0);
        let order = if lower {
            let [was, is] = [&was, &is].map(|bound| bound.as_ref().unwrap_or(&nothing));
            number::compare(was, is)
        } else {
            match (&was, &is) {
                (Some(was), Some(is)) => number::compare(is, was),
                (was, is) => was.is_some().cmp(&is.is_some()),
            }
        };
        let words = |bound: Option<Number>| bound.map_or("none".to_owned(), |it| it.to_string());
        self.limit(at, &format!("`{keyword}`"), lower, order, (words(was), words(is)));
    }

    /// Reports a limit that moved; `order` is `Less` if the old one was wider.
    fn limit(
        &mut self,
        at: &str,
        name: &str,
        lower: bool,
        order: Ordering,
        words: (String, String),
    ) {
        let (up, down) = ("raised", "lowered");
        let (effect, verb) = match (order, words.0 == "none", words.1 == "none") {
            (Ordering::Equal, ..) => return,
            (Ordering::Less, true, _) => (Effect::NARROWS, "added"),
            (Ordering::Greater, _, true) => (Effect::WIDENS, "removed"),
            (Ordering::Less, ..) => (Effect::NARROWS, if lower { up } else { down }),
            (Ordering::Greater, ..) => (Effect::WIDENS, if lower { down } else { up }),
        };
        self.push(at, Kind::Range, format!("{name} {verb}"), words, effect);
    }

    fn format(&mut self, at: &str, old: &Facts<'s>, new: &Facts<'s>) {
        let (what, effect) = match (old.format, new.format) {
            (was, is) if was == is => return,
            (None, _) => ("format added", Effect::NARROWS),
            (_, None) => ("format removed", Effect::WIDENS),
            _ => {
                let why = "what the two formats allow cannot be compared";
                ("format changed", Effect::Undecided(why.to_owned()))
            }
        };
        let words = (old.format.unwrap_or("none"), new.format.unwrap_or("none"));
        self.push(at, Kind::Format, what, words, effect);
    }

    /// Compares the keywords that are only compared as a whole.
    pub(super) fn other_keywords(
        &mut self,
        at: &str,
        kind: Type,
        old: &Facts<'s>,
        new: &Facts<'s>,
    ) {
        let keywords: BTreeSet<&'s str> =
            old.other.keys().chain(new.other.keys()).copied().collect();
        for keyword in keywords.into_iter().filter(|keyword| concerns(keyword, kind)) {
            let (was, is) = (old.other.get(keyword).copied(), new.other.get(keyword).copied());
            let unchanged = match (was, is) {
                (Some(was), Some(is)) => {
                    same_keyword(self.old, self.new, keyword, (was, is), &self.fuel)
                }
                _ => false,
            };
            if unchanged {
                continue;
            }
            let refuses = REFUSING.contains(&keyword);
            let (verb, effect) = match (was, is) {
                (None, _) if refuses => ("added", Effect::NARROWS),
                (_, None) if refuses => ("removed", Effect::WIDENS),
                _ => ("changed", {
                    let why = format!("what `{keyword}` accepts cannot be compared");
                    Effect::Undecided(why)
                }),
            };
            let words = |value: Option<&Value>| value.map_or_else(|| "none".to_owned(), shown);
            self.push(
                at,
                Kind::Keyword,
                format!("`{keyword}` {verb}"),
                (words(was), words(is)),
                effect,
            );
        }
    }
}
