//! What an explanation holds: the same content for every format.

use super::Names;
use super::common::Subject;
use super::exhibit::Exhibit;
use invite_spec::release;
use invite_spec::requirement::RequirementId;
use invite_spec::requirement::{Basis, Breach, Level, Profile, Requirement};
use invite_trace::{At, Spot, Verdict};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// The name of the target in a sequence.
pub const SERVER: &str = "server";

/// Why a requirement is not fulfilled, and how to see it again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The requirement.
    pub rule: Rule,
    /// `fail`, or `error` where the harness broke.
    pub verdict: Verdict,
    /// Whether it makes the target fail; otherwise it is only noted.
    pub counts: bool,
    /// What the server did wrong, in one sentence.
    pub headline: String,
    /// The scenario that shows it.
    pub scenario: String,
    /// The scenario's title.
    pub title: String,
    /// The step of the scenario, or the law.
    pub at: At,
    /// Where the step stands in its file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What was expected.
    pub expected: String,
    /// What was seen.
    pub seen: String,
    /// Where in the offending message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spot: Option<Spot>,
    /// How the offending message differs from what was expected.
    pub differences: Vec<Difference>,
    /// The outcomes that were acceptable, where there were several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acceptable: Vec<String>,
    /// The shortest piece of the trace that shows it.
    pub sequence: Sequence,
    /// The messages that the evidence points at, with their bodies: `sequence` has them in short.
    #[serde(skip)]
    pub exhibits: Vec<Exhibit>,
    /// The requirements that could not be reached because of it.
    pub blocks: Vec<Blocked>,
    /// Where else it shows.
    pub elsewhere: Vec<Elsewhere>,
    /// The command that shows it again, ready to paste; without secrets.
    pub again: String,
    /// The variables of the environment that the command takes the credentials from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<&'static str>,
    /// What it has to do with.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub subjects: BTreeSet<Subject>,
}

/// A requirement, as a report quotes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its id; empty for a failure of the harness itself.
    pub id: RequirementId,
    /// A few words.
    pub title: &'static str,
    /// How binding it is.
    pub level: Level,
    /// How it is known.
    pub basis: Basis,
    /// The part of the protocol that it belongs to.
    pub profile: Profile,
    /// The rule.
    pub text: &'static str,
    /// Why a server that does otherwise is wrong.
    pub why: &'static str,
    /// Where it comes from.
    pub sources: Vec<Cited>,
    /// Whether no release demands it yet: it counts from the next one on.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pending: bool,
    /// What its breach lets somebody do that is not theirs, if it protects somebody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security: Option<Breach>,
}

/// A source of a requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cited {
    /// The document.
    pub document: &'static str,
    /// The place in it.
    pub at: &'static str,
    /// What it says there, in our words.
    pub evidence: &'static str,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// One difference between what was expected and what was seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Where in the message.
    pub spot: Spot,
    /// Where in the claims of the token there, as a JSON Pointer, if it is a token that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// Whether it only repeats what was expected and seen.
    #[serde(skip)]
    pub repeats: bool,
    /// What.
    #[serde(flatten)]
    pub change: Change,
}

/// How a value differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum Change {
    /// It should be there and is not.
    Missing {
        /// What should be there: a value, or words.
        expected: Value,
    },
    /// It is there and should not be.
    Unexpected {
        /// What is there.
        seen: Value,
    },
    /// It is another one.
    Changed {
        /// What should be there: a value, or words.
        expected: Value,
        /// What is there.
        seen: Value,
    },
}

/// A piece of a trace: who sent what to whom.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Sequence {
    /// Who takes part, from left to right; [`SERVER`] is the target.
    pub actors: Vec<String>,
    /// The messages, in order.
    pub messages: Vec<Message>,
    /// How many related messages were left out for brevity.
    pub left_out: usize,
}

/// One message of a sequence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Message {
    /// Its index in the trace; none for one that never came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<usize>,
    /// The step during which it was sent.
    pub step: String,
    /// Who sent it.
    pub from: String,
    /// Who got it.
    pub to: String,
    /// What it is, in a few words, ids by the names that the scenario gives them.
    pub text: String,
    /// Its body, likewise; empty where there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// Whether it is the offending one.
    pub mark: Mark,
}

/// What is special about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Nothing.
    Plain,
    /// It is the offending one.
    Offending,
    /// It came in place of the one that should have.
    Near,
    /// It should have come, and did not.
    Missing,
}

impl Mark {
    /// What is said of such a message; nothing of a plain one.
    pub fn words(self) -> &'static str {
        match self {
            Mark::Plain => "",
            Mark::Offending => "this one",
            Mark::Near => "came instead",
            Mark::Missing => "never came",
        }
    }
}

