//! Whom an object names, in any of the wire's naming styles.

use invite_trace::reference::Bindings;
use serde_json::Value;

/// The names of fields that hold a user id.
const USER_ID: [&str; 3] = ["user_id", "userId", "participant_id"];

/// The part of a frame that names its subject: the participant of a notification, the inviter of an
/// invitation, else the frame itself.
pub fn subject(frame: &Value) -> &Value {
    ["participant", "inviter"]
        .into_iter()
        .find_map(|field| frame.get(field).filter(|value| value.is_object()))
        .unwrap_or(frame)
}

/// Whether an object names this person: one id that is known says so, and none says otherwise.
pub fn names(object: &Value, person: &str, bindings: &Bindings) -> bool {
    let person = person.split('/').next().unwrap_or(person);
    let external = bindings.text(person);
    let user = bindings.text(&format!("{person}.user"));
    let given_external = object.get("externalId").and_then(Value::as_str);
    let given_user = USER_ID.iter().find_map(|field| object.get(field)).and_then(Value::as_str);
    let agree = |known: Option<&str>, given: Option<&str>| match (known, given) {
        (Some(known), Some(given)) => Some(known == given),
        _ => None,
    };
    let by_user = agree(user, given_user);
    // No client reads the external id of an update, so that it contradicts nothing.
    let is_read = by_user.is_none() || !is_update(object);
    match (agree(external, given_external).filter(|_| is_read), by_user) {
        (Some(false), _) | (_, Some(false)) => false,
        (Some(true), _) | (_, Some(true)) => true,
        (None, None) => false,
    }
}

fn is_update(object: &Value) -> bool {
    let kind = object.get("type").and_then(Value::as_str);
    kind.and_then(invite_spec::push::FrameType::parse)
        == Some(invite_spec::push::FrameType::ParticipantUpdated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_id_is_enough_and_a_contradiction_is_too_much() {
        let mut bindings = Bindings::default();
        bindings.bind("bob", "x-bob");
        bindings.bind("bob.user", "u-1");
        for (object, expected) in [
            (json!({ "user_id": "u-1" }), true),
            (json!({ "participant_id": "u-1", "externalId": "x-bob" }), true),
            (json!({ "externalId": "x-bob" }), true),
            (json!({ "userId": "u-2", "externalId": "x-bob" }), false),
            (json!({ "user_id": "u-2" }), false),
            (json!({ "name": "Bob" }), false),
            (json!({ "type": "ParticipantUpdated", "user_id": "u-1", "externalId": "x" }), true),
            (json!({ "type": "ParticipantAdded", "user_id": "u-1", "externalId": "x" }), false),
        ] {
            assert_eq!(names(&object, "bob", &bindings), expected, "{object}");
            assert_eq!(names(&object, "bob/phone", &bindings), expected, "{object}");
        }
    }
}
