//! Compares two schemas, place by place of the payload. Who sends it does not matter here.

use super::alternatives::alternatives;
use super::describe::{alternative, describe, shown};
use super::difference::{Difference, Effect, Kind};
use super::document::{ANNOTATIONS, Schema};
use super::facts::Facts;
use super::fit::{are_apart, tag};
use super::fuel::Fuel;
use super::same::same;
use super::types::Type;
use serde_json::Value;

/// The budget for a pair of schemas, in steps. The largest real pair takes a few hundred.
const STEPS: u32 = 200_000;
/// How deep a payload may be nested. The JSON parser stops at 128.
const DEPTH: usize = 64;

/// Every difference between two schemas of one payload, by place. None if the documents are equal.
pub(crate) fn differences(old: &Schema, new: &Schema) -> Vec<Difference> {
    // As text, the order of keys counts, too.
    let [before, after] = [old, new].map(|schema| schema.root().to_string());
    if before == after {
        return Vec::new();
    }
    let mut comparison = Comparison::new(old, new);
    comparison.identity();
    comparison.schemas("", old.root(), new.root());
    let is_whole = !comparison.fuel.is_spent();
    let mut found = comparison.found;
    let nowhere = |kind, what: &str, effect| {
        let (at, old, new) = (String::new(), String::new(), String::new());
        Difference { at, kind, what: what.to_owned(), old, new, effect, note: None }
    };
    if !is_whole && !same(old, new, old.root(), new.root(), &Fuel::new(STEPS)) {
        let why = "the schemas are too large to compare completely".to_owned();
        found.push(nowhere(Kind::Schema, "schema changed", Effect::Undecided(why)));
    } else if found.is_empty() {
        let what = "written differently, same meaning";
        found.push(nowhere(Kind::Editorial, what, Effect::None));
    }
    // Several alternatives can reach the same place and report the same difference.
    let mut once: Vec<Difference> = Vec::with_capacity(found.len());
    found.sort_by(|one, two| (&one.at, one.kind, &one.what).cmp(&(&two.at, two.kind, &two.what)));
    for difference in found {
        if once.last() != Some(&difference) {
            once.push(difference);
        }
    }
    once
}

/// A comparison in progress.
pub(super) struct Comparison<'s> {
    pub(super) old: &'s Schema,
    pub(super) new: &'s Schema,
    pub(super) fuel: Fuel,
    /// The pairs of schemas that are being compared: the differences of a pair that recurs within
    /// itself are reported already.
    active: Vec<(*const Value, *const Value)>,
    found: Vec<Difference>,
}

