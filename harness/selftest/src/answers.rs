//! One kind of answer is changed as a whole.

use super::change::{self, Answer, Whole};
use super::mutant::{How, Kind, Mutant};
use super::rules;
use super::touch::Touch;
use invite_spec::endpoint;
use std::sync::Arc;

/// The mutants of every endpoint's answers, and of the refusals of each plane.
pub(super) fn all() -> Vec<Mutant> {
    let of_endpoints = endpoint::ENDPOINTS.iter().flat_map(|endpoint| {
        let accepted =
            Whole::ALL.map(|whole| (Answer::Accepted(endpoint.operation.as_str()), whole));
        accepted
            .into_iter()
            .chain([(Answer::Refused(endpoint.operation.as_str()), Whole::Accepted)])
    });
    let of_planes = [true, false].into_iter().flat_map(|sdk| {
        let spoilt = [Whole::Empty, Whole::Null, Whole::NoJson, Whole::Failed];
        spoilt.map(|whole| (Answer::Refusal { sdk }, whole))
    });
    of_endpoints.chain(of_planes).filter_map(|(answer, whole)| mutant(answer, whole)).collect()
}

fn mutant(answer: Answer, whole: Whole) -> Option<Mutant> {
    let class = rules::of_answer(answer, whole)?;
    Some(Mutant {
        name: format!("{}:{whole}", answer.name()),
        kind: Kind::Shape,
        does: format!("{} {}", whole.does(), answer.what()),
        class,
        how: How::Proxy {
            change: Arc::new(move || change::answer(answer, whole)),
            keeps_order: true,
            touches: Touch::Answers(answer),
        },
    })
}
