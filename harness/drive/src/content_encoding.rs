//! Content encodings: those that the harness offers, as the real clients do, and reading them. What no
//! real client could read is not read here either.

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::io::Read;

/// What requests offer (`Accept-Encoding`), like the REST client for Python. Browsers offer more.
pub(crate) const OFFERED: &str = "gzip, deflate";

/// How many bytes are decoded at once.
const PIECE: usize = 16 * 1024;

/// Why a body was not decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undecoded {
    /// Its encoding was not offered, or is not what it says.
    Unreadable,
    /// It is longer than the harness reads.
    TooMuch,
}

/// A body without its encodings: `encoding` is the value of `Content-Encoding`, `has_room` is told how
/// many bytes come out, and says whether they are read.
pub(crate) fn decoded(
    encoding: &str,
    body: Vec<u8>,
    mut has_room: impl FnMut(usize) -> bool,
) -> Result<Vec<u8>, Undecoded> {
    let mut bytes = body;
    // The last one was applied last.
    for name in encoding.split(',').rev().map(|name| name.trim().to_ascii_lowercase()) {
        let name = name.as_str();
        if matches!(name, "" | "identity") || bytes.is_empty() {
            continue;
        }
        bytes = match name {
            "gzip" | "x-gzip" => all(MultiGzDecoder::new(&*bytes), &mut has_room)?,
            // Some servers send it without its zlib head, and browsers read both.
            "deflate" => match all(ZlibDecoder::new(&*bytes), &mut has_room) {
                Err(Undecoded::Unreadable) => all(DeflateDecoder::new(&*bytes), &mut has_room)?,
                other => other?,
            },
            _ => return Err(Undecoded::Unreadable),
        };
    }
    Ok(bytes)
}

fn all(
    mut decoder: impl Read,
    has_room: &mut impl FnMut(usize) -> bool,
) -> Result<Vec<u8>, Undecoded> {
    let mut bytes = Vec::new();
    let mut piece = vec![0; PIECE];
    loop {
        let count = decoder.read(&mut piece).map_err(|_| Undecoded::Unreadable)?;
        if count == 0 {
            return Ok(bytes);
        }
        if !has_room(count) {
            return Err(Undecoded::TooMuch);
        }
        bytes.extend_from_slice(&piece[..count]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use std::io::Write as _;

    const BODY: &[u8] = br#"{"access_token":"t"}"#;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_was_offered_is_read() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(BODY).unwrap();
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
        raw.write_all(BODY).unwrap();
        let all = |_| true;
        for (encoding, bytes) in [
            ("gzip", gzip(BODY)),
            ("GZIP, identity", gzip(BODY)),
            ("gzip, gzip", gzip(&gzip(BODY))),
            ("deflate", zlib.finish().unwrap()),
            ("deflate", raw.finish().unwrap()),
            ("identity", BODY.to_vec()),
        ] {
            assert_eq!(decoded(encoding, bytes, all).as_deref(), Ok(BODY), "{encoding}");
        }
        assert_eq!(decoded("gzip", Vec::new(), all), Ok(Vec::new()));
    }

    #[test]
    fn what_was_not_offered_or_is_something_else_is_not() {
        for encoding in ["br", "zstd", "gzip", "deflate", "gzip, br"] {
            let outcome = decoded(encoding, BODY.to_vec(), |_| true);
            assert_eq!(outcome, Err(Undecoded::Unreadable), "{encoding}");
        }
        let bomb = gzip(&vec![b' '; 10_000_000]);
        let mut room = 1_000_000;
        let outcome = decoded("gzip", bomb, |bytes| {
            room -= i64::try_from(bytes).unwrap();
            room > 0
        });
        assert_eq!(outcome, Err(Undecoded::TooMuch));
    }
}
