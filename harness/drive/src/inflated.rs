//! WebSocket messages that a target has compressed (`permessage-deflate`, RFC 7692), as messages that
//! it has not: browsers offer that, and the WebSocket library does not know it.
//!
//! It stands between the connection and the library, reads what the target chose in its handshake, and
//! writes each compressed message as one frame. What breaks the protocol goes through as it is: the
//! library says what is wrong with it. What is sent is never compressed, which is allowed.

use flate2::{Decompress, FlushDecompress};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What the handshake offers, as browsers do.
pub(crate) const OFFERED: &str = "permessage-deflate; client_max_window_bits";

/// The longest head of a response that is looked at.
const LONGEST_HEAD: usize = 64 * 1024;

/// What is read from the connection at once.
const PIECE: usize = 4 * 1024;

/// What ends each compressed message, and is not sent.
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// Why nothing more is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Uninflated {
    /// The target chose an extension that was not offered, or not so.
    #[error("the target chose a WebSocket extension that was not offered")]
    NotOffered,
    /// A message is not compressed as it says.
    #[error("a message is not compressed as it says")]
    NotDeflated,
    /// A message is longer than the harness reads.
    #[error("a message is too long when it is no longer compressed")]
    TooLong,
}

impl Uninflated {
    /// Whether this is why a connection failed.
    pub(crate) fn caused(error: &io::Error) -> Option<Uninflated> {
        error.get_ref()?.downcast_ref().copied()
    }
}

/// A connection whose compressed messages are read as if they were not.
#[derive(Debug)]
pub(crate) struct Inflated<S> {
    inner: S,
    inflater: Inflater,
    /// What is to be read from here, and how much of it was.
    ready: Vec<u8>,
    read: usize,
}

