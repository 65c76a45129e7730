//! How a frame's `type` may be spelled.

use serde_json::{Value, json};
use std::borrow::Cow;

/// The one type that must be spelled as it is: the Web SDK compares it before it normalises, to
/// decide whether to acknowledge.
const EXACT: &str = "UpdateToken";

/// The name that the clients make of a type: the first letter in upper case, `_x` to `X`, and every
/// `Push` and `Event` removed.
pub fn normalise(spelled: &str) -> Cow<'_, str> {
    if !spelled.contains('_')
        && !spelled.contains("Push")
        && !spelled.contains("Event")
        && spelled.starts_with(|first: char| !first.is_lowercase())
    {
        return Cow::Borrowed(spelled);
    }
    let mut name = String::with_capacity(spelled.len());
    let mut raise = true;
    let mut characters = spelled.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '_' && characters.peek().is_some() {
            raise = true;
        } else if raise {
            name.extend(character.to_uppercase());
            raise = false;
        } else {
            name.push(character);
        }
    }
    Cow::Owned(name.replace("Push", "").replace("Event", ""))
}

/// Whether a frame with this `type` is a frame of the kind `name` to the clients.
pub(super) fn is_spelling_of(spelled: &str, name: &str) -> bool {
    if name == EXACT { spelled == name } else { normalise(spelled) == name }
}

/// The schema of the `type` of the kind `name`.
pub(super) fn schema(name: &str) -> Value {
    if name == EXACT {
        return json!({
            "description": "Spelled exactly so, or it is not acknowledged.",
            "const": name,
        });
    }
    json!({
        "description": format!(
            "`{name}`, also in snake case or with `Push` or `Event` added: the clients strip both."
        ),
        "type": "string",
        "pattern": pattern(name),
    })
}

/// The spellings that [`normalise`] takes to `name`, as a regular expression.
///
/// Every spelling that a server would use: each word in either case after an underscore, with the
/// two suffixes after any word.
fn pattern(name: &str) -> String {
    const SUFFIX: &str = "(?:Push|Event|_[pP]ush|_[eE]vent)*";
    let mut pattern = String::from("^");
    for (index, character) in name.char_indices() {
        if !character.is_uppercase() {
            pattern.push(character);
            continue;
        }
        let lower = character.to_ascii_lowercase();
        if index == 0 {
            pattern.push_str(&format!("[{character}{lower}]"));
        } else {
            pattern.push_str(&format!("{SUFFIX}(?:{character}|_[{character}{lower}])"));
        }
    }
    pattern.push_str(SUFFIX);
    pattern.push('$');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_one_type_are_one_type() {
        for spelled in [
            "InvitationReceived",
            "invitationReceived",
            "InvitationReceivedEvent",
            "InvitationReceivedEventPush",
            "invitation_received_event",
            "Invitation_Received_push",
        ] {
            assert_eq!(normalise(spelled), "InvitationReceived", "{spelled}");
        }
        assert_eq!(normalise(""), "");
        assert_eq!(normalise("_"), "_");
        assert_ne!(normalise("INVITATION_RECEIVED"), "InvitationReceived");
    }

    #[test]
    fn the_token_update_has_one_spelling() {
        assert!(is_spelling_of("UpdateToken", "UpdateToken"));
        assert!(!is_spelling_of("UpdateTokenEvent", "UpdateToken"));
        assert!(is_spelling_of("participant_added", "ParticipantAdded"));
    }
}
