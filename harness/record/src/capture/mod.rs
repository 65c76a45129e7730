//! Traffic that was captured elsewhere, as traces: our own, those of a run record, or HAR files as
//! browsers write them, WebSocket messages included.
//!
//! | file | what |
//! | --- | --- |
//! | `read` | tells the formats apart |
//! | `har` | the parts of a HAR file that matter |
//! | `import` | makes one trace of HAR files, without secrets |
//! | `live` | makes one of traffic as it passes |
//! | `parts` | which call a request is, and the headers that matter |

mod har;
mod import;
pub mod live;
mod parts;
mod read;

pub use import::Imported;
pub use read::{Captured, Source, read};

/// Why a file is no capture.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {message}")]
pub struct CaptureError {
    /// The file.
    pub file: String,
    /// What is wrong with it, and where.
    pub message: String,
}

impl CaptureError {
    fn new(file: &str, message: impl Into<String>) -> CaptureError {
        CaptureError { file: file.to_owned(), message: message.into() }
    }
}
