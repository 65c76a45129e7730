//! Variants of how calls are answered.

use super::Variant;
use crate::proxy::{Answered, Change, Passed};
use invite_spec::endpoint::Plane;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

pub(super) const ALL: &[Variant] = &[
    Variant {
        name: "slow-answers",
        does: "takes its time for every answer",
        allowed: "the clients wait for many seconds",
        change: || Arc::new(Each(|_, answer| answer.delay = Duration::from_millis(60))),
    },
    Variant {
        name: "answers-after-events",
        does: "answers joins, invitations, updates and kicks long after their events went out",
        allowed: "events may arrive before or after the answer",
        change: || {
            Arc::new(Each(|exchange, answer| {
                let later = [
                    "sdk.join",
                    "sdk.invite",
                    "sdk.permissions",
                    "sdk.kick",
                    "rest.create",
                    "rest.invite",
                    "rest.permissions",
                    "rest.kick",
                ];
                if exchange.endpoint.is_some_and(|e| later.contains(&e.operation.as_str())) {
                    answer.delay = Duration::from_millis(150);
                }
            }))
        },
    },
    Variant {
        name: "empty-answers",
        does: "answers 204 without a body wherever no client reads one",
        allowed: "the clients ignore these bodies",
        change: || {
            Arc::new(Each(|exchange, answer| {
                let unread = exchange.endpoint.is_some_and(|endpoint| endpoint.answer.is_none());
                if unread && answer.is_accepted() {
                    answer.status = 204;
                    answer.body.clear();
                    answer.headers.retain(|(name, _)| name != "content-type");
                }
            }))
        },
    },
    Variant {
        name: "chatty-answers",
        does: "answers {\"ok\":true} wherever no client reads a body",
        allowed: "the clients ignore these bodies",
        change: || {
            Arc::new(Each(|exchange, answer| {
                let unread = exchange.endpoint.is_some_and(|endpoint| endpoint.answer.is_none());
                if unread && answer.is_accepted() && exchange.method != "OPTIONS" {
                    answer.set_json(&json!({ "ok": true }));
                    answer.set_header("content-type", "application/json");
                }
            }))
        },
    },
    Variant {
        name: "created-and-accepted",
        does: "answers 201 to creates and 202 to invitations",
        allowed: "the clients take any success",
        change: || {
            Arc::new(Each(|exchange, answer| {
                let operation =
                    exchange.endpoint.map_or("", |endpoint| endpoint.operation.as_str());
                if answer.status == 200 {
                    answer.status = match operation {
                        "rest.create" | "sdk.create" => 201,
                        "rest.invite" | "sdk.invite" => 202,
                        _ => 200,
                    };
                }
            }))
        },
    },
    Variant {
        name: "spring-errors",
        does: "refuses on the REST plane with {status, error, message}",
        allowed: "the Python client reads that shape as well",
        change: || {
            Arc::new(Each(|exchange, answer| {
                let rest =
                    exchange.endpoint.is_some_and(|e| matches!(e.plane, Plane::Rest | Plane::Auth));
                if rest && answer.status >= 400 {
                    let body = answer.json().unwrap_or(Value::Null);
                    let text = |name: &str| body.get(name).cloned().unwrap_or_else(|| "".into());
                    answer.set_json(&json!({
                        "timestamp": "2026-01-01T00:00:00Z", "status": answer.status,
                        "error": text("error_reason"), "message": text("error_description"),
                    }));
                }
            }))
        },
    },
    Variant {
        name: "plain-403",
        does: "refuses conference tokens with 403 where others say 401",
        allowed: "the status of a refused conference token is the server's choice",
        change: || {
            Arc::new(Each(|exchange, answer| {
                let about = exchange
                    .endpoint
                    .is_some_and(|e| e.is_about_conference() && e.plane == Plane::Session);
                if about && answer.status == 401 {
                    answer.status = 403;
                }
            }))
        },
    },
    Variant {
        name: "plain-401",
        does: "refuses foreign conference tokens with 401 where others say 403",
        allowed: "the status of a refused conference token is the server's choice",
        change: || {
            Arc::new(Each(|exchange, answer| {
                let foreign = answer.json().and_then(|body| body.get("error_code")?.as_i64());
                let join = exchange.endpoint.is_some_and(|e| e.operation.as_str() == "sdk.join");
                if join && foreign == Some(95) {
                    answer.status = 401;
                }
            }))
        },
    },
    Variant {
        name: "own-error-codes",
        does: "uses error codes of its own where no client knows one",
        allowed: "only 114 and 108 are known to a client",
        change: || {
            Arc::new(Each(|_, answer| {
                let Some(mut body) = answer.json().filter(|_| answer.status >= 400) else { return };
                let code = body.get("error_code").and_then(Value::as_i64);
                if code.is_some_and(|code| ![114, 108, 89].contains(&code)) {
                    body["error_code"] = json!(4_000 + code.unwrap_or(0));
                    body["error_description"] = json!("Nein.");
                    answer.set_json(&body);
                }
            }))
        },
    },
    Variant {
        name: "closed-connections",
        does: "closes the connection after each answer",
        allowed: "HTTP allows it",
        change: || Arc::new(Each(|_, answer| answer.set_header("connection", "close"))),
    },
    Variant {
        name: "charset",
        does: "says `application/json; charset=utf-8`, and sends headers of its own",
        allowed: "a JSON content type with a parameter is one",
        change: || {
            Arc::new(Each(|_, answer| {
                let json =
                    answer.headers.iter().any(|(n, v)| n == "content-type" && v.contains("json"));
                if json {
                    answer.set_header("content-type", "application/json; charset=utf-8");
                }
                answer.set_header("x-powered-by", "something");
                answer.set_header("cache-control", "no-store");
                answer.set_header("set-cookie", "a=b; Path=/");
            }))
        },
    },
    Variant {
        name: "indented-answers",
        does: "indents its JSON and ends it with a line end",
        allowed: "white space means nothing in JSON",
        change: || {
            Arc::new(Each(|_, answer| {
                if let Some(body) = answer.json() {
                    answer.body = format!("\n{body:#}\n").into_bytes();
                }
            }))
        },
    },
    Variant {
        name: "no-scope-echo",
        does: "answers tokens with nothing but the three fields that every client reads",
        allowed: "scope and refresh_token are looked for, not needed",
        change: || {
            Arc::new(Each(|exchange, answer| {
                let operation =
                    exchange.endpoint.map_or("", |endpoint| endpoint.operation.as_str());
                let Some(Value::Object(mut body)) = answer.json() else { return };
                if ["auth.token", "rest.client-access-token"].contains(&operation)
                    && answer.is_accepted()
                {
                    body.remove("scope");
                    body.remove("refresh_token");
                    answer.set_json(&Value::Object(body));
                }
            }))
        },
    },
    Variant {
        name: "silent-address",
        does: "does not say where its WebSocket is",
        allowed: "the client then uses the host that it knows",
        change: || {
            Arc::new(Each(|exchange, answer| {
                if exchange.endpoint.is_some_and(|e| e.operation.as_str() == "sdk.identify") {
                    let Some(Value::Object(mut body)) = answer.json() else { return };
                    body.remove("wsUri");
                    answer.set_json(&Value::Object(body));
                }
            }))
        },
    },
    Variant {
        name: "more-cors",
        does: "allows more origins' headers and methods than a page asks for, in capitals",
        allowed: "a preflight may allow more than is asked",
        change: || {
            Arc::new(Each(|_, answer| {
                for name in ["access-control-allow-headers", "access-control-allow-methods"] {
                    let held = answer.headers.iter().find(|(other, _)| other == name);
                    if let Some((_, value)) = held {
                        let more = format!("X-Other, {}", value.to_uppercase());
                        answer.set_header(name, &more);
                    }
                }
            }))
        },
    },
];

/// Changes each answer by a function.
struct Each(fn(&Answered<'_>, &mut Passed));

impl Change for Each {
    fn answer(&self, exchange: &Answered<'_>, mut answer: Passed) -> Passed {
        (self.0)(exchange, &mut answer);
        answer
    }
}