/// A requirement that could not be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blocked {
    /// Its id.
    pub id: RequirementId,
    /// Its title.
    pub title: &'static str,
}

/// Another failed check of the same requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Elsewhere {
    /// The scenario.
    pub scenario: String,
    /// The step or law.
    pub at: At,
}

impl Explanation {
    /// What the failure lets somebody do, if it does not count and yet is not to be overlooked.
    pub fn security_note(&self) -> Option<Breach> {
        self.rule.security.filter(|_| !self.counts)
    }

    /// Where the command that shows it again finds the credentials, in words; empty if it needs none.
    pub fn needed(&self) -> String {
        match self.needs.split_last() {
            None => String::new(),
            Some((last, rest)) => format!("{} and {last} in the environment", rest.join(", ")),
        }
    }

    /// The differences that say more than what was expected and seen.
    pub fn telling(&self) -> Vec<&Difference> {
        self.differences.iter().filter(|one| !one.repeats).collect()
    }
}

impl Rule {
    /// A row of the catalogue, as a report quotes it.
    pub fn of(row: &'static Requirement) -> Rule {
        let cited = |source: &'static invite_spec::requirement::Source| Cited {
            document: source.document.title(),
            at: source.at,
            evidence: source.evidence,
        };
        Rule {
            id: row.id,
            title: row.title,
            level: row.level,
            basis: row.basis,
            profile: row.profile,
            text: row.text,
            why: row.why,
            sources: row.sources.iter().map(cited).collect(),
            pending: release::is_pending(row),
            security: row.security(),
        }
    }
}

impl Difference {
    /// A difference at a place of the body.
    pub(super) fn new(pointer: impl Into<String>, change: Change) -> Difference {
        Difference { spot: Spot::Body(pointer.into()), claim: None, repeats: false, change }
    }

    pub(super) fn missing(pointer: impl Into<String>, expected: impl Into<Value>) -> Difference {
        Difference::new(pointer, Change::Missing { expected: expected.into() })
    }

    pub(super) fn unexpected(pointer: impl Into<String>, seen: impl Into<Value>) -> Difference {
        Difference::new(pointer, Change::Unexpected { seen: seen.into() })
    }

    pub(super) fn changed(
        pointer: impl Into<String>,
        expected: impl Into<Value>,
        seen: impl Into<Value>,
    ) -> Difference {
        let change = Change::Changed { expected: expected.into(), seen: seen.into() };
        Difference::new(pointer, change)
    }

    /// The same, which only repeats what was expected and seen.
    pub(super) fn repeating(self) -> Difference {
        Difference { repeats: true, ..self }
    }

    /// The same, in the claims of the token there.
    pub(super) fn in_claims(self, claim: impl Into<String>) -> Difference {
        Difference { claim: Some(claim.into()), ..self }
    }

    /// Ids and tokens by their names.
    pub(super) fn rename(&mut self, names: &Names) {
        self.spot = named(&self.spot, names);
        match &mut self.change {
            Change::Missing { expected } => *expected = names.value(expected),
            Change::Unexpected { seen } => *seen = names.value(seen),
            Change::Changed { expected, seen } => {
                (*expected, *seen) = (names.value(expected), names.value(seen));
            }
        }
    }

    /// The sign of a difference: `-` for what is missing, `+` for what should not be there, `~` for
    /// what is another.
    pub fn sign(&self) -> char {
        match self.change {
            Change::Missing { .. } => '-',
            Change::Unexpected { .. } => '+',
            Change::Changed { .. } => '~',
        }
    }

    /// Where it is, in words.
    pub fn place(&self) -> String {
        let place = match &self.spot {
            Spot::Body(pointer) if pointer.is_empty() => "the whole".to_owned(),
            spot => spot.to_string(),
        };
        match &self.claim {
            Some(claim) => format!("{place} claims {claim}"),
            None => place,
        }
    }

    /// The difference in one line, without its sign.
    pub fn words(&self) -> String {
        let shown = |value: &Value| invite_text::show(Some(value));
        let pointer = self.place();
        match &self.change {
            Change::Missing { expected } => format!("{pointer}: {} is missing", shown(expected)),
            Change::Unexpected { seen } => {
                format!("{pointer}: {} should not be there", shown(seen))
            }
            Change::Changed { expected, seen } => {
                format!("{pointer}: {}, not {}", shown(seen), shown(expected))
            }
        }
    }
}

/// A place, with ids by their names.
pub(super) fn named(spot: &Spot, names: &Names) -> Spot {
    match spot {
        Spot::Body(pointer) => Spot::Body(names.text(pointer)),
        Spot::Header(name) => Spot::Header(name.clone()),
    }
}
