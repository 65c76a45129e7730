//! Numbers of schemas: exact where they are whole, and the ranges that their keywords and formats
//! make.

use super::facts::Facts;
use serde_json::Number;
use std::cmp::Ordering;
use std::fmt;

/// A number, exact when it is whole.
#[derive(Debug, Clone, Copy)]
enum Exact {
    Whole(i128),
    Float(f64),
}

impl From<&Number> for Exact {
    fn from(number: &Number) -> Exact {
        number
            .as_i64()
            .map(i128::from)
            .or_else(|| number.as_u64().map(i128::from))
            .map_or_else(|| Exact::Float(number.as_f64().unwrap_or_default()), Exact::Whole)
    }
}

impl Exact {
    fn compare(self, other: Exact) -> Ordering {
        match (self, other) {
            (Exact::Whole(one), Exact::Whole(two)) => one.cmp(&two),
            // Numbers of JSON are never NaN.
            (one, two) => one.float().total_cmp(&two.float()),
        }
    }

    fn float(self) -> f64 {
        match self {
            Exact::Whole(whole) => whole as f64,
            Exact::Float(float) => float,
        }
    }
}

/// Which of two numbers is greater.
pub(super) fn compare(one: &Number, two: &Number) -> Ordering {
    Exact::from(one).compare(two.into())
}

/// Whether a number is whole.
pub(super) fn is_whole(number: &Number) -> bool {
    match number.into() {
        Exact::Whole(_) => true,
        Exact::Float(float) => float.fract() == 0.0,
    }
}

/// The least or greatest number that is allowed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    number: Exact,
    /// Whether the number itself is not allowed.
    exclusive: bool,
    lower: bool,
}

impl Limit {
    /// How narrow it is: greater is narrower. No limit is the widest.
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

    /// Whether a number keeps it.
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

/// The range of a format of whole numbers. Validators need not heed formats; servers do, because
/// these are the integers that they read into.
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

/// The narrowest limit that a schema sets to a number.
pub(super) fn limit(facts: &Facts<'_>, lower: bool) -> Option<Limit> {
    let (inclusive, exclusive) =
        if lower { ("minimum", "exclusiveMinimum") } else { ("maximum", "exclusiveMaximum") };
    let keyword = |keyword: &str, exclusive: bool| {
        let number: Exact = (*facts.bounds.get(keyword)?).into();
        Some(match number {
            // A whole number above 3 is one from 4.
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
