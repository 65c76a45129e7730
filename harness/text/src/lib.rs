//! Text for people: colours, lines that fit, values in a few words.

mod clean;
mod json;
mod style;
mod wrap;

pub use clean::clean;
pub use json::{escape, show};
pub use style::Style;
pub use wrap::{WIDTH, wrapped};
