//! The table of endpoints, from which the routes, the harness's operations and the documents come.

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
    /// Its name in scenarios and reports.
    pub operation: Operation,
    /// The heading, in a few words.
    pub title: &'static str,
    /// The plane, which tells the caller.
    pub plane: Plane,
    /// The HTTP method.
    pub method: Method,
    /// The path, with parameters in braces.
    pub path: &'static str,
    /// The credentials that it requires.
    pub authentication: Authentication,
    /// The scope that the caller's token must cover, if the token has scopes.
    pub scope: Option<&'static str>,
    /// The permission that the caller's conference access token must hold when the conference is
    /// protected.
    pub permission: Option<Permission>,
    /// The body of the request.
    pub request: Body,
    /// The body of a success; `None` if every client ignores it.
    pub answer: Option<Payload>,
    /// The particular reasons for a refusal. [`Endpoint::failures`] adds the general ones.
    pub refusals: &'static [Failure],
    /// Its effect that others see, if it has one.
    pub effect: Option<Effect>,
    /// JSON Pointers to the strings that callers need from the response. A response without one of
    /// them is not a success, whatever its status.
    pub essential: &'static [&'static str],
    /// The requirement that this call succeeds.
    pub requirement: RequirementId,
    /// The requirement that this call succeeds without an `externalId`, if a different one covers
    /// that.
    pub anonymous: Option<RequirementId>,
}

impl Endpoint {
    /// The names of the path's parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// The headers that clients send with it, `authorization` and the session token aside.
    pub fn headers(&self) -> impl Iterator<Item = &'static str> {
        let of_session =
            matches!(self.authentication, Authentication::ClientToken | Authentication::Session);
        let of_conference = self.permission.is_some();
        let client = of_session.then_some(CLIENT_ID_HEADER);
        client.into_iter().chain(of_conference.then_some(CONFERENCE_TOKEN_HEADER))
    }

    /// Whether its path names a conference.
    pub fn is_about_conference(&self) -> bool {
        self.parameters().any(|name| name == "conferenceId")
    }

    /// The requirement that this call with this body succeeds. If a scenario needs the call for
    /// something else and it fails, this requirement is violated.
    pub fn prerequisite(&self, body: Option<&Value>) -> RequirementId {
        let names_nobody = body.is_some_and(|body| body.get("externalId").is_none());
        self.anonymous.filter(|_| names_nobody).unwrap_or(self.requirement)
    }

    /// Whether every string of a successful response is a token, see [`crate::token::is_map`].
    pub fn answers_tokens(&self) -> bool {
        self.answer.as_ref().is_some_and(crate::token::is_map)
    }

    /// The reasons for which a call may be refused, in the order of the error codes.
    ///
    /// The table lists the particular reasons. The general ones follow from its credentials, body,
    /// scope and permission.
    pub fn failures(&self) -> BTreeSet<Failure> {
        let mut failures: BTreeSet<Failure> = self.refusals.iter().copied().collect();
        if self.request.payload().is_some() {
            failures.extend([Failure::IllegalArgument, Failure::TooLarge]);
        }
        if self.authentication != Authentication::None {
            failures.extend([Failure::InvalidToken, Failure::TooManyRequests]);
        }
        if self.scope.is_some() {
            failures.insert(Failure::InsufficientScope);
        }
        if self.permission.is_some() {
            failures.insert(Failure::InsufficientPermissions);
        }
        failures
    }

    /// The names and values of the path's parameters; `None` if the method or the path does not
    /// match. Values are not percent-decoded.
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

/// A group of calls with the same caller, which one address serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Plane {
    /// Calls with which an application server gets an API token.
    Auth,
    /// The other calls of an application server: the REST plane.
    Rest,
    /// The calls of a client: the SDK plane.
    Session,
    /// Telemetry of a client, on a host of its own.
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
    /// The method in upper case, as in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        }
    }

    /// The method with this name, in upper case; `None` for any other.
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

/// The credentials that an endpoint requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Authentication {
    /// No credentials.
    None,
    /// `Authorization: Basic` with the application's key and secret.
    Application,
    /// `Authorization: Bearer` with an API token.
    ApiToken,
    /// `Authorization: Bearer` with a client access token.
    ClientToken,
    /// `Authorization: Bearer` with a client access token, and the session token in `X-Token`.
    Session,
}

/// The body of a request.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    /// No body.
    None,
    /// Any body; the server does not read it.
    Ignored,
    /// A JSON document.
    Json(Payload),
    /// A URL-encoded form.
    Form(Payload),
    /// The same fields as JSON or as a form, because clients differ.
    JsonOrForm(Payload),
}

impl Body {
    /// The payload; `None` without a body, or with one that is not read.
    pub fn payload(&self) -> Option<&Payload> {
        match self {
            Body::None | Body::Ignored => None,
            Body::Json(payload) | Body::Form(payload) | Body::JsonOrForm(payload) => Some(payload),
        }
    }
}

/// The header with the session token.
pub const SESSION_TOKEN_HEADER: &str = "x-token";
/// The header with the current conference access token.
pub const CONFERENCE_TOKEN_HEADER: &str = "x-conf-access-token";
/// The header with the id of the client instance.
pub const CLIENT_ID_HEADER: &str = "voxeet-id";

/// The path of the WebSocket. Its query has [`SOCKET_CLIENT_ID`] and [`SOCKET_TOKEN`].
pub const SOCKET_PATH: &str = "/v2/session";
/// The query parameter of the WebSocket with the id of the client instance.
pub const SOCKET_CLIENT_ID: &str = "Voxeet-Id";
/// The query parameter of the WebSocket with the session token.
pub const SOCKET_TOKEN: &str = "Token";

/// The endpoint of this request, and the path's parameters; `None` if there is none.
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
