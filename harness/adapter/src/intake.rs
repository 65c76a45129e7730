//! The lines of a pipe, bounded.

use crate::limits::Limits;
use crate::misbehaviour::Misbehaviour;
use crate::read::shown;
use invite_text::Untrusted;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::time::Instant;

/// The lines of standard output.
#[derive(Debug)]
pub(crate) struct Intake<R> {
    pipe: BufReader<R>,
    line: Vec<u8>,
    meter: Meter,
}

impl<R: AsyncRead + Unpin> Intake<R> {
    pub(crate) fn new(pipe: R, limits: Limits) -> Intake<R> {
        let meter = Meter { limits, total: 0, second: Instant::now(), lines: 0 };
        Intake { pipe: BufReader::new(pipe), line: Vec::new(), meter }
    }

    /// The next line that is not blank; none at the end. Nothing is lost if it is not awaited to the end.
    pub(crate) async fn next(&mut self) -> Result<Option<String>, Misbehaviour> {
        loop {
            // A pipe that breaks has ended.
            let bytes = self.pipe.fill_buf().await.unwrap_or_default();
            let taken =
                bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
            let is_end = taken == 0;
            self.line.extend_from_slice(&bytes[..taken]);
            self.pipe.consume(taken);
            self.meter.bytes(taken, self.line.len())?;
            if !is_end && !self.line.ends_with(b"\n") {
                continue;
            }
            let line = std::mem::take(&mut self.line);
            if line.trim_ascii().is_empty() {
                if is_end {
                    return Ok(None);
                }
                self.meter.line(Instant::now())?;
                continue;
            }
            self.meter.line(Instant::now())?;
            let line = String::from_utf8(line).map_err(|error| Misbehaviour::NotJson {
                line: shown(&String::from_utf8_lossy(error.as_bytes())),
                cause: "it is not UTF-8".to_owned(),
            })?;
            return Ok(Some(line));
        }
    }
}

/// How much came.
#[derive(Debug)]
struct Meter {
    limits: Limits,
    total: usize,
    /// When the second began of which the lines are counted.
    second: Instant,
    lines: u32,
}

impl Meter {
    fn bytes(&mut self, more: usize, line: usize) -> Result<(), Misbehaviour> {
        self.total = self.total.saturating_add(more);
        if line > self.limits.line {
            return Err(Misbehaviour::LongLine { most: self.limits.line });
        }
        if self.total > self.limits.total {
            return Err(Misbehaviour::TooMuch { most: self.limits.total });
        }
        Ok(())
    }

    fn line(&mut self, now: Instant) -> Result<(), Misbehaviour> {
        if now.duration_since(self.second) >= Duration::from_secs(1) {
            self.second = now;
            self.lines = 0;
        }
        self.lines += 1;
        if self.lines > self.limits.rate {
            return Err(Misbehaviour::Flood { most: self.limits.rate });
        }
        Ok(())
    }
}

/// What is told of each line of standard error.
pub(crate) type Show = Arc<dyn Fn(&str) + Send + Sync>;

/// The end of standard error, made harmless.
#[derive(Debug, Default)]
pub(crate) struct Log(Mutex<VecDeque<String>>);

impl Log {
    /// The lines that are kept.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn keep(&self, line: String, most: usize) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push_back(line);
        while lines.len() > most {
            lines.pop_front();
        }
    }

    /// Takes a pipe to its end: whoever writes to it must never wait. What is beyond the limits is cut
    /// off, and is nobody's fault.
    pub(crate) async fn take(&self, pipe: impl AsyncRead + Unpin, most: usize, show: Option<Show>) {
        let mut pipe = BufReader::new(pipe);
        let (mut line, mut left) = (Vec::new(), Limits::default().total);
        loop {
            let bytes = pipe.fill_buf().await.unwrap_or_default();
            let taken =
                bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
            let is_end = taken == 0;
            // More than is shown is not kept, however long the line is.
            let room = 4096_usize.saturating_sub(line.len());
            line.extend_from_slice(&bytes[..taken.min(room)]);
            let is_whole = taken > 0 && bytes[taken - 1] == b'\n';
            pipe.consume(taken);
            left = left.saturating_sub(taken);
            if (is_whole || is_end) && !line.is_empty() {
                let text = String::from_utf8_lossy(&line);
                let text = Untrusted(&shown(text.trim_end())).to_string();
                if let Some(show) = show.as_ref().filter(|_| left > 0) {
                    show(&text);
                }
                self.keep(text, most);
                line.clear();
            }
            if is_end {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Intake, Log, Meter};
    use crate::limits::Limits;
    use crate::misbehaviour::Misbehaviour;
    use std::time::Duration;
    use tokio::time::Instant;

    const LIMITS: Limits = Limits { line: 10, rate: 4, total: 30, log: 2 };

    async fn all(text: &[u8]) -> (Vec<String>, Option<Misbehaviour>) {
        let (mut intake, mut lines) = (Intake::new(text, LIMITS), Vec::new());
        loop {
            match intake.next().await {
                Ok(Some(line)) => lines.push(line.trim_end().to_owned()),
                Ok(None) => return (lines, None),
                Err(error) => return (lines, Some(error)),
            }
        }
    }

    #[tokio::test]
    async fn lines_end_with_the_pipe_too_and_blank_ones_say_nothing() {
        let (lines, error) = all(b"one\n\r\ntwo\r\nthree").await;
        assert_eq!((lines.join(","), error), ("one,two,three".to_owned(), None));
    }

    #[tokio::test]
    async fn what_is_too_much_is_an_error_and_what_came_before_is_kept() {
        let (lines, error) = all(b"one\n12345678901\n").await;
        assert_eq!((lines.len(), error), (1, Some(Misbehaviour::LongLine { most: 10 })));
        let (lines, error) = all(b"123456789\n123456789\n123456789\n1\n").await;
        assert_eq!((lines.len(), error), (3, Some(Misbehaviour::TooMuch { most: 30 })));
        let (_, error) = all(b"\xff\n").await;
        assert!(matches!(error, Some(Misbehaviour::NotJson { .. })), "{error:?}");
    }

    #[test]
    fn a_flood_is_too_many_lines_in_one_second() {
        let begin = Instant::now();
        let mut meter = Meter { limits: LIMITS, total: 0, second: begin, lines: 0 };
        let mut at = |millis| meter.line(begin + Duration::from_millis(millis));
        assert!([0, 10, 20, 999].map(&mut at).iter().all(Result::is_ok));
        assert_eq!(at(1000), Ok(()));
        assert!([1001, 1002, 1003].map(&mut at).iter().all(Result::is_ok));
        assert_eq!(at(1999), Err(Misbehaviour::Flood { most: 4 }));
    }

    #[tokio::test]
    async fn the_log_keeps_its_end_and_is_harmless() {
        let log = Log::default();
        let long = "x".repeat(100_000);
        let text = format!("one\n{long}\n\u{1b}[31mred\n");
        log.take(text.as_bytes(), 2, None).await;
        let lines = log.lines();
        assert_eq!((lines.len(), lines[1].as_str()), (2, "\\u001b[31mred"));
        assert!(lines[0].len() < 300, "{}", lines[0].len());
    }
}
