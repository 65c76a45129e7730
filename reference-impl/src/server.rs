//! A running server.

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

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 4_096;
/// How long requests and sockets may take to finish when the server stops.
const FAREWELL: Duration = Duration::from_secs(5);

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
    /// It has no application: nobody could use it.
    #[error("no application is given")]
    NoApplication,
    /// Two applications have the same key.
    #[error("the application key `{0}` is given twice")]
    SameKey(String),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The operating system gives no randomness.
    #[error("the operating system gives no randomness")]
    Randomness,
}

impl Server {
    /// Starts a server. It must be called within a tokio runtime, on which the server runs; it
    /// listens when this returns.
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
        let hub = Arc::new(Hub::new(core, Clock::start(), settings.rules));
        let (stopping, stop) = watch::channel(false);
        let router = http::router(http::Shell {
            hub: hub.clone(),
            public_url: settings.public_url,
            address,
            body_bytes: policy.body_bytes,
            stopping: stop.clone(),
        });
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        // Frames are small and each matters at once.
        let listener = listener.tap_io(|connection| {
            let _ = connection.set_nodelay(true);
        });
        let serving = axum::serve(listener, service).with_graceful_shutdown(stopped(stop));
        let serving = tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the server broke");
            }
        });
        let time = tokio::spawn(async move { hub.keep_time().await });
        Ok(Server { address, stopping, serving, time })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it shows the specification that it follows.
    pub fn documentation(&self) -> String {
        format!("http://{}{}", self.address, http::documents::PATH)
    }

    /// Stops it: sockets are closed with 1001, requests finish, for some seconds at most.
    pub async fn shutdown(mut self) {
        self.stopping.send_replace(true);
        let farewell = async {
            let _ = (&mut self.serving).await;
            // Every open socket holds a receiver: this is when the last has said its farewell.
            self.stopping.closed().await;
        };
        if tokio::time::timeout(FAREWELL, farewell).await.is_err() {
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
    // A server that was just stopped can be started again.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
