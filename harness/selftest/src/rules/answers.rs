//! Answers that are changed as a whole.

use crate::change::{Answer, Whole};
use crate::mutant::Class;
use invite_spec::endpoint::{Endpoint, Operation, Plane};
use invite_spec::requirement;
use std::collections::BTreeSet;

const UNREAD: &str = "the clients ignore the body";

/// What the sources say of answers that are changed as a whole; `None` where nothing is changed
/// that could be.
pub(crate) fn of_answer(answer: Answer, whole: Whole) -> Option<Class> {
    match answer {
        Answer::Accepted(operation) => {
            Some(accepted(Operation::parse(operation)?.endpoint(), whole))
        }
        Answer::Refused(operation) => refused(operation).map(Class::breaks),
        Answer::Refusal { sdk } => Some(refusal(sdk, whole)),
    }
}

fn accepted(endpoint: &Endpoint, whole: Whole) -> Class {
    // Of telemetry, only what the client is to measure is read.
    let is_read =
        endpoint.answer.is_some() || endpoint.operation == Operation::TelemetryConfiguration;
    let whole_body = endpoint
        .answer
        .and_then(|answer| requirement::of_field(answer.name, "").map(|id| id.as_str()));
    let rest = matches!(endpoint.plane, Plane::Auth | Plane::Rest);
    let spoilt = match endpoint.plane {
        Plane::Auth | Plane::Rest => "WIRE-003",
        Plane::Session => "WIRE-004",
        Plane::Telemetry => "WIRE-014",
    };
    match whole {
        Whole::Failed | Whole::Refused | Whole::Accepted => {
            Class::MustKill { breaks: vec![endpoint.requirement.as_str()] }
        }
        Whole::Empty | Whole::Null | Whole::NoJson if is_read => {
            let form = (rest && whole == Whole::NoJson).then_some("WIRE-001");
            let also = [Some(spoilt), Some(endpoint.requirement.as_str()), whole_body, form];
            let breaks: BTreeSet<&'static str> = also.into_iter().flatten().collect();
            Class::MustKill { breaks: breaks.into_iter().collect() }
        }
        Whole::Empty | Whole::Null => Class::permitted(UNREAD),
        Whole::NoJson if rest => Class::breaks(&["WIRE-002"]),
        Whole::NoJson => Class::permitted(UNREAD),
        Whole::Text if rest && is_read => Class::breaks(&["WIRE-001"]),
        Whole::Text => Class::permitted("the client does not look at the content type"),
    }
}

/// What is broken when refusals of an operation are called successes; `None` where a refusal is
/// none of the requirements' business.
fn refused(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "auth.token" => &["AUTH-003"],
        "sdk.sign-in" => &["AUTH-003"],
        "rest.client-access-token" => &["AUTH-004", "AUTH-006"],
        "rest.create" => &["AUTH-004", "ERR-008", "ERR-010"],
        "rest.invite" | "rest.permissions" => &["AUTH-004", "ERR-005", "ERR-008"],
        "rest.kick" | "rest.message" => &["AUTH-004", "ERR-005"],
        "rest.participants" | "rest.terminate" => &["AUTH-004", "ERR-005"],
        "sdk.identify" => &["SES-004", "SES-006"],
        "sdk.create" | "sdk.subscribe" | "sdk.unsubscribe" => &["SES-004", "AUTH-013"],
        "sdk.logout" => &["SES-004"],
        "sdk.join" => {
            &["SES-004", "JOIN-010", "JOIN-011", "JOIN-012", "JOIN-013", "JOIN-014", "JOIN-015"]
        }
        "sdk.leave" => &["SES-004", "ERR-006"],
        "sdk.invite" => &["SES-004", "INV-029", "INV-030", "INV-032"],
        "sdk.permissions" => &["SES-004", "PRM-022"],
        "sdk.kick" => &["SES-004", "KCK-006"],
        "sdk.send" => &["SES-004", "MSG-004"],
        _ => return None,
    })
}

fn refusal(sdk: bool, whole: Whole) -> Class {
    match (whole, sdk) {
        (Whole::Failed, _) => Class::breaks(&["ERR-017"]),
        (Whole::Null, true) => Class::breaks(&["ERR-001"]),
        // Nothing of an error but its code 114 is needed by a client.
        (_, true) => Class::breaks(&["ERR-002", "ERR-004"]),
        (_, false) => Class::breaks(&["ERR-003"]),
    }
}
