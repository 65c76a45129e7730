//! The queues of commands for sockets.
//!
//! A client that does not read must not hold up the others, so that sending to a queue never waits.
//! Nor may it exhaust memory: a queue that grows too long is cut off, and its socket closes. If the
//! queues of an application grow too long together, the longest one is cut off.

use axum::extract::ws::Utf8Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::sync::{Notify, mpsc};

/// The limit of one queue, in bytes: several times what one request can ordinarily cause for one
/// socket.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// The limit of all queues of an application together, in bytes. A frame for several sockets counts
/// once.
const MOST_BYTES_TOGETHER: usize = 48 * 1024 * 1024;
/// The size of a frame in a queue in addition to its text, in bytes.
const OVERHEAD: usize = 64;

/// A command for the task of a socket.
#[derive(Debug)]
pub(crate) enum SocketCommand {
    /// Send a frame.
    Frame(Arc<Frame>),
    /// Close normally.
    Close,
}

impl SocketCommand {
    fn size(&self) -> usize {
        match self {
            SocketCommand::Frame(frame) => frame.text.len() + OVERHEAD,
            SocketCommand::Close => OVERHEAD,
        }
    }
}

/// The text of a frame, which several queues share.
#[derive(Debug)]
pub(crate) struct Frame {
    text: Utf8Bytes,
    together: Arc<AtomicUsize>,
}

impl Frame {
    pub(crate) fn text(&self) -> Utf8Bytes {
        self.text.clone()
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        self.together.fetch_sub(self.text.len(), Ordering::Relaxed);
    }
}

/// The bytes in all queues of an application.
#[derive(Debug, Default)]
pub(crate) struct QueuedBytes {
    together: Arc<AtomicUsize>,
}

impl QueuedBytes {
    /// A frame that is to be queued.
    pub(crate) fn frame(&self, text: Utf8Bytes) -> Arc<Frame> {
        self.together.fetch_add(text.len(), Ordering::Relaxed);
        Arc::new(Frame { text, together: self.together.clone() })
    }

    /// Creates a queue for one socket.
    pub(crate) fn channel(&self) -> (Sender, Receiver) {
        self.channel_with_limit(MOST_BYTES)
    }

    fn channel_with_limit(&self, limit: usize) -> (Sender, Receiver) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            waiting: AtomicUsize::new(0),
            is_cut: AtomicBool::new(false),
            together: self.together.clone(),
        });
        let cut = Arc::new(Notify::new());
        (
            Sender { commands: sender, shared: shared.clone(), cut: cut.clone(), limit },
            Receiver { commands: receiver, shared, cut },
        )
    }

    /// Cuts off the longest of the application's queues if they are too long together.
    pub(crate) fn keep_within_limit<'a>(&self, queues: impl Iterator<Item = &'a Sender> + Clone) {
        self.keep_within(MOST_BYTES_TOGETHER, queues);
    }

    fn keep_within<'a>(&self, limit: usize, queues: impl Iterator<Item = &'a Sender> + Clone) {
        let together = self.together.load(Ordering::Relaxed);
        if together <= limit {
            return;
        }
        // What was cut off is freed by the task of its socket, a moment later.
        let is_being_freed = |queue: &Sender| queue.is_cut() && !queue.commands.is_closed();
        if together <= 2 * limit && queues.clone().any(is_being_freed) {
            return;
        }
        let left = queues.filter(|queue| !queue.is_cut());
        if let Some(longest) = left.max_by_key(|queue| queue.waiting()) {
            longest.cut_off();
        }
    }
}

/// What the two ends of a queue share.
struct Shared {
    waiting: AtomicUsize,
    is_cut: AtomicBool,
    together: Arc<AtomicUsize>,
}

/// The sending end of a queue.
pub(crate) struct Sender {
    commands: mpsc::UnboundedSender<SocketCommand>,
    shared: Arc<Shared>,
    cut: Arc<Notify>,
    limit: usize,
}

