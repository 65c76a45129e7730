//! The calls of a step, as a scenario writes them.

use crate::model::{
    Act, Credential, Form, Grant, Invitee, Move, Person, Shown, Token, Wrong, alias, names,
};
use invite_spec::endpoint::Operation;
use serde_json::{Map, Value, json};

/// How long a conference that outlives its participants is kept: longer than a walk takes, and not so
/// long that the conferences of an hour of walks fill the target.
const TTL_SECONDS: u64 = 300;

/// The id of the step of a move.
pub(super) fn label(step: &Move) -> String {
    let word = match (&step.act, step.act.operation()) {
        (_, Some(operation)) => operation.as_str().rsplit('.').next().unwrap_or("call"),
        (Act::Open(_), _) => "open",
        (Act::Close(_), _) => "close",
        (Act::Lose(_), _) => "lose",
        (Act::Return(_), _) => "return",
        _ => "aside",
    };
    format!("{word}-{}", step.number)
}

/// The request of a move, as a step spells it, without what must come of it.
pub(super) fn request(step: &Move) -> Option<Map<String, Value>> {
    let operation = step.act.operation()?;
    let mut call = Map::new();
    call.insert("id".into(), json!(label(step)));
    call.insert("operation".into(), json!(operation.as_str()));
    match step.act.caller() {
        Some(by) => {
            call.insert("as".into(), json!(by.to_string()));
        }
        None if step.wrong == Some(Wrong::OtherApplication) => {
            call.insert("as".into(), json!("second_application"));
        }
        None => {}
    }
    if operation.endpoint().is_about_conference() {
        let room = match step.wrong {
            Some(Wrong::UnknownRoom) => "no-such-conference".to_owned(),
            _ => step.act.room()?.id(),
        };
        call.insert("in".into(), json!(room));
    }
    if let Some(token) = step.act.shown().and_then(|shown| shown_text(shown, step)) {
        call.insert("token".into(), json!(token));
    }
    match step.wrong {
        Some(Wrong::Bearer(credential)) => {
            call.insert("bearer".into(), json!(credential_text(credential, step, false)));
        }
        Some(Wrong::SessionToken(credential)) => {
            call.insert("session_token".into(), json!(credential_text(credential, step, true)));
        }
        _ => {}
    }
    if let Act::SdkKick { person, .. } = &step.act {
        call.insert("path".into(), json!({ "userId": person.user() }));
    }
    let body = body(step);
    match (step.wrong, body) {
        (Some(Wrong::Body(form)), body) => {
            let (key, value) = malformed(step, form, body.unwrap_or_else(|| json!({})));
            call.insert(key.into(), value);
        }
        (_, Some(body)) => {
            call.insert("body".into(), body);
        }
        (_, None) => {}
    }
    if step.wrong.is_none() {
        let save = saves(step);
        if !save.is_empty() {
            call.insert("save".into(), Value::Object(save));
        }
    }
    Some(call)
}

pub(super) fn forged(number: u16) -> String {
    format!("forged{number}")
}

pub(super) fn narrow(number: u16) -> String {
    format!("narrow{number}")
}

pub(super) fn shown_text(shown: Shown, step: &Move) -> Option<String> {
    let name = step.act.caller()?.person.name();
    Some(match shown {
        Shown::Usual => return None,
        Shown::Absent => "none".to_owned(),
        Shown::This(token) => token.text(),
        Shown::Forged(..) => format!("${{{}}}", forged(step.number)),
        Shown::Api => "${api_token}".to_owned(),
        Shown::Client => format!("${{{name}.client_token}}"),
        Shown::OfSession => format!("${{{name}.session_token}}"),
    })
}

pub(super) fn credential_text(credential: Credential, step: &Move, of_session: bool) -> String {
    let own = match step.act.caller() {
        None => "${api_token}".to_owned(),
        Some(by) if of_session => format!("${{{}.session_token}}", by.person.name()),
        Some(by) => format!("${{{}.client_token}}", by.person.name()),
    };
    match credential {
        Credential::Absent => "none".to_owned(),
        Credential::Garbage => "not-a-token".to_owned(),
        Credential::Longer => format!("{own}x"),
        Credential::Api => "${api_token}".to_owned(),
        Credential::Client(by) => format!("${{{}.client_token}}", by.person.name()),
        Credential::Session(by) => format!("${{{}.session_token}}", by.person.name()),
        Credential::Conference(token) => token.text(),
        Credential::Narrow => format!("${{{}}}", narrow(step.number)),
    }
}

