//! What the target has stopped doing: a silent target costs one deadline and not one a scenario.

use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What the harness waits for again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Awaited {
    /// The response to an operation.
    Answer(Operation),
    /// A frame of a type.
    Frame(FrameType),
    /// That a WebSocket opens.
    WebSocket,
    /// That a WebSocket falls silent again: missed by frames without end.
    Silence,
    /// A fence's invitation.
    Fence,
    /// A fence's invitation at a session that has joined a conference, which a target need not
    /// invite.
    FenceInConference,
}

/// What has come, and what has been waited for without success.
#[derive(Debug, Default)]
pub(crate) struct CircuitBreaker {
    circuits: Mutex<BTreeMap<Awaited, Circuit>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Circuit {
    has_come: bool,
    /// How often it was missed since it last came.
    missed: u32,
}

/// How often something that never came is missed before its circuit is broken.
const MISSES: u32 = 2;
/// The same for something that has come before, in a row: a target may die on the way.
const MISSES_AFTER_SUCCESS: u32 = 8;
/// How long to wait while a circuit is broken. A live target responds faster than this, so one that
/// fails in a few places is not blamed for all others.
const SHORT: Duration = Duration::from_millis(500);

impl CircuitBreaker {
    fn change(&self, what: Awaited, change: impl FnOnce(&mut Circuit)) {
        let mut circuits = self.circuits.lock().unwrap_or_else(PoisonError::into_inner);
        change(circuits.entry(what).or_default());
    }

    /// It came.
    pub(crate) fn came(&self, what: Awaited) {
        self.change(what, |circuit| *circuit = Circuit { has_come: true, missed: 0 });
    }

    /// It did not come in time.
    pub(crate) fn missed(&self, what: Awaited) {
        self.change(what, |circuit| circuit.missed += 1);
    }

    /// Whether it has been missed too often to wait the whole deadline for it.
    pub(crate) fn is_broken(&self, what: Awaited) -> bool {
        let circuits = self.circuits.lock().unwrap_or_else(PoisonError::into_inner);
        circuits.get(&what).is_some_and(|circuit| {
            circuit.missed >= if circuit.has_come { MISSES_AFTER_SUCCESS } else { MISSES }
        })
    }

    /// Whether it has been missed again and again, and has never come.
    pub(crate) fn has_never_come(&self, what: Awaited) -> bool {
        let circuits = self.circuits.lock().unwrap_or_else(PoisonError::into_inner);
        circuits.get(&what).is_some_and(|circuit| !circuit.has_come && circuit.missed >= MISSES)
    }

    /// How long to wait for it, at most `deadline`.
    pub(crate) fn patience(&self, what: Awaited, deadline: Duration) -> Duration {
        if self.is_broken(what) { deadline.min(SHORT) } else { deadline }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circuit_breaks_soon_for_what_never_came_and_later_for_what_did() {
        let breaker = CircuitBreaker::default();
        let deadline = Duration::from_secs(5);
        let what = Awaited::Frame(FrameType::InvitationReceived);
        for missed in 0..MISSES {
            assert_eq!(breaker.patience(what, deadline), deadline, "after {missed}");
            breaker.missed(what);
        }
        assert_eq!(breaker.patience(what, deadline), SHORT);
        breaker.came(what);
        for missed in 0..MISSES_AFTER_SUCCESS {
            assert_eq!(breaker.patience(what, deadline), deadline, "after {missed}");
            breaker.missed(what);
        }
        assert_eq!(breaker.patience(what, deadline), SHORT);
        assert_eq!(breaker.patience(what, Duration::from_millis(9)), Duration::from_millis(9));
        assert_eq!(breaker.patience(Awaited::WebSocket, deadline), deadline);
    }
}
