//! JSON numbers, compared exactly where they are whole.

use serde_json::Number;
use std::cmp::Ordering;

/// A number, exact when it is whole.
#[derive(Debug, Clone, Copy)]
pub(super) enum Exact {
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
    pub(super) fn compare(self, other: Exact) -> Ordering {
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
