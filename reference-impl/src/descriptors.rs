//! The limit of open files of this process, which bounds the number of connections.

/// Raises the limit of open files of this process as far as it may raise it. Programs should do so
/// before they start a server; a library must not change what belongs to the whole process.
///
/// A failure is no reason not to start: the server serves as many connections as it can.
pub fn raise_descriptor_limit() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
        let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    }
}

/// How many files this process may have open, if the system says so.
pub(crate) fn descriptor_limit() -> Option<u64> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit};
        Some(getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX))
    }
    #[cfg(not(unix))]
    None
}
