//! A server that is started again. It is told by a connection that nothing is sent on: that ends when
//! the server does.

use invite_scenario::description::Target;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// How long a server that ended the connection is looked at: whether it is gone, too.
const LOOKED_AT: Duration = Duration::from_millis(500);

/// How often it is, meanwhile.
const EVERY: Duration = Duration::from_millis(20);

/// How much longer or shorter than usual, besides a tenth, a connection may live whose end means nothing.
const SLACK: Duration = Duration::from_secs(1);

/// A server, and what is known of it.
#[derive(Debug, Clone)]
pub(super) struct Server {
    host: String,
    port: u16,
    /// How long it keeps a silent connection, once it has ended one.
    patience: Arc<Mutex<Option<Duration>>>,
}

/// That a server was started again, or looks like it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Restart {
    /// It was away.
    Certain,
    /// It ended a connection, and was never seen to be away. It may have tired of silence: when it does
    /// so again, after the same time, that means nothing.
    Likely,
}

impl Server {
    /// The server of a target: of its REST plane.
    pub(super) fn of(target: &Target) -> Server {
        let url = reqwest::Url::parse(&target.planes.rest).ok();
        let url = url.as_ref();
        let host = url.and_then(reqwest::Url::host_str).unwrap_or_default();
        Server {
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.and_then(reqwest::Url::port_or_known_default).unwrap_or_default(),
            patience: Arc::default(),
        }
    }

    #[cfg(test)]
    pub(super) fn at(address: std::net::SocketAddr) -> Server {
        Server { host: address.ip().to_string(), port: address.port(), patience: Arc::default() }
    }

    /// This one, if it is at the same address: more is known of it.
    pub(super) fn or(self, earlier: Option<Server>) -> Server {
        let is_same = |it: &Server| (&it.host, it.port) == (&self.host, self.port);
        earlier.filter(is_same).unwrap_or(self)
    }

    /// Waits until the server has been started again, as far as can be told.
    pub(super) async fn restarted(self) -> Restart {
        // One that is not there yet is waited for elsewhere: a change is what comes after that.
        let mut connection = loop {
            match self.connect().await {
                Ok(connection) => break connection,
                Err(_) => tokio::time::sleep(EVERY).await,
            }
        };
        loop {
            let began = Instant::now();
            until_closed(&mut connection).await;
            let lived = began.elapsed();
            match self.still_there().await {
                None => return Restart::Certain,
                Some(_) if !self.is_usual(lived) => return Restart::Likely,
                Some(another) => connection = another,
            }
        }
    }

    async fn connect(&self) -> std::io::Result<TcpStream> {
        TcpStream::connect((self.host.as_str(), self.port)).await
    }

    /// Another connection, if there is one at any time.
    async fn still_there(&self) -> Option<TcpStream> {
        let until = Instant::now() + LOOKED_AT;
        loop {
            let connection = self.connect().await.ok()?;
            if Instant::now() >= until {
                return Some(connection);
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Whether silent connections end at this age. If none has ended before, from now on.
    fn is_usual(&self, lived: Duration) -> bool {
        let mut patience = self.patience.lock().unwrap_or_else(PoisonError::into_inner);
        let is_usual = patience.is_some_and(|it| lived.abs_diff(it) <= it / 10 + SLACK);
        patience.get_or_insert(lived);
        is_usual
    }
}

/// Waits until nothing more can come.
async fn until_closed(connection: &mut TcpStream) {
    let mut ignored = [0; 1024];
    while matches!(connection.read(&mut ignored).await, Ok(1..)) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn server() -> (Server, TcpListener) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        (Server::at(listener.local_addr().unwrap()), listener)
    }

    #[tokio::test]
    async fn a_server_that_is_away_was_stopped() {
        let (server, listener) = server().await;
        let restarted = tokio::spawn(server.restarted());
        let connection = listener.accept().await.unwrap();
        drop(listener);
        drop(connection);
        assert_eq!(restarted.await.unwrap(), Restart::Certain);
    }

    #[tokio::test]
    async fn a_server_that_tires_of_silence_is_taken_for_a_new_one_once() {
        let (server, listener) = server().await;
        let (ended, mut count) = tokio::sync::watch::channel(0);
        let serving = tokio::spawn(async move {
            loop {
                drop(listener.accept().await.unwrap());
                ended.send_modify(|count| *count += 1);
            }
        });
        assert_eq!(server.clone().restarted().await, Restart::Likely);
        let again = tokio::spawn(server.restarted());
        // It looks twice: each time, many connections end at once.
        count.mark_unchanged();
        let first = *count.borrow_and_update();
        count.wait_for(|count| *count > first + 60).await.unwrap();
        assert!(!again.is_finished());
        again.abort();
        serving.abort();
    }
}
