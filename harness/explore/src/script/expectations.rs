//! What the model predicts, as expectations.

use super::calls::label;
use super::states::{Condition, Seen, State};
use crate::model::{Frame, Move, Session};
use invite_spec::requirement::RequirementId;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What else may be true, where a prediction does not hold in every state: each as an outcome. `None`
/// if one of these states cannot be told by what the target answered.
pub(super) fn otherwise(without: &[&Seen]) -> Option<Map<String, Value>> {
    let mut outcomes = Map::new();
    for given in without.iter().flat_map(|seen| &seen.given) {
        if given.is_empty() {
            return None;
        }
        let parts: Vec<Value> = given.iter().map(condition).collect();
        let name = given
            .iter()
            .map(|(step, yes)| format!("{step} {}", if *yes { "accepted" } else { "refused" }));
        let name = name.collect::<Vec<_>>().join(", ");
        let value = match <[Value; 1]>::try_from(parts) {
            Ok([one]) => one,
            Err(parts) => json!({ "all": parts }),
        };
        outcomes.insert(name, value);
    }
    (outcomes.len() <= 4).then_some(outcomes)
}

pub(super) fn condition((step, yes): &Condition) -> Value {
    json!({ "step": step, "status": if *yes { "accepted" } else { "refused" } })
}

/// What must come of a call.
pub(super) fn outcome(
    step: &Move,
    states: &[State],
    seen: &[Seen],
    is_alone: bool,
    call: &mut Map<String, Value>,
    expects: &mut Vec<(Vec<Session>, Value)>,
) {
    // Where states differ in why, what no source settles is the weaker reason.
    let weakest = |accepted: bool| {
        let all = seen.iter().filter(move |it| it.branch.accepted == accepted);
        all.min_by_key(|it| it.branch.requires.row().is_binding())
    };
    let (accepted, refused) = (weakest(true), weakest(false));
    match (accepted, refused) {
        (Some(one), None) => {
            call.insert("requires".into(), json!(one.branch.requires.as_str()));
        }
        (None, Some(one)) => {
            call.insert("outcome".into(), json!("refused"));
            call.insert("requires".into(), json!(one.branch.requires.as_str()));
            // Which step shows that it could be accepted is known in the end.
            call.insert("twin".into(), json!(""));
        }
        _ => {
            call.insert("outcome".into(), json!("any"));
            call.shift_remove("save");
            if is_alone {
                expects.extend(depending(step, states, seen).map(|value| (Vec::new(), value)));
            }
        }
    }
}

/// What must come of a call that is refused or accepted in some states: as an expectation that says in
/// which. `None` if whatever was answered before allows both.
pub(super) fn depending(step: &Move, states: &[State], seen: &[Seen]) -> Option<Value> {
    let of_state = |from: usize| seen.iter().filter(move |it| it.from == from);
    // States that were answered the same cannot be told apart.
    let mut answers: BTreeMap<&Vec<Condition>, BTreeSet<bool>> = BTreeMap::new();
    for (from, state) in states.iter().enumerate() {
        for given in &state.given {
            if given.is_empty() {
                return None;
            }
            let own = of_state(from).map(|it| it.branch.accepted);
            answers.entry(given).or_default().extend(own);
        }
    }
    let only = |answers: &BTreeSet<bool>| match answers.len() {
        1 => answers.first().copied(),
        _ => None,
    };
    let mut outcomes = Map::new();
    for (given, answers) in &answers {
        let forced = only(answers).map(|yes| (label(step), yes));
        let parts: Vec<Value> = given.iter().chain(&forced).map(condition).collect();
        let name = given
            .iter()
            .map(|(step, yes)| format!("{step} {}", if *yes { "accepted" } else { "refused" }));
        let name = name.collect::<Vec<_>>().join(", ");
        outcomes.insert(name, json!({ "all": parts }));
    }
    let mut forced = states.iter().enumerate().filter_map(|(from, state)| {
        let given =
            state.given.iter().find(|given| answers.get(given).is_some_and(|it| it.len() == 1))?;
        let yes = only(answers.get(given)?)?;
        Some((yes, of_state(from).next()?.branch.requires))
    });
    let first = forced.next()?;
    let forced: Vec<(bool, RequirementId)> = std::iter::once(first).chain(forced).collect();
    let weak = forced.iter().find(|(_, id)| !id.row().is_binding());
    let (_, requires) = *weak.or(forced.iter().find(|(yes, _)| !yes)).unwrap_or(&first);
    (outcomes.len() <= 4).then(|| with(requires, json!({ "outcomes": outcomes })))
}

pub(super) fn with(requires: RequirementId, rest: Value) -> Value {
    let mut all = Map::from_iter([("requires".to_owned(), json!(requires.as_str()))]);
    if let Value::Object(rest) = rest {
        all.extend(rest);
    }
    Value::Object(all)
}

pub(super) fn names_of(by: &[Session]) -> Value {
    match by {
        [one] => json!(one.to_string()),
        all => json!(all.iter().map(ToString::to_string).collect::<Vec<_>>()),
    }
}

pub(super) fn describe(fields: &mut Map<String, Value>, frame: &Frame) {
    if let Some(person) = frame.about {
        fields.insert("about".into(), json!(person.name()));
    }
    if !frame.fits.is_empty() {
        let fits: Map<String, Value> = frame
            .fits
            .iter()
            .map(|(pointer, value)| ((*pointer).to_owned(), value.clone()))
            .collect();
        fields.insert("where".into(), Value::Object(fits));
    }
}

pub(super) fn heard(by: &[Session], frame: &Frame, step: &Move, word: &str) -> Value {
    let mut fields = Map::new();
    fields.insert("by".into(), names_of(by));
    fields.insert("frame".into(), json!(frame.kind.as_str()));
    describe(&mut fields, frame);
    fields.insert("after".into(), json!(label(step)));
    json!({ word: fields })
}
