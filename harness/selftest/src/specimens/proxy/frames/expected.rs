//! What the suite must make of frames that are delivered wrongly.

use super::fault::DeliveryFault;
use crate::specimen::Expected;
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, id};

/// What the suite must make of a type of frame with this fault.
pub(super) fn of_frame(frame: FrameType, fault: DeliveryFault) -> Expected {
    match fault {
        DeliveryFault::Drop => Expected::must_fail(missing(frame)),
        DeliveryFault::Corrupt => Expected::must_fail(&[id::WIRE_006]),
        DeliveryFault::Duplicate => duplicated(frame),
        DeliveryFault::Reorder => reordered(frame),
        DeliveryFault::Delay => Expected::allowed("events may arrive after the response"),
        DeliveryFault::Misdeliver => misdelivered(frame),
    }
}

/// What a server breaks that never sends a type of frame.
pub(in super::super) fn missing(frame: FrameType) -> &'static [RequirementId] {
    match frame {
        FrameType::InvitationReceived => &[id::INV_010, id::INV_011, id::INV_012],
        FrameType::ParticipantAdded => &[id::INV_033, id::PRT_006, id::PRT_007],
        FrameType::ParticipantUpdated => {
            &[id::PRT_001, id::PRT_002, id::PRT_005, id::PRT_011, id::KCK_004]
        }
        FrameType::UpdateToken => &[id::PRM_017, id::PRM_019],
        FrameType::ConferenceMessageReceived => &[id::MSG_002, id::MSG_006],
        FrameType::ParticipantKicked => &[id::KCK_003],
        FrameType::OwnParticipantSwitched => &[id::JOIN_018],
        FrameType::ConferenceDestroyed => &[id::CNF_018],
        FrameType::ConferenceCreatedNotification => &[id::SUB_004],
        FrameType::ConferenceEndedNotification => &[id::SUB_005],
        FrameType::ConferenceStatusNotification => &[id::SUB_008],
        FrameType::ParticipantJoinedNotification => &[id::SUB_006],
        FrameType::ParticipantLeftNotification => &[id::SUB_007],
    }
}

fn duplicated(frame: FrameType) -> Expected {
    match frame {
        FrameType::InvitationReceived => Expected::must_fail(&[id::INV_016]),
        FrameType::UpdateToken => Expected::allowed("it may be repeated until it is acknowledged"),
        FrameType::ParticipantAdded => {
            Expected::allowed("the client takes a second one for an update")
        }
        _ => Expected::allowed("no source says that it comes only once"),
    }
}

fn reordered(frame: FrameType) -> Expected {
    match frame {
        FrameType::ParticipantAdded => Expected::must_fail(&[id::PRT_007, id::PRT_004]),
        FrameType::ParticipantUpdated => Expected::must_fail(&[id::PRT_004, id::PRT_005]),
        _ => Expected::allowed("a server that does not keep order may say so: frame_order"),
    }
}

fn misdelivered(frame: FrameType) -> Expected {
    match frame {
        FrameType::InvitationReceived => Expected::must_fail(&[id::INV_017]),
        FrameType::ParticipantAdded | FrameType::ParticipantUpdated => {
            Expected::must_fail(&[id::PRT_008])
        }
        FrameType::UpdateToken => Expected::must_fail(&[id::PRM_026]),
        FrameType::ConferenceMessageReceived => Expected::must_fail(&[id::MSG_003]),
        // The client takes every such frame for its own, and gets nothing more of its conference.
        FrameType::ParticipantKicked => Expected::must_fail(&[id::KCK_003, id::KCK_007]),
        FrameType::ConferenceDestroyed => {
            Expected::allowed("it names its conference, and a client in another one ignores it")
        }
        // The client leaves its conference when it gets one, whichever that is.
        FrameType::OwnParticipantSwitched => Expected::must_fail(&[id::JOIN_018]),
        FrameType::ConferenceCreatedNotification
        | FrameType::ConferenceEndedNotification
        | FrameType::ConferenceStatusNotification
        | FrameType::ParticipantJoinedNotification
        | FrameType::ParticipantLeftNotification => Expected::must_fail(&[id::SUB_009]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_frame_breaks_the_requirement_of_its_type() {
        for frame in FrameType::ALL {
            let (known, own) = (missing(*frame), frame.kind().requirement);
            assert!(known.contains(&own), "{frame}: {own} is not among {known:?}");
        }
    }
}
