//! One connection: serves its requests, and gives up on a client that is too slow.

use crate::connections::Admitted;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Sleep, sleep, timeout};
use tokio_rustls::TlsAcceptor;

/// The limit of the head of a request, in bytes: ten times what the longest tokens take.
const HEAD_BYTES: usize = 32 * 1024;
/// How often the server looks whether a connection is overdue.
const LOOK: Duration = Duration::from_secs(1);

/// How long a connection may take for what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadlines {
    /// For the head of a request, from its first byte.
    pub(crate) head: Duration,
    /// For nothing at all, between requests.
    pub(crate) idle: Duration,
    /// For reading any of what is sent to it.
    pub(crate) stalled: Duration,
}

/// Serves a connection until it closes. A socket that opens on it goes on by itself.
pub(crate) async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    admitted: Admitted,
    router: Router,
    deadlines: Deadlines,
    mut stop: watch::Receiver<bool>,
) {
    let activity = admitted.activity.clone();
    let connections = admitted.connections.clone();
    let stream = Watched { stream, admitted, patience: deadlines.stalled, stalled: None };
    let routes = TowerToHyperService::new(router);
    let of_request = activity.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        let is_pipelined = of_request.is_pipelined();
        let in_request = of_request.begin_request();
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(of_request.clone());
        let answer = routes.call(request);
        let connections = connections.clone();
        async move {
            // A turn takes until the thread has nothing else to do: nobody else should wait for one.
            if is_pipelined {
                connections.turn().await;
            }
            let answer = answer.await;
            drop(in_request);
            answer
        }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades()
    );
    let mut stopping = false;
    loop {
        tokio::select! {
            // That a client breaks off is nothing to report.
            _ = connection.as_mut() => return,
            () = activity.closing() => return,
            () = sleep(LOOK) => {
                if let Some(why) = activity.overdue(deadlines.head, deadlines.idle) {
                    tracing::debug!(why, "connection closed");
                    return;
                }
            }
            _ = stop.wait_for(|stopping| *stopping), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// The same over TLS. The handshake may take as long as the head of a request.
pub(crate) async fn serve_tls(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    peer: SocketAddr,
    admitted: Admitted,
    router: Router,
    deadlines: Deadlines,
    stop: watch::Receiver<bool>,
) {
    match timeout(deadlines.head, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => serve(stream, peer, admitted, router, deadlines, stop).await,
        Ok(Err(error)) => tracing::debug!(%error, "no TLS: connection closed"),
        Err(_) => tracing::debug!("no TLS in time: connection closed"),
    }
}

/// A connection that notes what happens on it, and fails if its client reads nothing for too long.
struct Watched<S> {
    stream: S,
    /// Its place among the open connections, also after it has become a socket.
    admitted: Admitted,
    patience: Duration,
    /// Ends when the client has read nothing for too long; `None` while it reads.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<S> Watched<S> {
    fn wrote<T>(
        &mut self,
        context: &mut Context<'_>,
        wrote: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if wrote.is_ready() {
            self.stalled = None;
            self.admitted.activity.note_written();
            return wrote;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
        if stalled.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        tracing::warn!("a client does not read what it is sent: connection closed");
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.admitted.activity.note_read();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(context, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.wrote(context, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
