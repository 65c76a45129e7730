//! Whether a scenario can be driven against a target.

use crate::{Application, Scenario};
use invite_spec::requirement::Profile;
use invite_trace::Feature;
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
        Profile::Sdk => Feature::Sdk,
    };
    std::iter::once(plane).chain(scenario.features.iter().copied())
}

/// Whether a scenario can be driven against a target that claims this, and with which of its
/// applications: true for the second one. The error says why not.
pub fn admit(
    scenario: &Scenario,
    claims: &BTreeSet<Feature>,
    kinds: Kinds,
) -> Result<bool, String> {
    for feature in needs(scenario) {
        if !claims.contains(&feature) {
            return Err(format!("the target does not claim `{feature}`"));
        }
    }
    let wanted = match scenario.application {
        Application::Any => return Ok(false),
        Application::Both if kinds.has_second => return Ok(false),
        Application::Both => {
            return Err("it needs a second application: give `--second-app-key` and \
                        `--second-app-secret`"
                .into());
        }
        Application::Protected => true,
        Application::Unprotected => false,
    };
    let opposite = Some(!wanted);
    match (kinds.first, kinds.second) {
        (Some(first), _) if first == wanted => Ok(false),
        (_, Some(second)) if second == wanted => Ok(true),
        (None, second) if second != opposite || !kinds.has_second => Err(format!(
            "it needs an application in which conferences created by clients are {}protected, and \
             it could not be learnt whether the target's are",
            if wanted { "" } else { "un" }
        )),
        _ => Err(format!(
            "it needs an application in which conferences created by clients are {}protected, and \
             the target's are not",
            if wanted { "" } else { "un" }
        )),
    }
}
