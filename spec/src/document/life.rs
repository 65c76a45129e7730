//! The life of a participant, as data: the statuses and the transitions between them.

use crate::participant::ParticipantStatus;
use crate::requirement::{RequirementId, id};

/// A status, and its place in the diagram.
#[derive(Debug)]
pub(super) struct State {
    pub(super) status: ParticipantStatus,
    /// The column, from the left.
    pub(super) column: u32,
    /// The row, from the top.
    pub(super) row: u32,
}

/// A transition from one status to another; `from` is `None` at the beginning.
#[derive(Debug)]
pub(super) struct Transition {
    pub(super) from: Option<ParticipantStatus>,
    pub(super) to: ParticipantStatus,
    pub(super) when: &'static str,
    pub(super) rules: &'static [RequirementId],
}

/// The place of the beginning in the diagram: column and row.
pub(super) const START: (u32, u32) = (1, 0);

/// The statuses that this protocol sets.
pub(super) const STATES: &[State] = &[
    State { status: ParticipantStatus::Reserved, column: 0, row: 1 },
    State { status: ParticipantStatus::Connecting, column: 1, row: 1 },
    State { status: ParticipantStatus::OnAir, column: 2, row: 1 },
    State { status: ParticipantStatus::Decline, column: 0, row: 2 },
    State { status: ParticipantStatus::Left, column: 1, row: 2 },
    State { status: ParticipantStatus::Kicked, column: 2, row: 2 },
];

/// The transitions between them.
pub(super) const TRANSITIONS: &[Transition] = &[
    Transition {
        from: None,
        to: ParticipantStatus::Reserved,
        when: "is invited",
        rules: &[id::INV_033, id::INV_034],
    },
    Transition {
        from: None,
        to: ParticipantStatus::Connecting,
        when: "joins uninvited",
        rules: &[id::PRT_001, id::PRT_006],
    },
    Transition {
        from: Some(ParticipantStatus::Reserved),
        to: ParticipantStatus::Connecting,
        when: "joins",
        rules: &[id::PRT_001, id::PRT_005],
    },
    Transition {
        from: Some(ParticipantStatus::Connecting),
        to: ParticipantStatus::OnAir,
        when: "is connected",
        rules: &[id::PRT_002, id::PRT_004],
    },
    Transition {
        from: Some(ParticipantStatus::Reserved),
        to: ParticipantStatus::Decline,
        when: "declines",
        rules: &[id::INV_040],
    },
    Transition {
        from: Some(ParticipantStatus::OnAir),
        to: ParticipantStatus::Left,
        when: "leaves or vanishes",
        rules: &[id::PRT_011, id::PRT_013],
    },
    Transition {
        from: Some(ParticipantStatus::OnAir),
        to: ParticipantStatus::Kicked,
        when: "is kicked",
        rules: &[id::KCK_003, id::KCK_004],
    },
    Transition {
        from: Some(ParticipantStatus::Left),
        to: ParticipantStatus::Connecting,
        when: "joins again",
        rules: &[id::TOK_005, id::PRT_001],
    },
    Transition {
        from: Some(ParticipantStatus::Left),
        to: ParticipantStatus::Reserved,
        when: "is invited again",
        rules: &[id::INV_038],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transitions_lead_between_states() {
        let is_drawn =
            |status: &ParticipantStatus| STATES.iter().any(|state| state.status == *status);
        for transition in TRANSITIONS {
            assert!(is_drawn(&transition.to), "{}", transition.when);
            assert!(transition.from.as_ref().is_none_or(is_drawn), "{}", transition.when);
            assert!(!transition.rules.is_empty(), "{}", transition.when);
        }
        for state in STATES {
            assert!(TRANSITIONS.iter().any(|t| t.to == state.status), "{}", state.status);
        }
    }
}
