//! The queue of commands for one socket.
//!
//! A client that does not read must not hold up the others, so that sending to a queue never waits.
//! Nor may it exhaust memory: a queue that grows too long accepts no more, and its socket closes.

use axum::extract::ws::Utf8Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Notify, mpsc};

/// The limit of a queue, in bytes: many times what one request can cause for one socket.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// The size of a frame in addition to its text, in bytes.
const OVERHEAD: usize = 64;

/// A command for the task of a socket.
#[derive(Debug)]
pub(crate) enum SocketCommand {
    /// Send a frame.
    Frame(Utf8Bytes),
    /// Close normally.
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

/// The sending end of a queue.
pub(crate) struct Sender {
    commands: mpsc::UnboundedSender<SocketCommand>,
    waiting: Arc<AtomicUsize>,
    cut: Arc<Notify>,
    limit: usize,
}

/// The receiving end of a queue.
pub(crate) struct Receiver {
    commands: mpsc::UnboundedReceiver<SocketCommand>,
    waiting: Arc<AtomicUsize>,
    /// Notified when the queue has grown too long.
    pub(crate) cut: Arc<Notify>,
}

/// Creates a queue for one socket.
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
    /// Queues a command; does nothing if the socket is gone.
    pub(crate) fn send(&self, command: SocketCommand) {
        let size = command.size();
        if self.waiting.fetch_add(size, Ordering::Relaxed) + size > self.limit {
            // Later frames would come after a gap, so that nothing more is queued.
            self.waiting.fetch_sub(size, Ordering::Relaxed);
            self.cut.notify_one();
            return;
        }
        let _ = self.commands.send(command);
    }
}

impl Receiver {
    /// Waits for the next command; `None` once the sender is gone.
    pub(crate) async fn next(&mut self) -> Option<SocketCommand> {
        let command = self.commands.recv().await?;
        Some(self.taken(command))
    }

    /// The next command, if one is queued.
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
    async fn commands_keep_their_order_and_free_their_bytes() {
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
    async fn a_queue_that_nobody_reads_reports_it() {
        let (sender, receiver) = with_limit(10 * OVERHEAD);
        for _ in 0..11 {
            sender.send(SocketCommand::Close);
        }
        receiver.cut.notified().await;
    }
}