/// The receiving end of a queue.
pub(crate) struct Receiver {
    commands: mpsc::UnboundedReceiver<SocketCommand>,
    shared: Arc<Shared>,
    /// Notified when the queue has been cut off.
    pub(crate) cut: Arc<Notify>,
}

impl Sender {
    /// Queues a command; does nothing if the socket is gone.
    pub(crate) fn send(&self, command: SocketCommand) {
        // Later frames would come after a gap, so that nothing more is queued.
        if self.is_cut() {
            return;
        }
        let size = command.size();
        if self.waiting() + size > self.limit {
            self.cut_off();
            return;
        }
        self.shared.waiting.fetch_add(size, Ordering::Relaxed);
        self.shared.together.fetch_add(OVERHEAD, Ordering::Relaxed);
        if let Err(unsent) = self.commands.send(command) {
            self.shared.took(&unsent.0);
        }
    }

    fn waiting(&self) -> usize {
        self.shared.waiting.load(Ordering::Relaxed)
    }

    fn is_cut(&self) -> bool {
        self.shared.is_cut.load(Ordering::Relaxed)
    }

    fn cut_off(&self) {
        self.shared.is_cut.store(true, Ordering::Relaxed);
        self.cut.notify_one();
    }
}

impl Shared {
    fn took(&self, command: &SocketCommand) {
        self.waiting.fetch_sub(command.size(), Ordering::Relaxed);
        self.together.fetch_sub(OVERHEAD, Ordering::Relaxed);
    }
}

impl Receiver {
    /// Waits for the next command; `None` once the sender is gone.
    pub(crate) async fn next(&mut self) -> Option<SocketCommand> {
        let command = self.commands.recv().await?;
        self.shared.took(&command);
        Some(command)
    }

    /// The next command, if one is queued.
    pub(crate) fn waiting(&mut self) -> Option<SocketCommand> {
        let command = self.commands.try_recv().ok()?;
        self.shared.took(&command);
        Some(command)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.commands.close();
        while self.waiting().is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(command: &SocketCommand) -> &str {
        match command {
            SocketCommand::Frame(frame) => &frame.text,
            SocketCommand::Close => "",
        }
    }

    #[tokio::test]
    async fn commands_keep_their_order_and_free_their_bytes() {
        let queued = QueuedBytes::default();
        let (sender, mut receiver) = queued.channel_with_limit(3 * (OVERHEAD + 1));
        for _ in 0..10 {
            sender.send(SocketCommand::Frame(queued.frame("a".into())));
            sender.send(SocketCommand::Frame(queued.frame("b".into())));
            sender.send(SocketCommand::Close);
            assert_eq!(text(&receiver.next().await.unwrap()), "a");
            assert_eq!(text(&receiver.waiting().unwrap()), "b");
            assert!(matches!(receiver.waiting(), Some(SocketCommand::Close)));
            assert!(receiver.waiting().is_none());
        }
        assert_eq!(queued.together.load(Ordering::Relaxed), 0);
        drop(sender);
        assert!(receiver.next().await.is_none());
    }

    #[tokio::test]
    async fn a_queue_that_nobody_reads_is_cut_off() {
        let queued = QueuedBytes::default();
        let (sender, receiver) = queued.channel_with_limit(10 * OVERHEAD);
        for _ in 0..11 {
            sender.send(SocketCommand::Close);
        }
        receiver.cut.notified().await;
        drop(receiver);
        assert_eq!(queued.together.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn the_longest_queue_is_cut_off_when_all_are_too_long_together() {
        let queued = QueuedBytes::default();
        let (reader, mut read) = queued.channel();
        let (stalled, unread) = queued.channel();
        for _ in 0..10 {
            let frame = queued.frame("x".repeat(1_000).into());
            reader.send(SocketCommand::Frame(frame.clone()));
            stalled.send(SocketCommand::Frame(frame));
            read.next().await.unwrap();
            queued.keep_within(5_000, [&reader, &stalled].into_iter());
        }
        assert!(stalled.is_cut() && !reader.is_cut());
        unread.cut.notified().await;
        drop(unread);
        assert_eq!(queued.together.load(Ordering::Relaxed), 0);
    }
}