impl<S> Inflated<S> {
    /// Messages have at most so many bytes.
    pub(crate) fn new(inner: S, most: usize) -> Inflated<S> {
        Inflated { inner, inflater: Inflater::new(most), ready: Vec::new(), read: 0 }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Inflated<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let own = &mut *self;
        while own.read == own.ready.len() {
            let mut piece = [0; PIECE];
            let mut arrived = ReadBuf::new(&mut piece);
            ready!(Pin::new(&mut own.inner).poll_read(context, &mut arrived))?;
            if arrived.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            own.ready.clear();
            own.read = 0;
            own.inflater.feed(arrived.filled(), &mut own.ready).map_err(io::Error::other)?;
        }
        let rest = own.ready.get(own.read..).unwrap_or_default();
        let count = rest.len().min(buffer.remaining());
        buffer.put_slice(&rest[..count]);
        own.read += count;
        if own.read == own.ready.len() && own.ready.capacity() > 16 * PIECE {
            // A long message is not kept.
            (own.ready, own.read) = (Vec::new(), 0);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Inflated<S> {
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

/// Turns what a target sends into what it would send without compression.
#[derive(Debug)]
struct Inflater {
    most: usize,
    state: State,
    /// None until the first compressed message: most connections bring none.
    stream: Option<Decompress>,
    /// Whether each message begins anew.
    forgets: bool,
    /// The message that is arriving compressed, with its opcode.
    message: Option<(u8, Vec<u8>)>,
}

#[derive(Debug)]
enum State {
    /// The head of the response to the handshake, so far.
    Head(Vec<u8>),
    /// Nothing is compressed.
    Plain,
    /// The head of a frame, so far.
    Frame(Vec<u8>),
    /// The rest of a frame that goes through as it is.
    Through(u64),
    /// The rest of a compressed frame, and whether it is the last one of its message.
    Compressed(u64, bool),
}

impl Inflater {
    fn new(most: usize) -> Inflater {
        let state = State::Head(Vec::new());
        Inflater { most, state, stream: None, forgets: false, message: None }
    }

    fn feed(&mut self, mut input: &[u8], out: &mut Vec<u8>) -> Result<(), Uninflated> {
        while !input.is_empty() {
            input = self.step(input, out)?;
        }
        Ok(())
    }

    /// Takes some of the input, at least one byte; gives the rest.
    fn step<'i>(&mut self, input: &'i [u8], out: &mut Vec<u8>) -> Result<&'i [u8], Uninflated> {
        let (first, rest) = input.split_at(1.min(input.len()));
        match &mut self.state {
            State::Plain => {
                out.extend_from_slice(input);
                Ok(&[])
            }
            State::Head(head) => {
                let line = head.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
                head.extend_from_slice(first);
                if head.ends_with(b"\n") {
                    out.extend_from_slice(readable(&head[line..]));
                }
                if head.ends_with(b"\r\n\r\n") {
                    let chosen = chosen(head)?;
                    self.forgets = chosen == Chosen::DeflateAnew;
                    self.state = match chosen {
                        Chosen::Nothing => State::Plain,
                        Chosen::Deflate | Chosen::DeflateAnew => State::Frame(Vec::new()),
                    };
                } else if head.len() > LONGEST_HEAD {
                    if !head.ends_with(b"\n") {
                        out.extend_from_slice(&head[line..]);
                    }
                    self.state = State::Plain;
                }
                Ok(rest)
            }
            State::Frame(head) => {
                head.extend_from_slice(first);
                if let Some(length) = length(head) {
                    let head = std::mem::take(head);
                    self.begin(&head, length, out)?;
                }
                Ok(rest)
            }
            State::Through(left) => {
                let count = usize::try_from(*left).unwrap_or(usize::MAX).min(input.len());
                let (now, rest) = input.split_at(count);
                *left -= count as u64;
                out.extend_from_slice(now);
                if *left == 0 {
                    self.state = State::Frame(Vec::new());
                }
                Ok(rest)
            }
            State::Compressed(left, is_last) => {
                let count = usize::try_from(*left).unwrap_or(usize::MAX).min(input.len());
                let (now, rest) = input.split_at(count);
                *left -= count as u64;
                let (is_done, is_last) = (*left == 0, *is_last);
                self.inflate(now)?;
                if is_done {
                    self.end_of_frame(is_last, out)?;
                }
                Ok(rest)
            }
        }
    }

    /// A frame begins, of which the head is known.
    fn begin(&mut self, head: &[u8], length: u64, out: &mut Vec<u8>) -> Result<(), Uninflated> {
        const FIN: u8 = 0x80;
        const COMPRESSED: u8 = 0x40;
        const OTHER_BITS: u8 = 0x30;
        const MASKED: u8 = 0x80;
        let (bits, opcode) = (head[0] & !0x0f, head[0] & 0x0f);
        let is_right = bits & OTHER_BITS == 0 && head[1] & MASKED == 0;
        let begins = is_right && bits & COMPRESSED != 0 && matches!(opcode, 1 | 2);
        let goes_on = is_right && bits & COMPRESSED == 0 && opcode == 0;
        if begins && self.message.is_none() {
            self.message = Some((opcode, Vec::new()));
        } else if !(goes_on && self.message.is_some()) {
            out.extend_from_slice(head);
            self.state =
                if length == 0 { State::Frame(Vec::new()) } else { State::Through(length) };
            return Ok(());
        }
        let is_last = bits & FIN != 0;
        self.state = State::Compressed(length, is_last);
        if length == 0 { self.end_of_frame(is_last, out) } else { Ok(()) }
    }

    fn end_of_frame(&mut self, is_last: bool, out: &mut Vec<u8>) -> Result<(), Uninflated> {
        self.state = State::Frame(Vec::new());
        if !is_last {
            return Ok(());
        }
        self.inflate(&TAIL)?;
        if self.forgets {
            self.stream = None;
        }
        let Some((opcode, message)) = self.message.take() else { return Ok(()) };
        out.push(0x80 | opcode);
        match (u8::try_from(message.len()), u16::try_from(message.len())) {
            (Ok(length @ 0..=125), _) => out.push(length),
            (_, Ok(length)) => {
                out.push(126);
                out.extend_from_slice(&length.to_be_bytes());
            }
            _ => {
                out.push(127);
                out.extend_from_slice(&(message.len() as u64).to_be_bytes());
            }
        }
        out.extend_from_slice(&message);
        Ok(())
    }

    /// Adds what comes out of these bytes to the message.
    fn inflate(&mut self, mut bytes: &[u8]) -> Result<(), Uninflated> {
        let stream = self.stream.get_or_insert_with(|| Decompress::new(false));
        let Some((_, message)) = &mut self.message else { return Ok(()) };
        let mut piece = [0; PIECE];
        loop {
            let (taken, given) = (stream.total_in(), stream.total_out());
            let status = stream.decompress(bytes, &mut piece, FlushDecompress::Sync);
            let status = status.map_err(|_| Uninflated::NotDeflated)?;
            let taken = usize::try_from(stream.total_in() - taken).unwrap_or(usize::MAX);
            let given = usize::try_from(stream.total_out() - given).unwrap_or(usize::MAX);
            bytes = bytes.get(taken..).unwrap_or_default();
            message.extend_from_slice(piece.get(..given).unwrap_or_default());
            if message.len() > self.most {
                return Err(Uninflated::TooLong);
            }
            match status {
                // A message may end with a last block; the next one begins anew.
                flate2::Status::StreamEnd => {
                    *stream = Decompress::new(false);
                    return Ok(());
                }
                _ if taken == 0 && given == 0 => {
                    return if bytes.is_empty() { Ok(()) } else { Err(Uninflated::NotDeflated) };
                }
                _ => {}
            }
        }
    }
}

/// The length of a frame's content, once its head has arrived: with its mask, if it has one, as part
/// of the content.
fn length(head: &[u8]) -> Option<u64> {
    let (second, extended) = (head.get(1)?, head.get(2..).unwrap_or_default());
    let length = match second & 0x7f {
        126 => u64::from(u16::from_be_bytes(extended.try_into().ok()?)),
        127 => u64::from_be_bytes(extended.try_into().ok()?),
        short => u64::from(short),
    };
    Some(length.saturating_add(if second & 0x80 == 0 { 0 } else { 4 }))
}

/// Which extension a target chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chosen {
    Nothing,
    /// Compressed messages.
    Deflate,
    /// The same, each of them by itself.
    DeflateAnew,
}

/// A line of the head, as the library reads it: it wants `Upgrade` alone in `Connection`, which may
/// name more, and on several lines (RFC 9110, 7.6.1).
fn readable(line: &[u8]) -> &[u8] {
    let text = String::from_utf8_lossy(line);
    match text.split_once(':') {
        Some((name, options)) if name.eq_ignore_ascii_case("connection") => {
            let mut options = options.split(',').map(str::trim);
            match options.any(|option| option.eq_ignore_ascii_case("upgrade")) {
                true => b"Connection: Upgrade\r\n",
                false => b"",
            }
        }
        _ => line,
    }
}

/// What a response to the handshake says about extensions.
fn chosen(head: &[u8]) -> Result<Chosen, Uninflated> {
    let head = String::from_utf8_lossy(head);
    let values = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    let values =
        values.filter(|(name, _)| name.trim().eq_ignore_ascii_case("sec-websocket-extensions"));
    let values: Vec<&str> = values.map(|(_, value)| value.trim()).collect();
    let value = match *values {
        [] | [""] => return Ok(Chosen::Nothing),
        [value] => value,
        _ => return Err(Uninflated::NotOffered),
    };
    let mut parts = value.split(';').map(str::trim);
    if !parts.next().is_some_and(|name| name.eq_ignore_ascii_case("permessage-deflate")) {
        return Err(Uninflated::NotOffered);
    }
    let mut chosen = Chosen::Deflate;
    for part in parts {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let bits = value.trim().trim_matches('"').parse::<u8>();
        let is_window = bits.is_ok_and(|bits| (8..=15).contains(&bits));
        match (name.trim().to_ascii_lowercase().as_str(), value) {
            ("server_no_context_takeover", "") => chosen = Chosen::DeflateAnew,
            ("client_no_context_takeover", "") => {}
            ("server_max_window_bits" | "client_max_window_bits", _) if is_window => {}
            _ => return Err(Uninflated::NotOffered),
        }
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compress, Compression, FlushCompress};

    const PLAIN: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

    fn head(extensions: &str) -> Vec<u8> {
        format!("HTTP/1.1 101 OK\r\nSec-WebSocket-Extensions: {extensions}\r\n\r\n").into_bytes()
    }

    /// A message as a server compresses it, without its tail.
    fn deflate(stream: &mut Compress, text: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(text.len() + 64);
        stream.compress_vec(text, &mut bytes, FlushCompress::Sync).unwrap();
        assert!(bytes.ends_with(&TAIL));
        bytes.truncate(bytes.len() - TAIL.len());
        bytes
    }

    fn frame(first: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap();
        let [high, low] = length.to_be_bytes();
        let mut frame = match length {
            0..=125 => vec![first, low],
            _ => vec![first, 126, high, low],
        };
        frame.extend_from_slice(content);
        frame
    }

    /// What comes out, whatever the pieces in which it arrives.
    #[track_caller]
    fn inflated(input: &[u8], most: usize) -> Result<Vec<u8>, Uninflated> {
        let results = [1, 2, 7, input.len()].map(|piece| {
            let (mut inflater, mut out) = (Inflater::new(most), Vec::new());
            let mut pieces = input.chunks(piece);
            pieces.try_for_each(|piece| inflater.feed(piece, &mut out)).map(|()| out)
        });
        assert!(results.iter().all(|it| *it == results[0]), "the pieces matter");
        results[0].clone()
    }

    #[test]
    fn connection_may_name_more_than_the_upgrade() {
        for (said, read) in [
            ("CONNECTION: keep-alive, UPGRADE\r\n", "Connection: Upgrade\r\n"),
            ("Connection: keep-alive\r\nconnection: upgrade\r\n", "Connection: Upgrade\r\n"),
            ("Connection: close\r\n", ""),
        ] {
            let head = |line: &str| format!("HTTP/1.1 101 OK\r\n{line}X: y\r\n\r\n").into_bytes();
            assert_eq!(inflated(&head(said), 10), Ok(head(read)), "{said}");
        }
    }

    #[test]
    fn without_the_extension_everything_goes_through() {
        let input = [PLAIN.as_bytes(), &frame(0xc1, b"anything"), b"\r\n\r\nmore"].concat();
        assert_eq!(inflated(&input, 10).unwrap(), input);
    }

    #[test]
    fn compressed_messages_come_out_as_they_were() {
        for extensions in ["permessage-deflate", "Permessage-Deflate; client_max_window_bits=12"] {
            let mut stream = Compress::new(Compression::default(), false);
            let long = "{\"type\":\"ParticipantAdded\"}".repeat(100);
            let first = deflate(&mut stream, long.as_bytes());
            let second = deflate(&mut stream, long.as_bytes());
            assert!(second.len() < first.len(), "it remembers the first one");
            let (begin, end) = first.split_at(5);
            let input = [
                head(extensions),
                frame(0x41, begin),
                frame(0x89, b"ping"),
                frame(0x00, b""),
                frame(0x80, end),
                frame(0x81, b"plain"),
                frame(0xc2, &second),
                frame(0x88, b""),
            ];
            let expected = [
                head(extensions),
                frame(0x89, b"ping"),
                frame(0x81, long.as_bytes()),
                frame(0x81, b"plain"),
                frame(0x82, long.as_bytes()),
                frame(0x88, b""),
            ];
            assert_eq!(inflated(&input.concat(), 10_000).unwrap(), expected.concat());
        }
    }

    #[test]
    fn each_message_may_begin_anew_and_be_empty() {
        let one = || deflate(&mut Compress::new(Compression::default(), false), b"one");
        let head = head("permessage-deflate; server_no_context_takeover");
        let input = [head.clone(), frame(0xc1, &one()), frame(0xc1, &one()), frame(0xc1, &[0])];
        let expected = [head, frame(0x81, b"one"), frame(0x81, b"one"), frame(0x81, b"")];
        assert_eq!(inflated(&input.concat(), 10).unwrap(), expected.concat());
    }

    #[test]
    fn what_is_too_long_or_not_compressed_is_not_read() {
        let mut stream = Compress::new(Compression::best(), false);
        let bomb = deflate(&mut stream, &vec![b'x'; 1_000_000]);
        let bomb = [head("permessage-deflate"), frame(0xc1, &bomb)].concat();
        assert_eq!(inflated(&bomb, 999_999), Err(Uninflated::TooLong));
        assert_eq!(inflated(&bomb, 1_000_000).map(|out| out.len() > 1_000_000), Ok(true));
        let wrong =
            [head("permessage-deflate"), frame(0xc1, b"\xff\xff\xff not deflated")].concat();
        assert_eq!(inflated(&wrong, 10_000), Err(Uninflated::NotDeflated));
    }

    /// The library says what is wrong with these.
    #[test]
    fn what_breaks_the_protocol_goes_through_as_it_is() {
        for first in [0xe1, 0xd1, 0xc9, 0xc0, 0x80] {
            let input = [head("permessage-deflate"), frame(first, b"content")].concat();
            assert_eq!(inflated(&input, 10).unwrap(), input, "{first:x}");
        }
        let masked = [head("permessage-deflate"), vec![0xc1, 0x81, 1, 2, 3, 4, 5]].concat();
        assert_eq!(inflated(&masked, 10).unwrap(), masked);
    }

    #[test]
    fn what_was_not_offered_is_not_accepted() {
        for extensions in [
            "x-webkit-deflate-frame",
            "permessage-deflate, permessage-deflate",
            "permessage-deflate; unknown",
            "permessage-deflate; server_max_window_bits=16",
            "permessage-deflate; server_no_context_takeover=1",
        ] {
            assert_eq!(
                inflated(&head(extensions), 10),
                Err(Uninflated::NotOffered),
                "{extensions}"
            );
        }
    }
}
