//! What a scenario uses of the protocol: the calls that it makes, and the frames that it looks at.

use super::{Expectation, Scenario, SignIn, Step};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use std::collections::BTreeSet;

impl Scenario {
    /// The calls that it makes, also those of opening and closing sessions.
    pub fn operations(&self) -> BTreeSet<Operation> {
        let steps = self.labelled().into_iter();
        steps.flat_map(|(_, step)| operations(step)).collect()
    }

    /// The types of the frames that it awaits, or expects not to come.
    pub fn frames(&self) -> BTreeSet<FrameType> {
        let steps = self.labelled().into_iter();
        steps.flat_map(|(_, step)| frames(step)).collect()
    }
}

fn operations(step: &Step) -> Vec<Operation> {
    match step {
        Step::Open(step) => {
            let token = match step.sign_in {
                SignIn::ClientAccessToken | SignIn::WithoutExternalId => {
                    Operation::ClientAccessToken
                }
                SignIn::KeyAndSecret => Operation::SignIn,
            };
            vec![token, Operation::Identify]
        }
        Step::Close(_) => vec![Operation::Logout],
        Step::Call(call) => vec![call.operation.value],
        Step::Wire(step) => vec![step.operation.value],
        // The steps within are steps of their own.
        Step::Together(_) => Vec::new(),
        Step::Drop(_)
        | Step::Reconnect(_)
        | Step::Connect(_)
        | Step::Await(_)
        | Step::Never(_)
        | Step::Forge(_)
        | Step::UntilExpired(_)
        | Step::Wait(_)
        | Step::Say(_)
        | Step::Expect(_) => Vec::new(),
    }
}

fn frames(step: &Step) -> Vec<FrameType> {
    let (own, expected): (Option<FrameType>, &[Expectation]) = match step {
        Step::Await(step) => (Some(step.frame.value), &step.expect),
        Step::Never(step) => (step.frame.as_ref().map(|frame| frame.value), &[]),
        Step::Call(call) => (None, &call.expect),
        Step::Expect(step) => (None, &step.expect),
        _ => (None, &[]),
    };
    own.into_iter().chain(expected.iter().flat_map(heard)).collect()
}

/// The frames that an expectation is about, those of its parts included.
fn heard(expectation: &Expectation) -> Vec<FrameType> {
    let own = expectation.heard.iter().chain(&expectation.unheard);
    let parts = expectation.all.iter().chain(&expectation.exactly_one);
    let parts = parts.chain(expectation.outcomes.values());
    own.map(|heard| heard.frame.value).chain(parts.flat_map(heard)).collect()
}
