//! Timers.

use super::id::{ConferenceId, SessionId, SocketId, UserId};
use super::time::Time;
use std::collections::BTreeSet;

/// A reminder to check something. Whether anything has to be done depends on the state at that time,
/// so that a timer need not be cancelled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// Whether the conference ends.
    ConferenceEnd(ConferenceId),
    /// Whether a person who was joining is connected.
    Connected(ConferenceId, UserId),
    /// Whether a session has had no socket for too long.
    SocketLost(SessionId),
    /// Whether the token of a session has expired.
    SessionExpired(SessionId),
    /// Whether a token update, named by its `amu`, has to be delivered again.
    UpdateUnacknowledged(SessionId, String),
    /// The socket of a closed session has to be closed, unless its client has done so.
    SocketLeftOver(SocketId),
}

/// The timers by time, with the index of the tenant.
#[derive(Debug, Default)]
pub(super) struct Timers(BTreeSet<(Time, usize, Timer)>);

impl Timers {
    pub(super) fn set(&mut self, at: Time, application: usize, timer: Timer) {
        self.0.insert((at, application, timer));
    }

    /// Removes a timer that has become pointless and would be kept for long.
    pub(super) fn cancel(&mut self, at: Time, application: usize, timer: Timer) {
        self.0.remove(&(at, application, timer));
    }

    /// How many there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// When the next timer is due.
    pub(super) fn next(&self) -> Option<Time> {
        self.0.first().map(|(at, ..)| *at)
    }

    /// Removes the next timer that is due.
    pub(super) fn pop(&mut self, now: Time) -> Option<(usize, Timer)> {
        if self.next()? > now {
            return None;
        }
        self.0.pop_first().map(|(_, application, timer)| (application, timer))
    }
}
