//! A connection whose bytes are counted: a target can send frames without content for ever, and no
//! WebSocket library tells of them.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The most bytes that one WebSocket may bring besides the content of its frames. A message that is
/// still arriving counts, too: it has 1 MiB at most.
pub(crate) const MOST_OVERHEAD: usize = 2 * 1024 * 1024;

/// What a WebSocket brought, in bytes.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    arrived: AtomicUsize,
    content: AtomicUsize,
}

impl Meter {
    /// Bytes that were content of a frame.
    pub(crate) fn content(&self, bytes: usize) {
        self.content.fetch_add(bytes, Ordering::Relaxed);
    }

    fn arrived(&self, bytes: usize) -> Result<(), TooMuchOverhead> {
        let arrived = self.arrived.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let overhead = arrived.saturating_sub(self.content.load(Ordering::Relaxed));
        if overhead > MOST_OVERHEAD { Err(TooMuchOverhead) } else { Ok(()) }
    }
}

/// More arrived than [`MOST_OVERHEAD`].
#[derive(Debug, thiserror::Error)]
#[error("too many bytes without content")]
pub(crate) struct TooMuchOverhead;

impl TooMuchOverhead {
    /// Whether this is why a connection failed.
    pub(crate) fn caused(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<TooMuchOverhead>())
    }
}

/// A TCP connection with a meter.
#[derive(Debug)]
pub(crate) struct Metered {
    inner: TcpStream,
    meter: Arc<Meter>,
}

impl Metered {
    pub(crate) fn new(inner: TcpStream, meter: Arc<Meter>) -> Metered {
        Metered { inner, meter }
    }
}

impl AsyncRead for Metered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
        let arrived = self.meter.arrived(buffer.filled().len() - before);
        Poll::Ready(arrived.map_err(io::Error::other))
    }
}

impl AsyncWrite for Metered {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_no_overhead() {
        let meter = Meter::default();
        for _ in 0..100 {
            meter.arrived(MOST_OVERHEAD).unwrap();
            meter.content(MOST_OVERHEAD);
        }
        meter.arrived(MOST_OVERHEAD).unwrap();
        let error = io::Error::other(meter.arrived(1).unwrap_err());
        assert!(TooMuchOverhead::caused(&error));
    }
}
