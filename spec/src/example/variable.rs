//! The variables of examples: what only the reader has, or what an earlier call gave.

use crate::endpoint::Operation;
use crate::payload::Wire;
use crate::{rest, sdk, token};
use serde_json::Value;

macro_rules! variables {
    ($($variant:ident $shell:literal $script:literal $origin:expr, $meaning:literal;)+) => {
        /// A variable of the examples.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Variable {
            $(#[doc = $meaning] $variant,)+
        }

        impl Variable {
            /// Every variable, in the order of the document.
            pub const ALL: &[Variable] = &[$(Variable::$variant),+];

            /// Its name in a shell, such as `API_TOKEN`.
            pub fn shell(self) -> &'static str {
                match self { $(Variable::$variant => $shell),+ }
            }

            /// Its name in JavaScript, such as `apiToken`.
            pub fn script(self) -> &'static str {
                match self { $(Variable::$variant => $script),+ }
            }

            /// What it holds.
            pub fn meaning(self) -> &'static str {
                match self { $(Variable::$variant => $meaning),+ }
            }

            /// The calls whose response holds it; none if the reader has it anyway.
            pub fn origin(self) -> &'static [Operation] {
                match self { $(Variable::$variant => $origin),+ }
            }
        }
    };
}

variables! {
    AuthUrl "AUTH_URL" "authUrl" &[], "The address of the authentication plane, without a path.";
    RestUrl "REST_URL" "restUrl" &[], "The address of the REST plane.";
    SessionUrl "SESSION_URL" "sessionUrl" &[], "The address of the SDK plane.";
    TelemetryUrl "TELEMETRY_URL" "telemetryUrl" &[], "The address of the telemetry plane.";
    SocketUrl "SOCKET_URL" "socketUrl" &[Operation::Identify],
        "The origin of the WebSocket, such as `wss://host`. Without `wsUri` in the response, it is \
         that of the SDK plane.";
    AppKey "APP_KEY" "appKey" &[], "The key of the application.";
    AppSecret "APP_SECRET" "appSecret" &[], "The secret of the application.";
    ApiToken "API_TOKEN" "apiToken" &[Operation::AuthToken], "An API token.";
    ClientToken "CLIENT_TOKEN" "clientToken" &[Operation::ClientAccessToken, Operation::SignIn],
        "A client access token.";
    RefreshToken "REFRESH_TOKEN" "refreshToken" &[Operation::SignIn], "A refresh token.";
    SessionToken "SESSION_TOKEN" "sessionToken" &[Operation::Identify],
        "The session token, `jwt_user_token` in the response.";
    ClientId "CLIENT_ID" "clientId" &[],
        "The client instance: a text that the client generates and keeps.";
    ConferenceToken "CONFERENCE_TOKEN" "conferenceToken"
        &[Operation::RestCreate, Operation::SdkCreate, Operation::RestInvite],
        "The caller’s conference access token. The server ignores it in an unprotected conference.";
    ConferenceId "CONFERENCE_ID" "conferenceId" &[Operation::RestCreate, Operation::SdkCreate],
        "The id of the conference.";
    UserId "USER_ID" "userId" &[Operation::SdkJoin, Operation::RestParticipants],
        "The user id of another participant; for telemetry, of the caller.";
    Timestamp "TIMESTAMP" "timestamp" &[], "The time of a measurement.";
}

impl Variable {
    /// The variable of a path's parameter.
    pub fn of_parameter(name: &str) -> Option<Variable> {
        Variable::ALL.iter().copied().find(|variable| variable.script() == name)
    }

    /// The variable that a string in the example of a request stands for: what the server gave in
    /// an earlier response. Everything else in an example can be sent as it is.
    pub fn of_example(text: &str) -> Option<Variable> {
        let given = [
            (sdk::identify::Answer::example(), "/user_id", Variable::UserId),
            (rest::create::Answer::example(), "/conferenceId", Variable::ConferenceId),
            (token::ClientTokenAnswer::example(), "/refresh_token", Variable::RefreshToken),
        ];
        let is_it = |(answer, pointer, _): &(Value, &str, Variable)| {
            answer.pointer(pointer).and_then(Value::as_str) == Some(text)
        };
        given.into_iter().find(is_it).map(|(_, _, variable)| variable)
    }

    /// The variables that an example of a body holds.
    pub(super) fn within(body: &Value) -> Vec<Variable> {
        match body {
            Value::String(text) => Variable::of_example(text).into_iter().collect(),
            Value::Array(items) => items.iter().flat_map(Variable::within).collect(),
            Value::Object(fields) => fields.values().flat_map(Variable::within).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
        }
    }
}
