//! Text for people: colours, lines that fit, values in a few words.

mod clean;
mod diagnostic;
mod json;
mod style;
mod wrap;

pub use clean::clean;
pub use diagnostic::{Diagnostic, Position, did_you_mean, meant};
pub use json::{escape, show};
pub use style::Style;
pub use wrap::{WIDTH, wrapped};
