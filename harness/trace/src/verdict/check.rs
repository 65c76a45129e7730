//! One verdict about one requirement, in one scenario.

use super::{At, Evidence, Verdict};
use crate::SkipReason;
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::RequirementId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One verdict about one requirement, in one scenario.
///
/// As JSON it has the typed form and, next to it in words, `where`, `expected`, `seen` and `because`.
/// Readers ignore the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub struct Check {
    /// The requirement; none where the harness itself broke.
    pub requirement: Option<RequirementId>,
    /// The scenario.
    pub scenario: String,
    /// Where in the scenario, or which law.
    pub at: At,
    /// Which of the step's expectations, by index, if it is one.
    pub expectation: Option<usize>,
    /// What it looked for, where that is one thing of which there are many.
    pub about: Option<About>,
    /// Of a frame that it looked for: the fields that had to say something, as JSON Pointers.
    pub fields: Vec<String>,
    /// What came of it.
    pub result: CheckResult,
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckResult {
    /// The requirement held.
    Pass {
        /// Which of several acceptable outcomes was seen.
        outcome: Option<String>,
        /// The entries of the trace that show it, by index, where that matters.
        entries: Vec<usize>,
    },
    /// The target broke the requirement.
    Fail(Evidence),
    /// It was not judged.
    Skip(SkipReason),
    /// An earlier failure kept the check from being reached.
    Blocked {
        /// The requirement that failed; none if it is not known.
        by: Option<RequirementId>,
    },
    /// The same fault of the target breaks another requirement, which says it better.
    Folded {
        /// That requirement.
        by: RequirementId,
        /// What was expected and seen here.
        was: Evidence,
    },
    /// The harness or the environment broke.
    Error(Evidence),
}

/// What a check looked for: something that the target does again and again, or never.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// That a frame of this type arrives.
    Arrives(FrameType),
    /// That this operation is accepted.
    Accepts(Operation),
    /// That this operation is refused.
    Refuses(Operation),
}

impl CheckResult {
    /// A requirement that held, with nothing more to say.
    pub const PASS: CheckResult = CheckResult::Pass { outcome: None, entries: Vec::new() };

    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        match self {
            CheckResult::Pass { .. } => Verdict::Pass,
            CheckResult::Fail(_) => Verdict::Fail,
            CheckResult::Skip(_) => Verdict::Skip,
            CheckResult::Blocked { .. } | CheckResult::Folded { .. } => Verdict::Blocked,
            CheckResult::Error(_) => Verdict::Error,
        }
    }
}

impl Check {
    /// A check of a requirement.
    pub fn new(
        requirement: impl Into<Option<RequirementId>>,
        scenario: impl Into<String>,
        at: At,
        result: CheckResult,
    ) -> Check {
        Check {
            requirement: requirement.into(),
            scenario: scenario.into(),
            at,
            expectation: None,
            about: None,
            fields: Vec::new(),
            result,
        }
    }

    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        self.result.verdict()
    }

    /// Whether it belongs to no requirement: the harness itself broke.
    pub fn is_orphan(&self) -> bool {
        self.requirement.is_none()
    }

    /// What was expected and seen, unless it held, was skipped or was not reached.
    pub fn evidence(&self) -> Option<&Evidence> {
        match &self.result {
            CheckResult::Fail(evidence)
            | CheckResult::Error(evidence)
            | CheckResult::Folded { was: evidence, .. } => Some(evidence),
            CheckResult::Pass { .. } | CheckResult::Skip(_) | CheckResult::Blocked { .. } => None,
        }
    }

    /// What was expected and seen, if it failed and is not folded into another.
    pub fn failure(&self) -> Option<&Evidence> {
        match &self.result {
            CheckResult::Fail(evidence) => Some(evidence),
            _ => None,
        }
    }

    /// The entries of the trace that show it, by index.
    pub fn entries(&self) -> &[usize] {
        match &self.result {
            CheckResult::Pass { entries, .. } => entries,
            _ => self.evidence().map_or(&[], |evidence| &evidence.entries),
        }
    }

    /// The requirement whose failure kept the check from a verdict of its own.
    pub fn blocked_by(&self) -> Option<RequirementId> {
        match &self.result {
            CheckResult::Blocked { by } => *by,
            CheckResult::Folded { by, .. }
            | CheckResult::Skip(SkipReason::NotReached { because_of: by }) => Some(*by),
            CheckResult::Pass { .. }
            | CheckResult::Fail(_)
            | CheckResult::Skip(_)
            | CheckResult::Error(_) => None,
        }
    }

    /// Which of several acceptable outcomes was seen.
    pub fn outcome(&self) -> Option<&str> {
        match &self.result {
            CheckResult::Pass { outcome, .. } => outcome.as_deref(),
            _ => None,
        }
    }

    /// Why it was skipped, if it was.
    pub fn skipped(&self) -> Option<&SkipReason> {
        match &self.result {
            CheckResult::Skip(reason) => Some(reason),
            _ => None,
        }
    }
}

/// A check as JSON: typed, and in words.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Check")]
struct Written {
    /// The requirement; none where the harness itself broke.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    requirement: Option<RequirementId>,
    /// The scenario.
    scenario: String,
    /// Where in the scenario, or which law.
    at: At,
    /// The same in words.
    #[serde(default, rename = "where")]
    place: String,
    /// Which of the step's expectations, by index, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expectation: Option<usize>,
    /// What it looked for, where that is one thing of which there are many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    about: Option<About>,
    /// Of a frame that it looked for: the fields that had to say something, as JSON Pointers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fields: Vec<String>,
    /// The verdict.
    verdict: Verdict,
    /// What was expected, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    expected: String,
    /// What was seen, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    seen: String,
    /// Why it was skipped, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    because: String,
    /// What was expected and seen: of a failure, an error, or a failure that is folded into
    /// another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    evidence: Option<Evidence>,
    /// The entries of the trace that show a pass, by index, where that matters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    entries: Vec<usize>,
    /// Which of several acceptable outcomes was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    /// Why it was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<SkipReason>,
    /// The requirement whose failure kept the check from being reached, or that the failure is
    /// folded into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blocked_by: Option<RequirementId>,
}

