//! Whether a scenario can be driven against a target.

use crate::{Application, Scenario};
use invite_spec::requirement::Profile;
use invite_trace::{Feature, Protection, SkipReason};
use std::collections::BTreeSet;

/// Which kinds of application a target offers: whether conferences that clients create in them are
/// protected. `None` where it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kinds {
    /// The first application.
    pub first: Option<bool>,
    /// The second one.
    pub second: Option<bool>,
    /// Whether there is a second one.
    pub has_second: bool,
}

/// What a target must claim for a scenario to be driven against it.
pub fn needs(scenario: &Scenario) -> impl Iterator<Item = Feature> + '_ {
    let plane = match scenario.profile {
        Profile::Rest => Feature::Rest,
        Profile::Sdk | Profile::Client => Feature::Sdk,
    };
    std::iter::once(plane).chain(scenario.features.iter().copied())
}

/// One of a target's applications, or of a scenario's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum App {
    /// The first one.
    First,
    /// The second one.
    Second,
}

impl App {
    /// Both.
    pub const ALL: [App; 2] = [App::First, App::Second];

    /// The other one.
    pub fn other(self) -> App {
        match self {
            App::First => App::Second,
            App::Second => App::First,
        }
    }
}

/// Which of a target's applications is the scenario's first one, if the scenario can be driven
/// against a target that claims this.
///
/// # Errors
///
/// Why the scenario cannot be driven.
pub fn admit(
    scenario: &Scenario,
    claims: &BTreeSet<Feature>,
    kinds: Kinds,
) -> Result<App, SkipReason> {
    for feature in needs(scenario) {
        if !claims.contains(&feature) {
            return Err(SkipReason::NotClaimed(feature));
        }
    }
    let wanted = match scenario.application {
        Application::Any => return Ok(App::First),
        Application::Both if kinds.has_second => return Ok(App::First),
        Application::Both => return Err(SkipReason::NoSecondApplication),
        Application::Protected => Protection::Protected,
        Application::Unprotected => Protection::Unprotected,
    };
    let is_protected = wanted == Protection::Protected;
    let opposite = Some(!is_protected);
    match (kinds.first, kinds.second) {
        (Some(first), _) if first == is_protected => Ok(App::First),
        (_, Some(second)) if second == is_protected => Ok(App::Second),
        (None, second) if second != opposite || !kinds.has_second => {
            Err(SkipReason::WrongKindOfApplication { wanted, known: false })
        }
        _ => Err(SkipReason::WrongKindOfApplication { wanted, known: true }),
    }
}
