//! What a scenario expects, one by one: the smallest things that can fail by themselves.
//!
//! A check of a verdict is about a requirement, and may look at many things. A clause is one of
//! them. `selftest` demands that each is failed by some wrong server.

use invite_scenario::{
    Condition, Expectation, Expected, Located, Matcher, Requirements, Scenario, Step,
};
use invite_spec::requirement::{Level, RequirementId, id};
use invite_text::Position;
use std::collections::BTreeMap;
use std::fmt;

/// The identity of a clause. It stays the same as long as the scenario does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClauseId {
    /// The scenario.
    pub scenario: String,
    /// The label of the step.
    pub step: String,
    /// Where in the step.
    pub place: Place,
}

/// Where in its step a clause is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The outcome of the step itself: that a call is accepted or refused, that a frame arrives or
    /// does not, that a WebSocket opens or is refused.
    Outcome,
    /// In an expectation of the step.
    Expectation {
        /// Which, by index.
        index: usize,
        /// The expectations within it that lead there.
        within: Vec<Turn>,
        /// What is claimed there.
        claim: Claim,
    },
}

/// From an expectation to one within it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// One of `all`, by index.
    All(usize),
    /// One of `exactly_one`, by index.
    ExactlyOne(usize),
    /// One of `outcomes`, by name.
    Outcome(String),
}

/// One claim of an expectation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// The status of the response.
    Status,
    /// A condition of what the body says at a JSON Pointer.
    Answer(String, Condition),
    /// A condition of what a header says.
    Header(String, Condition),
    /// A condition of what the frame says at a JSON Pointer.
    Frame(String, Condition),
    /// That a frame has arrived.
    Heard,
    /// That a frame has not arrived.
    Unheard,
    /// That exactly one of several holds.
    ExactlyOne,
    /// That one of several outcomes was seen.
    Outcomes,
}

/// The smallest thing that a scenario expects.
#[derive(Debug, Clone)]
pub struct Clause {
    /// Its identity.
    pub id: ClauseId,
    /// The requirements that it evaluates.
    pub requirements: Vec<RequirementId>,
    /// Where it is in the scenario's file, or the name nearest to it.
    pub position: Option<Position>,
    /// What it expects, in a few words.
    pub expects: String,
}

/// The clauses of a scenario, in the order of its steps.
pub fn clauses(scenario: &Scenario) -> Vec<Clause> {
    let mut all = Vec::new();
    for (label, step) in scenario.labelled() {
        let clause = |place: Place, requirements, position, expects| Clause {
            id: ClauseId { scenario: scenario.id.value.clone(), step: label.clone(), place },
            requirements,
            position,
            expects,
        };
        if let Some((requirements, position)) = outcome(step) {
            let place = Place::Outcome;
            all.push(clause(place, requirements, position, outcome_words(step)));
        }
        for (index, expectation) in expectations(step).iter().enumerate() {
            let ids: Vec<RequirementId> =
                expectation.requires.0.iter().map(|id| id.value).collect();
            let position = position(&expectation.requires).or_else(|| position_of(step));
            for (within, claim) in claims(expectation) {
                // What is allowed is recorded, not demanded: no server can break it.
                let is_free = !ids.is_empty() && ids.iter().all(|id| id.row().level == Level::May);
                if is_free && claim == Claim::Outcomes {
                    continue;
                }
                let expects = claim.to_string();
                let place = Place::Expectation { index, within, claim };
                all.push(clause(place, ids.clone(), position, expects));
            }
        }
    }
    all
}

