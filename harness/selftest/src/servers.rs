//! The servers that specimens are made from. This crate knows none: the program provides them.

use invite_scenario::description::Target;
use invite_spec::requirement::RequirementId;
use std::any::Any;
use std::error::Error;

/// Starts servers that share nothing with each other.
pub trait Servers: Send + Sync {
    /// Starts a server that is taken for right. It must be called within a tokio runtime.
    ///
    /// # Errors
    /// If it does not start.
    fn right(&self) -> Result<Started, StartError>;

    /// The servers with one wrong rule; empty where there is only one server.
    fn wrong(&self) -> Vec<Wrong>;

    /// The servers with one unusual rule that is right; by default there is none.
    fn unusual(&self) -> Vec<Unusual> {
        Vec::new()
    }

    /// Starts the wrong or unusual server of this name. It must be called within a tokio runtime.
    ///
    /// # Errors
    /// If there is none, or it does not start.
    fn start(&self, name: &str) -> Result<Started, StartError>;
}

/// Why a specimen could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A server did not start.
    #[error("the server does not start: {0}")]
    Server(#[source] Box<dyn Error + Send + Sync>),
    /// There is no wrong or unusual server of this name.
    #[error("unknown server `{0}`")]
    Unknown(String),
    /// It is not started at all.
    #[error("`{0}` is no server: it is made from what the unchanged server says")]
    NoServer(String),
    /// No loopback port was free.
    #[error("no loopback port: {0}")]
    Port(#[from] std::io::Error),
    /// The proxy before the server did not start.
    #[error(transparent)]
    Proxy(#[from] crate::proxy::ProxyError),
}

/// A running server.
pub struct Started {
    /// How it is reached.
    pub target: Target,
    /// Stops the server when it is dropped.
    pub server: Box<dyn Any + Send>,
}

impl std::fmt::Debug for Started {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Started").field("target", &self.target).finish_non_exhaustive()
    }
}

/// A server with one unusual rule that is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusual {
    /// Its name, in kebab-case.
    pub name: &'static str,
    /// What it does, as a predicate: `issues tokens of 3.6 kB.`
    pub does: &'static str,
    /// Why the sources allow it.
    pub allowed: &'static str,
}

/// A server with one wrong rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Its name, in kebab-case.
    pub name: &'static str,
    /// The requirements that it breaks; the one that it is about comes first.
    pub breaks: Vec<RequirementId>,
    /// What it does wrong, as a predicate: `accepts any secret.`
    pub does: &'static str,
    /// Whether only slow scenarios can detect it.
    pub slow: bool,
}
