//! Unusual responses.

use super::Variant;
use crate::proxy::{Change, Request, Response};
use invite_spec::endpoint::{Operation, Plane};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

pub(super) const ALL: &[Variant] = &[
    Variant {
        name: "slow-answers",
        does: "delays every response",
        allowed: "the clients wait many seconds",
        change: || Arc::new(Each(|_, response| response.delay = Duration::from_millis(60))),
    },
    Variant {
        name: "answers-after-events",
        does: "answers joins, invitations, updates and kicks long after it pushed their events",
        allowed: "events may arrive before or after the response",
        change: || {
            Arc::new(Each(|request, response| {
                let later = [
                    Operation::SdkJoin,
                    Operation::SdkInvite,
                    Operation::SdkPermissions,
                    Operation::SdkKick,
                    Operation::RestCreate,
                    Operation::RestInvite,
                    Operation::RestPermissions,
                    Operation::RestKick,
                ];
                if is_call_of(request, &later) {
                    response.delay = Duration::from_millis(150);
                }
            }))
        },
    },
    Variant {
        name: "empty-answers",
        does: "answers 204 without a body where no client reads one",
        allowed: "the clients ignore these bodies",
        change: || {
            Arc::new(Each(|request, response| {
                if is_unread_success(request, response) {
                    response.status = 204;
                    response.body.clear();
                    response.remove_header("content-type");
                }
            }))
        },
    },
    Variant {
        name: "chatty-answers",
        does: "answers {\"ok\":true} where no client reads a body",
        allowed: "the clients ignore these bodies",
        change: || {
            Arc::new(Each(|request, response| {
                if is_unread_success(request, response) && !request.is_preflight() {
                    response.set_json(&json!({ "ok": true }));
                    response.set_header("content-type", "application/json");
                }
            }))
        },
    },
    Variant {
        name: "created-and-accepted",
        does: "answers 201 to creates and 202 to invitations",
        allowed: "the clients take any success",
        change: || {
            Arc::new(Each(|request, response| {
                let operation = request.endpoint.map(|endpoint| endpoint.operation);
                if response.status == 200 {
                    response.status = match operation {
                        Some(Operation::RestCreate | Operation::SdkCreate) => 201,
                        Some(Operation::RestInvite | Operation::SdkInvite) => 202,
                        _ => 200,
                    };
                }
            }))
        },
    },
    Variant {
        name: "spring-errors",
        does: "refuses REST calls with {status, error, message}",
        allowed: "the Python client reads that shape as well",
        change: || {
            Arc::new(Each(|request, response| {
                let rest =
                    request.endpoint.is_some_and(|e| matches!(e.plane, Plane::Rest | Plane::Auth));
                if rest && response.class().is_refused() {
                    let body = response.json().unwrap_or(Value::Null);
                    let text = |name: &str| body.get(name).cloned().unwrap_or_else(|| "".into());
                    response.set_json(&json!({
                        "timestamp": "2026-01-01T00:00:00Z", "status": response.status,
                        "error": text("error_reason"), "message": text("error_description"),
                    }));
                }
            }))
        },
    },
    Variant {
        name: "plain-403",
        does: "refuses conference tokens with 403 where others answer 401",
        allowed: "the server chooses the status for a refused conference token",
        change: || {
            Arc::new(Each(|request, response| {
                let about = request
                    .endpoint
                    .is_some_and(|e| e.is_about_conference() && e.plane == Plane::Session);
                if about && response.status == 401 {
                    response.status = 403;
                }
            }))
        },
    },
    Variant {
        name: "plain-401",
        does: "refuses conference tokens of others with 401 where others answer 403",
        allowed: "the server chooses the status for a refused conference token",
        change: || {
            Arc::new(Each(|request, response| {
                let foreign = response.json().and_then(|body| body.get("error_code")?.as_i64());
                if is_call_of(request, &[Operation::SdkJoin]) && foreign == Some(95) {
                    response.status = 401;
                }
            }))
        },
    },
    Variant {
        name: "own-error-codes",
        does: "uses its own error codes where no client knows one",
        allowed: "the clients know only 114 and 108",
        change: || {
            Arc::new(Each(|_, response| {
                let refused = response.class().is_refused();
                let Some(mut body) = response.json().filter(|_| refused) else { return };
                let code = body.get("error_code").and_then(Value::as_i64);
                if code.is_some_and(|code| ![114, 108, 89].contains(&code)) {
                    body["error_code"] = json!(4_000 + code.unwrap_or(0));
                    body["error_description"] = json!("Nein.");
                    response.set_json(&body);
                }
            }))
        },
    },
    Variant {
        name: "closed-connections",
        does: "closes the connection after each response",
        allowed: "HTTP allows it",
        change: || Arc::new(Each(|_, response| response.set_header("connection", "close"))),
    },
    Variant {
        name: "byte-by-byte",
        does: "sends every body in chunks of one byte",
        allowed: "a chunk may be of any size",
        change: || Arc::new(Each(|_, response| response.byte_by_byte = !response.body.is_empty())),
    },
    Variant {
        name: "no-is-new",
        does: "does not say whether a conference is new",
        allowed: "no source says that isNew is always there",
        change: || {
            Arc::new(Each(|request, response| {
                if is_call_of(request, &[Operation::SdkCreate]) {
                    let Some(Value::Object(mut body)) = response.json() else { return };
                    body.remove("isNew");
                    response.set_json(&Value::Object(body));
                }
            }))
        },
    },
    Variant {
        name: "charset",
        does: "sends `application/json; charset=utf-8`, and extra headers",
        allowed: "a content type with a parameter is still JSON",
        change: || {
            Arc::new(Each(|_, response| {
                let json =
                    response.headers.iter().any(|(n, v)| n == "content-type" && v.contains("json"));
                if json {
                    response.set_header("content-type", "application/json; charset=utf-8");
                }
                response.set_header("x-powered-by", "something");
                response.set_header("cache-control", "no-store");
                response.set_header("set-cookie", "a=b; Path=/");
            }))
        },
    },
    Variant {
        name: "indented-answers",
        does: "indents the JSON of its responses and ends it with a newline",
        allowed: "white space means nothing in JSON",
        change: || {
            Arc::new(Each(|_, response| {
                if let Some(body) = response.json() {
                    response.body = format!("\n{body:#}\n").into_bytes();
                }
            }))
        },
    },
    Variant {
        name: "no-scope-echo",
        does: "answers token requests with only the three fields that every client reads",
        allowed: "the clients look for scope and refresh_token, but do without",
        change: || {
            Arc::new(Each(|request, response| {
                let Some(Value::Object(mut body)) = response.json() else { return };
                let tokens = [Operation::AuthToken, Operation::ClientAccessToken];
                if is_call_of(request, &tokens) && response.class().is_accepted() {
                    body.remove("scope");
                    body.remove("refresh_token");
                    response.set_json(&Value::Object(body));
                }
            }))
        },
    },
    Variant {
        name: "silent-address",
        does: "does not report the address of its WebSocket",
        allowed: "the client then uses its default host",
        change: || {
            Arc::new(Each(|request, response| {
                if is_call_of(request, &[Operation::Identify]) {
                    let Some(Value::Object(mut body)) = response.json() else { return };
                    body.remove("wsUri");
                    response.set_json(&Value::Object(body));
                }
            }))
        },
    },
    Variant {
        name: "more-cors",
        does: "allows more headers and methods than a page asks for, in upper case",
        allowed: "a preflight response may allow more than the page asked for",
        change: || {
            Arc::new(Each(|_, response| {
                for name in ["access-control-allow-headers", "access-control-allow-methods"] {
                    let held = response.headers.iter().find(|(other, _)| other == name);
                    if let Some((_, value)) = held {
                        let more = format!("X-Other, {}", value.to_uppercase());
                        response.set_header(name, &more);
                    }
                }
            }))
        },
    },
    Variant {
        name: "cors-in-pieces",
        does: "gives each header and method that it allows a line of its own",
        allowed: "several lines of a header are one list (RFC 9110, 5.3)",
        change: || {
            Arc::new(Each(|_, response| {
                for name in ["access-control-allow-headers", "access-control-allow-methods"] {
                    let held = response.headers.iter().find(|(other, _)| other == name);
                    let Some((_, list)) = held.cloned() else { continue };
                    response.remove_header(name);
                    let pieces = list.split(',').map(|it| (name.to_owned(), it.trim().to_owned()));
                    response.headers.extend(pieces);
                }
            }))
        },
    },
    Variant {
        name: "numbers-with-fractions",
        does: "writes whole numbers as 114.0",
        allowed: "JSON knows one kind of number, and clients read the same value",
        change: || {
            Arc::new(Each(|_, response| {
                if let Some(mut body) = response.json() {
                    with_fractions(&mut body);
                    response.set_json(&body);
                }
            }))
        },
    },
    Variant {
        name: "bearer-in-lower-case",
        does: "calls client access tokens `bearer`",
        allowed: "no client reads their type, and it has no case (RFC 6749, 5.1)",
        change: || {
            Arc::new(Each(|request, response| {
                let Some(mut body) = response.json() else { return };
                let tokens = [Operation::ClientAccessToken, Operation::SignIn, Operation::Refresh];
                if is_call_of(request, &tokens) && body.get("token_type").is_some() {
                    body["token_type"] = "bearer".into();
                    response.set_json(&body);
                }
            }))
        },
    },
    Variant {
        name: "address-in-capitals",
        does: "writes the scheme of its WebSocket's address in capitals",
        allowed: "a scheme is the same in whatever case (RFC 3986, 3.1)",
        change: || {
            Arc::new(Each(|request, response| {
                let Some(mut body) = response.json() else { return };
                if is_call_of(request, &[Operation::Identify])
                    && let Some((scheme, rest)) =
                        body["wsUri"].as_str().and_then(|address| address.split_once("://"))
                {
                    body["wsUri"] = format!("{}://{rest}", scheme.to_uppercase()).into();
                    response.set_json(&body);
                }
            }))
        },
    },
];

/// Writes whole numbers as floating-point numbers.
fn with_fractions(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(float) = number.as_f64().and_then(serde_json::Number::from_f64) {
                *number = float;
            }
        }
        Value::Array(all) => all.iter_mut().for_each(with_fractions),
        Value::Object(fields) => fields.values_mut().for_each(with_fractions),
        _ => {}
    }
}

/// Changes each response by a function.
struct Each(fn(&Request<'_>, &mut Response));

impl Change for Each {
    fn response(&self, request: &Request<'_>, mut response: Response) -> Response {
        (self.0)(request, &mut response);
        response
    }
}

/// Whether the request is a call of one of these operations.
fn is_call_of(request: &Request<'_>, operations: &[Operation]) -> bool {
    request.endpoint.is_some_and(|endpoint| operations.contains(&endpoint.operation))
}

/// Whether this is the success of a call whose response body no client reads.
fn is_unread_success(request: &Request<'_>, response: &Response) -> bool {
    let unread = request.endpoint.is_some_and(|endpoint| endpoint.answer.is_none());
    unread && response.class().is_accepted()
}