/// The requirements of the outcome of a step, if it has one that is judged, and where they stand.
fn outcome(step: &Step) -> Option<(Vec<RequirementId>, Option<Position>)> {
    let all = |requires: &Requirements| requires.0.iter().map(|id| id.value).collect::<Vec<_>>();
    let or_default = |requires: &Requirements, default: RequirementId| {
        if requires.is_empty() { vec![default] } else { all(requires) }
    };
    let (requirements, position) = match step {
        Step::Call(call) => match call.request().map(|request| &request.expected) {
            Some(Expected::Any { .. }) => return None,
            Some(Expected::Accepted { .. } | Expected::Refused(_)) | None => {
                let default = call.operation.endpoint().requirement;
                (or_default(call.requires(), default), position(call.requires()))
            }
        },
        Step::Await(wait) => {
            let default = wait.frame.kind().requirement;
            (or_default(&wait.requires, default), position(&wait.requires))
        }
        Step::Never(never) => (all(&never.requires), position(&never.requires)),
        Step::Connect(connect) => (vec![connect.requires.value], connect.requires.position),
        Step::Reconnect(step) => {
            let own = step.requires.as_ref();
            (vec![own.map_or(id::SES_009, |id| id.value)], own.and_then(|id| id.position))
        }
        Step::Close(close) => {
            let own = close.requires.as_ref()?;
            (vec![own.value], own.position)
        }
        Step::Open(_)
        | Step::Wait(_)
        | Step::Drop(_)
        | Step::Wire(_)
        | Step::Forge(_)
        | Step::Together(_)
        | Step::UntilExpired(_)
        | Step::Say(_)
        | Step::Expect(_) => return None,
    };
    Some((requirements, position.or_else(|| position_of(step))))
}

/// What the outcome of a step is, in words.
fn outcome_words(step: &Step) -> String {
    let what = step.describe();
    match step {
        Step::Call(call) => match call.request().map(|request| &request.expected) {
            Some(Expected::Refused(_)) => format!("{what} is refused"),
            _ => format!("{what} is accepted"),
        },
        Step::Connect(connect) if connect.expected.twin().is_some() => {
            format!("{what}, is refused")
        }
        _ => what,
    }
}

fn position(requires: &Requirements) -> Option<Position> {
    requires.0.first()?.position
}

fn position_of(step: &Step) -> Option<Position> {
    let own = match step {
        Step::Call(call) => call.operation.position,
        Step::Await(wait) => wait.frame.position,
        Step::Connect(connect) => connect.who.position,
        _ => None,
    };
    step.id().and_then(|id| id.position).or(own)
}

/// The expectations of a step.
pub fn expectations(step: &Step) -> &[Expectation] {
    match step {
        Step::Call(call) => &call.expect,
        Step::Await(wait) => &wait.expect,
        Step::Expect(step) => &step.expect,
        _ => &[],
    }
}

/// Makes a claim about a field.
type Make = fn(String, Condition) -> Claim;

/// What an expectation claims, and where within it. What is one of several that need not hold is no
/// claim of its own.
pub fn claims(expectation: &Expectation) -> Vec<(Vec<Turn>, Claim)> {
    let mut all: Vec<(Vec<Turn>, Claim)> = own_claims(expectation);
    for (index, inner) in expectation.all.iter().enumerate() {
        let turned = claims(inner).into_iter().map(|(mut within, claim)| {
            within.insert(0, Turn::All(index));
            (within, claim)
        });
        all.extend(turned);
    }
    all
}

fn own_claims(expectation: &Expectation) -> Vec<(Vec<Turn>, Claim)> {
    let mut all = Vec::new();
    all.extend(expectation.status.as_ref().map(|_| Claim::Status));
    let parts: [(&BTreeMap<String, Matcher>, Make); 3] = [
        (&expectation.answer, Claim::Answer),
        (&expectation.headers, Claim::Header),
        (&expectation.frame, Claim::Frame),
    ];
    for (matchers, claim) in parts {
        for (name, matcher) in matchers {
            let split = matcher.split().into_iter();
            all.extend(split.map(|(condition, _)| claim(name.clone(), condition)));
        }
    }
    all.extend(expectation.heard.as_ref().map(|_| Claim::Heard));
    all.extend(expectation.unheard.as_ref().map(|_| Claim::Unheard));
    if !expectation.exactly_one.is_empty() {
        all.push(Claim::ExactlyOne);
    }
    if !expectation.outcomes.is_empty() {
        all.push(Claim::Outcomes);
    }
    all.into_iter().map(|claim| (Vec::new(), claim)).collect()
}

