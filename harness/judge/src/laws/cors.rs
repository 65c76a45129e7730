//! A page of another origin may read the responses that its client gets.

use super::{Findings, Law};
use crate::history::History;
use invite_spec::requirement::id;
use invite_trace::{Evidence, Expected, LawName, Seen};

pub(crate) const LAW: Law = Law {
    name: LawName::Cors,
    says: "A response to a request with an Origin allows that origin, with credentials.",
    requirements: &[id::WIRE_008],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    for exchange in history.exchanges.iter().filter(|exchange| exchange.is_of_sdk()) {
        let (Some(origin), Some(reply)) = (exchange.headers.get("origin"), &exchange.reply) else {
            continue;
        };
        findings.observe(id::WIRE_008);
        let header = |name: &str| reply.headers.get(name).filter(|value| !value.is_empty());
        let allowed = header("access-control-allow-origin");
        let credentials = header("access-control-allow-credentials");
        if allowed == Some(origin) && credentials.is_some_and(|value| value == "true") {
            continue;
        }
        let seen = Seen::Cors { origin: allowed.cloned(), credentials: credentials.cloned() };
        let expected = Expected::AllowsOrigin(origin.clone());
        findings.breach(id::WIRE_008, Evidence::new(expected, seen).at(exchange.entries()));
    }
}
