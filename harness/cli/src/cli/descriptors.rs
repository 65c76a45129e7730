//! How many files the program may have open: each connection is one. Many systems allow 1,024 unless
//! a program asks for more.

/// Files that are opened besides connections: for the runtime, reports, name servers.
const OTHERS: usize = 12;

/// Lets the program open as many files as it may ask for.
#[cfg(unix)]
pub(crate) fn raise() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // Where the system refuses, the limit stays, and is taken into account.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// How many more files it may open; none if nobody counts.
#[cfg(unix)]
pub(crate) fn left() -> Option<usize> {
    use rustix::process::{Resource, getrlimit};
    let most = usize::try_from(getrlimit(Resource::Nofile).current?).unwrap_or(usize::MAX);
    let open = std::fs::read_dir("/dev/fd").map_or(OTHERS, Iterator::count);
    Some(most.saturating_sub(open).saturating_sub(OTHERS))
}

/// Elsewhere connections are no files.
#[cfg(not(unix))]
pub(crate) fn raise() {}

/// Elsewhere connections are no files.
#[cfg(not(unix))]
pub(crate) fn left() -> Option<usize> {
    None
}
