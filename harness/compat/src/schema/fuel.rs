//! A budget for comparing: a small schema can stand for an enormous one.

use std::cell::Cell;

/// How many steps are left.
#[derive(Debug)]
pub(super) struct Fuel(Cell<u32>);

impl Fuel {
    pub(super) fn new(steps: u32) -> Fuel {
        Fuel(Cell::new(steps))
    }

    /// Spends one step, if there is one.
    pub(super) fn spend(&self) -> Option<()> {
        self.0.set(self.0.get().checked_sub(1)?);
        Some(())
    }

    pub(super) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}
