//! The scenario and its people.

use super::Step;
use crate::{App, Located};
use invite_spec::requirement::{Profile, RequirementId};
use invite_trace::Feature;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A scripted conversation with a target.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its id, the same as the file's name: lower-case words joined by hyphens.
    #[serde(rename = "scenario")]
    pub id: Located,
    /// What it shows, as a sentence.
    pub title: String,
    /// More about it, for `explain`.
    #[serde(default)]
    pub about: Option<String>,
    /// Why it costs much more than others, if it does: `selftest` runs it only against the wrong
    /// servers that it alone can detect.
    #[serde(default)]
    pub heavy: Option<String>,
    /// Why it waits for longer than a usual run may take, if it does: only `run --slow` drives it.
    #[serde(default)]
    pub slow: Option<Located>,
    /// The requirement that a target failed when this scenario was made, if it was made to show that:
    /// a run says whether that is mended.
    #[serde(default)]
    pub failed: Option<Located<RequirementId>>,
    /// Which part of the protocol it needs.
    pub profile: Profile,
    /// What the target must claim for it to run.
    #[serde(default)]
    pub features: Vec<Feature>,
    /// Which application it uses.
    #[serde(default)]
    pub application: Application,
    /// The people, by name: letters, digits, hyphens and underscores.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Person>")]
    pub people: BTreeMap<Located, Person>,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// Which application a scenario uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Application {
    /// The first one, whatever it is set to.
    #[default]
    Any,
    /// One in which conferences created by clients are protected.
    Protected,
    /// One in which they are not.
    Unprotected,
    /// Both the first and the second one.
    Both,
}

/// Somebody who takes part. Everybody gets an external id of their own, fresh for each run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// For a group of people under this name: how many.
    #[serde(default)]
    pub count: Option<u32>,
    /// Whether the person belongs to the second application.
    #[serde(default)]
    pub second_application: bool,
    /// Another person with the same external id, in another application. With `spelled`, an external
    /// id that differs from the other one by its end alone, such as by the case of letters.
    #[serde(default)]
    pub same_external_id_as: Option<Located>,
    /// What the person's external id and name end with, such as letters beyond ASCII.
    #[serde(default)]
    pub spelled: Option<String>,
}

impl Person {
    /// The application that the person belongs to.
    pub fn app(&self) -> App {
        if self.second_application { App::Second } else { App::First }
    }

    /// The people who bear this name: one, or the members of a group.
    pub fn members(&self, name: &str) -> Vec<String> {
        match self.count {
            None => vec![name.to_owned()],
            Some(count) => (1..=count).map(|number| format!("{name}-{number}")).collect(),
        }
    }
}

impl Scenario {
    /// Every step with its label, in order: its id if it has one, else its place (`3`, `4.1`).
    pub fn labelled(&self) -> Vec<(String, &Step)> {
        let mut found = Vec::new();
        label(&self.steps, "", &mut found);
        found
    }

    /// Whether it runs only if slow scenarios are wanted.
    pub fn is_slow(&self) -> bool {
        self.slow.is_some()
    }

    /// Whether it waits for the clock, and not only for answers.
    pub fn waits(&self) -> bool {
        self.steps.iter().any(|step| step.waits().is_some())
    }

    /// About how much it costs to drive it, in calls: for sharing scenarios out evenly.
    pub fn cost(&self) -> usize {
        /// A wait for the clock, which costs nothing but time.
        const WAIT: usize = 20;
        let people: u32 = self.people.values().map(|person| person.count.unwrap_or(1)).sum();
        let steps = self.labelled().into_iter().map(|(_, step)| match step {
            step if step.waits().is_some() => WAIT,
            _ => 1,
        });
        steps.sum::<usize>() + usize::try_from(people).unwrap_or(usize::MAX / 2)
    }
}

fn label<'s>(steps: &'s [Step], prefix: &str, found: &mut Vec<(String, &'s Step)>) {
    for (index, step) in steps.iter().enumerate() {
        let place = format!("{prefix}{}", index + 1);
        let name = step.id().map_or_else(|| place.clone(), |id| id.value.clone());
        found.push((name, step));
        if let Step::Together(inner) = step {
            label(inner, &format!("{place}."), found);
        }
    }
}
