//! Right servers that look unusual: what the sources allow, however odd, must stay green.

mod answers;
mod fields;
mod frames;

use crate::proxy::Change;
use std::sync::Arc;

/// An unusual but right way for a server to behave.
#[derive(Debug, Clone, Copy)]
pub struct Variant {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
    /// Why the sources allow it.
    pub allowed: &'static str,
    /// Makes a right server behave so.
    pub change: fn() -> Arc<dyn Change>,
}

/// Every variant.
pub fn all() -> impl Iterator<Item = &'static Variant> {
    fields::ALL.iter().chain(answers::ALL).chain(frames::ALL)
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_are_at_least_thirty_of_them() {
        assert!(super::all().count() >= 30, "{}", super::all().count());
    }
}
