//! The frames that wait for one socket.
//!
//! A client that does not read must not hold up the others, so handing over a frame never waits.
//! Nor may it fill the memory: a queue that grows too long is cut, and its socket closed.

use axum::extract::ws::Utf8Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Notify, mpsc};

/// Bytes that may wait for one socket: many times what one request can bring about for it.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// What a frame costs besides its text.
const OVERHEAD: usize = 64;

/// What the socket has to do.
#[derive(Debug)]
pub(crate) enum SocketCommand {
    /// Send a frame.
    Frame(Utf8Bytes),
    /// Close in the ordinary way.
    Close,
}

impl SocketCommand {
    fn size(&self) -> usize {
        match self {
            SocketCommand::Frame(text) => text.len() + OVERHEAD,
            SocketCommand::Close => OVERHEAD,
        }
    }
}

/// The end that commands are put in at.
pub(crate) struct Sender {
    commands: mpsc::UnboundedSender<SocketCommand>,
    waiting: Arc<AtomicUsize>,
    cut: Arc<Notify>,
    limit: usize,
}

/// The end that commands are taken out of.
pub(crate) struct Receiver {
    commands: mpsc::UnboundedReceiver<SocketCommand>,
    waiting: Arc<AtomicUsize>,
    /// Told when the queue has grown too long.
    pub(crate) cut: Arc<Notify>,
}

/// A queue for one socket.
pub(crate) fn channel() -> (Sender, Receiver) {
    with_limit(MOST_BYTES)
}

fn with_limit(limit: usize) -> (Sender, Receiver) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let waiting = Arc::new(AtomicUsize::new(0));
    let cut = Arc::new(Notify::new());
    (
        Sender { commands: sender, waiting: waiting.clone(), cut: cut.clone(), limit },
        Receiver { commands: receiver, waiting, cut },
    )
}

impl Sender {
    /// Hands over a command; nothing happens if the socket is gone.
    pub(crate) fn send(&self, command: SocketCommand) {
        let size = command.size();
        if self.waiting.fetch_add(size, Ordering::Relaxed) + size > self.limit {
            // What it gets from here on would have a gap, so nothing more is queued.
            self.waiting.fetch_sub(size, Ordering::Relaxed);
            self.cut.notify_one();
            return;
        }
        let _ = self.commands.send(command);
    }
}

impl Receiver {
    /// The next command; `None` when nobody can send any more.
    pub(crate) async fn next(&mut self) -> Option<SocketCommand> {
        let command = self.commands.recv().await?;
        Some(self.taken(command))
    }

    /// The next command, if one waits already.
    pub(crate) fn waiting(&mut self) -> Option<SocketCommand> {
        let command = self.commands.try_recv().ok()?;
        Some(self.taken(command))
    }

    fn taken(&self, command: SocketCommand) -> SocketCommand {
        self.waiting.fetch_sub(command.size(), Ordering::Relaxed);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn orders_keep_their_order_and_free_their_place() {
        let (sender, mut receiver) = with_limit(3 * (OVERHEAD + 1));
        for _ in 0..10 {
            sender.send(SocketCommand::Frame("a".into()));
            sender.send(SocketCommand::Frame("b".into()));
            sender.send(SocketCommand::Close);
            assert!(
                matches!(receiver.next().await, Some(SocketCommand::Frame(text)) if text == "a")
            );
            assert!(matches!(receiver.waiting(), Some(SocketCommand::Frame(text)) if text == "b"));
            assert!(matches!(receiver.waiting(), Some(SocketCommand::Close)));
            assert!(receiver.waiting().is_none());
        }
        drop(sender);
        assert!(receiver.next().await.is_none());
    }

    #[tokio::test]
    async fn a_queue_that_nobody_reads_is_cut() {
        let (sender, receiver) = with_limit(10 * OVERHEAD);
        for _ in 0..11 {
            sender.send(SocketCommand::Close);
        }
        receiver.cut.notified().await;
    }
}
