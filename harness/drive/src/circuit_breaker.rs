//! What the target has stopped doing: a silent target costs one deadline and not one a scenario.

use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_trace::CutOff;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// What the harness waits for again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Awaited {
    /// The response to an operation.
    Answer(Operation),
    /// A frame of a type.
    Frame(FrameType),
    /// That a WebSocket opens.
    WebSocket,
    /// A fence's invitation.
    Fence,
    /// A fence's invitation at a session that has joined a conference, which a target need not
    /// invite.
    FenceInConference,
}

/// What has come, and what has been waited for without success.
#[derive(Debug, Default)]
pub(crate) struct CircuitBreaker {
    circuits: Mutex<Circuits>,
    /// Whether the target is dead, for those who wait for that.
    dead: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct Circuits {
    by_kind: BTreeMap<Awaited, Circuit>,
    /// How many WebSockets brought frames without end, and how the last of them was cut off.
    floods: (u32, Option<CutOff>),
    /// How many answers in a row did not come, to whatever: nothing at all has come since.
    silence: u32,
}

#[derive(Debug, Default, Clone, Copy)]
struct Circuit {
    has_come: bool,
    /// How often it was missed since it last came.
    missed: u32,
    /// How often it was missed in all.
    missed_in_all: u32,
}

/// How often something that never came is missed before its circuit is broken.
const MISSES: u32 = 2;
/// The same for something that has come before, in a row: a target may die on the way.
const MISSES_AFTER_SUCCESS: u32 = 8;
/// How often something is missed, between times at which it comes, before less time is given to it.
const MISSES_IN_ALL: u32 = 4;
/// The same, before no more time is given to it than to what has never come.
const TOO_MANY_MISSES: u32 = 12;
/// How many answers in a row, to whatever, a dead target owes.
const DEAD: u32 = 3;
/// Which part of a deadline a target gets that has never said anything: whether anybody is there at all
/// should show soon, and `--wait` is for one that is starting.
const OF_SILENCE: u32 = 2;
/// How long to wait while a circuit is broken. A live target responds faster than this, so one that
/// fails in a few places is not blamed for all others.
const SHORT: Duration = Duration::from_millis(500);

impl CircuitBreaker {
    fn lock(&self) -> MutexGuard<'_, Circuits> {
        self.circuits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It came.
    pub(crate) fn came(&self, what: Awaited) {
        let mut circuits = self.lock();
        circuits.silence = 0;
        let circuit = circuits.by_kind.entry(what).or_default();
        (circuit.has_come, circuit.missed) = (true, 0);
        self.tell(&circuits);
    }

    /// It did not come in time.
    pub(crate) fn missed(&self, what: Awaited) {
        let mut circuits = self.lock();
        let circuit = circuits.by_kind.entry(what).or_default();
        circuit.missed += 1;
        circuit.missed_in_all += 1;
        if matches!(what, Awaited::Answer(_) | Awaited::WebSocket) {
            circuits.silence += 1;
        }
        self.tell(&circuits);
    }

    /// Tells whether the target is dead to those who wait for it, if that has changed.
    fn tell(&self, circuits: &Circuits) {
        let is_dead = circuits.silence >= DEAD;
        self.dead.send_if_modified(|told| std::mem::replace(told, is_dead) != is_dead);
    }

    /// Whether the target is dead, now and from now on.
    pub(crate) fn watch_death(&self) -> watch::Receiver<bool> {
        self.dead.subscribe()
    }

    /// A WebSocket was cut off because it would not fall silent again.
    pub(crate) fn flooded(&self, by: CutOff) {
        let mut circuits = self.lock();
        circuits.floods = (circuits.floods.0 + 1, Some(by));
    }

    /// How the target floods WebSockets, if it did so again and again: no more of them is opened.
    pub(crate) fn flood(&self) -> Option<CutOff> {
        let (count, by) = self.lock().floods;
        by.filter(|_| count >= MISSES)
    }

    /// Whether the target answers nothing any more, whatever it is asked: that is found once, and not
    /// once for each kind of call.
    pub(crate) fn is_dead(&self) -> bool {
        self.lock().silence >= DEAD
    }

    /// Whether nothing at all has come from the target yet.
    fn is_silent(&self) -> bool {
        self.lock().by_kind.values().all(|circuit| !circuit.has_come)
    }

    /// Whether it has been missed too often to wait the whole deadline for it.
    pub(crate) fn is_broken(&self, what: Awaited) -> bool {
        self.lock().by_kind.get(&what).is_some_and(|circuit| {
            circuit.missed >= if circuit.has_come { MISSES_AFTER_SUCCESS } else { MISSES }
        })
    }

