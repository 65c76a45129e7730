//! What has to be looked at when its time has come.

use super::id::{ConferenceId, SessionId, SocketId, UserId};
use super::time::Time;
use std::collections::BTreeSet;

/// Something to look at. It is a reminder, not an order: whether anything has to be done is decided
/// by how things stand then, so a reminder never has to be taken back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// A conference may end.
    ConferenceEnd(ConferenceId),
    /// Somebody who was joining is connected.
    Connected(ConferenceId, UserId),
    /// A session's socket may have been away for too long.
    SocketLost(SessionId),
    /// A session's token has expired.
    SessionExpired(SessionId),
    /// A token update may have to be given again.
    UpdateUnacknowledged(SessionId, String),
    /// A socket whose session is closed has to go, if its client has not closed it.
    SocketLeftOver(SocketId),
}

/// The reminders, by time and application.
#[derive(Debug, Default)]
pub(super) struct Timers(BTreeSet<(Time, usize, Timer)>);

impl Timers {
    /// Sets a reminder.
    pub(super) fn set(&mut self, at: Time, application: usize, timer: Timer) {
        self.0.insert((at, application, timer));
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Time> {
        self.0.first().map(|(at, ..)| *at)
    }

    /// Takes the next one that is due.
    pub(super) fn pop(&mut self, now: Time) -> Option<(usize, Timer)> {
        if self.next()? > now {
            return None;
        }
        self.0.pop_first().map(|(_, application, timer)| (application, timer))
    }
}
