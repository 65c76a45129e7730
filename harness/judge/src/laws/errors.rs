//! A refusal says why, in a shape that the clients read.

use super::{Findings, Law};
use crate::history::{Exchange, History, Reply};
use invite_spec::requirement::{RequirementId, id};
use invite_spec::status::StatusClass;
use invite_trace::{Content, Evidence, Expected, LawName, Seen};
use serde_json::Value;

pub(crate) const LAW: Law = Law {
    name: LawName::Errors,
    says: "A refusal is a 4xx whose body is an error object.",
    requirements: &[id::ERR_001, id::ERR_002, id::ERR_003, id::ERR_017],
    besides: &[],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    for exchange in &history.exchanges {
        let Some(reply) = exchange.reply.as_ref().filter(|_| exchange.is_refused()) else {
            continue;
        };
        if exchange.endpoint.is_none() {
            continue;
        }
        status(exchange, reply, findings);
        if exchange.is_of_sdk() {
            sdk(exchange, reply, findings);
        } else if exchange.is_of_rest() {
            rest(exchange, reply, findings);
        }
    }
}

fn status(exchange: &Exchange<'_>, reply: &Reply<'_>, findings: &mut Findings) {
    findings.observe(id::ERR_017);
    if StatusClass::of(reply.status) == StatusClass::ServerError {
        let evidence = Evidence::new(Expected::ClientError, Seen::Status(reply.status));
        findings.breach(id::ERR_017, evidence.at(exchange.entries()));
    }
}

fn sdk(exchange: &Exchange<'_>, reply: &Reply<'_>, findings: &mut Findings) {
    findings.observe(id::ERR_001);
    if reply.body.json() == Some(&Value::Null) {
        let evidence = Evidence::new(Expected::ErrorObject, Seen::value(Some(&Value::Null)));
        findings.content(id::ERR_001, evidence.at(exchange.entries()));
        return;
    }
    let has_fields = shape(id::ERR_002, &[FULL], exchange, reply, findings);
    let body = reply.body.json().filter(|_| has_fields);
    if let Some(body) = body.filter(|body| body.get("type") != Some(&"ErrorResponse".into())) {
        let evidence = Evidence::new(Expected::ErrorType, Seen::value(body.get("type")));
        findings.content(id::ERR_002, evidence.pointing("/type").at(exchange.entries()));
    }
}

fn rest(exchange: &Exchange<'_>, reply: &Reply<'_>, findings: &mut Findings) {
    shape(id::ERR_003, &[FULL, OTHER], exchange, reply, findings);
}

