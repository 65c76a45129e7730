//! A recording proxy between a client and a server. It passes all traffic on, and records it without
//! secrets.
//!
//! | file | what |
//! | --- | --- |
//! | `listener` | accepts connections, with TLS if there is a certificate |
//! | `forward` | passes a request on, and its response back |
//! | `sockets` | the same for WebSockets |
//! | `interventions` | what the harness does to the traffic of a client under test |
//! | `passed` | what passed, for whoever watches |
//!
//! Unless it is told to intervene, it changes two things: the address of the WebSocket in the response to identify, so that the client
//! connects to the proxy, and `Accept-Encoding`, so that the proxy can read response bodies.

mod forward;
mod interventions;
mod listener;
mod passed;
mod sockets;

pub use interventions::{CannedAnswer, PUSHED_WITHIN};
pub use passed::Passed;

use axum::Router;
use axum::routing::get;
use interventions::Interventions;
use invite_drive::{Connector, ConnectorError};
use invite_record::capture::live::Live;
use invite_scenario::description::{Planes, Target};
use invite_spec::endpoint::SOCKET_PATH;
use invite_trace::Trace;
use listener::Listener;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// A running relay. It stops when it is dropped.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

/// Why a relay could not start.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// No connection to the target can be made at all.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
}

/// What all connections share.
struct Shared {
    planes: Planes,
    connector: Connector,
    is_secure: bool,
    began: Instant,
    live: Mutex<Live>,
    interventions: Interventions,
    /// The WebSocket address that the target reported last.
    reported: Mutex<Option<String>>,
    watch: Box<dyn Fn(&Passed) + Send + Sync>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("planes", &self.planes).finish_non_exhaustive()
    }
}

impl Relay {
    /// Starts a relay in front of a target; `tls` has the relay's own certificate, if it is to have
    /// one. `watch` is told of everything that passes.
    ///
    /// # Errors
    ///
    /// If the address cannot be listened on, or no connection to the target can be made at all.
    pub async fn start(
        listen: SocketAddr,
        target: &Target,
        tls: Option<TlsAcceptor>,
        watch: impl Fn(&Passed) + Send + Sync + 'static,
    ) -> Result<Relay, RelayError> {
        let refused = |source| RelayError::Listen { address: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let shared = Arc::new(Shared {
            planes: target.planes.clone(),
            connector: Connector::new(target)?,
            is_secure: tls.is_some(),
            began: Instant::now(),
            live: Mutex::new(Live::new(u64::try_from(epoch.as_micros()).unwrap_or(u64::MAX))),
            interventions: Interventions::default(),
            reported: Mutex::default(),
            watch: Box::new(watch),
        });
        let router = Router::new()
            .route(SOCKET_PATH, get(sockets::open))
            .fallback(forward::forward)
            .with_state(Arc::clone(&shared));
        let listener = Listener::new(listener, address, tls);
        let serving = tokio::spawn(async move {
            // It serves until it is aborted.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Relay { address, shared, serving })
    }

    /// Where clients reach it.
    pub fn url(&self) -> String {
        let scheme = if self.shared.is_secure { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The recording, to add to it.
    pub fn live(&self) -> MutexGuard<'_, Live> {
        self.shared.live()
    }

    /// The time, as the recording counts it: microseconds since it began.
    pub fn now_us(&self) -> u64 {
        self.shared.now_us()
    }

    /// Everything that passed so far.
    pub fn trace(&self) -> Trace {
        self.shared.live().trace()
    }

    /// How many requests and WebSockets of the protocol passed.
    pub fn counts(&self) -> (u32, u32) {
        self.shared.live().counts()
    }

    /// How many requests were no part of the protocol.
    pub fn others(&self) -> usize {
        self.shared.live().others()
    }

    /// How many events are recorded.
    pub fn events(&self) -> usize {
        self.shared.live().events()
    }

    /// How many events were dropped because the recording is full.
    pub fn dropped(&self) -> usize {
        self.shared.live().dropped()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Shared {
    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn tell(&self, passed: &Passed) {
        (self.watch)(passed);
    }

    /// The address of the target's WebSocket, without the path.
    fn socket_base(&self) -> String {
        let reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.planes.of_sockets(reported.as_deref())
    }
}
