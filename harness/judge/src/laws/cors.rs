//! A page of another origin may read the responses that its client gets.

use super::{Findings, Law};
use crate::history::History;
use invite_spec::requirement::id;
use invite_trace::{Evidence, Expected, LawName, Seen};

pub(crate) const LAW: Law = Law {
    name: LawName::Cors,
    says: "A response to a request with an Origin allows that origin, with credentials.",
    requirements: &[id::WIRE_008],
    besides: &[],
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::Story;
    use serde_json::json;

    const ORIGIN: &str = "https://app.example";
    const JOIN: &str = "POST /v1/conferences/c-1/join";

    #[test]
    fn a_response_that_allows_its_origin_with_credentials_holds() {
        let mut story = Story::of(&["bob"]);
        story.asking("origin", ORIGIN).answering("access-control-allow-origin", ORIGIN);
        story.answering("access-control-allow-credentials", "true");
        story.call("bob", JOIN, json!({}), 200, json!({}));
        story.holds(&LAW, &[id::WIRE_008]);
    }

    #[test]
    fn a_response_without_cors_headers_breaks_it() {
        let mut story = Story::of(&["bob"]);
        story.asking("origin", ORIGIN);
        let entries = story.call("bob", JOIN, json!({}), 200, json!({}));
        let seen = Seen::Cors { origin: None, credentials: None };
        let evidence = Evidence::new(Expected::AllowsOrigin(ORIGIN.into()), seen).at(entries);
        story.breaks(&LAW, id::WIRE_008, evidence);
    }

    #[test]
    fn a_response_to_any_origin_or_without_credentials_breaks_it() {
        for (origin, credentials) in [("*", "true"), (ORIGIN, "false"), (ORIGIN, "")] {
            let mut story = Story::of(&["bob"]);
            story.asking("origin", ORIGIN).answering("access-control-allow-origin", origin);
            story.answering("access-control-allow-credentials", credentials);
            let entries = story.call("bob", JOIN, json!({}), 403, json!({}));
            // An empty header is none.
            let credentials = Some(credentials.to_owned()).filter(|value| !value.is_empty());
            let origin = Some(origin.to_owned());
            let expected = Expected::AllowsOrigin(ORIGIN.into());
            let evidence = Evidence::new(expected, Seen::Cors { origin, credentials }).at(entries);
            story.breaks(&LAW, id::WIRE_008, evidence);
        }
    }

    #[test]
    fn a_request_without_an_origin_is_not_looked_at() {
        let mut story = Story::of(&["bob"]);
        story.joins("bob", "c-1");
        assert!(story.examined(&LAW).observed.is_empty());
    }
}
