//! Starting and stopping a server.

use crate::clock::Clock;
use crate::connection::{self, Deadlines};
use crate::connections::{self, Connections};
use crate::core::Core;
use crate::core::token::Keys;
use crate::entropy::{self, RandomIds};
use crate::http;
use crate::hub::Hub;
use crate::settings::{Console, Settings};
use crate::told::Told;
use axum::Router;
use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// The length of the queue of connections that wait to be accepted.
const BACKLOG: u32 = 4_096;
/// The pause after a connection could not be accepted, in which others close.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// The timeout of a shutdown: how long requests and sockets can take to finish.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// A running server. It stops when it is dropped; [`Server::shutdown`] lets requests finish.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    secure: bool,
    stopping: watch::Sender<bool>,
    serving: JoinHandle<()>,
    time: Vec<JoinHandle<()>>,
}

/// Why a server cannot be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The settings have no application.
    #[error("no application is configured")]
    NoApplication,
    /// Two applications have the same key.
    #[error("duplicate application key `{0}`")]
    SameKey(String),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The operating system provides no randomness.
    #[error("the operating system provides no randomness")]
    Randomness,
}

impl Server {
    /// Starts a server on the current tokio runtime. It is listening when this returns.
    ///
    /// # Errors
    ///
    /// If the settings have no application or a duplicate key, the address cannot be listened on, or
    /// there is no randomness.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn start(settings: Settings) -> Result<Server, StartError> {
        if settings.applications.is_empty() {
            return Err(StartError::NoApplication);
        }
        let mut keys = BTreeSet::new();
        for application in &settings.applications {
            if !keys.insert(&application.key) {
                return Err(StartError::SameKey(application.key.clone()));
            }
        }
        let seed = entropy::secret().map_err(|_| StartError::Randomness)?;
        let signing_key = match settings.signing_key {
            Some(key) => key,
            None => entropy::secret().map_err(|_| StartError::Randomness)?.to_vec(),
        };
        let refused = |source| StartError::Listen { address: settings.listen, source };
        let listener = listen(settings.listen).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;

        let policy = settings.rules.policy(settings.policy);
        let (keys, ids) = (Keys::new(&signing_key), RandomIds::new(&seed));
        let rules = settings.rules.clone();
        let core_of = |applications| {
            Core::new(applications, policy, rules.clone(), keys.clone(), Box::new(ids.share()))
        };
        let hub = Arc::new(Hub::new(
            settings.applications,
            core_of,
            Clock::start(),
            settings.rules,
            policy.silence,
            (settings.console != Console::Off).then(Told::default),
        ));
        let connections =
            Connections::new(settings.connections.unwrap_or_else(connections::default_limit));
        let (stopping, stop) = watch::channel(false);
        let router = http::router(http::Shell {
            hub: hub.clone(),
            public_url: settings.public_url,
            console: settings.console,
            address,
            secure: settings.certificate.is_some(),
            bodies: Arc::new(http::Bodies::new(policy.body_bytes)),
            responses: Arc::default(),
            connections: connections.clone(),
            stopping: stop.clone(),
        });
        let deadlines = Deadlines { head: policy.head, idle: policy.idle, stalled: policy.stalled };
        let secure = settings.certificate.is_some();
        let tls = settings.certificate.map(|certificate| certificate.acceptor());
        let serving = tokio::spawn(accept(listener, tls, router, connections, deadlines, stop));
        let time = (0..hub.shards()).map(|shard| {
            let hub = hub.clone();
            tokio::spawn(async move { hub.keep_time(shard).await })
        });
        let time = time.collect();
        Ok(Server { address, secure, stopping, serving, time })
    }

    /// The address that it listens on, with the port that it got if the settings have port 0.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL at which it listens.
    pub fn url(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The URL of the specification that it follows.
    pub fn documentation(&self) -> String {
        format!("{}{}", self.url(), http::documents::PATH)
    }

    /// Stops the server: closes sockets with 1001 and lets requests finish, for 5 seconds at most.
    pub async fn shutdown(mut self) {
        self.stopping.send_replace(true);
        let finished = async {
            let _ = (&mut self.serving).await;
            // Every connection and every socket has a receiver: this ends when the last one has
            // closed.
            self.stopping.closed().await;
        };
        if tokio::time::timeout(SHUTDOWN_TIMEOUT, finished).await.is_err() {
            tracing::warn!("some connections did not finish in time");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopping.send_replace(true);
        self.serving.abort();
        self.time.iter().for_each(JoinHandle::abort);
    }
}

/// Accepts connections until the server stops.
async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    connections: Arc<Connections>,
    deadlines: Deadlines,
    stop: watch::Receiver<bool>,
) {
    let mut stopped = stop.clone();
    loop {
        // However slowly some of them close, others are accepted.
        let _ = tokio::time::timeout(ACCEPT_PAUSE, connections.settle()).await;
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stopping| *stopping) => return,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            // The client has given up meanwhile.
            Err(error) if is_of_one_connection(&error) => continue,
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                connections.make_room();
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let Some(admitted) = connections.admit() else {
            // Whoever expects TLS could not read it.
            if tls.is_none() {
                refuse(&stream);
            }
            continue;
        };
        // Frames are small, and waiting to send several at once would delay them.
        let _ = stream.set_nodelay(true);
        let (router, stop) = (router.clone(), stop.clone());
        match tls.clone() {
            Some(tls) => {
                let serve = connection::serve_tls;
                tokio::spawn(serve(tls, stream, peer, admitted, router, deadlines, stop));
            }
            None => {
                tokio::spawn(connection::serve(stream, peer, admitted, router, deadlines, stop));
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Tells a client that there is no room for it, as far as that is possible without waiting.
fn refuse(stream: &TcpStream) {
    let _ = stream.try_write(
        b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n\
          Connection: close\r\n\r\n",
    );
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Lets a server restart on the same port at once.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
