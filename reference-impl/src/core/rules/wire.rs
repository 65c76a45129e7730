//! Rules about the form of responses and frames.

use crate::core::call::Refusal;
use invite_spec::endpoint::{
    CLIENT_ID_HEADER, CONFERENCE_TOKEN_HEADER, ENDPOINTS, Endpoint, SESSION_TOKEN_HEADER,
};
use invite_spec::error::{ErrorResponse, Failure};
use invite_spec::push::Push;
use serde_json::Value;
use std::collections::BTreeSet;

/// Status codes, bodies, frames and CORS headers.
///
/// `endpoint` is `None` where a request matches no endpoint.
pub trait Wire {
    /// The text of a frame.
    fn frame_text(&self, push: &Push) -> String {
        serde_json::to_string(push).unwrap_or_default()
    }

    /// The status code of a refusal.
    fn refusal_status(&self, _endpoint: Option<&Endpoint>, failure: Failure) -> u16 {
        failure.status()
    }

    /// The body of a refusal.
    fn refusal_body(&self, _endpoint: Option<&Endpoint>, refusal: &Refusal) -> Value {
        let error = ErrorResponse::new(refusal.failure, refusal.description.as_str());
        serde_json::to_value(error).unwrap_or_default()
    }

    /// The content type and the text of a response body.
    fn body_text(&self, _endpoint: Option<&Endpoint>, body: &Value) -> (&'static str, String) {
        ("application/json", body.to_string())
    }

    /// The headers that let a page of this origin read a response. With credentials, browsers
    /// accept neither a wildcard origin nor wildcard headers.
    fn cors_headers(&self, origin: &str) -> Vec<(&'static str, String)> {
        vec![
            ("access-control-allow-origin", origin.to_owned()),
            ("access-control-allow-credentials", "true".to_owned()),
            ("vary", "origin".to_owned()),
        ]
    }

    /// The status code of a response to a preflight.
    fn preflight_status(&self, _path: &str) -> u16 {
        204
    }

    /// The headers of a response to a preflight.
    fn preflight_headers(&self) -> Vec<(&'static str, String)> {
        let methods: BTreeSet<_> =
            ENDPOINTS.iter().map(|endpoint| endpoint.method.as_str()).collect();
        let methods: Vec<_> = methods.into_iter().collect();
        let headers = [
            "authorization",
            "content-type",
            CLIENT_ID_HEADER,
            SESSION_TOKEN_HEADER,
            CONFERENCE_TOKEN_HEADER,
        ];
        vec![
            ("access-control-allow-methods", methods.join(", ")),
            ("access-control-allow-headers", headers.join(", ")),
            ("access-control-max-age", "600".to_owned()),
        ]
    }
}
