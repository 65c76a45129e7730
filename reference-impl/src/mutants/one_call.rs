//! Servers that forget in one call what they check in all others.

use super::request::{is, locked, unchecked};
use super::{Mutant, wrong};
use crate::core::rules::{Hooks, Tokens};
use crate::core::{Call, Refusal, Standard};
use invite_spec::endpoint::Endpoint;
use invite_spec::scope::Scopes;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// The session token of a session that was opened just now, and what its client showed for it.
fn opened(call: &Call, result: &Result<Value, Refusal>) -> Option<(String, String)> {
    let shown = call.credentials.authorization.clone()?;
    let token = result.as_ref().ok()?.get("jwt_user_token")?.as_str()?;
    Some((token.to_owned(), shown))
}

/// A server that takes the session of the client access token in the calls of one operation, whatever
/// the session token is.
macro_rules! needs_no_session_token {
    ($name:literal: $does:literal, $operation:literal) => {
        wrong! {
            $name breaks SES_005: $does,
            remembers { sessions: Mutex<BTreeMap<String, String>> }
            in Hooks: fn rewrite_call(&self, call: &mut Call) {
                let credentials = &mut call.credentials;
                let sessions = locked(&self.sessions);
                let shown = credentials.authorization.as_ref();
                let own = sessions.iter().find(|(_, it)| shown == Some(it));
                let is_right = credentials.session_token.as_ref().is_some_and(|it| sessions.contains_key(it));
                if let Some((token, _)) = own.filter(|_| is(call.endpoint, $operation) && !is_right) {
                    credentials.session_token = Some(token.clone());
                }
            }
            fn rewrite_result(
                &self,
                call: &Call,
                result: Result<Value, Refusal>,
            ) -> Result<Value, Refusal> {
                locked(&self.sessions).extend(opened(call, &result));
                result
            }
        }
    };
}

/// A server that asks for no client access token of the session's own person in the calls of one
/// operation.
macro_rules! takes_any_client_token {
    ($name:literal: $does:literal, $operation:literal) => {
        wrong! {
            $name breaks SES_020: $does,
            remembers { clients: Mutex<BTreeMap<String, String>> }
            in Hooks: fn rewrite_call(&self, call: &mut Call) {
                let credentials = &mut call.credentials;
                let token = credentials.session_token.as_ref();
                let found = token.and_then(|token| locked(&self.clients).get(token).cloned());
                let names = credentials.authorization.as_deref().and_then(whose);
                if let Some(own) = found
                    && is(call.endpoint, $operation)
                    && names.is_some_and(|names| Some(names) != whose(&own))
                {
                    credentials.authorization = Some(own);
                }
            }
            fn rewrite_result(
                &self,
                call: &Call,
                result: Result<Value, Refusal>,
            ) -> Result<Value, Refusal> {
                locked(&self.clients).extend(opened(call, &result));
                result
            }
        }
    };
}

/// The external id that a client access token names; `None` if it is none.
fn whose(authorization: &str) -> Option<String> {
    unchecked(authorization.split_once(' ')?.1)?.external_id
}

/// A server in which one scope of API tokens allows a call of another scope.
macro_rules! scope_allows_too_much {
    ($name:literal: $does:literal, $scope:literal, $operation:literal) => {
        wrong! {
            $name breaks AUTH_006: $does,
            in Tokens: fn scopes_allow(&self, scopes: &Scopes, endpoint: &Endpoint) -> bool {
                let is_held = matches!(scopes, Scopes::Only(held) if held.iter().any(|it| it == $scope));
                (is_held && is(endpoint, $operation)) || Standard.scopes_allow(scopes, endpoint)
            }
        }
    };
}

pub(super) const WRONG: &[Mutant] = &[
    needs_no_session_token! {
        "joins-without-session-token":
        "lets a client join by its client access token, whatever its session token.", "sdk.join"
    },
    needs_no_session_token! {
        "leaves-without-session-token":
        "lets a client leave by its client access token, whatever its session token.", "sdk.leave"
    },
    needs_no_session_token! {
        "invites-without-session-token":
        "lets a client invite by its client access token, whatever its session token.", "sdk.invite"
    },
    needs_no_session_token! {
        "kicks-without-session-token":
        "lets a client kick by its client access token, whatever its session token.", "sdk.kick"
    },
    needs_no_session_token! {
        "sends-without-session-token":
        "sends messages by the client access token, whatever the session token.", "sdk.send"
    },
    needs_no_session_token! {
        "subscribes-without-session-token":
        "subscribes by the client access token, whatever the session token.", "sdk.subscribe"
    },
    needs_no_session_token! {
        "logs-out-without-session-token":
        "closes the session of a client access token, whatever the session token.", "sdk.logout"
    },
    takes_any_client_token! {
        "joins-with-any-client-token":
        "lets a session join with the client access token of somebody else.", "sdk.join"
    },
    takes_any_client_token! {
        "leaves-with-any-client-token":
        "lets a session leave with the client access token of somebody else.", "sdk.leave"
    },
    takes_any_client_token! {
        "invites-with-any-client-token":
        "lets a session invite with the client access token of somebody else.", "sdk.invite"
    },
    takes_any_client_token! {
        "kicks-with-any-client-token":
        "lets a session kick with the client access token of somebody else.", "sdk.kick"
    },
    takes_any_client_token! {
        "sends-with-any-client-token":
        "lets a session send messages with the client access token of somebody else.", "sdk.send"
    },
    takes_any_client_token! {
        "logs-out-with-any-client-token":
        "closes a session with the client access token of somebody else.", "sdk.logout"
    },
    scope_allows_too_much! {
        "administrators-end-conferences":
        "lets an API token whose scope is to change conferences end them.",
        "comms:conf:admin", "rest.terminate"
    },
    scope_allows_too_much! {
        "who-may-end-may-invite":
        "lets an API token whose scope is to end conferences invite.",
        "comms:conf:destroy", "rest.invite"
    },
];
