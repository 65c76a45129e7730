//! The reference server with WebSockets that break the protocol, never stop, or never open.

use super::listening::{Listener, Request, accept, accept_key, accept_with, between, drain};
use super::{Hostile, Must, Red, Right, Running, target};
use std::io::{self, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

/// What can be put down to a server whose WebSockets cannot be used: never what nobody could see.
const SOCKETS: &[&str] = &["SES-", "WIRE-"];

/// What is done with the connection of a WebSocket.
type Handshake = fn(TcpStream, Request) -> io::Result<()>;

fn socket(name: &str, does: &str, says: &'static [&'static str], handshake: Handshake) -> Hostile {
    with(name, does, Must::red(SOCKETS, says), handshake)
}

fn with(name: &str, does: &str, must: Must, handshake: Handshake) -> Hostile {
    Hostile::new(
        name,
        does,
        must,
        Arc::new(move || {
            Box::pin(async move {
                let right = Right::server()?;
                let server = between(right.address(), handshake).map_err(|it| it.to_string())?;
                let mut target = target(&server.url());
                // Such a server says where its WebSockets are.
                target.planes.socket = None;
                Ok(Running { target, others: Vec::new(), server: Box::new((server, right)) })
            })
        }),
    )
}

/// Opens the WebSocket, sends these bytes, and reads until the client is gone.
fn send(mut client: TcpStream, request: &Request, bytes: &[u8]) -> io::Result<()> {
    accept(&mut client, request)?;
    client.write_all(bytes)?;
    drain(&mut client);
    Ok(())
}

/// Opens the WebSocket, and sends these bytes again and again without reading.
fn flood(mut client: TcpStream, request: &Request, first: &[u8], bytes: &[u8]) -> io::Result<()> {
    accept(&mut client, request)?;
    client.write_all(first)?;
    let many = bytes.repeat((16 * 1024 / bytes.len()).max(1));
    loop {
        client.write_all(&many)?;
    }
}

pub(super) fn all() -> Vec<Hostile> {
    let mut all = frames();
    all.extend(floods());
    all.extend(handshakes());
    all
}

/// Frames that break the protocol of WebSockets.
fn frames() -> Vec<Hostile> {
    vec![
        socket(
            "socket-not-utf-8",
            "pushes text that is not UTF-8",
            &["its text is not UTF-8"],
            |c, r| send(c, &r, b"\x81\x02\xff\xfe"),
        )
        .each_time(),
        socket(
            "socket-reserved-bit",
            "pushes a frame with a reserved bit",
            &["a reserved bit is set"],
            |c, r| send(c, &r, b"\xf1\x02{}"),
        )
        .each_time(),
        socket(
            "socket-opcode",
            "pushes a frame with an opcode that is not defined",
            &["its opcode is not defined"],
            |c, r| send(c, &r, b"\x83\x02{}"),
        ),
        socket(
            "socket-masked",
            "masks its frames, as only clients do",
            &["it is masked"],
            |c, r| send(c, &r, b"\x81\x82\0\0\0\0{}"),
        ),
        socket(
            "socket-fragmented-ping",
            "fragments a ping",
            &["a control frame is fragmented"],
            |c, r| send(c, &r, b"\x09\x00"),
        ),
        socket("socket-long-ping", "pushes a ping of 200 bytes", &["control frame"], |c, r| {
            send(c, &r, &[b"\x89\x7e\0\xc8".as_slice(), &[b'x'; 200]].concat())
        }),
        socket(
            "socket-stray-fragment",
            "pushes a fragment that belongs to no message",
            &["a fragment belongs to no message"],
            |c, r| send(c, &r, b"\x80\x02{}"),
        ),
        socket(
            "socket-message-in-a-message",
            "begins a message within a message",
            &["fragment", "message"],
            |c, r| send(c, &r, b"\x01\x01{\x81\x02{}"),
        ),
        socket(
            "socket-close-code",
            "closes with one byte",
            &["a close frame has an invalid code"],
            |c, r| send(c, &r, b"\x88\x01\x03"),
        ),
        socket(
            "socket-close-code-1005",
            "closes with code 1005, which nobody may send",
            &["close"],
            |c, r| send(c, &r, b"\x88\x02\x03\xed"),
        ),
        socket(
            "socket-close-reason",
            "closes with a reason that is not UTF-8",
            &["UTF-8", "close"],
            |c, r| send(c, &r, b"\x88\x04\x03\xe8\xff\xfe"),
        ),
        socket(
            "socket-huge-frame",
            "announces a frame of 500 MB",
            &["a frame of more than 1048576 bytes"],
            |c, r| send(c, &r, b"\x81\x7f\0\0\0\0\x1d\xcd\x65\x00"),
        )
        .each_time(),
        socket(
            "socket-frame-beyond-numbers",
            "announces a frame of 2^63 bytes",
            &["a frame of more than 1048576 bytes", "length"],
            |c, r| send(c, &r, b"\x81\x7f\x80\0\0\0\0\0\0\0"),
        ),
        socket(
            "socket-closes",
            "closes each WebSocket as soon as it is open",
            &["WebSocket", "clos"],
            |c, r| send(c, &r, b"\x88\x02\x03\xe8"),
        )
        .each_time(),
        socket(
            "socket-drops",
            "drops the connection of each WebSocket as soon as it is open",
            &["WebSocket", "clos"],
            |mut client, request| accept(&mut client, &request),
        ),
        socket(
            "socket-half-a-frame",
            "drops the connection in the middle of a frame",
            &["WebSocket", "clos"],
            |mut client, request| {
                accept(&mut client, &request)?;
                client.write_all(b"\x81\x20{")
            },
        ),
        with(
            "socket-deep-json",
            "pushes JSON that is nested 20,000 deep",
            Must::red(&["WIRE-", "SES-"], &["JSON", "deep", "nested"]),
            |client, request| {
                let text = "[".repeat(20_000) + &"]".repeat(20_000);
                let mut frame = b"\x81\x7e".to_vec();
                frame.extend((text.len() as u16).to_be_bytes());
                frame.extend(text.as_bytes());
                send(client, &request, &frame)
            },
        ),
    ]
}

