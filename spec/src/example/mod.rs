//! One example of each call, made from the table of endpoints and the examples of the payloads: as
//! data, as a curl command and as JavaScript.
//!
//! Values that only the reader has, such as tokens, are variables: see [`Variable`].

mod curl;
mod javascript;
mod template;
mod variable;

pub use javascript::{open_socket, send_frame};
pub use template::{Piece, Template};
pub use variable::Variable;

use crate::endpoint::{
    Authentication, Body, CLIENT_ID_HEADER, CONFERENCE_TOKEN_HEADER, Endpoint, Method, Plane,
    SESSION_TOKEN_HEADER,
};
use serde_json::{Value, json};

const JSON: &str = "application/json";

/// An example of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The HTTP method.
    pub method: Method,
    /// The whole address.
    pub url: Template,
    /// Whether the application's key and secret are the credentials.
    pub basic: bool,
    /// All other headers that the call needs.
    pub headers: Vec<(&'static str, Template)>,
    /// The body.
    pub content: Content,
}

/// The body of an example.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// No body.
    None,
    /// A JSON document. Some of its strings stand for variables: see [`Variable::of_example`].
    Json(Value),
    /// The fields of a URL-encoded form.
    Form(Vec<(String, String)>),
}

impl Example {
    /// The example of an endpoint.
    pub fn of(endpoint: &Endpoint) -> Example {
        let content = content(endpoint);
        let mut headers = credentials(endpoint.authentication);
        headers.extend(endpoint.headers().map(|name| (name, value_of(name))));
        if matches!(content, Content::Json(_)) {
            headers.push(("content-type", Template::text(JSON)));
        }
        let mut url = Template::variable(address(endpoint.plane));
        for part in endpoint.path.split('/').skip(1) {
            url = url.and(Template::text("/"));
            let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
            url = url.and(match name.and_then(Variable::of_parameter) {
                Some(variable) => Template::variable(variable),
                None => Template::text(part),
            });
        }
        let basic = endpoint.authentication == Authentication::Application;
        Example { method: endpoint.method, url, basic, headers, content }
    }

    /// The variables that it needs, each once.
    pub fn variables(&self) -> Vec<Variable> {
        let application = [Variable::AppKey, Variable::AppSecret];
        let named = self.headers.iter().flat_map(|(_, value)| value.variables());
        let in_body = match &self.content {
            Content::Json(body) => Variable::within(body),
            Content::None | Content::Form(_) => Vec::new(),
        };
        let all = self.url.variables().chain(application.into_iter().filter(|_| self.basic));
        let mut distinct = Vec::new();
        for variable in all.chain(named).chain(in_body) {
            if !distinct.contains(&variable) {
                distinct.push(variable);
            }
        }
        distinct
    }

    /// As a command for a POSIX shell, with curl. Variables are those of the shell.
    pub fn curl(&self) -> String {
        curl::write(self)
    }

    /// As JavaScript, for browsers and Node. Variables are those of the program.
    pub fn javascript(&self) -> String {
        javascript::write(self)
    }
}

/// The variable with the address of a plane.
fn address(plane: Plane) -> Variable {
    match plane {
        Plane::Auth => Variable::AuthUrl,
        Plane::Rest => Variable::RestUrl,
        Plane::Session => Variable::SessionUrl,
        Plane::Telemetry => Variable::TelemetryUrl,
    }
}

/// The headers with credentials, those of an application aside.
fn credentials(authentication: Authentication) -> Vec<(&'static str, Template)> {
    let bearer =
        |token| ("authorization", Template::text("Bearer ").and(Template::variable(token)));
    match authentication {
        Authentication::None | Authentication::Application => Vec::new(),
        Authentication::ApiToken => vec![bearer(Variable::ApiToken)],
        Authentication::ClientToken => vec![bearer(Variable::ClientToken)],
        Authentication::Session => vec![
            bearer(Variable::ClientToken),
            (SESSION_TOKEN_HEADER, Template::variable(Variable::SessionToken)),
        ],
    }
}

