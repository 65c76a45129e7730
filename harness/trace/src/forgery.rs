//! Wrong tokens, made out of right ones.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is wrong with a forged token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Forgery {
    /// All permissions are claimed; the signature is the old one.
    Tampered,
    /// `alg` is `none` and there is no signature.
    Unsigned,
    /// All permissions are claimed, `alg` is `none` and there is no signature.
    TamperedAndUnsigned,
    /// It is signed with another key.
    OtherKey,
    /// It is not a token at all.
    Garbage,
}

impl fmt::Display for Forgery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Forgery::Tampered => "tampered with",
            Forgery::Unsigned => "unsigned",
            Forgery::TamperedAndUnsigned => "tampered with and unsigned",
            Forgery::OtherKey => "signed with another key",
            Forgery::Garbage => "replaced by garbage",
        })
    }
}

/// Where a forged token comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Forged {
    /// The right token, by pseudonym.
    pub from: String,
    /// What is wrong with the forged one.
    pub how: Forgery,
}