impl From<Check> for Written {
    fn from(check: Check) -> Written {
        let evidence = check.evidence();
        let mut written = Written {
            place: check.at.to_string(),
            verdict: check.verdict(),
            expected: evidence.map_or(String::new(), |it| it.expected.to_string()),
            seen: evidence.map_or(String::new(), Evidence::seen_in_words),
            because: check.skipped().map_or(String::new(), ToString::to_string),
            requirement: check.requirement,
            scenario: check.scenario,
            at: check.at,
            expectation: check.expectation,
            about: check.about,
            fields: check.fields,
            evidence: None,
            entries: Vec::new(),
            outcome: None,
            reason: None,
            blocked_by: None,
        };
        match check.result {
            CheckResult::Pass { outcome, entries } => {
                (written.outcome, written.entries) = (outcome, entries);
            }
            CheckResult::Fail(evidence) | CheckResult::Error(evidence) => {
                written.evidence = Some(evidence);
            }
            CheckResult::Skip(reason) => written.reason = Some(reason),
            CheckResult::Blocked { by } => written.blocked_by = by,
            CheckResult::Folded { by, was } => {
                (written.blocked_by, written.evidence) = (Some(by), Some(was));
            }
        }
        written
    }
}

/// A check whose parts do not fit its verdict.
#[derive(Debug, thiserror::Error)]
#[error("a check of `{scenario}` with the verdict `{verdict}` has no `{lacks}`")]
struct Misfit {
    scenario: String,
    verdict: Verdict,
    lacks: &'static str,
}

impl TryFrom<Written> for Check {
    type Error = Misfit;

    fn try_from(written: Written) -> Result<Check, Misfit> {
        let Written { verdict, evidence, outcome, entries, reason, blocked_by, .. } = written;
        let scenario = written.scenario.clone();
        let misfit = |lacks| Misfit { scenario, verdict, lacks };
        let result = match (verdict, evidence, blocked_by) {
            (Verdict::Pass, ..) => CheckResult::Pass { outcome, entries },
            (Verdict::Fail, Some(evidence), _) => CheckResult::Fail(evidence),
            (Verdict::Error, Some(evidence), _) => CheckResult::Error(evidence),
            (Verdict::Fail | Verdict::Error, None, _) => return Err(misfit("evidence")),
            (Verdict::Skip, ..) => CheckResult::Skip(reason.ok_or_else(|| misfit("reason"))?),
            (Verdict::Blocked, Some(was), Some(by)) => CheckResult::Folded { by, was },
            (Verdict::Blocked, _, by) => CheckResult::Blocked { by },
        };
        Ok(Check {
            requirement: written.requirement,
            scenario: written.scenario,
            at: written.at,
            expectation: written.expectation,
            about: written.about,
            fields: written.fields,
            result,
        })
    }
}

impl JsonSchema for Check {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Written::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Written::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Expected, Seen};
    use invite_spec::requirement::id;
    use serde_json::{Value, json};

    fn all() -> Vec<Check> {
        let evidence = Evidence::new(Expected::Accepted(Operation::SdkJoin), Seen::Status(500));
        let results = [
            CheckResult::PASS,
            CheckResult::Pass { outcome: Some("trimmed".into()), entries: vec![1, 2] },
            CheckResult::Fail(Evidence { more: 3, ..evidence.clone() }.pointing("/x").at([7])),
            CheckResult::Skip(SkipReason::NotReached { because_of: id::INV_001 }),
            CheckResult::Blocked { by: None },
            CheckResult::Blocked { by: Some(id::INV_001) },
            CheckResult::Folded { by: id::INV_001, was: evidence.clone() },
            CheckResult::Error(evidence),
        ];
        let check = |result| Check::new(id::JOIN_001, "some", At::Step("2".into()), result);
        results.into_iter().map(check).collect()
    }

    #[test]
    fn a_check_is_read_as_it_is_written_whatever_its_words_say() {
        for check in all() {
            let mut written = serde_json::to_value(&check).unwrap();
            assert_eq!(serde_json::from_value::<Check>(written.clone()).unwrap(), check);
            assert_eq!(written["verdict"], check.verdict().as_str());
            for words in ["where", "expected", "seen", "because"] {
                if written.get(words).is_some() {
                    written[words] = json!("x");
                }
            }
            assert_eq!(serde_json::from_value::<Check>(written).unwrap(), check);
        }
        let failed = serde_json::to_value(&all()[2]).unwrap();
        assert_eq!(failed["seen"], "status 500 (and 3 more like it)");
    }

    #[test]
    fn a_verdict_without_its_parts_is_refused() {
        let pass = serde_json::to_value(&all()[0]).unwrap();
        let read = |verdict: &str| {
            let mut written = pass.clone();
            written["verdict"] = Value::from(verdict);
            serde_json::from_value::<Check>(written).map_err(|error| error.to_string())
        };
        assert_eq!(
            read("fail").unwrap_err(),
            "a check of `some` with the verdict `fail` has no `evidence`"
        );
        assert_eq!(
            read("skip").unwrap_err(),
            "a check of `some` with the verdict `skip` has no `reason`"
        );
        assert!(read("blocked").is_ok());
    }
}
