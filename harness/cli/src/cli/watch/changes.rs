//! Waits until something changes.

use super::files::Files;
use super::server::{Restart, Server};
use std::path::PathBuf;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// What changed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// These files.
    Files(Vec<PathBuf>),
    /// The server.
    Server(Restart),
}

/// Looks for changes from its beginning on.
pub(super) struct Changes {
    tasks: JoinSet<Change>,
    /// The first change, once it was looked for.
    seen: Option<Change>,
}

impl Changes {
    pub(super) fn begin(runtime: &Runtime, files: &[PathBuf], server: Option<Server>) -> Changes {
        let mut tasks = JoinSet::new();
        let files = Files::of(files);
        tasks.spawn_on(async move { Change::Files(files.changed().await) }, runtime.handle());
        if let Some(server) = server {
            let restarted = async { Change::Server(server.restarted().await) };
            tasks.spawn_on(restarted, runtime.handle());
        }
        Changes { tasks, seen: None }
    }

    /// Whether the server was stopped meanwhile, as the first change.
    pub(super) fn has_server_ended(&mut self) -> bool {
        if self.seen.is_none() {
            self.seen = self.tasks.try_join_next().and_then(Result::ok);
        }
        self.seen == Some(Change::Server(Restart::Certain))
    }

    /// The first change.
    pub(super) async fn next(mut self) -> Change {
        if let Some(seen) = self.seen {
            return seen;
        }
        match self.tasks.join_next().await {
            Some(Ok(change)) => change,
            // One of the tasks looks at files as long as this lives.
            _ => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_server_that_was_stopped_is_known_before_it_is_waited_for_and_told_all_the_same() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Server::at(listener.local_addr().unwrap());
        let mut changes = Changes::begin(&runtime, &[], Some(server));
        assert!(!changes.has_server_ended());
        let connection = listener.accept().unwrap();
        drop(listener);
        drop(connection);
        let known = runtime.block_on(async {
            let known = async {
                while !changes.has_server_ended() {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(30), known).await
        });
        assert!(known.is_ok());
        assert_eq!(runtime.block_on(changes.next()), Change::Server(Restart::Certain));
    }
}