/// The expectation that these turns lead to.
pub fn follow<'e>(expectation: &'e Expectation, within: &[Turn]) -> Option<&'e Expectation> {
    within.iter().try_fold(expectation, |at, turn| match turn {
        Turn::All(index) => at.all.get(*index),
        Turn::ExactlyOne(index) => at.exactly_one.get(*index),
        Turn::Outcome(name) => at.outcomes.get(name),
    })
}

/// The expectation that makes one claim of another, and no other.
pub(crate) fn only(expectation: &Expectation, claim: &Claim) -> Expectation {
    let one = |matchers: &BTreeMap<String, Matcher>, name: &str, condition: &Condition| {
        let split = matchers.get(name).map(Matcher::split).unwrap_or_default();
        let own = split.into_iter().find(|(found, _)| found == condition);
        own.map(|(_, matcher)| (name.to_owned(), matcher)).into_iter().collect()
    };
    let mut only = Expectation { step: expectation.step.clone(), ..Expectation::default() };
    match claim {
        Claim::Status => only.status.clone_from(&expectation.status),
        Claim::Answer(at, condition) => only.answer = one(&expectation.answer, at, condition),
        Claim::Header(name, condition) => only.headers = one(&expectation.headers, name, condition),
        Claim::Frame(at, condition) => only.frame = one(&expectation.frame, at, condition),
        Claim::Heard => only.heard.clone_from(&expectation.heard),
        Claim::Unheard => only.unheard.clone_from(&expectation.unheard),
        Claim::ExactlyOne => only.exactly_one.clone_from(&expectation.exactly_one),
        Claim::Outcomes => only.outcomes.clone_from(&expectation.outcomes),
    }
    only
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Claim::Status => f.write_str("status"),
            Claim::Answer(at, condition) => write!(f, "answer {at} {condition}"),
            Claim::Header(name, condition) => write!(f, "header {name} {condition}"),
            Claim::Frame(at, condition) => write!(f, "frame {at} {condition}"),
            Claim::Heard => f.write_str("heard"),
            Claim::Unheard => f.write_str("unheard"),
            Claim::ExactlyOne => f.write_str("exactly_one"),
            Claim::Outcomes => f.write_str("outcomes"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Outcome => f.write_str("outcome"),
            Place::Expectation { index, within, claim } => {
                write!(f, "expect {}", index + 1)?;
                for turn in within {
                    match turn {
                        Turn::All(index) => write!(f, " all {}", index + 1)?,
                        Turn::ExactlyOne(index) => write!(f, " exactly_one {}", index + 1)?,
                        Turn::Outcome(name) => write!(f, " outcomes {name}")?,
                    }
                }
                write!(f, " {claim}")
            }
        }
    }
}

/// As reports and specimens name it: `kick-sdk step 3: expect 1 answer /status equals`.
impl fmt::Display for ClauseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} step {}: {}", self.scenario, self.step, self.place)
    }
}

/// The step whose response or frame an expectation is about.
pub fn subject<'e>(expectation: &'e Expectation, own: &'e str) -> &'e str {
    expectation.step.as_ref().map_or(own, |step: &Located| step.value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clause_of_every_scenario_has_an_identity_of_its_own() {
        let mut count = 0;
        for found in invite_scenario::built_in().unwrap() {
            let all = clauses(&found.scenario);
            let distinct: std::collections::BTreeSet<_> =
                all.iter().map(|clause| clause.id.clone()).collect();
            assert_eq!(distinct.len(), all.len(), "{}", found.scenario.id.value);
            let names: std::collections::BTreeSet<_> =
                all.iter().map(|clause| clause.id.to_string()).collect();
            assert_eq!(names.len(), all.len(), "{}", found.scenario.id.value);
            count += all.len();
        }
        assert!(count > 1_000, "{count}");
    }

    #[test]
    fn what_is_left_of_an_expectation_is_the_one_claim() {
        let text =
            r#"{"status": "accepted", "answer": {"/a": {"type": "string", "present": true}}}"#;
        let expectation: Expectation = serde_json::from_str(text).unwrap();
        let claims = claims(&expectation);
        assert_eq!(claims.len(), 3);
        for (_, claim) in &claims {
            let left = super::claims(&only(&expectation, claim));
            assert_eq!(left, [(Vec::new(), claim.clone())]);
        }
    }
}
