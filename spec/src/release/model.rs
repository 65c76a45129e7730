//! The content of the files in `spec/releases`.

use crate::requirement::{self, Basis, Level, Profile, Requirement};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The requirements of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The name: major and minor version, such as `0.1`.
    pub release: String,
    /// Its requirements, in the order of the catalogue.
    pub requirements: Vec<Frozen>,
    /// The withdrawn requirements of earlier releases. Their ids are never reused.
    pub withdrawn: Vec<Withdrawn>,
}

/// A requirement in a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frozen {
    /// The id, such as `INV-012`.
    pub id: String,
    /// The level: MUST, SHOULD or MAY.
    pub level: Level,
    /// The basis: documented, observed or chosen.
    pub basis: Basis,
    /// The part of the protocol that it belongs to.
    pub profile: Profile,
    /// Whether a check evaluates it.
    pub state: State,
    /// The revision: 1 when it is first released, plus 1 for each later release that changes it.
    pub revision: u32,
    /// The SHA-256 of the normative content, in hexadecimal digits: level, basis, profile, state
    /// and text, one on each line, without a final line end.
    pub sha256: String,
    /// The reason for this revision; `None` for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Reason>,
}

/// Whether a check evaluates a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// A scenario or a law evaluates it.
    Tested,
    /// No check evaluates it. The catalogue gives the reason.
    Excluded,
}

/// The reason for a change of a released requirement.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// What was wrong with it, or what new facts are known.
    pub reason: String,
    /// The review of the checks that evaluate it: which ones, and how they changed.
    pub checks: String,
}

/// A withdrawn requirement of an earlier release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    /// The id, which is never reused.
    pub id: String,
    /// The reason for the withdrawal.
    pub reason: String,
}

/// The changes to released requirements since the newest release.
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
    /// The id, such as `INV-012`.
    pub id: String,
    /// The hash of its current content, as [`Frozen::sha256`]. The review below is of that content.
    pub sha256: String,
    /// The reason, and the review of its checks.
    #[serde(flatten)]
    pub why: Reason,
}

impl Release {
    /// The requirement with this id, in either case; `None` if there is none.
    pub fn find(&self, id: &str) -> Option<&Frozen> {
        self.requirements.iter().find(|row| row.id.eq_ignore_ascii_case(id))
    }

    /// The major and minor version; `None` if the name has another form.
    pub fn number(&self) -> Option<(u32, u32)> {
        let (major, minor) = self.release.split_once('.')?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    }

    /// The text of the file: one requirement on each line, for readable diffs.
    pub fn text(&self) -> String {
        let mut text = format!("{{\n  \"release\": {},\n", line(&self.release));
        let _ = writeln!(text, "  \"requirements\": {},", lines(&self.requirements));
        let _ = writeln!(text, "  \"withdrawn\": {}\n}}", lines(&self.withdrawn));
        text
    }
}

impl Next {
    /// The text of the file, in which people write the reasons.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

impl Frozen {
    /// A row of the catalogue in the form of its first release.
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

    /// Whether a violation makes a target fail. With `strict`, `chosen` requirements count too.
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
