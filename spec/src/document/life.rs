//! The life of a participant, as data: where one can stand, and what leads from one to the next.

use crate::participant::ParticipantStatus;

/// Where a participant stands, and where that is drawn.
#[derive(Debug)]
pub(super) struct State {
    pub(super) status: ParticipantStatus,
    /// The column, from the left.
    pub(super) column: u32,
    /// The row, from the top.
    pub(super) row: u32,
}

/// What leads from one standing to another. Nothing is where a life begins.
#[derive(Debug)]
pub(super) struct Transition {
    pub(super) from: Option<ParticipantStatus>,
    pub(super) to: ParticipantStatus,
    pub(super) when: &'static str,
    pub(super) rules: &'static [&'static str],
}

/// Where the beginning is drawn: column and row.
pub(super) const START: (u32, u32) = (1, 0);

/// The standings that this protocol brings about.
pub(super) const STATES: &[State] = &[
    State { status: ParticipantStatus::Reserved, column: 0, row: 1 },
    State { status: ParticipantStatus::Connecting, column: 1, row: 1 },
    State { status: ParticipantStatus::OnAir, column: 2, row: 1 },
    State { status: ParticipantStatus::Decline, column: 0, row: 2 },
    State { status: ParticipantStatus::Left, column: 1, row: 2 },
    State { status: ParticipantStatus::Kicked, column: 2, row: 2 },
];

/// What leads from one to the next.
pub(super) const TRANSITIONS: &[Transition] = &[
    Transition {
        from: None,
        to: ParticipantStatus::Reserved,
        when: "is invited",
        rules: &["INV-033", "INV-034"],
    },
    Transition {
        from: None,
        to: ParticipantStatus::Connecting,
        when: "joins uninvited",
        rules: &["PRT-001", "PRT-006"],
    },
    Transition {
        from: Some(ParticipantStatus::Reserved),
        to: ParticipantStatus::Connecting,
        when: "joins",
        rules: &["PRT-001", "PRT-005"],
    },
    Transition {
        from: Some(ParticipantStatus::Connecting),
        to: ParticipantStatus::OnAir,
        when: "is connected",
        rules: &["PRT-002", "PRT-004"],
    },
    Transition {
        from: Some(ParticipantStatus::Reserved),
        to: ParticipantStatus::Decline,
        when: "declines",
        rules: &["INV-040"],
    },
    Transition {
        from: Some(ParticipantStatus::OnAir),
        to: ParticipantStatus::Left,
        when: "leaves, or is gone",
        rules: &["PRT-011", "PRT-013"],
    },
    Transition {
        from: Some(ParticipantStatus::OnAir),
        to: ParticipantStatus::Kicked,
        when: "is kicked",
        rules: &["KCK-003", "KCK-004"],
    },
    Transition {
        from: Some(ParticipantStatus::Left),
        to: ParticipantStatus::Connecting,
        when: "joins again",
        rules: &["TOK-005", "PRT-001"],
    },
    Transition {
        from: Some(ParticipantStatus::Left),
        to: ParticipantStatus::Reserved,
        when: "is invited again",
        rules: &["INV-038"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transitions_lead_between_states_and_their_requirements_exist() {
        let is_drawn =
            |status: &ParticipantStatus| STATES.iter().any(|state| state.status == *status);
        for transition in TRANSITIONS {
            assert!(is_drawn(&transition.to), "{}", transition.when);
            assert!(transition.from.as_ref().is_none_or(is_drawn), "{}", transition.when);
            assert!(!transition.rules.is_empty(), "{}", transition.when);
            for id in transition.rules {
                assert!(crate::requirement::find(id).is_some(), "no {id}");
            }
        }
        for state in STATES {
            assert!(TRANSITIONS.iter().any(|t| t.to == state.status), "{}", state.status);
        }
    }
}
