//! What can be done to a whole response.

use crate::proxy::{Change, Request, Response};
use crate::specimens::proxy::site::Responses;
use serde_json::{Value, json};
use std::fmt;

/// What is done to a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResponseFault {
    /// Its status is 500.
    Failed,
    /// Its status is 400.
    Refused,
    /// Its status is 200; the body stays.
    Accepted,
    /// It has no body.
    Empty,
    /// Its body is `null`.
    Null,
    /// Its body is a web page.
    NotJson,
    /// Its content type is plain text; the body stays.
    Text,
}

impl ResponseFault {
    /// What can be done to an accepted response.
    pub(super) const OF_ACCEPTED: [ResponseFault; 6] = [
        ResponseFault::Failed,
        ResponseFault::Refused,
        ResponseFault::Empty,
        ResponseFault::Null,
        ResponseFault::NotJson,
        ResponseFault::Text,
    ];

    pub(super) fn does(self) -> &'static str {
        match self {
            ResponseFault::Failed => "answers 500",
            ResponseFault::Refused => "answers 400",
            ResponseFault::Accepted => "answers 200",
            ResponseFault::Empty => "answers without a body",
            ResponseFault::Null => "answers null",
            ResponseFault::NotJson => "answers with a web page",
            ResponseFault::Text => "answers with content type text/plain",
        }
    }
}

impl fmt::Display for ResponseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            ResponseFault::Failed => "500",
            ResponseFault::Refused => "400",
            ResponseFault::Accepted => "200",
            ResponseFault::Empty => "empty",
            ResponseFault::Null => "null",
            ResponseFault::NotJson => "html",
            ResponseFault::Text => "text",
        })
    }
}

/// The change that does it to these responses.
pub(super) struct ChangedResponses {
    pub(super) responses: Responses,
    pub(super) fault: ResponseFault,
}

impl Change for ChangedResponses {
    fn response(&self, request: &Request<'_>, mut response: Response) -> Response {
        if !self.responses.include(request, &response) {
            return response;
        }
        match self.fault {
            ResponseFault::Failed if response.class().is_refused() => response.status = 500,
            ResponseFault::Failed => refuse(&mut response, 500, "Internal Server Error"),
            ResponseFault::Refused => refuse(&mut response, 400, "Bad Request"),
            ResponseFault::Accepted => response.status = 200,
            ResponseFault::Empty => {
                response.body.clear();
                response.remove_header("content-type");
            }
            ResponseFault::Null => {
                response.set_json(&Value::Null);
                response.set_header("content-type", "application/json");
            }
            ResponseFault::NotJson => {
                response.body = b"<html><body>It works!</body></html>".to_vec();
                response.set_header("content-type", "text/html");
            }
            ResponseFault::Text => response.set_header("content-type", "text/plain"),
        }
        response
    }
}

fn refuse(response: &mut Response, status: u16, reason: &str) {
    response.status = status;
    response.set_header("content-type", "application/json");
    response.set_json(&json!({
        "type": "ErrorResponse", "error_code": 9_999, "error_reason": reason,
        "error_description": "nobody knows why",
    }));
}
