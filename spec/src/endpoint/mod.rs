//! The table of endpoints: what the routes, the harness's operations and the documents come from.

mod effect;
mod operation;

pub use effect::Effect;
pub use operation::{ENDPOINTS, Operation};

use crate::error::Failure;
use crate::payload::Payload;
use crate::permission::Permission;
use crate::requirement::RequirementId;
use serde_json::Value;
use std::collections::BTreeSet;

/// One call that a server answers.
#[derive(Debug)]
pub struct Endpoint {
    /// Its name.
    pub operation: Operation,
    /// A few words.
    pub title: &'static str,
    /// Who calls it.
    pub plane: Plane,
    /// The HTTP method.
    pub method: Method,
    /// The path, with parameters in braces.
    pub path: &'static str,
    /// The credentials that it takes.
    pub authentication: Authentication,
    /// The scope that the caller's token must cover, where it has scopes at all.
    pub scope: Option<&'static str>,
    /// The permission that the caller's conference access token must hold when the conference is
    /// protected.
    pub permission: Option<Permission>,
    /// What the request carries.
    pub request: Body,
    /// What a success answers; `None` where every client ignores the body.
    pub answer: Option<Payload>,
    /// Why it may be refused, besides credentials and shape.
    pub refusals: &'static [Failure],
    /// What it does that others see, if anything.
    pub effect: Option<Effect>,
    /// What it is called for, by JSON Pointer: without these texts in the answer a conversation
    /// cannot go on, so that such an answer is no success, whatever its status.
    pub essential: &'static [&'static str],
    /// The requirement that this call, rightly made, succeeds.
    pub requirement: RequirementId,
    /// The same where the request names no `externalId`, if that is another matter.
    pub anonymous: Option<RequirementId>,
}

impl Endpoint {
    /// The parameters of the path, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Whether it is about one conference.
    pub fn is_about_conference(&self) -> bool {
        self.parameters().any(|name| name == "conferenceId")
    }

    /// The requirement that this call with this body, rightly made, succeeds: where it is made on the
    /// way to something else and fails, that is put down to it.
    pub fn prerequisite(&self, body: Option<&Value>) -> RequirementId {
        let names_nobody = body.is_some_and(|body| body.get("externalId").is_none());
        self.anonymous.filter(|_| names_nobody).unwrap_or(self.requirement)
    }

    /// Whether each text of an accepted answer is a token, as [`crate::token::is_map`] says.
    pub fn answers_tokens(&self) -> bool {
        self.answer.as_ref().is_some_and(crate::token::is_map)
    }

    /// Why a call may be refused, in the order of the error codes.
    ///
    /// The table lists what is particular to an endpoint. What goes for every endpoint that takes
    /// credentials, reads a body, or asks for a scope or a permission follows from its row.
    pub fn failures(&self) -> BTreeSet<Failure> {
        let mut failures: BTreeSet<Failure> = self.refusals.iter().copied().collect();
        if self.request.payload().is_some() {
            failures.extend([Failure::IllegalArgument, Failure::TooLarge]);
        }
        if self.authentication != Authentication::None {
            failures.insert(Failure::InvalidToken);
        }
        if self.scope.is_some() {
            failures.insert(Failure::InsufficientScope);
        }
        if self.permission.is_some() {
            failures.insert(Failure::InsufficientPermissions);
        }
        failures
    }

    /// The path's parameters, if `path` fits the template.
    pub fn matches(&self, method: Method, path: &str) -> Option<Vec<(&'static str, String)>> {
        if self.method != method {
            return None;
        }
        let mut found = Vec::new();
        let mut actual = path.split('/');
        for part in self.path.split('/') {
            let value = actual.next()?;
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) if !value.is_empty() => found.push((name, value.to_owned())),
                None if part == value => {}
                _ => return None,
            }
        }
        actual.next().is_none().then_some(found)
    }
}

/// Who calls an endpoint, and where it is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Plane {
    /// An application server asks for an API token.
    Auth,
    /// An application server.
    Rest,
    /// A client.
    Session,
    /// A client's telemetry, on a host of its own.
    Telemetry,
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `DELETE`.
    Delete,
}

impl Method {
    /// As it is spelled in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        }
    }

    /// The method that is spelled so.
    pub fn parse(text: &str) -> Option<Method> {
        [Method::Get, Method::Post, Method::Put, Method::Delete]
            .into_iter()
            .find(|method| method.as_str() == text)
    }
}

