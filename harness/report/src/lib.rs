//! What is shown of a run. Every report is a pure function of the record.
//!
//! | file | what |
//! | --- | --- |
//! | `explanation` | why a requirement is not fulfilled, as data: the content of every format |
//! | `format` | the table of formats |
//! | `replay` | a folder that replays each failure, on its own |
//! | `terminal` | text for people |
//! | `junit`, `sarif`, `tap`, `github`, `badge` | for CI systems, and what shows their results |
//! | `annotated` | the file at which a CI system shows a failure |
//! | `outcome` | what came of each requirement, with its row |
//! | `judgement` | what captured traffic tells: pass, fail, not observed |
//! | `markdown` | for a pull request or a job summary |
//! | `html` | one page that holds everything, for a browser |
//! | `comparison` | what changed from one run to another |
//! | `history` | what several runs came to |
//! | `section` | what reports say besides the verdicts |

mod annotated;
mod badge;
mod comparison;
pub mod explanation;
mod format;
mod github;
mod history;
mod html;
mod judged;
mod judgement;
mod junit;
mod markdown;
mod replay;
mod sarif;
mod section;
mod tap;
mod terminal;

pub use comparison::{comparison_markdown, comparison_text};
pub use explanation::{Explanation, explain};
pub use format::{FORMATS, File, Format, Rendered, Unrendered, write_json};
pub use history::history_text;
pub use html::{history_html, html};
use invite_record::Record;
use invite_text::Style;
pub use judgement::{Judgement, Row, Seen};
pub use markdown::markdown;
pub(crate) use section::sentence;
pub use section::{Item, Section, Tone, sections};
use terminal::told;
pub use terminal::{View, terminal};
