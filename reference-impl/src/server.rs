//! Starting and stopping a server.

use crate::clock::Clock;
use crate::core::Core;
use crate::core::token::Keys;
use crate::entropy::{self, RandomIds};
use crate::http;
use crate::hub::Hub;
use crate::settings::Settings;
use axum::serve::ListenerExt;
use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The length of the queue of connections that wait to be accepted.
const BACKLOG: u32 = 4_096;
/// The timeout of a shutdown: how long requests and sockets can take to finish.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// A running server. It stops when it is dropped; [`Server::shutdown`] lets requests finish.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stopping: watch::Sender<bool>,
    serving: JoinHandle<()>,
    time: JoinHandle<()>,
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
        let core = Core::new(
            settings.applications,
            policy,
            settings.rules.clone(),
            Keys::new(&signing_key),
            Box::new(RandomIds::new(&seed)),
        );
        let hub = Arc::new(Hub::new(core, Clock::start(), settings.rules, policy.silence));
        let (stopping, stop) = watch::channel(false);
        let router = http::router(http::Shell {
            hub: hub.clone(),
            public_url: settings.public_url,
            address,
            body_bytes: policy.body_bytes,
            stopping: stop.clone(),
        });
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        // Frames are small, and waiting to send several at once would delay them.
        let listener = listener.tap_io(|connection| {
            let _ = connection.set_nodelay(true);
        });
        let serving = axum::serve(listener, service).with_graceful_shutdown(stopped(stop));
        let serving = tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the server failed");
            }
        });
        let time = tokio::spawn(async move { hub.keep_time().await });
        Ok(Server { address, stopping, serving, time })
    }

    /// The address that it listens on, with the port that it got if the settings have port 0.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of the specification that it follows.
    pub fn documentation(&self) -> String {
        format!("http://{}{}", self.address, http::documents::PATH)
    }

    /// Stops the server: closes sockets with 1001 and lets requests finish, for 5 seconds at most.
    pub async fn shutdown(mut self) {
        self.stopping.send_replace(true);
        let finished = async {
            let _ = (&mut self.serving).await;
            // Every open socket has a receiver: this ends when the last one has closed.
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
        self.time.abort();
    }
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stopping| *stopping).await;
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Lets a server restart on the same port at once.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