impl std::fmt::Display for Method {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// The credentials that an endpoint takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Authentication {
    /// None.
    None,
    /// `Authorization: Basic` with the application's key and secret.
    Application,
    /// `Authorization: Bearer` with an API token.
    ApiToken,
    /// `Authorization: Bearer` with a client access token.
    ClientToken,
    /// The same, and the session's own token in `X-Token`.
    Session,
}

/// What a request carries.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    /// Nothing.
    None,
    /// Whatever the client likes; it is not read.
    Ignored,
    /// A JSON document.
    Json(Payload),
    /// A form.
    Form(Payload),
    /// The same fields as JSON or as a form: clients differ.
    JsonOrForm(Payload),
}

impl Body {
    /// The payload, if there is one.
    pub fn payload(&self) -> Option<&Payload> {
        match self {
            Body::None | Body::Ignored => None,
            Body::Json(payload) | Body::Form(payload) | Body::JsonOrForm(payload) => Some(payload),
        }
    }
}

/// The header that carries a session's own token.
pub const SESSION_TOKEN_HEADER: &str = "x-token";
/// The header that carries the current conference access token.
pub const CONFERENCE_TOKEN_HEADER: &str = "x-conf-access-token";
/// The header that names a client instance.
pub const CLIENT_ID_HEADER: &str = "voxeet-id";

/// The path of the WebSocket; its query holds [`SOCKET_CLIENT_ID`] and [`SOCKET_TOKEN`].
pub const SOCKET_PATH: &str = "/v2/session";
/// The query parameter of the WebSocket's address that names the client instance.
pub const SOCKET_CLIENT_ID: &str = "Voxeet-Id";
/// The query parameter of the WebSocket's address that holds the session's own token.
pub const SOCKET_TOKEN: &str = "Token";

/// The endpoint that serves this request, and the path's parameters.
pub fn route(
    method: Method,
    path: &str,
) -> Option<(&'static Endpoint, Vec<(&'static str, String)>)> {
    ENDPOINTS
        .iter()
        .copied()
        .find_map(|endpoint| endpoint.matches(method, path).map(|found| (endpoint, found)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirement::id;
    use serde_json::json;

    #[test]
    fn no_route_stands_twice() {
        let mut routes = BTreeSet::new();
        for endpoint in ENDPOINTS {
            assert!(routes.insert((endpoint.method, endpoint.path)), "{} twice", endpoint.path);
        }
    }

    #[test]
    fn what_is_essential_stands_in_the_answer() {
        for endpoint in ENDPOINTS {
            for pointer in endpoint.essential {
                let example = endpoint.answer.as_ref().unwrap().example();
                let found = example.pointer(pointer);
                assert!(found.is_some_and(Value::is_string), "{}{pointer}", endpoint.operation);
            }
        }
    }

    #[test]
    fn a_session_of_nobody_rests_on_another_requirement() {
        let of = |operation: Operation, body| operation.endpoint().prerequisite(body);
        let (somebody, nobody) = (json!({ "externalId": "bob" }), json!({ "name": "Bob" }));
        assert_eq!(of(Operation::Identify, Some(&somebody)), id::SES_001);
        assert_eq!(of(Operation::Identify, Some(&nobody)), id::SES_008);
        assert_eq!(of(Operation::Identify, None), id::SES_001);
        assert_eq!(of(Operation::SdkJoin, Some(&nobody)), id::JOIN_001);
    }

    #[test]
    fn a_path_finds_its_endpoint_and_parameters() {
        let (endpoint, parameters) = route(Method::Post, "/v1/conferences/c-1/kick/u-2").unwrap();
        assert_eq!(endpoint.operation, Operation::SdkKick);
        assert_eq!(parameters, [("conferenceId", "c-1".into()), ("userId", "u-2".into())]);
        assert!(route(Method::Post, "/v1/conferences//kick/u-2").is_none());
        assert!(route(Method::Get, "/v1/conferences/c-1/kick/u-2").is_none());
        assert!(route(Method::Post, "/v1/conferences/c-1/kick/u-2/more").is_none());
        let (create, _) = route(Method::Post, "/v1/conferences/create").unwrap();
        assert_eq!(create.operation, Operation::SdkCreate);
    }
}
