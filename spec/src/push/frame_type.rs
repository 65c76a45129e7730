//! The spellings of a frame's `type`.

use super::{FrameType, KINDS, Kind};
use crate::name::{name, unknown};
use serde_json::{Value, json};
use std::borrow::Cow;

/// The only type with exactly one spelling: the Web SDK compares it before it normalises, to decide
/// whether to acknowledge (PRM-023).
const EXACT: FrameType = FrameType::UpdateToken;

impl FrameType {
    /// The type that this text spells, in any spelling that the clients recognise.
    pub fn parse(spelled: &str) -> Option<FrameType> {
        let name = normalise(spelled);
        FrameType::ALL.iter().copied().find(|known| known.as_str() == name)
    }

    /// The type of a frame; `None` if it has no type, or an unknown one. [`type_of`] distinguishes
    /// the two.
    pub fn of(frame: &Value) -> Option<FrameType> {
        FrameType::parse(frame.get("type")?.as_str()?)
    }

    /// Its row of the table.
    pub const fn kind(self) -> &'static Kind {
        &KINDS[self as usize]
    }
}

name! {
    FrameType: "The type of a pushed frame, as this specification spells it.",
    title: |it: FrameType| it.kind().payload.title,
    unknown: |text: &str| {
        unknown("type of frame", text, FrameType::ALL.iter().map(|it| it.as_str()))
    },
}

/// The type of a frame, known or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnyType<'f> {
    /// A type of this specification.
    Known(FrameType),
    /// Another type, as the clients normalise it. They ignore the frame.
    Unknown(Cow<'f, str>),
}

impl<'f> AnyType<'f> {
    /// The type that a frame's `type` spells.
    pub fn of(spelled: &'f str) -> AnyType<'f> {
        FrameType::parse(spelled)
            .map_or_else(|| AnyType::Unknown(normalise(spelled)), AnyType::Known)
    }

    /// The type, if this specification knows it.
    pub fn known(&self) -> Option<FrameType> {
        match self {
            AnyType::Known(known) => Some(*known),
            AnyType::Unknown(_) => None,
        }
    }

    /// The spelling of this specification, or for an unknown type that of the clients.
    pub fn as_str(&self) -> &str {
        match self {
            AnyType::Known(known) => known.as_str(),
            AnyType::Unknown(name) => name,
        }
    }
}

impl std::fmt::Display for AnyType<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// The type of a frame; `None` if its `type` is missing or not a string.
pub fn type_of(frame: &Value) -> Option<AnyType<'_>> {
    frame.get("type")?.as_str().map(AnyType::of)
}

/// Normalises a type as the clients do: the first letter in upper case, `_x` to `X`, and every
/// `Push` and `Event` removed.
fn normalise(spelled: &str) -> Cow<'_, str> {
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

/// Whether the clients treat a frame with this `type` as a frame of the kind `name`.
pub(super) fn is_spelling_of(spelled: &str, name: FrameType) -> bool {
    if name == EXACT { spelled == name.as_str() } else { FrameType::parse(spelled) == Some(name) }
}

/// The schema of the `type` of the kind `name`.
pub(super) fn schema(name: FrameType) -> Value {
    let is_exact = name == EXACT;
    let name = name.as_str();
    if is_exact {
        return json!({
            "description": "Spelled exactly so, or it is not acknowledged.",
            "const": name,
        });
    }
    json!({
        "description": format!(
            "`{name}`. Snake case, and an added `Push` or `Event`, are accepted: the clients \
                normalise them."
        ),
        "type": "string",
        "pattern": pattern(name),
    })
}

