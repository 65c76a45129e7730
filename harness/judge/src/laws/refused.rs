//! What was refused is not done.

use super::{Findings, Law};
use crate::effects;
use crate::history::History;
use invite_spec::requirement::id;
use invite_trace::{Evidence, Expected, LawName, Seen};

pub(crate) const LAW: Law = Law {
    name: LawName::Refused,
    says: "A refused call has no visible effect: no invitation, news, message, token or kick.",
    requirements: &[id::ERR_018],
    besides: &[],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    for exchange in history.exchanges.iter().filter(|exchange| exchange.is_refused()) {
        let Some(endpoint) = exchange.endpoint.filter(|it| it.effect.is_some()) else { continue };
        findings.observe(id::ERR_018);
        if let Some(shown) = effects::of_refused(history, exchange) {
            let expected = Expected::NoEffect(endpoint.operation);
            let places = exchange.entries().into_iter().chain([shown.at]);
            let evidence = Evidence::new(expected, Seen::Effect(shown.frame));
            findings.breach(id::ERR_018, evidence.at(places));
        }
    }
}
