//! Helpers for wrong servers: reading and changing calls, responses and tokens,
//! and remembering them.

use crate::core::token::Claims;
use crate::core::{Call, Refusal};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use invite_spec::endpoint::{Endpoint, Operation};
use invite_spec::error::Failure;
use serde_json::{Map, Value, json};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks what a wrong server remembers.
pub(super) fn locked<T>(memory: &Mutex<T>) -> MutexGuard<'_, T> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether an endpoint is the one of this operation.
pub(super) fn is(endpoint: &Endpoint, operation: &str) -> bool {
    endpoint.operation.as_str() == operation
}

/// A field of the body, by JSON Pointer.
pub(super) fn field<'c>(call: &'c Call, pointer: &str) -> Option<&'c Value> {
    call.body.as_ref().ok()?.pointer(pointer)
}

/// Refuses a valid call.
pub(super) fn refuse() -> Result<(), Refusal> {
    Err(Refusal::argument("this server does not support this call"))
}

/// Refuses every call of an operation.
pub(super) fn refuse_all(call: &Call, operation: &str) -> Result<(), Refusal> {
    if is(call.endpoint, operation) { refuse() } else { Ok(()) }
}

/// Refuses a call because of a credential.
pub(super) fn refuse_token() -> Result<(), Refusal> {
    Err(Refusal::new(Failure::InvalidToken, "this token is not accepted here"))
}

/// Changes the body of a call, if it is of one of these operations.
pub(super) fn edit(call: &mut Call, operations: &[&str], edit: impl FnOnce(&mut Value)) {
    let is_meant = operations.contains(&call.endpoint.operation.as_str());
    // What is no object is malformed, and refused anyhow.
    if let Ok(body) = &mut call.body
        && is_meant
        && body.is_object()
    {
        edit(body);
    }
}

/// The external ids of the people whom the body of an invitation names.
pub(super) fn people_named(call: &Call) -> impl Iterator<Item = &str> {
    let by_rest = field(call, "/participants").and_then(Value::as_object);
    let by_sdk = field(call, "/externalProfiles").and_then(Value::as_array);
    let profiles = by_sdk.into_iter().flatten().filter_map(|it| it.get("externalId")?.as_str());
    by_rest.into_iter().flat_map(|them| them.keys().map(String::as_str)).chain(profiles)
}

/// The person of the session that calls.
pub(super) fn person(call: &Call) -> Option<String> {
    unchecked(call.credentials.session_token.as_deref()?)?.sub
}

/// Turns a call into one that succeeds and does nothing.
pub(super) fn do_nothing(call: &mut Call) {
    call.endpoint = Operation::ErrorReport.endpoint();
}

/// The entry of each person in a REST request.
pub(super) fn people(body: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let people = body.get_mut("participants").and_then(Value::as_object_mut);
    people.into_iter().flat_map(|people| people.values_mut()).filter_map(Value::as_object_mut)
}

/// The entry of each person in an SDK request.
pub(super) fn profiles(body: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let listed = ["externalProfiles", "userPermissions"];
    let body = body.as_object_mut().into_iter().flat_map(|body| body.iter_mut());
    let lists = body.filter(move |(name, _)| listed.contains(&name.as_str()));
    let entries = lists.filter_map(|(_, list)| list.as_array_mut()).flatten();
    entries.filter_map(Value::as_object_mut)
}

/// Edits the permissions of each person in a request.
pub(super) fn each_permissions(body: &mut Value, mut edit: impl FnMut(&mut Value)) {
    let mut of = |person: &mut Map<String, Value>| {
        for name in ["permissions", "newPermissions"] {
            if let Some(permissions) = person.get_mut(name) {
                edit(permissions);
            }
        }
    };
    people(body).for_each(&mut of);
    profiles(body).for_each(of);
}

/// Adds a permission to a list of them.
pub(super) fn add_permission(permissions: &mut Value, added: &str) {
    if let Some(list) = permissions.as_array_mut() {
        list.push(json!(added));
    }
}

/// Changes a string, if it is one.
pub(super) fn spoil(value: Option<&mut Value>, change: impl FnOnce(&str) -> String) {
    if let Some(Value::String(text)) = value {
        *text = change(text);
    }
}

/// Removes a field from an object.
pub(super) fn without(mut value: Value, field: &str) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.shift_remove(field);
    }
    value
}

/// A token with a truncated signature.
pub(super) fn truncated(token: &str) -> String {
    token.chars().take(token.chars().count().saturating_sub(4)).collect()
}

/// The claims of a token, whoever signed it.
pub(super) fn unchecked(token: &str) -> Option<Claims> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok()
}

/// Whether a token has a signature.
pub(super) fn is_signed(token: &str) -> bool {
    token.rsplit('.').next().is_some_and(|signature| !signature.is_empty())
}