/// The value of a header of [`Endpoint::headers`].
fn value_of(header: &str) -> Template {
    match header {
        CLIENT_ID_HEADER => Template::variable(Variable::ClientId),
        CONFERENCE_TOKEN_HEADER => Template::variable(Variable::ConferenceToken),
        other => Template::text(other),
    }
}

fn content(endpoint: &Endpoint) -> Content {
    match &endpoint.request {
        Body::None => Content::None,
        Body::Ignored if endpoint.method == Method::Get => Content::None,
        Body::Ignored => Content::Json(json!({})),
        Body::Json(payload) | Body::JsonOrForm(payload) => Content::Json(payload.example()),
        Body::Form(payload) => {
            let example = payload.example();
            let fields = example.as_object().into_iter().flatten();
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), Into::into);
            Content::Form(fields.map(|(name, value)| (name.clone(), text(value))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::{ENDPOINTS, Operation};

    fn example(operation: Operation) -> Example {
        Example::of(operation.endpoint())
    }

    #[test]
    fn an_example_has_what_its_row_of_the_table_asks_for() {
        let invite = example(Operation::SdkInvite);
        assert_eq!(
            invite.variables(),
            [
                Variable::SessionUrl,
                Variable::ConferenceId,
                Variable::ClientToken,
                Variable::SessionToken,
                Variable::ClientId,
                Variable::ConferenceToken,
            ]
        );
        assert!(example(Operation::AuthToken).basic);
        assert!(matches!(example(Operation::AuthToken).content, Content::Form(_)));
        assert_eq!(example(Operation::RestTerminate).content, Content::None);
    }

    #[test]
    fn every_part_of_every_path_is_filled_in() {
        for endpoint in ENDPOINTS {
            let example = Example::of(endpoint);
            for text in [example.curl(), example.javascript()] {
                let line = text.lines().next().unwrap_or_default();
                assert!(!line.contains("/{"), "{}: {line}", endpoint.operation);
            }
        }
    }

    #[test]
    fn values_of_an_earlier_response_are_variables() {
        let update = example(Operation::SdkPermissions);
        assert!(update.variables().contains(&Variable::UserId));
        assert!(update.curl().contains("\"userId\": \"'\"$USER_ID\"'\","), "{}", update.curl());
        assert!(update.javascript().contains("\"userId\": userId,"), "{}", update.javascript());
        let refresh = example(Operation::Refresh);
        assert!(refresh.javascript().contains("\"refresh_token\": refreshToken\n"));
    }

    #[test]
    fn a_form_is_sent_field_by_field() {
        let command = example(Operation::AuthToken).curl();
        let expected = "curl -X POST \"$AUTH_URL/v1/auth/token\" \\\n  \
                        -u \"$APP_KEY:$APP_SECRET\" \\\n  \
                        --data-urlencode 'grant_type=client_credentials' \\\n  \
                        --data-urlencode 'expires_in=600' \\\n  \
                        --data-urlencode 'scope=comms:client_access_token:create ";
        assert!(command.starts_with(expected), "{command}");
        let program = example(Operation::AuthToken).javascript();
        assert!(program.contains("\"Basic \" + btoa(`${appKey}:${appSecret}`)"), "{program}");
        assert!(program.contains("body: new URLSearchParams({\n    \"grant_type\""), "{program}");
    }

    #[test]
    fn a_call_without_a_body_is_short() {
        let end = example(Operation::RestTerminate);
        assert_eq!(
            end.curl(),
            "curl -X DELETE \"$REST_URL/v2/conferences/$CONFERENCE_ID\" \\\n  \
             -H \"authorization: Bearer $API_TOKEN\""
        );
        assert_eq!(
            end.javascript(),
            "const response = await fetch(`${restUrl}/v2/conferences/${conferenceId}`, {\n  \
             method: \"DELETE\",\n  headers: {\n    authorization: `Bearer ${apiToken}`,\n  },\n});"
        );
    }
}
