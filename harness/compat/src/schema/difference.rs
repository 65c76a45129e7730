//! One difference between two schemas, before it is asked whom it hurts.

use serde::Serialize;

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An endpoint that was not there.
    EndpointAdded,
    /// An endpoint that is not there any more.
    EndpointRemoved,
    /// Where an endpoint is, who may call it, what it takes or answers.
    Endpoint,
    /// A frame type that was not there.
    FrameAdded,
    /// A frame type that is not there any more.
    FrameRemoved,
    /// Who sends a frame type, or its payload.
    Frame,
    /// A payload that was not there.
    PayloadAdded,
    /// A payload that is not there any more.
    PayloadRemoved,
    /// A field that was not named.
    FieldAdded,
    /// A field that is not named any more.
    FieldRemoved,
    /// Whether a field must be there.
    Required,
    /// The JSON types of a value.
    Type,
    /// The listed values.
    Values,
    /// A bound of a number, length or size.
    Range,
    /// The pattern of a string.
    Pattern,
    /// The format of a string or number.
    Format,
    /// Whether fields or items that are not named may be there.
    Others,
    /// One of several shapes of a value.
    Alternatives,
    /// Another keyword, compared as a whole.
    Keyword,
    /// The schema as a whole, where it cannot be taken apart.
    Schema,
    /// Nothing that accepts or refuses a value.
    Editorial,
}

/// What a difference does to the set of values that a schema accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing.
    None,
    /// A field that may now be there is named: who does not know it ignores it.
    Added,
    /// A field is not named any more.
    Removed {
        /// Whether it had to be there.
        required: bool,
        /// Whether it is now forbidden.
        refused: bool,
    },
    /// The set of accepted values.
    Shift {
        /// Something that was accepted is not.
        narrows: bool,
        /// Something is accepted that was not.
        widens: bool,
    },
    /// It cannot be told, and why.
    Undecided(String),
}

impl Effect {
    pub(crate) const NARROWS: Effect = Effect::Shift { narrows: true, widens: false };
    pub(crate) const WIDENS: Effect = Effect::Shift { narrows: false, widens: true };
    pub(crate) const BOTH: Effect = Effect::Shift { narrows: true, widens: true };

    /// What a value that was accepted may now be refused for.
    pub(crate) fn may_narrow(&self) -> bool {
        matches!(
            self,
            Effect::Shift { narrows: true, .. }
                | Effect::Removed { refused: true, .. }
                | Effect::Undecided(_)
        )
    }

    /// What a value that was refused may now be accepted for.
    pub(crate) fn may_widen(&self) -> bool {
        matches!(
            self,
            Effect::Shift { widens: true, .. } | Effect::Removed { .. } | Effect::Undecided(_)
        )
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Where in the payload, as a JSON Pointer; `*` stands for any item or any other field.
    pub(crate) at: String,
    pub(crate) kind: Kind,
    /// In a few words.
    pub(crate) what: String,
    /// How it was, and how it is.
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) effect: Effect,
    /// What else a reader should know.
    pub(crate) note: Option<String>,
}
