//! The implementer's path.

use super::payload_anchor;
use crate::document::input::{Evaluator, Input};
use crate::document::model::{Block, Code, Language, Section};
use crate::document::text::{Target, Text};
use crate::path::{self, STEPS, Step};
use crate::requirement::{self, RequirementId};
use std::collections::BTreeMap;

/// The command that tests a server, but for what to try.
const RUN: &str =
    "invite-conformance run --url http://127.0.0.1:8090 --app-key KEY --app-secret SECRET";

pub(super) fn section(input: &Input) -> Section {
    let of_requirements = path::of_requirements(&input.evaluators);
    Section::new("path", "An implementer’s path")
        .says(
            "Build a server in this order, and run the command after each step. It tries what can \
             work by then: a scenario belongs to the first step after which all its calls and \
             frames are built. A requirement is listed at the first step that evaluates it, from \
             the step of its area on. Requirements of this step and of earlier ones have to hold. \
             From step 5 on, the harness itself invites people, to prove that nothing else arrives; \
             before that it waits for a moment. The [laws](#laws) hold from the \
             first step on.",
        )
        .within(STEPS.iter().map(|step| one(step, input, &of_requirements)))
        .within([Section::new("path-whole", "The whole suite")
            .says("At the end, everything at once:")
            .with(command(RUN.to_owned()))])
}

fn one(
    step: &'static Step,
    input: &Input,
    of_requirements: &BTreeMap<RequirementId, &'static Step>,
) -> Section {
    let is_here = |it: &&Evaluator| it.step == Some(step);
    let scenarios = input.evaluators.iter().filter(is_here).count();
    let rows = requirement::all().map(|row| row.id);
    let rules = Text::rules(rows.filter(|id| of_requirements.get(id) == Some(&step)));
    let calls = step.operations.iter().map(|operation| {
        Text::code_link(operation.as_str(), Target::Anchor(operation.to_string()))
    });
    let frames = step.frames.iter().map(|frame| {
        let anchor = payload_anchor(frame.kind().payload.name);
        Text::code_link(frame.as_str(), Target::Anchor(anchor))
    });
    let mut facts = vec![("Calls", Text::joined(calls, ", "))];
    if !step.frames.is_empty() {
        facts.push(("Frames", Text::joined(frames, ", ")));
    }
    if !rules.is_empty() {
        facts.push(("Requirements", rules));
    }
    let noun = if scenarios == 1 { "scenario" } else { "scenarios" };
    facts.push(("Tried by", Text::plain(format!("{scenarios} {noun}"))));
    Section::new(format!("path-{}", step.name), format!("{}. {}", step.number(), step.title))
        .says(step.build)
        .with(Block::Facts(facts))
        .with(command(format!("{RUN} --only {}", step.pattern())))
}

fn command(text: String) -> Block {
    Block::Code(Code { language: Language::Shell, text })
}
