//! The least and the greatest number that a schema allows, by its keywords and its format.

use super::facts::Facts;
use super::number::Exact;
use serde_json::Number;
use std::cmp::Ordering;
use std::fmt;

/// The least or greatest number that is allowed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    number: Exact,
    /// Whether the number itself is excluded.
    exclusive: bool,
    lower: bool,
}

impl Limit {
    /// Which of two is narrower: the greater one. No limit is the widest.
    pub(super) fn compare(one: Option<Limit>, two: Option<Limit>) -> Ordering {
        match (one, two) {
            (Some(one), Some(two)) => {
                let order = one.number.compare(two.number);
                let order = if one.lower { order } else { order.reverse() };
                order.then(one.exclusive.cmp(&two.exclusive))
            }
            (one, two) => one.is_some().cmp(&two.is_some()),
        }
    }

    /// Whether a number is within the limit.
    pub(super) fn admits(self, number: &Number) -> bool {
        let order = Exact::from(number).compare(self.number);
        let order = if self.lower { order } else { order.reverse() };
        order.is_gt() || (order.is_eq() && !self.exclusive)
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match (self.lower, self.exclusive) {
            (true, false) => ">=",
            (true, true) => ">",
            (false, false) => "<=",
            (false, true) => "<",
        };
        match self.number {
            Exact::Whole(whole) => write!(f, "{sign} {whole}"),
            Exact::Float(float) => write!(f, "{sign} {float}"),
        }
    }
}

/// The range of an integer format. Validators may ignore formats; servers do not, because they parse
/// into these integers.
pub(super) fn format_range(format: &str) -> Option<(i128, i128)> {
    Some(match format {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" => (i64::MIN.into(), i64::MAX.into()),
        "uint8" => (0, u8::MAX.into()),
        "uint16" => (0, u16::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        "uint64" => (0, u64::MAX.into()),
        _ => return None,
    })
}

/// The narrowest limit that a schema sets.
pub(super) fn limit(facts: &Facts<'_>, lower: bool) -> Option<Limit> {
    let (inclusive, exclusive) =
        if lower { ("minimum", "exclusiveMinimum") } else { ("maximum", "exclusiveMaximum") };
    let keyword = |keyword: &str, exclusive: bool| {
        let number: Exact = (*facts.bounds.get(keyword)?).into();
        Some(match number {
            // An integer greater than 3 is at least 4.
            Exact::Whole(whole) if exclusive && facts.integer => Limit {
                number: Exact::Whole(if lower { whole + 1 } else { whole - 1 }),
                exclusive: false,
                lower,
            },
            number => Limit { number, exclusive, lower },
        })
    };
    let format = facts.format.and_then(format_range).map(|(least, most)| Limit {
        number: Exact::Whole(if lower { least } else { most }),
        exclusive: false,
        lower,
    });
    [keyword(inclusive, false), keyword(exclusive, true), format]
        .into_iter()
        .max_by(|one, two| Limit::compare(*one, *two))
        .flatten()
}
