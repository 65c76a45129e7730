//! What was almost right: what arrived in place of something that was awaited.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What was almost right. It makes sentences in one place, its [`fmt::Display`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NearMiss {
    /// A frame of a type that nobody knows.
    UnknownType {
        /// The type, as it is spelled.
        spelled: String,
        /// The field that says the same as the awaited frame would, if one does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        same: Option<String>,
    },
    /// Frames that arrive inside a field of another object.
    Wrapped {
        /// The field.
        field: String,
    },
    /// A frame without a type.
    Untyped,
    /// A field that is spelled otherwise.
    Misspelled {
        /// The field that is not there.
        field: String,
        /// The one that is.
        instead: String,
    },
    /// A frame that is not JSON.
    NotJson,
}

impl NearMiss {
    /// Whether it arrived in place of another frame, so that this one did not.
    pub fn is_frame(&self) -> bool {
        !matches!(self, NearMiss::Misspelled { .. })
    }
}

impl fmt::Display for NearMiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NearMiss::UnknownType { spelled, same: Some(field) } => {
                write!(f, "a frame of the unknown type `{spelled}` with the same {field} did")
            }
            NearMiss::UnknownType { spelled, same: None } => {
                write!(f, "a frame of the unknown type `{spelled}` did")
            }
            NearMiss::Wrapped { field } => {
                write!(f, "frames arrive inside `{field}`: no frame has a `type`")
            }
            NearMiss::Untyped => f.write_str("a frame without a `type` did"),
            NearMiss::Misspelled { field, instead } => {
                write!(f, "`{instead}` is there, `{field}` is not")
            }
            NearMiss::NotJson => f.write_str("a frame that is not JSON did"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_says_what_is_there_instead() {
        let words = |near: NearMiss| near.to_string();
        let spelled = || "Invitation".to_owned();
        let same = Some("conferenceId".to_owned());
        assert_eq!(
            words(NearMiss::UnknownType { spelled: spelled(), same }),
            "a frame of the unknown type `Invitation` with the same conferenceId did"
        );
        assert_eq!(
            words(NearMiss::UnknownType { spelled: spelled(), same: None }),
            "a frame of the unknown type `Invitation` did"
        );
        assert_eq!(
            words(NearMiss::Wrapped { field: "data".into() }),
            "frames arrive inside `data`: no frame has a `type`"
        );
        assert_eq!(
            words(NearMiss::Misspelled {
                field: "conferenceId".into(),
                instead: "conference_id".into()
            }),
            "`conference_id` is there, `conferenceId` is not"
        );
    }
}
