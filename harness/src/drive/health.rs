//! What is known to be dead: so that a silent target costs one deadline and not one a scenario.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What kinds of thing have come, and which have been waited for in vain.
#[derive(Debug, Default)]
pub(super) struct Health {
    kinds: Mutex<HashMap<String, Kind>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Kind {
    came: bool,
    missed: u32,
}

/// How often a kind of thing is waited for in vain before it is taken for dead.
const PATIENCE: u32 = 2;

impl Health {
    fn change(&self, kind: &str, change: impl FnOnce(&mut Kind)) {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        change(kinds.entry(kind.to_owned()).or_default());
    }

    /// It came.
    pub(super) fn came(&self, kind: &str) {
        self.change(kind, |kind| kind.came = true);
    }

    /// It was waited for in vain.
    pub(super) fn missed(&self, kind: &str) {
        self.change(kind, |kind| kind.missed += 1);
    }

    /// Whether it never came, although it was waited for.
    pub(super) fn is_dead(&self, kind: &str) -> bool {
        let kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        kinds.get(kind).is_some_and(|kind| !kind.came && kind.missed >= PATIENCE)
    }
}
