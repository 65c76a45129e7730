//! Text for people: pages of lines that fit, colours, values in a few words, and text from elsewhere
//! made harmless.
//!
//! | file | what |
//! | --- | --- |
//! | `untrusted` | text from elsewhere: nothing in it is invisible, steers a terminal or a CI job |
//! | `ink`, `style` | the colours, and whether they are shown |
//! | `page` | lines that fit; the only place that writes escape sequences |
//! | `wrap` | breaking text into lines, by display columns |
//! | `json` | JSON values in a few words |
//! | `diagnostic` | what is wrong with a file that a user wrote, and where |

mod diagnostic;
mod ink;
mod json;
mod page;
mod style;
mod untrusted;
mod wrap;

pub use diagnostic::{Diagnostic, Position, did_you_mean, meant};
pub use ink::{Ink, Span};
pub use json::{escape, show};
pub use page::Page;
pub use style::Style;
pub use untrusted::{Untrusted, harmless, harmless_lines};
pub use wrap::{WIDTH, columns, shortened, wrapped};
