//! Frames that are waited for.

use invite_spec::push::FrameType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A frame, as a scenario describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FramePattern {
    /// Its type; any if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<FrameType>,
    /// The person whom it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What it says, by JSON Pointer: matchers in words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fits: BTreeMap<String, String>,
}

impl fmt::Display for FramePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.frame {
            Some(name) => write!(f, "{name}")?,
            None => f.write_str("frame")?,
        }
        if let Some(who) = &self.about {
            write!(f, " about {who}")?;
        }
        for (index, (pointer, matcher)) in self.fits.iter().enumerate() {
            match (index, pointer.as_str()) {
                // The frame as a whole: what it is like stands right behind it.
                (_, "") => write!(f, " {matcher}")?,
                (0, pointer) => write!(f, " with {pointer} {matcher}")?,
                (_, pointer) => write!(f, " and {pointer} {matcher}")?,
            }
        }
        Ok(())
    }
}

/// What a drive waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Awaited {
    /// A frame of the scenario.
    Frame(FramePattern),
    /// The invitation to the throw-away conference of a fence.
    Fence {
        /// The conference.
        conference: String,
    },
}

impl fmt::Display for Awaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Awaited::Frame(pattern) => pattern.fmt(f),
            Awaited::Fence { .. } => f.write_str("invitation to a throw-away conference"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_reads_as_a_sentence_does() {
        let mut pattern =
            FramePattern { frame: Some(FrameType::UpdateToken), ..Default::default() };
        pattern.fits.insert("/amu".into(), "\"a\"".into());
        pattern.fits.insert("/userId".into(), "absent".into());
        assert_eq!(pattern.to_string(), "UpdateToken with /amu \"a\" and /userId absent");
        pattern.fits.insert(String::new(), "with the keys amu".into());
        let whole = "UpdateToken with the keys amu and /amu \"a\" and /userId absent";
        assert_eq!(pattern.to_string(), whole);
    }
}
