//! A page of another origin may read the answers that its client gets.

use super::{Findings, Law};
use crate::history::History;
use invite_spec::requirement::id;
use invite_trace::Evidence;

pub(crate) const LAW: Law = Law {
    name: "pages may read answers",
    says: "An answer to a request with an Origin allows that origin, with credentials.",
    requirements: &[id::WIRE_008],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    for exchange in history.exchanges.iter().filter(|exchange| exchange.is_of_sdk()) {
        let (Some(origin), Some(reply)) = (exchange.headers.get("origin"), &exchange.reply) else {
            continue;
        };
        findings.observe(id::WIRE_008);
        let header = |name: &str| reply.headers.get(name).map_or("", String::as_str);
        let allowed = header("access-control-allow-origin");
        let credentials = header("access-control-allow-credentials");
        if allowed == origin && credentials == "true" {
            continue;
        }
        let seen = match (allowed, credentials) {
            ("", _) => "no Access-Control-Allow-Origin".to_owned(),
            (allowed, "true") => format!("Access-Control-Allow-Origin: {allowed}"),
            (_, other) => format!("Access-Control-Allow-Credentials: {other}"),
        };
        let expected = format!(
            "Access-Control-Allow-Origin: {origin} and Access-Control-Allow-Credentials: true"
        );
        findings.breach(id::WIRE_008, Evidence::new(expected, seen).at(exchange.entries()));
    }
}
