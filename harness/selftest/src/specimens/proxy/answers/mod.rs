//! One kind of response is changed as a whole.

mod expected;
mod fault;

use super::site::{PROFILES, Responses};
use crate::scope::Scope;
use crate::specimen::{Kind, Make, Specimen};
use fault::{ChangedResponses, ResponseFault};
use invite_spec::endpoint::Operation;
use invite_spec::requirement::Profile;
use std::sync::Arc;

/// The specimens for the responses of every endpoint, and for the refusals of SDK and REST calls.
pub(super) fn all() -> Vec<Specimen> {
    use ResponseFault::{Accepted, Empty, Failed, NotJson, Null};
    let of_endpoints = Operation::ALL.iter().flat_map(|operation| {
        let accepted =
            ResponseFault::OF_ACCEPTED.map(|fault| (Responses::Accepted(*operation), fault));
        accepted.into_iter().chain([(Responses::Refused(*operation), Accepted)])
    });
    let of_profiles = PROFILES.into_iter().flat_map(|profile| {
        [Empty, Null, NotJson, Failed].map(|fault| (Responses::AllRefusals(profile), fault))
    });
    let all = of_endpoints.chain(of_profiles);
    all.filter_map(|(responses, fault)| specimen(responses, fault)).collect()
}

fn specimen(responses: Responses, fault: ResponseFault) -> Option<Specimen> {
    let expected = expected::of_responses(responses, fault)?;
    Some(Specimen {
        name: format!("{}:{fault}", responses.name()),
        kind: Kind::Shape,
        does: format!("{} {}", fault.does(), what(responses)),
        expected,
        make: Make::Proxy {
            change: Arc::new(move || Arc::new(ChangedResponses { responses, fault })),
            keeps_order: true,
            scope: Scope::Responses(responses),
        },
    })
}

fn what(responses: Responses) -> String {
    match responses {
        Responses::Accepted(operation) => format!("to every successful {operation}"),
        Responses::Refused(operation) => format!("to every refused {operation}"),
        Responses::AllRefusals(Profile::Sdk | Profile::Client) => {
            "to every refused SDK call".to_owned()
        }
        Responses::AllRefusals(Profile::Rest) => "to every refused REST call".to_owned(),
    }
}
