//! How often a target is called: at most so many times a second, by all scenarios together.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The turns in which calls are made.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// The time between two calls; none if each is made at once.
    apart: Option<Duration>,
    turns: Mutex<Turns>,
}

#[derive(Debug, Default)]
struct Turns {
    next: Option<Instant>,
    taken: u32,
}

impl Pace {
    /// So many calls a second at most.
    pub(crate) fn new(rate: Option<NonZeroU32>) -> Pace {
        let apart = rate.map(|rate| Duration::from_secs(1) / rate.get());
        Pace { apart, turns: Mutex::default() }
    }

    /// Waits until the next call may be made. No deadline of the call has begun by then.
    pub(crate) async fn turn(&self) {
        if let Some(at) = self.next(Instant::now()) {
            tokio::time::sleep_until(at).await;
        }
    }

    /// When a call may be made that somebody wants to make now; none if at once.
    fn next(&self, now: Instant) -> Option<Instant> {
        let apart = self.apart?;
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let at = turns.next.map_or(now, |next| next.max(now));
        turns.next = Some(at + apart);
        turns.taken = turns.taken.saturating_add(1);
        Some(at)
    }

    /// How long the calls so far take by their pace alone.
    pub(crate) fn taken(&self) -> Duration {
        let turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        self.apart.map_or(Duration::ZERO, |apart| apart.saturating_mul(turns.taken))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_want_to_be_made_at_once_are_made_one_after_the_other() {
        let pace = Pace::new(NonZeroU32::new(4));
        let (began, ms) = (Instant::now(), Duration::from_millis);
        let later = |at: Instant| pace.next(at).map(|next| next - began);
        let turns: Vec<_> = (0..4).filter_map(|_| later(began)).collect();
        assert_eq!(turns, [ms(0), ms(250), ms(500), ms(750)]);
        assert_eq!(
            later(began + ms(60_000)),
            Some(ms(60_000)),
            "what was not used is not saved up"
        );
        assert_eq!(later(began + ms(60_100)), Some(ms(60_250)));
        assert_eq!(pace.taken(), ms(1_500));
    }

    #[test]
    fn without_a_rate_nothing_waits() {
        let pace = Pace::new(None);
        assert_eq!((pace.next(Instant::now()), pace.taken()), (None, Duration::ZERO));
    }
}