/// The values that a call brings.
pub(super) fn saves(step: &Move) -> Map<String, Value> {
    let mut save = Map::new();
    let number = step.number;
    let mut token = |person: Person, pointer: String| {
        save.insert(Token { by: number, person }.name(), json!(pointer));
    };
    match &step.act {
        Act::RestCreate { owner, invited, .. } => {
            token(*owner, "/ownerToken".to_owned());
            for it in invited {
                token(it.person, format!("/usersTokens/{}", it.person.id()));
            }
            save.insert(crate::model::Room(number).name(), json!("/conferenceId"));
        }
        Act::RestCreateAgain { invited, .. } => {
            for it in invited {
                token(it.person, format!("/usersTokens/{}", it.person.id()));
            }
        }
        Act::SdkCreate { by, .. } => {
            token(by.person, "/ownerToken".to_owned());
            save.insert(crate::model::Room(number).name(), json!("/conferenceId"));
        }
        Act::RestInvite { invited, .. } => {
            for it in invited {
                token(it.person, format!("/{}", it.person.id()));
            }
        }
        Act::RestUpdate { grants, .. } => {
            for (person, _) in grants {
                token(*person, format!("/{}", person.id()));
            }
        }
        _ => {}
    }
    save
}

pub(super) fn grant(grant: &Grant) -> Option<Value> {
    Some(match grant {
        Grant::Unsaid => return None,
        Grant::Null => Value::Null,
        Grant::EmptyObject => json!({}),
        Grant::EmptyList => json!([]),
        Grant::These(set) => json!(names(set)),
    })
}

/// Somebody's permissions; the first one's have a word that does not exist, where that is what is wrong.
pub(super) fn permissions(of: &Grant, step: &Move, place: usize) -> Option<Value> {
    match step.wrong {
        Some(Wrong::UnknownPermission) if place == 0 => Some(json!(["JOIN", "FLY"])),
        _ => grant(of),
    }
}

pub(super) fn people(invited: &[Invitee], step: &Move) -> Value {
    let mut all = Map::new();
    for (place, it) in invited.iter().enumerate() {
        let mut fields = Map::new();
        if let Some(value) = permissions(&it.grant, step, place) {
            fields.insert("permissions".into(), value);
        }
        if let Some(notify) = it.notify {
            fields.insert("notification".into(), json!(notify));
        }
        all.insert(it.person.id(), Value::Object(fields));
    }
    Value::Object(all)
}

/// The body of a right request; `None` for what a real client sends by default.
pub(super) fn body(step: &Move) -> Option<Value> {
    Some(match &step.act {
        Act::RestCreate { owner, alias: number, ttl, invited } => {
            let mut body = Map::new();
            if step.wrong != Some(Wrong::NoOwner) {
                body.insert("ownerExternalId".into(), json!(owner.id()));
            }
            if let Some(number) = number {
                body.insert("alias".into(), json!(alias(*number, false)));
            }
            if *ttl {
                body.insert("parameters".into(), json!({ "ttl": TTL_SECONDS }));
            }
            if !invited.is_empty() {
                body.insert("participants".into(), people(invited, step));
            }
            Value::Object(body)
        }
        Act::SdkCreate { alias: number, ttl, .. } => {
            let mut body = Map::new();
            if let Some(number) = number {
                body.insert("alias".into(), json!(alias(*number, false)));
            }
            if *ttl {
                body.insert("params".into(), json!({ "ttl": TTL_SECONDS }));
            }
            if body.is_empty() {
                return None;
            }
            Value::Object(body)
        }
        Act::RestCreateAgain { owner, other_case, invited, .. } => {
            let mut body = Map::new();
            body.insert("ownerExternalId".into(), json!(owner.id()));
            body.insert("alias".into(), json!(alias(step_alias(step)?, *other_case)));
            if !invited.is_empty() {
                body.insert("participants".into(), people(invited, step));
            }
            Value::Object(body)
        }
        Act::SdkCreateAgain { other_case, .. } => {
            json!({ "alias": alias(step_alias(step)?, *other_case) })
        }
        Act::Join { listener: true, .. } => json!({ "user": { "type": "listener" } }),
        Act::RestInvite { invited, .. } => json!({ "participants": people(invited, step) }),
        Act::SdkInvite { invited, .. } => {
            let profile = |(place, it): (usize, &Invitee)| {
                let mut fields = Map::new();
                fields.insert("externalId".into(), json!(it.person.id()));
                // A client may say the name as well.
                if step.number.is_multiple_of(3) {
                    fields.insert("externalName".into(), json!(it.person.name_shown()));
                }
                if let Some(value) = permissions(&it.grant, step, place) {
                    fields.insert("permissions".into(), value);
                }
                Value::Object(fields)
            };
            let all: Vec<Value> = invited.iter().enumerate().map(profile).collect();
            json!({ "externalProfiles": all })
        }
        Act::RestUpdate { grants, .. } => {
            let mut all = Map::new();
            for (place, (person, of)) in grants.iter().enumerate() {
                let mut fields = Map::new();
                if let Some(value) = permissions(of, step, place) {
                    fields.insert("permissions".into(), value);
                }
                all.insert(person.id(), Value::Object(fields));
            }
            json!({ "participants": all })
        }
        Act::SdkUpdate { grants, .. } => {
            let one = |(place, (person, of)): (usize, &(Person, Grant))| {
                let mut fields = Map::new();
                fields.insert("userId".into(), json!(person.user()));
                if let Some(value) = permissions(of, step, place) {
                    fields.insert("newPermissions".into(), value);
                }
                Value::Object(fields)
            };
            let all: Vec<Value> = grants.iter().enumerate().map(one).collect();
            json!({ "userPermissions": all })
        }
        Act::RestKick { people, .. } => {
            let all: Vec<String> = people.iter().map(|person| person.id()).collect();
            json!({ "externalIds": all })
        }
        Act::RestMessage { from, to, text, .. } => {
            let text = match step.wrong {
                Some(Wrong::TooLong) => "${filler:16385}".to_owned(),
                _ => text.text(),
            };
            let mut body = Map::new();
            body.insert("from".into(), json!(from.id()));
            body.insert("message".into(), json!(text));
            if let Some(to) = to {
                let to: Vec<String> = to.iter().map(|person| person.id()).collect();
                body.insert("to".into(), json!(to));
            }
            Value::Object(body)
        }
        Act::Send { text, .. } => match step.wrong {
            Some(Wrong::TooLong) => json!({ "message": "${filler:16385}" }),
            _ => json!({ "message": text.text() }),
        },
        Act::Subscribe { alias: number, topics, .. }
        | Act::Unsubscribe { alias: number, topics, .. } => {
            let one = |topic: &crate::model::Topic| json!({ "type": topic.as_str(), "conferenceAlias": alias(*number, false) });
            json!({ "subscriptions": topics.iter().map(one).collect::<Vec<_>>() })
        }
        _ => return None,
    })
}