    /// Whether it has been missed again and again, and has never come.
    pub(crate) fn has_never_come(&self, what: Awaited) -> bool {
        let circuits = self.lock();
        let circuit = circuits.by_kind.get(&what);
        circuit.is_some_and(|circuit| !circuit.has_come && circuit.missed >= MISSES)
    }

    /// Whether it now comes and now does not, so that nothing can rest on it.
    pub(crate) fn is_unreliable(&self, what: Awaited) -> bool {
        self.missed_in_all(what) >= MISSES_IN_ALL
    }

    fn missed_in_all(&self, what: Awaited) -> u32 {
        self.lock().by_kind.get(&what).map_or(0, |circuit| circuit.missed_in_all)
    }

    /// How long to wait for it, at most `deadline`.
    pub(crate) fn patience(&self, what: Awaited, deadline: Duration) -> Duration {
        match self.missed_in_all(what) {
            _ if self.is_broken(what) || self.is_dead() => deadline.min(SHORT),
            TOO_MANY_MISSES.. => deadline.min(SHORT),
            MISSES_IN_ALL.. => shorter(deadline),
            _ if self.is_silent() => deadline / OF_SILENCE,
            _ => deadline,
        }
    }
}

/// How long to wait for what now comes and now does not: 2 s, or more for a target that is far away and
/// has long deadlines.
fn shorter(deadline: Duration) -> Duration {
    const LEAST: Duration = Duration::from_secs(2);
    (deadline * 2 / 5).max(LEAST.min(deadline))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circuit_breaks_soon_for_what_never_came_and_later_for_what_did() {
        let breaker = CircuitBreaker::default();
        let deadline = Duration::from_secs(5);
        let what = Awaited::Frame(FrameType::InvitationReceived);
        assert_eq!(breaker.patience(what, deadline), deadline / 2, "nothing has come yet");
        breaker.came(Awaited::WebSocket);
        for missed in 0..MISSES {
            assert_eq!(breaker.patience(what, deadline), deadline, "after {missed}");
            breaker.missed(what);
        }
        assert_eq!(breaker.patience(what, deadline), SHORT);
        breaker.came(what);
        for missed in MISSES..MISSES_AFTER_SUCCESS + MISSES {
            let patience = if missed < MISSES_IN_ALL { deadline } else { shorter(deadline) };
            assert_eq!(breaker.patience(what, deadline), patience, "after {missed}");
            breaker.missed(what);
        }
        assert_eq!(breaker.patience(what, deadline), SHORT);
        breaker.came(what);
        assert_eq!(
            breaker.patience(what, deadline),
            shorter(deadline),
            "it is missed now and then"
        );
        assert_eq!(breaker.patience(what, Duration::from_millis(9)), Duration::from_millis(9));
        assert_eq!(breaker.patience(Awaited::WebSocket, deadline), deadline);
        let far = Duration::from_secs(30);
        assert_eq!(breaker.patience(what, far), Duration::from_secs(12), "it is far away");
        for _ in MISSES_AFTER_SUCCESS + MISSES..TOO_MANY_MISSES {
            breaker.missed(what);
            breaker.came(what);
        }
        assert_eq!(breaker.patience(what, deadline), SHORT, "it is missed again and again");
    }

    #[test]
    fn nothing_rests_on_what_comes_now_and_then() {
        let breaker = CircuitBreaker::default();
        let what = Awaited::Fence;
        for _ in 0..MISSES_IN_ALL {
            assert!(!breaker.is_unreliable(what));
            breaker.missed(what);
            breaker.came(what);
        }
        assert!(breaker.is_unreliable(what), "though it came in the end");
        assert!(!breaker.is_unreliable(Awaited::FenceInConference));
    }

    #[test]
    fn a_dead_target_is_found_once_for_all_calls() {
        let breaker = CircuitBreaker::default();
        let deadline = Duration::from_secs(5);
        let calls = [Operation::RestCreate, Operation::SdkJoin, Operation::Identify];
        calls.iter().for_each(|operation| breaker.came(Awaited::Answer(*operation)));
        let frame = Awaited::Frame(FrameType::InvitationReceived);
        for operation in calls {
            assert_eq!(breaker.patience(Awaited::Answer(operation), deadline), deadline);
            breaker.missed(frame);
            breaker.missed(Awaited::Answer(operation));
        }
        assert!(breaker.is_dead());
        assert_eq!(breaker.patience(Awaited::Answer(Operation::SdkKick), deadline), SHORT);
        assert_eq!(breaker.patience(Awaited::Fence, deadline), SHORT);
        breaker.came(Awaited::WebSocket);
        assert_eq!(breaker.patience(Awaited::Fence, deadline), deadline, "it lives");
    }
}
