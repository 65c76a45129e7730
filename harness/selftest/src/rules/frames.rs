//! Frames that are delivered in another way.

use crate::change::Way;
use crate::mutant::Class;

/// What the sources say of a kind of frame that is delivered in another way.
pub(crate) fn of_frame(kind: &str, way: Way) -> Class {
    match way {
        Way::Drop => Class::breaks(missing(kind)),
        Way::Corrupt => Class::breaks(&["WIRE-006"]),
        Way::Double => match kind {
            "InvitationReceived" => Class::breaks(&["INV-016"]),
            "UpdateToken" => Class::permitted("it may be repeated until it is acknowledged"),
            "ParticipantAdded" => Class::permitted("the client takes a second one for an update"),
            _ => Class::permitted("no source says that it comes once only"),
        },
        Way::Reorder => match kind {
            "ParticipantAdded" => Class::breaks(&["PRT-007", "PRT-004"]),
            "ParticipantUpdated" => Class::breaks(&["PRT-004", "PRT-005"]),
            _ => Class::permitted("a server that keeps no order may say so: frame_order"),
        },
        Way::Delay => Class::permitted("events may arrive after the answer"),
        Way::Mislead => misled(kind),
    }
}

/// What is broken when frames of a kind never come.
pub(super) fn missing(kind: &str) -> &'static [&'static str] {
    match kind {
        "InvitationReceived" => &["INV-010", "INV-011", "INV-012"],
        "ParticipantAdded" => &["INV-033", "PRT-006", "PRT-007"],
        "ParticipantUpdated" => &["PRT-001", "PRT-002", "PRT-005", "PRT-011", "KCK-004"],
        "UpdateToken" => &["PRM-017", "PRM-019"],
        "ConferenceMessageReceived" => &["MSG-002", "MSG-006"],
        "ParticipantKicked" => &["KCK-003"],
        "OwnParticipantSwitched" => &["JOIN-018"],
        "ConferenceDestroyed" => &["CNF-018"],
        "ConferenceCreatedNotification" => &["SUB-004"],
        "ConferenceEndedNotification" => &["SUB-005"],
        "ConferenceStatusNotification" => &["SUB-008"],
        "ParticipantJoinedNotification" => &["SUB-006"],
        "ParticipantLeftNotification" => &["SUB-007"],
        _ => &[],
    }
}

fn misled(kind: &str) -> Class {
    match kind {
        "InvitationReceived" => Class::breaks(&["INV-017"]),
        "ParticipantAdded" | "ParticipantUpdated" => Class::breaks(&["PRT-008"]),
        "UpdateToken" => Class::breaks(&["PRM-026"]),
        "ConferenceMessageReceived" => Class::breaks(&["MSG-003"]),
        // The client takes every such frame for its own, and hears nothing more of its conference.
        "ParticipantKicked" => Class::breaks(&["KCK-003", "KCK-007"]),
        "ConferenceDestroyed" => {
            Class::permitted("it names its conference, and a client in another one ignores it")
        }
        // The client leaves when it gets one, wherever it is.
        "OwnParticipantSwitched" => Class::breaks(&["JOIN-018"]),
        _ => Class::breaks(&["SUB-009"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use invite_spec::push;

    #[test]
    fn a_missing_frame_breaks_the_requirement_of_its_kind() {
        for kind in push::KINDS {
            let known = missing(kind.name.as_str());
            assert!(!known.is_empty(), "{} is missing in the table", kind.name);
            let own = kind.requirement.as_str();
            assert!(known.contains(&own), "{}: {own} is not among {known:?}", kind.name);
        }
    }
}
