//! A target that compresses what it pushes (`permessage-deflate`), as browsers offer it.

use super::between::{command, head};
use crate::program::process::run_alone;
use flate2::{Compress, Compression, FlushCompress};
use invite_conformance::embedded;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The reference server behind something that compresses; `spoils` makes what it pushes unreadable.
/// Counts the messages.
fn start(upstream: SocketAddr, spoils: bool, count: &Arc<AtomicUsize>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::clone(count);
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let count = Arc::clone(&count);
            std::thread::spawn(move || {
                // Whoever hangs up in between is none of the test's business.
                let _ = serve(client, upstream, spoils, &count);
            });
        }
    });
    url
}

fn serve(
    mut client: TcpStream,
    upstream: SocketAddr,
    spoils: bool,
    count: &AtomicUsize,
) -> std::io::Result<()> {
    let asked = head(&mut client)?;
    let mut server = TcpStream::connect(upstream)?;
    server.write_all(&asked)?;
    let is_socket = asked.starts_with(b"GET /v2/session");
    let offers = String::from_utf8_lossy(&asked).to_lowercase();
    let offers = offers.contains("sec-websocket-extensions: permessage-deflate");
    let (mut from, mut to) = (server.try_clone()?, client.try_clone()?);
    let back = std::thread::spawn(move || {
        let _ = std::io::copy(&mut client, &mut server);
        let _ = server.shutdown(Shutdown::Write);
    });
    if is_socket && offers {
        let mut answer = head(&mut from)?;
        let end = answer.windows(4).position(|it| it == b"\r\n\r\n").unwrap_or(answer.len());
        let early = answer.split_off((end + 4).min(answer.len()));
        answer.truncate(end);
        answer.extend_from_slice(b"\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
        to.write_all(&answer)?;
        let mut from = std::io::Cursor::new(early).chain(from);
        let mut stream = Compress::new(Compression::default(), false);
        while let Ok((first, content)) = frame(&mut from) {
            let (first, content) = match first & 0x0f {
                1 | 2 => {
                    count.fetch_add(1, Ordering::Relaxed);
                    let mut bytes = Vec::with_capacity(content.len() + 64);
                    stream.compress_vec(&content, &mut bytes, FlushCompress::Sync).unwrap();
                    bytes.truncate(bytes.len() - 4);
                    (first | 0x40, if spoils { vec![0xff; 20] } else { bytes })
                }
                _ => (first, content),
            };
            match u8::try_from(content.len()) {
                Ok(short @ 0..=125) => to.write_all(&[first, short])?,
                _ => {
                    to.write_all(&[first, 126])?;
                    to.write_all(&u16::try_from(content.len()).unwrap().to_be_bytes())?;
                }
            }
            to.write_all(&content)?;
        }
    } else {
        std::io::copy(&mut from, &mut to)?;
    }
    to.shutdown(Shutdown::Both)?;
    let _ = back.join();
    Ok(())
}

/// A frame of a server: its first byte, and its content.
fn frame(from: &mut impl std::io::Read) -> std::io::Result<(u8, Vec<u8>)> {
    let mut head = [0; 2];
    from.read_exact(&mut head)?;
    let length = match head[1] {
        126 => {
            let mut length = [0; 2];
            from.read_exact(&mut length)?;
            usize::from(u16::from_be_bytes(length))
        }
        short => usize::from(short),
    };
    let mut content = vec![0; length];
    from.read_exact(&mut content)?;
    Ok((head[0], content))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_may_compress_what_it_pushes_if_a_browser_can_read_it() {
    let (server, target) = embedded::start().unwrap();
    for (spoils, code, words) in
        [(false, 0, "CONFORMS"), (true, 1, "its content is not compressed as it says")]
    {
        let count = Arc::new(AtomicUsize::new(0));
        let url = start(server.address(), spoils, &count);
        let command = command(&url, &target.application, &["--only", "invite-sdk-two"]);
        let outcome = tokio::task::spawn_blocking(|| run_alone(command)).await.unwrap();
        assert!(count.load(Ordering::Relaxed) > 0, "nothing was compressed: {}", outcome.said());
        assert_eq!(outcome.code(), Some(code), "{}", outcome.said());
        let said = outcome.said().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(words), "{}", outcome.said());
    }
    server.shutdown().await;
}
