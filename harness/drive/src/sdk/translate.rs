//! A call of a scenario as something that an adapter can be asked.

use crate::scenario_run::ScenarioRun;
use crate::stop::unbound;
use invite_adapter::Call;
use invite_scenario::{Body, CallKind, TokenChoice};
use invite_spec::endpoint::Operation;
use invite_trace::Stop;
use serde_json::{Map, Value, json};

/// A call of a scenario as a request to an adapter; the reason if there is no such request.
pub(super) fn translated(
    run: &ScenarioRun,
    label: &str,
    step: &invite_scenario::Call,
) -> Result<Result<Call, String>, Stop> {
    let CallKind::Request(own) = &step.kind else {
        return Ok(Err("a client makes no preflight by itself".to_owned()));
    };
    let usual = TokenChoice::Usual;
    if [&own.bearer, &own.session_token, &own.basic].iter().any(|choice| **choice != usual) {
        return Ok(Err("a client sends its own credentials".to_owned()));
    }
    if !own.headers.is_empty() {
        return Ok(Err("a client sends its own headers".to_owned()));
    }
    if own.expected.refusal().is_some_and(|refusal| refusal.until_refused) {
        return Ok(Err("a client is not asked again until it is refused".to_owned()));
    }
    let state = run.recorder.lock();
    let text = |text: &str| {
        let resolved = state.bindings.resolve_string(text);
        resolved.map(|text| state.redactor.reveal(&text)).map_err(|error| unbound(label, &error))
    };
    let token = match (&own.token, step.operation.value) {
        (TokenChoice::Usual, _) => None,
        (TokenChoice::Given(given), Operation::SdkJoin) => Some(text(given)?),
        (TokenChoice::Given(_) | TokenChoice::Absent, _) => {
            return Ok(Err("a client sends its own conference access token".to_owned()));
        }
    };
    let body = match &own.body {
        Body::Default => None,
        Body::Json(body) => {
            let resolved = state.bindings.resolve(body);
            let resolved = resolved.map_err(|error| unbound(label, &error))?;
            Some(state.redactor.reveal_value(&resolved))
        }
        Body::Text(_) | Body::Latin1(_) | Body::Filler(_) => {
            return Ok(Err("a client writes its own bodies".to_owned()));
        }
    };
    let conference = step.conference.as_deref().map(text).transpose()?;
    let user = step.path.get("userId").map(|user| text(user)).transpose()?;
    // An SDK knows people by their external ids, or has learned their user ids from events.
    let external = |user: &str| {
        let names = state.bindings.values.keys().filter_map(|name| name.strip_suffix(".user"));
        let mut names =
            names.filter(|name| state.bindings.text(&format!("{name}.user")) == Some(user));
        names.find_map(|name| state.bindings.text(name).map(str::to_owned))
    };
    let asked = Asked { conference, user, token, body };
    Ok(call(step.operation.value, asked, &external))
}

/// What is asked for, resolved and with its secrets.
#[derive(Debug, Default)]
struct Asked {
    conference: Option<String>,
    user: Option<String>,
    token: Option<String>,
    body: Option<Value>,
}

type External<'e> = &'e dyn Fn(&str) -> Option<String>;

fn call(operation: Operation, asked: Asked, external: External<'_>) -> Result<Call, String> {
    let Asked { conference, user, token, body } = asked;
    let fields = match body {
        None => Map::new(),
        Some(Value::Object(fields)) => fields,
        Some(_) => return Err("a client writes its own bodies".to_owned()),
    };
    let body = Fields(fields);
    let conference = json!(conference.unwrap_or_default());
    let made = match operation {
        Operation::SdkCreate => {
            let [alias, params] = body.only(["alias", "params"])?;
            let [ttl] = Fields(object(params)?).only(["ttl"])?;
            json!({ "operation": "create", "alias": alias, "ttl": ttl })
        }
        Operation::SdkJoin => {
            let [user] = body.only(["user"])?;
            let [role] = Fields(object(user)?).only(["type"])?;
            let operation = match role.as_ref().and_then(Value::as_str) {
                None if role.is_none() => "join",
                Some("user") => "join",
                Some("listener") => "listen",
                _ => return Err("a client joins as a user or a listener".to_owned()),
            };
            json!({
                "operation": operation,
                "conferenceId": conference,
                "conferenceAccessToken": token,
            })
        }
        Operation::SdkLeave => {
            body.only([])?;
            json!({ "operation": "leave", "conferenceId": conference })
        }
        Operation::SdkInvite => {
            let [people] = body.only(["externalProfiles"])?;
            json!({ "operation": "invite", "conferenceId": conference, "people": people })
        }
        Operation::SdkPermissions => {
            let [people] = body.only(["userPermissions"])?;
            let people = people.as_ref().and_then(Value::as_array).map(|all| {
                all.iter().map(|who| changed(who, external)).collect::<Result<Vec<_>, _>>()
            });
            let people = people.transpose()?;
            json!({
                "operation": "update_permissions",
                "conferenceId": conference,
                "people": people,
            })
        }
        Operation::SdkKick => {
            body.only([])?;
            let who = user.as_deref().and_then(external).ok_or_else(nobody)?;
            json!({ "operation": "kick", "conferenceId": conference, "externalId": who })
        }
        Operation::SdkSend => {
            let [message] = body.only(["message"])?;
            json!({ "operation": "send", "conferenceId": conference, "message": message })
        }
        Operation::Subscribe => {
            let [subscriptions] = body.only(["subscriptions"])?;
            json!({ "operation": "subscribe", "subscriptions": subscriptions })
        }
        other => return Err(format!("an adapter has no operation for {other}")),
    };
    read(made)
}

