//! What the suite is tried on. The library knows no server: the program hands it one.

use invite_scenario::description::Target;
use std::any::Any;

/// Starts servers, each apart from the others.
pub trait Servers: Send + Sync {
    /// Starts a server that is taken for right. It must be called within a tokio runtime.
    fn right(&self) -> Result<Started, String>;

    /// The servers that are wrong by a rule of their own; none where there is only one server.
    fn wrong(&self) -> Vec<Wrong>;

    /// Starts the wrong server of this name.
    fn start(&self, wrong: &str) -> Result<Started, String>;
}

/// A running server.
pub struct Started {
    /// How it is reached.
    pub target: Target,
    /// What ends it when dropped.
    pub server: Box<dyn Any + Send>,
}

impl std::fmt::Debug for Started {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Started").field("target", &self.target).finish_non_exhaustive()
    }
}

/// A server that is wrong by a rule of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong {
    /// Its name, in kebab-case.
    pub name: &'static str,
    /// The requirement that it breaks.
    pub breaks: &'static str,
    /// What it cannot but break as well.
    pub also: &'static [&'static str],
    /// What it does wrong, in a sentence that follows its name.
    pub does: &'static str,
}
