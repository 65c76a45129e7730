//! Whole numbers, as JSON has them: `60.0` is the integer 60.

use serde::{Deserialize, Deserializer, de};
use serde_json::Number;

/// Reads a whole number.
pub(crate) fn whole<'de, D: Deserializer<'de>, T: TryFrom<i128>>(from: D) -> Result<T, D::Error> {
    Number::deserialize(from).and_then(|number| convert(&number))
}

/// Reads a whole number, or null as `None`.
pub(crate) fn some_whole<'de, D: Deserializer<'de>, T: TryFrom<i128>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    Option::<Number>::deserialize(from)?.map(|number| convert(&number)).transpose()
}

fn convert<T: TryFrom<i128>, E: de::Error>(number: &Number) -> Result<T, E> {
    /// The largest whole number up to which a float is exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let whole = number.as_i64().map(i128::from).or(number.as_u64().map(i128::from)).or_else(|| {
        let float = number.as_f64().filter(|f| f.fract() == 0.0 && f.abs() <= EXACT)?;
        Some(float as i128)
    });
    whole
        .and_then(|whole| T::try_from(whole).ok())
        .ok_or_else(|| E::custom(format_args!("invalid value: {number}, expected a whole number")))
}