fn nobody() -> String {
    "a client knows nobody of that user id".to_owned()
}

/// The people of an update by external id.
fn changed(who: &Value, external: External<'_>) -> Result<Value, String> {
    let fields = Fields(object(Some(who.clone()))?);
    let [user, permissions] = fields.only(["userId", "newPermissions"])?;
    let user = user.as_ref().and_then(Value::as_str).and_then(external).ok_or_else(nobody)?;
    let permissions = permissions.filter(Value::is_array);
    let permissions = permissions.ok_or("an update without a list of permissions")?;
    Ok(json!({ "externalId": user, "permissions": permissions }))
}

/// The request, without what is not given. What has another form than a client's cannot be asked for.
fn read(mut made: Value) -> Result<Call, String> {
    if let Some(fields) = made.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    if holds_null(&made) {
        return Err("a client sends no null here".to_owned());
    }
    serde_json::from_value(made).map_err(|error| format!("a client does not send this: {error}"))
}

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(holds_null),
        Value::Object(fields) => fields.values().any(holds_null),
        _ => false,
    }
}

fn object(value: Option<Value>) -> Result<Map<String, Value>, String> {
    match value {
        None => Ok(Map::new()),
        Some(Value::Object(fields)) => Ok(fields),
        Some(_) => Err("a client writes its own bodies".to_owned()),
    }
}

/// The fields that a scenario gives.
struct Fields(Map<String, Value>);

impl Fields {
    /// The values of these; a reason if there are others, or nulls.
    fn only<const N: usize>(self, names: [&str; N]) -> Result<[Option<Value>; N], String> {
        let Fields(mut fields) = self;
        let found = names.map(|name| fields.shift_remove(name));
        match fields.keys().next() {
            Some(other) => Err(format!("an adapter has no argument for `{other}`")),
            None if found.contains(&Some(Value::Null)) => {
                Err("a client sends no null here".to_owned())
            }
            None => Ok(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, call};
    use invite_spec::endpoint::Operation;
    use serde_json::{Value, json};

    fn asked(operation: Operation, body: Value) -> Result<Value, String> {
        let body = Some(body);
        let asked =
            Asked { conference: Some("c".into()), user: Some("u".into()), token: None, body };
        let external = |user: &str| (user == "u").then(|| "bob".to_owned());
        call(operation, asked, &external).map(|call| serde_json::to_value(call).unwrap())
    }

    #[test]
    fn what_a_client_can_do_is_asked_for() {
        let may = json!(["JOIN"]);
        for (operation, body, expected) in [
            (
                Operation::SdkCreate,
                json!({ "alias": "a", "params": { "ttl": 5 } }),
                json!({ "operation": "create", "alias": "a", "ttl": 5 }),
            ),
            (
                Operation::SdkJoin,
                json!({ "user": { "type": "listener" } }),
                json!({ "operation": "listen", "conferenceId": "c" }),
            ),
            (
                Operation::SdkInvite,
                json!({ "externalProfiles": [{ "externalId": "x", "permissions": may }] }),
                json!({
                    "operation": "invite", "conferenceId": "c",
                    "people": [{ "externalId": "x", "permissions": may }],
                }),
            ),
            (
                Operation::SdkPermissions,
                json!({ "userPermissions": [{ "userId": "u", "newPermissions": may }] }),
                json!({
                    "operation": "update_permissions", "conferenceId": "c",
                    "people": [{ "externalId": "bob", "permissions": may }],
                }),
            ),
            (
                Operation::SdkKick,
                json!({}),
                json!({ "operation": "kick", "conferenceId": "c", "externalId": "bob" }),
            ),
        ] {
            assert_eq!(asked(operation, body), Ok(expected));
        }
    }

    #[test]
    fn what_no_client_sends_is_not_asked_for() {
        for (operation, body) in [
            (Operation::SdkCreate, json!({ "alias": null })),
            (Operation::SdkCreate, json!({ "pinCode": "1" })),
            (Operation::SdkCreate, json!({ "params": { "ttl": "5" } })),
            (Operation::SdkJoin, json!([])),
            (Operation::SdkInvite, json!({ "externalProfiles": [{ "externalId": 7 }] })),
            (Operation::SdkInvite, json!({})),
            (
                Operation::SdkInvite,
                json!({ "externalProfiles": [{ "externalId": "x", "permissions": ["FLY"] }] }),
            ),
            (
                Operation::SdkInvite,
                json!({ "externalProfiles": [{ "externalId": "x", "permissions": null }] }),
            ),
            (
                Operation::SdkPermissions,
                json!({ "userPermissions": [{ "userId": "other", "newPermissions": [] }] }),
            ),
            (Operation::SdkSend, json!({ "message": 7 })),
            (Operation::Unsubscribe, json!({})),
        ] {
            let got = asked(operation, body.clone());
            assert!(got.is_err(), "{operation} {body}: {got:?}");
        }
    }
}
