//! One difference between two schemas, before anyone asks whom it breaks.

use serde::Serialize;

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A new endpoint.
    EndpointAdded,
    /// A removed endpoint.
    EndpointRemoved,
    /// Where an endpoint is, who may call it, what it takes or answers.
    Endpoint,
    /// A new frame type.
    FrameAdded,
    /// A removed frame type.
    FrameRemoved,
    /// Who sends a frame type, or its payload.
    Frame,
    /// A new payload.
    PayloadAdded,
    /// A removed payload.
    PayloadRemoved,
    /// A newly named field.
    FieldAdded,
    /// A field that is no longer named.
    FieldRemoved,
    /// Whether a field is required.
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
    /// Whether unnamed fields or items are allowed.
    Others,
    /// One of several shapes of a value.
    Alternatives,
    /// Another keyword, compared as a whole.
    Keyword,
    /// The schema as a whole, if it cannot be taken apart.
    Schema,
    /// Nothing that accepts or rejects a value.
    Editorial,
}

/// What a difference does to the set of values that a schema accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing.
    None,
    /// A field is now named that was allowed before: readers that do not know it ignore it.
    Added,
    /// A field is no longer named.
    Removed {
        /// Whether it was required.
        required: bool,
        /// Whether it is now forbidden.
        refused: bool,
    },
    /// The set of accepted values.
    Shift {
        /// Something that was accepted is rejected.
        narrows: bool,
        /// Something that was rejected is accepted.
        widens: bool,
    },
    /// Unknown, and why.
    Undecided(String),
}

impl Effect {
    pub(crate) const NARROWS: Effect = Effect::Shift { narrows: true, widens: false };
    pub(crate) const WIDENS: Effect = Effect::Shift { narrows: false, widens: true };
    pub(crate) const BOTH: Effect = Effect::Shift { narrows: true, widens: true };

    /// Whether a value that was accepted may now be rejected.
    pub(crate) fn may_narrow(&self) -> bool {
        matches!(
            self,
            Effect::Shift { narrows: true, .. }
                | Effect::Removed { refused: true, .. }
                | Effect::Undecided(_)
        )
    }

    /// Whether a value that was rejected may now be accepted.
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
    /// The place in the payload, as a JSON Pointer; `*` is any item or any unnamed field.
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