/// The spellings that [`normalise`] takes to `name`, as a regular expression.
///
/// It covers every spelling that a server would use: each word in either case after an underscore,
/// with `Push` and `Event` before, between and after the words.
fn pattern(name: &str) -> String {
    const MORE: &str = "(?:Push|Event|_[pP]ush|_[eE]vent)*";
    let mut pattern = String::from("^");
    for (index, character) in name.char_indices() {
        if !character.is_uppercase() {
            pattern.push(character);
            continue;
        }
        let lower = character.to_ascii_lowercase();
        let further = format!("{MORE}(?:{character}|_[{character}{lower}])");
        if index == 0 {
            pattern.push_str(&format!("(?:[{character}{lower}]|(?:[pP]ush|[eE]vent){further})"));
        } else {
            pattern.push_str(&further);
        }
    }
    pattern.push_str(MORE);
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
            "PushInvitationReceived",
            "eventInvitationReceived",
            "push_invitation_received",
            "InvitationPushReceived",
        ] {
            assert_eq!(normalise(spelled), "InvitationReceived", "{spelled}");
        }
        assert_eq!(normalise(""), "");
        assert_eq!(normalise("_"), "_");
        assert_ne!(normalise("INVITATION_RECEIVED"), "InvitationReceived");
    }

    #[test]
    fn the_schema_accepts_what_the_clients_recognise() {
        let schema = schema(FrameType::InvitationReceived);
        let validator = jsonschema::validator_for(&schema).unwrap();
        let parts = [
            "",
            "Push",
            "push",
            "_push",
            "Event",
            "_Event",
            "invitation",
            "Invitation",
            "_Received",
        ];
        let parts = parts.into_iter().chain(["Received", "received"]).collect::<Vec<_>>();
        let mut seen = [0, 0];
        for place in 0..parts.len().pow(4) {
            let part = |digit: u32| parts[place / parts.len().pow(digit) % parts.len()];
            let spelled = [part(0), part(1), part(2), part(3)].concat();
            // No server would begin with an underscore.
            if spelled.starts_with('_') {
                continue;
            }
            let is_one = normalise(&spelled) == "InvitationReceived";
            assert_eq!(validator.is_valid(&json!(spelled)), is_one, "{spelled}");
            seen[usize::from(is_one)] += 1;
        }
        assert!(seen[0] > 1_000 && seen[1] > 100, "{seen:?}");
    }

    #[test]
    fn the_token_update_has_one_spelling() {
        assert!(is_spelling_of("UpdateToken", FrameType::UpdateToken));
        assert!(!is_spelling_of("UpdateTokenEvent", FrameType::UpdateToken));
        assert!(is_spelling_of("participant_added", FrameType::ParticipantAdded));
    }

    #[test]
    fn every_type_finds_its_row_and_is_read_as_it_is_written() {
        assert_eq!(FrameType::ALL.len(), KINDS.len());
        for (name, kind) in FrameType::ALL.iter().zip(KINDS) {
            assert_eq!(kind.name, *name);
            assert_eq!(name.kind().payload.name, kind.payload.name);
            let written = serde_json::to_value(name).unwrap();
            assert_eq!(written, json!(name.as_str()));
            assert_eq!(serde_json::from_value::<FrameType>(written).unwrap(), *name);
        }
        let read = serde_json::from_value::<FrameType>(json!("participant_added_event"));
        assert_eq!(read.unwrap(), FrameType::ParticipantAdded);
        let error = serde_json::from_value::<FrameType>(json!("ParticipantAddded")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown type of frame `ParticipantAddded`, did you mean `ParticipantAdded`?"
        );
    }

    #[test]
    fn the_type_of_a_frame_is_known_unknown_or_absent() {
        let known = json!({ "type": "update_token" });
        assert_eq!(type_of(&known), Some(AnyType::Known(FrameType::UpdateToken)));
        assert_eq!(FrameType::of(&known), Some(FrameType::UpdateToken));
        let unknown = json!({ "type": "some_news_event" });
        assert_eq!(type_of(&unknown), Some(AnyType::Unknown("SomeNews".into())));
        assert_eq!(FrameType::of(&unknown), None);
        for absent in [json!({}), json!({ "type": 1 }), json!([]), json!(null)] {
            assert_eq!(type_of(&absent), None, "{absent}");
        }
    }

    #[test]
    fn the_schema_offers_every_type_with_its_title() {
        let schema = schemars::schema_for!(FrameType).to_value();
        let names = schema["oneOf"].as_array().unwrap();
        assert_eq!(names.len(), FrameType::ALL.len());
        assert_eq!(
            names[0],
            json!({
                "description": "Invitation pushed to an invitee",
                "type": "string",
                "const": "InvitationReceived",
            })
        );
    }
}
