//! What the data file of a failure is made of, as `replay.py` reads it.

use serde::Serialize;

/// A text with places that the replay fills in.
pub(super) type Template = Vec<Piece>;

/// One piece of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Piece {
    /// A value captured from a response or a frame, by name.
    Value(String),
    /// A fresh random text of this length, by name.
    Fresh(String, usize),
    /// A key or a secret, which the environment gives.
    Credential(&'static str),
    /// Base64 of a text.
    Base64(Template),
    /// A wrong token: how it is wrong, and the right one.
    Forged(&'static str, Template),
    /// Text of the record.
    #[serde(untagged)]
    Text(String),
}

/// A value to keep from a response or a frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Capture {
    pub(super) name: String,
    /// A JSON Pointer.
    pub(super) pointer: Template,
    /// Whether it is printed by its name only.
    pub(super) secret: bool,
    /// Whether it is the conference of a fence, whose frames do not count.
    pub(super) fence: bool,
}

/// What the replay looks at in the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(super) enum Look {
    /// The status of a response; 0 for no response.
    Status { request: u32, was: u16 },
    /// Whether a WebSocket opens.
    Socket { socket: u32, was: bool },
    /// How many frames of a type reach a client: whether too few came in the run or too many, and
    /// whether their number alone shows the failure.
    Frames { who: String, r#type: String, was: usize, missing: bool, decides: bool },
    /// A place in a response: a JSON Pointer, or a header.
    Response { request: u32, pointer: String },
    /// A place in each frame of a type, of which so many came.
    Content { who: String, r#type: String, pointer: String, was: usize },
    /// Everything that was printed.
    Everything,
}
