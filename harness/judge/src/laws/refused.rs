//! What was refused is not done.

use super::{Findings, Law};
use crate::effects;
use crate::history::History;
use invite_spec::requirement::id;
use invite_trace::Evidence;

pub(crate) const LAW: Law = Law {
    name: "what is refused is not done",
    says: "Nothing that anybody sees comes of a refused call: no invitation, news, message, token \
           or kick.",
    requirements: &[id::ERR_018],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    for exchange in history.exchanges.iter().filter(|exchange| exchange.is_refused()) {
        let Some(endpoint) = exchange.endpoint.filter(|it| it.effect.is_some()) else { continue };
        findings.observe(id::ERR_018);
        if let Some(effect) = effects::of_refused(history, exchange) {
            let expected = format!("nothing comes of {}, which was refused", endpoint.operation);
            let places = exchange.entries().into_iter().chain([effect.at]);
            findings.breach(id::ERR_018, Evidence::new(expected, effect.what).at(places));
        }
    }
}
