//! The log on standard error, which must not hold up the server or end it.
//!
//! Lines go through a bounded queue to a thread that writes them. If nobody reads standard error,
//! that thread alone waits; when the queue is full, lines are dropped and counted, and the number is
//! logged as soon as something can be written again. If standard error is closed, nothing happens.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

/// How many lines may wait to be written: some seconds of a busy server.
const WAITING_LINES: usize = 8_192;
/// The limit of one line, in bytes.
const LINE_BYTES: usize = 4_096;
/// How long the program waits at its end for the lines that are still to be written.
const FINISH: Duration = Duration::from_millis(500);

/// The log, until the program ends.
pub(crate) struct Log {
    lines: SyncSender<Line>,
}

enum Line {
    Text(Vec<u8>),
    /// Everything before it has been written.
    End(SyncSender<()>),
}

impl Log {
    /// Starts the log. Panics go to it as well: only where they happened, because their text can
    /// contain anything.
    pub(crate) fn start(level: LevelFilter) -> Log {
        let (lines, waiting) = sync_channel(WAITING_LINES);
        let dropped = Arc::<AtomicU64>::default();
        let writer = Lines { lines: lines.clone(), dropped: dropped.clone() };
        // Without the thread every line is dropped.
        let _ = std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write_lines(&waiting, &dropped, &mut io::stderr()));
        tracing_subscriber::fmt()
            .with_writer(writer)
            .with_ansi(io::IsTerminal::is_terminal(&io::stderr()))
            .with_max_level(level)
            .with_target(false)
            .init();
        std::panic::set_hook(Box::new(|panic| {
            let at = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(at, "a request failed: this is a defect of the server");
        }));
        Log { lines }
    }

    /// Waits until everything has been written, but not for long.
    pub(crate) fn finish(&self) {
        let (written, end) = sync_channel(1);
        if self.lines.try_send(Line::End(written)).is_ok() {
            let _ = end.recv_timeout(FINISH);
        }
    }
}

/// Writes lines until there are no more.
fn write_lines(waiting: &Receiver<Line>, dropped: &AtomicU64, out: &mut dyn Write) {
    while let Ok(line) = waiting.recv() {
        match line {
            // Whoever has closed standard error does not want to know.
            Line::Text(text) => drop(out.write_all(&text)),
            Line::End(written) => drop(written.send(())),
        }
        let dropped = dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            let lines = if dropped == 1 { "line was" } else { "lines were" };
            let _ = writeln!(out, "{dropped} log {lines} dropped: standard error was not read");
        }
    }
}

/// Queues lines of the log. Writing never waits and never fails.
#[derive(Clone)]
struct Lines {
    lines: SyncSender<Line>,
    dropped: Arc<AtomicU64>,
}

impl Write for Lines {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let mut line = text[..text.len().min(LINE_BYTES)].to_vec();
        if line.len() < text.len() {
            line.extend_from_slice(b"...\n");
        }
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) =
            self.lines.try_send(Line::Text(line))
        {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Lines;

    fn make_writer(&'a self) -> Lines {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_nobody_takes_are_dropped_and_counted() {
        let (lines, waiting) = sync_channel(2);
        let dropped = Arc::<AtomicU64>::default();
        let mut writer = Lines { lines, dropped: dropped.clone() };
        for number in 0..5 {
            writer.write_all(format!("{number}\n").as_bytes()).unwrap();
        }
        drop(writer);
        let mut written = Vec::new();
        write_lines(&waiting, &dropped, &mut written);
        let written = String::from_utf8(written).unwrap();
        assert!(written.starts_with("0\n3 log lines were dropped"), "{written}");
        assert!(written.ends_with("1\n"), "{written}");
    }
}
