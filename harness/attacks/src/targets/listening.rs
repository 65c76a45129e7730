//! Plain servers on loopback ports, a thread a connection: what they send is a matter of bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A request, as far as anybody here needs it.
#[derive(Debug, Clone)]
pub struct Request {
    /// The head, with the empty line at its end.
    pub head: Vec<u8>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header, by its name in lower case; empty if there is none.
    pub fn header(&self, name: &str) -> String {
        let head = String::from_utf8_lossy(&self.head).into_owned();
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        let found = lines.find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map_or(String::new(), |(_, value)| value.trim().to_owned())
    }

    /// The path.
    pub fn path(&self) -> String {
        let head = String::from_utf8_lossy(&self.head).into_owned();
        head.split(' ').nth(1).unwrap_or("/").to_owned()
    }
}

/// Reads a request; none if the client is gone.
///
/// # Errors
/// If reading fails.
pub fn read(stream: &mut TcpStream) -> io::Result<Option<Request>> {
    const END: &[u8] = b"\r\n\r\n";
    let (mut bytes, mut piece) = (Vec::new(), [0; 16 * 1024]);
    loop {
        let count = stream.read(&mut piece)?;
        if count == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&piece[..count]);
        if let Some(at) = bytes.windows(END.len()).position(|window| window == END) {
            let body = bytes.split_off(at + END.len());
            let mut request = Request { head: bytes, body };
            let length = request.header("content-length").parse().unwrap_or(0);
            while request.body.len() < length {
                let count = stream.read(&mut piece)?;
                if count == 0 {
                    return Ok(None);
                }
                request.body.extend_from_slice(&piece[..count]);
            }
            return Ok(Some(request));
        }
    }
}

/// Reads until the client is gone.
pub fn drain(stream: &mut TcpStream) {
    let mut piece = [0; 4096];
    while stream.read(&mut piece).is_ok_and(|count| count > 0) {}
}

/// A server on a free loopback port. It accepts no connection after it was dropped.
#[derive(Debug)]
pub struct Plain {
    /// Where it listens.
    pub address: SocketAddr,
    stopped: Arc<AtomicBool>,
}

impl Plain {
    /// Serves each connection by this function, in a thread of its own.
    ///
    /// # Errors
    /// If no port is free.
    pub fn serve(
        serve: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Plain> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let (serve, is_stopped) = (Arc::new(serve), stopped.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if is_stopped.load(Ordering::Relaxed) {
                    return;
                }
                let serve = serve.clone();
                // A client that hangs up is none of the target's business.
                std::thread::spawn(move || drop(serve(client)));
            }
        });
        Ok(Plain { address, stopped })
    }

    /// Answers each request with these bytes.
    ///
    /// # Errors
    /// If no port is free.
    pub fn answer(
        answer: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static,
    ) -> io::Result<Plain> {
        Plain::serve(move |mut client| {
            while let Some(request) = read(&mut client)? {
                client.write_all(&answer(&request))?;
            }
            Ok(())
        })
    }

    /// Its address, as a target's.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Its thread waits for one more connection.
        let _ = TcpStream::connect(self.address);
    }
}

/// A server that only notes what it is told, accepts any WebSocket, and hangs up.
#[derive(Debug)]
pub struct Listener {
    /// Its address, without a scheme.
    pub address: String,
    heard: Arc<Mutex<Vec<String>>>,
    _server: Plain,
}

impl Listener {
    /// Starts one.
    ///
    /// # Errors
    /// If no port is free.
    pub fn start() -> io::Result<Listener> {
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let told = Arc::clone(&heard);
        let server = Plain::serve(move |mut client| {
            if let Some(request) = read(&mut client)? {
                let text = String::from_utf8_lossy(&request.head).into_owned();
                told.lock().unwrap_or_else(PoisonError::into_inner).push(text);
                accept(&mut client, &request)?;
            }
            Ok(())
        })?;
        Ok(Listener { address: server.address.to_string(), heard, _server: server })
    }

    /// Everything that it was told.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Passes everything on to a server, but for the handshakes of WebSockets, which `handshake` gets.
///
/// # Errors
/// If no port is free.
pub fn between(
    server: SocketAddr,
    handshake: impl Fn(TcpStream, Request) -> io::Result<()> + Send + Sync + 'static,
) -> io::Result<Plain> {
    Plain::serve(move |mut client| {
        let Some(request) = read(&mut client)? else { return Ok(()) };
        if request.path().starts_with("/v2/session") {
            return handshake(client, request);
        }
        let mut server = TcpStream::connect(server)?;
        server.write_all(&request.head)?;
        server.write_all(&request.body)?;
        join(client, server)
    })
}

/// Copies both ways until one side is gone.
///
/// # Errors
/// If copying fails.
pub fn join(mut client: TcpStream, mut server: TcpStream) -> io::Result<()> {
    let (mut answers, mut back) = (server.try_clone()?, client.try_clone()?);
    std::thread::spawn(move || {
        let _ = io::copy(&mut answers, &mut back);
        let _ = back.shutdown(Shutdown::Both);
    });
    io::copy(&mut client, &mut server)?;
    server.shutdown(Shutdown::Write)
}

/// The value of `Sec-WebSocket-Accept` for a handshake.
pub fn accept_key(request: &Request) -> String {
    let text =
        format!("{}258EAFA5-E914-47DA-95CA-C5AB0DC85B11", request.header("sec-websocket-key"));
    let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    STANDARD.encode(digest.as_ref())
}

/// Answers the handshake of a WebSocket.
///
/// # Errors
/// If the client is gone.
pub fn accept(client: &mut TcpStream, request: &Request) -> io::Result<()> {
    accept_with(client, request, "")
}

/// Answers the handshake of a WebSocket, with these header lines.
///
/// # Errors
/// If the client is gone.
pub fn accept_with(client: &mut TcpStream, request: &Request, lines: &str) -> io::Result<()> {
    let accept = accept_key(request);
    write!(
        client,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\n{lines}\r\n"
    )
}
