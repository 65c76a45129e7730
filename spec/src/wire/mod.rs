//! Values whose form on the wire differs from plain JSON.

mod loose;
mod numeric_date;
mod open_enum;
mod strict;
mod text;
mod whole;

pub(crate) use loose::only_read;
pub use loose::{LooseBool, LooseSeconds, PinCode};
pub use numeric_date::NumericDate;
pub(crate) use open_enum::open_enum;
pub use strict::{Strict, from_value};
pub(crate) use text::not_empty;
pub(crate) use whole::{some_whole, whole};

/// Distinguishes an absent field from `null`.
pub(crate) fn is_false(value: &bool) -> bool {
    !*value
}
