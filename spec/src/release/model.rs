//! What the files of `spec/releases` hold.

use crate::requirement::{self, Basis, Level, Profile, Requirement};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The requirements of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Its name: major and minor version, such as `0.1`.
    pub release: String,
    /// Its requirements, in the order of the catalogue.
    pub requirements: Vec<Frozen>,
    /// Those of earlier releases that are no more. Their ids are never used again.
    pub withdrawn: Vec<Withdrawn>,
}

/// A requirement as a release holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frozen {
    /// Its id.
    pub id: String,
    /// How binding it is.
    pub level: Level,
    /// How it is known.
    pub basis: Basis,
    /// The part of the protocol that it belongs to.
    pub profile: Profile,
    /// Whether anything evaluates it.
    pub state: State,
    /// 1 for what has never changed since it was released, then 2, 3, ...
    pub revision: u32,
    /// The SHA-256 of what is normative, in hexadecimal digits: level, basis, profile, state and
    /// text, one a line, without a line end behind the text.
    pub sha256: String,
    /// Why there is this revision; none for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Reason>,
}

/// Whether anything evaluates a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// A scenario or a law does.
    Tested,
    /// Nothing does, for a reason that the catalogue gives.
    Excluded,
}

/// Why a released requirement was changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// What was wrong with it, or what has come to be known.
    pub reason: String,
    /// How the checks that evaluate it were reviewed: which, and what became of them.
    pub checks: String,
}

/// A requirement of an earlier release that is no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    /// Its id, never to be used again.
    pub id: String,
    /// Why.
    pub reason: String,
}

/// What was done to released requirements since the newest release.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Next {
    /// The changed ones, in the order of the catalogue.
    pub changed: Vec<Change>,
    /// The withdrawn ones, in the order of the newest release.
    pub withdrawn: Vec<Withdrawn>,
}

/// A released requirement that has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its id.
    pub id: String,
    /// What it is now, as [`Frozen::sha256`]; what is written here was reviewed as that.
    pub sha256: String,
    /// Why, and how its checks were reviewed.
    #[serde(flatten)]
    pub why: Reason,
}

impl Release {
    /// The requirement with this id.
    pub fn find(&self, id: &str) -> Option<&Frozen> {
        self.requirements.iter().find(|row| row.id.eq_ignore_ascii_case(id))
    }

    /// Its major and minor version; none if it is called otherwise.
    pub fn number(&self) -> Option<(u32, u32)> {
        let (major, minor) = self.release.split_once('.')?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    }

    /// The file: one requirement a line, so that a change shows as one.
    pub fn text(&self) -> String {
        let mut text = format!("{{\n  \"release\": {},\n", line(&self.release));
        let _ = writeln!(text, "  \"requirements\": {},", lines(&self.requirements));
        let _ = writeln!(text, "  \"withdrawn\": {}\n}}", lines(&self.withdrawn));
        text
    }
}

impl Next {
    /// The file, in which people write the reasons.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

impl Frozen {
    /// A row of the catalogue as a release would hold it that never held it before.
    pub fn of(row: &Requirement) -> Frozen {
        let state = if row.excluded.is_some() { State::Excluded } else { State::Tested };
        let normative =
            format!("{}\n{}\n{}\n{}\n{}", row.level, row.basis, row.profile, state, row.text);
        Frozen {
            id: row.id.to_string(),
            level: row.level,
            basis: row.basis,
            profile: row.profile,
            state,
            revision: 1,
            sha256: sha256(&normative),
            changed: None,
        }
    }

    /// Whether a failure makes a target fail.
    pub fn binds(&self, strict: bool) -> bool {
        self.state == State::Tested && requirement::binds(self.level, self.basis, strict)
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            State::Tested => "tested",
            State::Excluded => "excluded",
        })
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn lines<T: Serialize>(rows: &[T]) -> String {
    if rows.is_empty() {
        return "[]".to_owned();
    }
    let rows: Vec<String> = rows.iter().map(|row| format!("    {}", line(row))).collect();
    format!("[\n{}\n  ]", rows.join(",\n"))
}

fn line(value: &impl Serialize) -> String {
    // Strings, numbers and names of variants always serialise.
    serde_json::to_string(value).unwrap_or_default()
}