/// Without end.
fn floods() -> Vec<Hostile> {
    let more: &[&str] = &["more than"];
    vec![
        socket(
            "socket-pings",
            "pushes pings without end, and reads nothing",
            &["more than 200 pings and pongs"],
            |c, r| flood(c, &r, b"", b"\x89\x00"),
        )
        .each_time(),
        socket(
            "socket-pongs",
            "pushes pongs without end",
            &["more than 200 pings and pongs"],
            |c, r| flood(c, &r, b"", b"\x8a\x01x"),
        ),
        socket(
            "socket-empty-fragments",
            "pushes empty fragments without end",
            &["bytes that are no content of a frame"],
            |c, r| flood(c, &r, b"\x01\x01{", b"\x00\x00"),
        )
        .each_time(),
        socket("socket-endless-message", "pushes one message without end", more, |c, r| {
            flood(c, &r, b"\x01\x01{", &[b"\x00\x7d".as_slice(), &[b' '; 125]].concat())
        }),
        socket("socket-empty-objects", "pushes {} without end", more, |c, r| {
            flood(c, &r, b"", b"\x81\x02{}")
        })
        .each_time(),
    ]
}

/// Handshakes that fail, or never end.
fn handshakes() -> Vec<Hostile> {
    let refused: &[&str] = &["WebSocket"];
    vec![
        socket(
            "handshake-200",
            "answers 200 to the handshake of a WebSocket",
            &["200"],
            |mut client, _| client.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"),
        )
        .each_time(),
        socket(
            "handshake-401",
            "answers 401 to the handshake of a WebSocket",
            &["401"],
            |mut client, _| {
                client.write_all(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n")
            },
        ),
        socket(
            "handshake-other-key",
            "answers the handshake with the key of another one",
            refused,
            |mut client, _| {
                let request = Request {
                    head: b"GET / HTTP/1.1\r\nSec-WebSocket-Key: another\r\n\r\n".to_vec(),
                    body: Vec::new(),
                };
                accept(&mut client, &request)?;
                drain(&mut client);
                Ok(())
            },
        )
        .each_time(),
        socket(
            "handshake-without-a-key",
            "answers 101 without Sec-WebSocket-Accept",
            refused,
            |mut client, _| {
                client.write_all(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")?;
                drain(&mut client);
                Ok(())
            },
        ),
        socket(
            "handshake-without-upgrade",
            "answers 101 without Upgrade",
            refused,
            |mut client, request| {
                write!(
                    client,
                    "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: {}\r\n\r\n",
                    accept_key(&request)
                )?;
                drain(&mut client);
                Ok(())
            },
        ),
        socket(
            "handshake-protocol",
            "chooses a subprotocol that nobody offered",
            refused,
            |mut client, request| {
                accept_with(&mut client, &request, "Sec-WebSocket-Protocol: mqtt\r\n")?;
                drain(&mut client);
                Ok(())
            },
        ),
        socket(
            "handshake-silent",
            "never answers the handshake of a WebSocket",
            &["ms"],
            |mut client, _| {
                drain(&mut client);
                Ok(())
            },
        )
        .each_time(),
        socket(
            "handshake-endless-head",
            "answers the handshake with headers without end",
            refused,
            |mut client, _| {
                client.write_all(b"HTTP/1.1 101 Switching Protocols\r\n")?;
                loop {
                    client.write_all(&b"x-more: and more\r\n".repeat(1_000))?;
                }
            },
        )
        .each_time(),
        socket(
            "handshake-dripping",
            "answers the handshake at one byte a second",
            &["ms"],
            |mut client, request| {
                for byte in format!(
                    "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: {}\r\n\r\n",
                    accept_key(&request)
                )
                .bytes()
                {
                    client.write_all(&[byte])?;
                    std::thread::sleep(Duration::from_secs(1));
                }
                Ok(())
            },
        ),
        elsewhere(),
        with(
            "socket-silent",
            "opens WebSockets and pushes nothing",
            Must::red(&[], &["never reached"]),
            |mut client, request| {
                accept(&mut client, &request)?;
                drain(&mut client);
                Ok(())
            },
        ),
    ]
}

/// A handshake that is redirected to another host, which must not hear of it.
fn elsewhere() -> Hostile {
    Hostile::new(
        "handshake-redirects-elsewhere",
        "redirects the handshake of a WebSocket to another host",
        Must::BeRed(Red { guilty: SOCKETS, says: &["302", "WebSocket"] }),
        Arc::new(|| {
            Box::pin(async {
                let other = Listener::start().map_err(|error| error.to_string())?;
                let address = other.address.clone();
                let right = Right::server()?;
                let server = between(right.address(), move |mut client, request| {
                    write!(
                        client,
                        "HTTP/1.1 302 Found\r\nlocation: ws://{address}{}\r\ncontent-length: 0\r\n\r\n",
                        request.path()
                    )
                })
                .map_err(|error| error.to_string())?;
                let target = target(&server.url());
                Ok(Running { target, others: vec![other], server: Box::new((server, right)) })
            })
        }),
    )
    .each_time()
}