/// The fields of one shape: code, reason, description.
type Shape = [&'static str; 3];
const FULL: Shape = ["error_code", "error_reason", "error_description"];
const OTHER: Shape = ["status", "error", "message"];

/// Whether the body has one of these shapes; it is a breach if it has none.
fn shape(
    requirement: RequirementId,
    shapes: &[Shape],
    exchange: &Exchange<'_>,
    reply: &Reply<'_>,
    findings: &mut Findings,
) -> bool {
    findings.observe(requirement);
    let body = match reply.body {
        Content::Json(body) => body,
        Content::Empty => &Value::Null,
        Content::Text { .. } => &Value::Bool(false),
    };
    let has_shape = |[code, reason, description]: &Shape| {
        body.get(code).is_some_and(Value::is_number)
            && body.get(reason).is_some_and(Value::is_string)
            && body.get(description).is_some_and(Value::is_string)
    };
    if shapes.iter().any(has_shape) {
        return true;
    }
    let shapes = shapes.iter().map(|shape| shape.map(str::to_owned).to_vec());
    let evidence = Evidence::new(Expected::ErrorFields(shapes.collect()), Seen::body(reply.body));
    findings.content(requirement, evidence.at(exchange.entries()));
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::{APP, Story};
    use serde_json::json;

    const JOIN: &str = "POST /v1/conferences/c-1/join";
    const INVITE: &str = "POST /v2/conferences/c-1/invite";

    /// A refusal as the clients read it.
    fn refusal() -> Value {
        json!({ "type": "ErrorResponse", "error_code": 1, "error_reason": "no",
                "error_description": "not there" })
    }

    fn shapes(shapes: &[Shape]) -> Expected {
        let owned = shapes.iter().map(|shape| shape.map(str::to_owned).to_vec());
        Expected::ErrorFields(owned.collect())
    }

    #[test]
    fn refusals_with_an_error_object_hold() {
        let mut story = Story::of(&["bob"]);
        story.call("bob", JOIN, json!({}), 404, refusal());
        story.call(APP, INVITE, json!({}), 404, refusal());
        let other = json!({ "status": 404, "error": "Not Found", "message": "no such conference" });
        story.call(APP, INVITE, json!({}), 404, other);
        story.holds(&LAW, &[id::ERR_001, id::ERR_002, id::ERR_003, id::ERR_017]);
    }

    #[test]
    fn a_server_error_breaks_it() {
        let mut story = Story::of(&["bob"]);
        let entries = story.call("bob", JOIN, json!({}), 503, refusal());
        let evidence = Evidence::new(Expected::ClientError, Seen::Status(503)).at(entries);
        story.breaks(&LAW, id::ERR_017, evidence);
    }

    #[test]
    fn a_refusal_to_a_client_with_null_breaks_it() {
        let mut story = Story::of(&["bob"]);
        let entries = story.call("bob", JOIN, json!({}), 404, Value::Null);
        let seen = Seen::Value { shown: "null".into() };
        story.breaks(&LAW, id::ERR_001, Evidence::new(Expected::ErrorObject, seen).at(entries));
    }

    #[test]
    fn a_refusal_to_a_client_without_fields_breaks_it() {
        let mut story = Story::of(&["bob"]);
        let entries = story.call("bob", JOIN, json!({}), 404, json!({ "error": "no" }));
        let seen = Seen::Value { shown: r#"{"error":"no"}"#.into() };
        let evidence = Evidence::new(shapes(&[FULL]), seen).at(entries);
        story.breaks(&LAW, id::ERR_002, evidence);
    }

    #[test]
    fn a_refusal_to_a_client_of_another_type_breaks_it() {
        let mut story = Story::of(&["bob"]);
        let mut body = refusal();
        body["type"] = "Failure".into();
        let entries = story.call("bob", JOIN, json!({}), 404, body);
        let seen = Seen::Value { shown: "\"Failure\"".into() };
        let evidence = Evidence::new(Expected::ErrorType, seen).pointing("/type").at(entries);
        story.breaks(&LAW, id::ERR_002, evidence);
    }

    #[test]
    fn a_refusal_to_a_client_that_is_empty_or_no_json_breaks_it() {
        let page = || Content::Text { beginning: "<html>".into(), bytes: 6 };
        for (content, seen) in [(Content::Empty, Seen::Empty), (page(), Seen::NotJson)] {
            let mut story = Story::of(&["bob"]);
            let entries = story.call_raw("bob", JOIN, json!({}), 404, content);
            let evidence = Evidence::new(shapes(&[FULL]), seen).at(entries);
            story.breaks(&LAW, id::ERR_002, evidence);
        }
    }

    #[test]
    fn a_refusal_to_an_application_without_fields_breaks_it() {
        let mut story = Story::new();
        let entries = story.call(APP, INVITE, json!({}), 404, json!({ "error": "no" }));
        let seen = Seen::Value { shown: r#"{"error":"no"}"#.into() };
        let evidence = Evidence::new(shapes(&[FULL, OTHER]), seen).at(entries);
        story.breaks(&LAW, id::ERR_003, evidence);
    }

    #[test]
    fn an_empty_refusal_to_an_application_breaks_it() {
        let mut story = Story::new();
        let entries = story.call_raw(APP, INVITE, json!({}), 404, Content::Empty);
        let evidence = Evidence::new(shapes(&[FULL, OTHER]), Seen::Empty).at(entries);
        story.breaks(&LAW, id::ERR_003, evidence);
    }
}