/// The alias of a conference that is created again has the number that its move was made for.
pub(super) fn step_alias(step: &Move) -> Option<u8> {
    match &step.act {
        Act::RestCreateAgain { alias, .. } | Act::SdkCreateAgain { alias, .. } => Some(*alias),
        _ => None,
    }
}

/// A body of the wrong form, and the field that says it.
pub(super) fn malformed(step: &Move, form: Form, body: Value) -> (&'static str, Value) {
    let right = body.to_string();
    let shorter = right.get(..right.len().saturating_sub(1)).unwrap_or_default().to_owned();
    match form {
        Form::SecondValue => ("text", json!(format!("{right} {{\"more\": 1}}"))),
        Form::Rubbish => ("text", json!(format!("{right} x"))),
        Form::Truncated => ("text", json!(shorter)),
        Form::Comma => ("text", json!(format!("{shorter},}}"))),
        Form::Latin1 => ("latin1", json!(format!("{shorter},\"note\":\"é\"}}"))),
        Form::List => ("text", json!(format!("[{right}]"))),
        Form::Text => ("text", json!(Value::from(right).to_string())),
        Form::Null => ("text", json!("null")),
        Form::Nothing => ("text", json!("")),
        Form::WrongType | Form::HalfWrong | Form::Wrapped => {
            let mut body = body;
            let field = match step.act.operation() {
                Some(
                    Operation::RestCreate | Operation::RestInvite | Operation::RestPermissions,
                ) => "participants",
                Some(Operation::RestKick) => "externalIds",
                Some(Operation::SdkCreate) => "params",
                Some(Operation::SdkInvite) => "externalProfiles",
                Some(Operation::SdkPermissions) => "userPermissions",
                Some(Operation::Subscribe | Operation::Unsubscribe) => "subscriptions",
                _ => "message",
            };
            let wrong = match (body.get(field), form) {
                (Some(Value::Array(all)), Form::HalfWrong) => {
                    Value::Array(all.iter().cloned().chain([json!(7)]).collect())
                }
                (Some(Value::Array(all)), Form::Wrapped) => {
                    all.first().cloned().unwrap_or(json!(7))
                }
                (Some(one), Form::Wrapped) => json!([one]),
                _ => json!(7),
            };
            if let Value::Object(fields) = &mut body {
                fields.insert(field.to_owned(), wrong);
            }
            ("body", body)
        }
    }
}
