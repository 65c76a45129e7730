//! What is known to be dead: so that a silent target costs one deadline and not one a scenario.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What kinds of thing have come, and which have been waited for in vain.
#[derive(Debug, Default)]
pub(crate) struct Health {
    kinds: Mutex<HashMap<String, Kind>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Kind {
    came: bool,
    /// How often it was waited for in vain since it last came.
    missed: u32,
}

/// How often a kind of thing that never came is waited for in vain before it is taken for dead.
const PATIENCE: u32 = 2;
/// The same of a thing that has come before, in a row: a target may die on the way.
const LONG_PATIENCE: u32 = 8;
/// How long a thing is waited for that is taken for dead. A target that lives answers in less, so
/// one that errs in a few places is not blamed for all others.
const SHORT: Duration = Duration::from_millis(500);

impl Health {
    fn change(&self, kind: &str, change: impl FnOnce(&mut Kind)) {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        change(kinds.entry(kind.to_owned()).or_default());
    }

    /// It came.
    pub(crate) fn came(&self, kind: &str) {
        self.change(kind, |kind| *kind = Kind { came: true, missed: 0 });
    }

    /// It was waited for in vain.
    pub(crate) fn missed(&self, kind: &str) {
        self.change(kind, |kind| kind.missed += 1);
    }

    /// Whether it has been waited for in vain often enough.
    pub(crate) fn is_dead(&self, kind: &str) -> bool {
        let kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        kinds
            .get(kind)
            .is_some_and(|kind| kind.missed >= if kind.came { LONG_PATIENCE } else { PATIENCE })
    }

    /// How long to wait for it, where `usual` is the deadline of a target in good health.
    pub(crate) fn patience(&self, kind: &str, usual: Duration) -> Duration {
        if self.is_dead(kind) { usual.min(SHORT) } else { usual }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_came_is_soon_taken_for_dead_and_what_came_only_later() {
        let health = Health::default();
        let usual = Duration::from_secs(5);
        for missed in 0..PATIENCE {
            assert_eq!(health.patience("x", usual), usual, "after {missed}");
            health.missed("x");
        }
        assert_eq!(health.patience("x", usual), SHORT);
        health.came("x");
        for missed in 0..LONG_PATIENCE {
            assert_eq!(health.patience("x", usual), usual, "after {missed}");
            health.missed("x");
        }
        assert_eq!(health.patience("x", usual), SHORT);
        assert_eq!(health.patience("x", Duration::from_millis(9)), Duration::from_millis(9));
        assert_eq!(health.patience("y", usual), usual);
    }
}