impl<'s> Comparison<'s> {
    pub(super) fn new(old: &'s Schema, new: &'s Schema) -> Comparison<'s> {
        Comparison { old, new, fuel: Fuel::new(STEPS), active: Vec::new(), found: Vec::new() }
    }

    /// Notes a difference.
    pub(super) fn push(
        &mut self,
        at: &str,
        kind: Kind,
        what: impl Into<String>,
        (old, new): (impl Into<String>, impl Into<String>),
        effect: Effect,
    ) {
        let (at, what) = (at.to_owned(), what.into());
        let (old, new) = (old.into(), new.into());
        self.found.push(Difference { at, kind, what, old, new, effect, note: None });
    }

    /// Adds a remark to the difference that was noted last.
    pub(super) fn remark(&mut self, note: String) {
        if let Some(last) = self.found.last_mut() {
            last.note = Some(note);
        }
    }

    /// What a comparison finds, without keeping it.
    pub(super) fn found_by(&mut self, compare: impl FnOnce(&mut Self)) -> Vec<Difference> {
        let noted = std::mem::take(&mut self.found);
        compare(self);
        std::mem::replace(&mut self.found, noted)
    }

    /// Keeps what was found before.
    pub(super) fn extend(&mut self, found: Vec<Difference>) {
        self.found.extend(found);
    }

    /// Whether two schemas say the same.
    pub(super) fn same(&self, old: &'s Value, new: &'s Value) -> bool {
        same(self.old, self.new, old, new, &self.fuel)
    }

    /// A schema of the old document in a few words.
    pub(super) fn old_words(&self, node: &'s Value) -> String {
        describe(self.old, node, &self.fuel)
    }

    /// A schema of the new document in a few words.
    pub(super) fn new_words(&self, node: &'s Value) -> String {
        describe(self.new, node, &self.fuel)
    }

    /// Compares the schemas of one place of the payload.
    pub(super) fn schemas(&mut self, at: &str, old: &'s Value, new: &'s Value) {
        if self.fuel.spend().is_none() {
            return;
        }
        let pair = (std::ptr::from_ref(old), std::ptr::from_ref(new));
        if self.active.contains(&pair) {
            return;
        }
        if self.active.len() >= DEPTH {
            self.whole(at, old, new, "the payload is nested too deeply");
            return;
        }
        self.active.push(pair);
        self.annotations(at, old, new);
        let told = alternatives(self.old, old, &self.fuel)
            .and_then(|olds| Ok((olds, alternatives(self.new, new, &self.fuel)?)));
        match told {
            Ok((olds, news)) => self.places(at, (old, &olds), (new, &news)),
            Err(why) => self.whole(at, old, new, &why),
        }
        self.active.pop();
    }

    /// Compares schemas that cannot be taken apart.
    fn whole(&mut self, at: &str, old: &'s Value, new: &'s Value, why: &str) {
        if !self.same(old, new) {
            let words = (shown(old), shown(new));
            self.push(at, Kind::Schema, "schema changed", words, Effect::Undecided(why.into()));
        }
    }

    fn places(
        &mut self,
        at: &str,
        (old, olds): (&'s Value, &[Facts<'s>]),
        (new, news): (&'s Value, &[Facts<'s>]),
    ) {
        let any = |all: &[Facts<'s>], kind| all.iter().any(|facts| facts.allows(kind));
        let mut widens = Type::ALL.into_iter().any(|kind| !any(olds, kind) && any(news, kind));
        let mut narrows = Type::ALL.into_iter().any(|kind| any(olds, kind) && !any(news, kind));
        if let (Some(was), Some(is)) = (must_be_whole(olds), must_be_whole(news)) {
            widens |= was && !is;
            narrows |= !was && is;
        }
        if narrows || widens {
            let what = match (narrows, widens) {
                (true, false) => "type narrowed",
                (false, true) => "type widened",
                _ => "type changed",
            };
            let words = (self.old_words(old), self.new_words(new));
            self.push(at, Kind::Type, what, words, Effect::Shift { narrows, widens });
        }
        for kind in Type::ALL {
            if any(olds, kind) && any(news, kind) {
                self.kind(at, kind, olds, news);
            }
        }
    }

    /// Compares what two schemas say about values of one type.
    fn kind(&mut self, at: &str, kind: Type, olds: &[Facts<'s>], news: &[Facts<'s>]) {
        let olds: Vec<&Facts<'s>> = olds.iter().filter(|facts| facts.allows(kind)).collect();
        let news: Vec<&Facts<'s>> = news.iter().filter(|facts| facts.allows(kind)).collect();
        self.listed(at, kind, &olds, &news);
        // There is only one null, so a list of nulls restricts nothing.
        let is_open = |facts: &&&Facts<'s>| facts.values.is_none() || kind == Type::Null;
        let olds: Vec<&Facts<'s>> = olds.iter().filter(is_open).copied().collect();
        let news: Vec<&Facts<'s>> = news.iter().filter(is_open).copied().collect();
        match (&olds[..], &news[..]) {
            // `listed` has compared a list with something open.
            ([], _) | (_, []) => {}
            ([old], [new]) => {
                let mut found = self.found_by(|this| this.facts(at, kind, old, new));
                // `places` has compared whether numbers must be whole.
                found.retain(|it| it.kind != Kind::Type || it.at != at);
                self.extend(found);
            }
            (olds, news) => self.shapes(at, kind, olds, news),
        }
    }

    /// Compares several shapes that a value of one type may have. Pairs equal shapes first, then shapes
    /// with the same tag, then the last two; the rest was removed or is new.
    fn shapes(&mut self, at: &str, kind: Type, olds: &[&Facts<'s>], news: &[&Facts<'s>]) {
        let mut left: Vec<&Facts<'s>> = olds.to_vec();
        let mut right: Vec<&Facts<'s>> = news.to_vec();
        let mut pairs: Vec<(&Facts<'s>, &Facts<'s>)> = Vec::new();
        let mut take =
            |this: &mut Self, fits: &dyn Fn(&mut Self, &Facts<'s>, &Facts<'s>) -> bool| {
                left.retain(|old| {
                    let partner = right.iter().position(|new| fits(this, old, new));
                    if let Some(partner) = partner {
                        pairs.push((old, right.remove(partner)));
                    }
                    partner.is_none()
                });
            };
        take(self, &|this, old, new| {
            let found = this.found_by(|this| this.facts(at, kind, old, new));
            found.iter().all(|difference| difference.effect == Effect::None)
        });
        take(self, &|this, old, new| this.have_one_tag(old, new));
        take(self, &|this, old, new| {
            let found = this.found_by(|this| this.facts(at, kind, old, new));
            !found.iter().any(|it| it.effect.may_narrow() || it.effect.may_widen())
        });
        if let ([old], [new]) = (&left[..], &right[..]) {
            pairs.push((old, new));
            left.clear();
            right.clear();
        }
        for (old, new) in pairs {
            self.facts(at, kind, old, new);
        }
        for old in left {
            let lost = self.against(news, Effect::may_narrow, Effect::NARROWS, |this, new| {
                let apart = are_apart(this.old, old, new, &this.fuel);
                (apart, this.found_by(|this| this.facts(at, kind, old, new)))
            });
            if let Some(effect) = lost {
                let was = alternative(self.old, old, kind, &self.fuel);
                let what = "possible shape removed";
                self.push(at, Kind::Alternatives, what, (was, "none like it"), effect);
            }
        }
        for new in right {
            let won = self.against(olds, Effect::may_widen, Effect::WIDENS, |this, old| {
                let apart = are_apart(this.new, old, new, &this.fuel);
                (apart, this.found_by(|this| this.facts(at, kind, old, new)))
            });
            if let Some(effect) = won {
                let is = alternative(self.new, new, kind, &self.fuel);
                let what = "new possible shape";
                self.push(at, Kind::Alternatives, what, ("none like it", is), effect);
            }
        }
    }

    /// The effect of a shape that only one side has, with `all` on the other: none if one of these
    /// covers it. `compare` says whether the two have no value in common, and how they differ.
    fn against(
        &mut self,
        all: &[&Facts<'s>],
        concerns: fn(&Effect) -> bool,
        effect: Effect,
        compare: impl Fn(&mut Self, &Facts<'s>) -> (bool, Vec<Difference>),
    ) -> Option<Effect> {
        let mut is_certain = true;
        for one in all {
            let (apart, found) = compare(self, one);
            if !found.iter().any(|difference| concerns(&difference.effect)) {
                return None;
            }
            let told = found.iter().any(|difference| {
                concerns(&difference.effect) && !matches!(difference.effect, Effect::Undecided(_))
            });
            // Several together may cover what none does alone.
            is_certain &= apart || (told && all.len() == 1);
        }
        let why = "several shapes overlap, so what they accept together is unknown";
        Some(if is_certain { effect } else { Effect::Undecided(why.to_owned()) })
    }

    /// Whether both require the same field with the same single value.
    fn have_one_tag(&self, old: &Facts<'s>, new: &Facts<'s>) -> bool {
        old.required.intersection(&new.required).any(|name| {
            let (Some(old), Some(new)) = (old.properties.get(name), new.properties.get(name))
            else {
                return false;
            };
            let tags = (tag(self.old, old, &self.fuel), tag(self.new, new, &self.fuel));
            matches!(&tags, (Some(old), Some(new)) if old.len() == 1 && old == new)
        })
    }

    /// Compares two alternatives as far as they are about values of one type.
    pub(super) fn facts(&mut self, at: &str, kind: Type, old: &Facts<'s>, new: &Facts<'s>) {
        if self.fuel.spend().is_none() {
            return;
        }
        self.other_keywords(at, kind, old, new);
        match kind {
            Type::Null | Type::Boolean => {}
            Type::Number => self.numbers(at, old, new),
            Type::String => self.strings(at, old, new),
            Type::Array => self.arrays(at, old, new),
            Type::Object => self.objects(at, old, new),
        }
    }

    /// Compares the document's own name and dialect.
    fn identity(&mut self) {
        for keyword in ["$id", "$schema"] {
            let of = |schema: &'s Schema| schema.root().get(keyword);
            self.editorial("", keyword, of(self.old), of(self.new));
        }
    }

    /// Compares the keywords that only explain a place.
    fn annotations(&mut self, at: &str, old: &'s Value, new: &'s Value) {
        for keyword in ANNOTATIONS {
            let of = |schema: &'s Schema, node: &'s Value| {
                // A keyword next to the reference explains this place; one at its target, every use.
                node.get(keyword).or_else(|| schema.meant(node).get(keyword))
            };
            let (old, new) = (of(self.old, old), of(self.new, new));
            match (*keyword, old, new) {
                ("default", Some(was), Some(is)) if was != is => {
                    let why = "the meaning of omitting the field changed".to_owned();
                    let words = (shown(was), shown(is));
                    self.push(at, Kind::Keyword, "default changed", words, Effect::Undecided(why));
                }
                (keyword, old, new) => self.editorial(at, keyword, old, new),
            }
        }
    }

    fn editorial(&mut self, at: &str, keyword: &str, old: Option<&Value>, new: Option<&Value>) {
        if old != new {
            let what = match (old, new) {
                (None, _) => format!("`{keyword}` added"),
                (_, None) => format!("`{keyword}` removed"),
                _ => format!("`{keyword}` changed"),
            };
            let words = |value: Option<&Value>| value.map_or_else(|| "none".to_owned(), shown);
            self.push(at, Kind::Editorial, what, (words(old), words(new)), Effect::None);
        }
    }
}

/// Whether numbers must be whole; `None` if only listed numbers are allowed, which are compared one by
/// one.
fn must_be_whole(all: &[Facts<'_>]) -> Option<bool> {
    let mut open =
        all.iter().filter(|facts| facts.values.is_none() && facts.allows(Type::Number)).peekable();
    open.peek()?;
    Some(open.all(|facts| facts.integer))
}
