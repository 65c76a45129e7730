//! Attacks with odd requests.

use super::load::filling;
use super::{MANY, PACE, Result, paced};
use crate::clients::site::{PATIENCE, Site};
use reqwest::Method;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Bytes over a connection of their own; what comes back must begin with one of these statuses, or be
/// nothing if the empty one is among them.
pub(super) async fn raw(
    site: Site,
    until: Instant,
    bytes: fn(usize) -> Vec<u8>,
    allowed: &'static [&'static str],
) -> Result {
    let mut count = 0;
    loop {
        let answer = site.exchange(&bytes(count)).await?;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        // A refusal can be lost when the connection is reset because of what was not read.
        let is_right = allowed.iter().any(|it| status.starts_with(it)) || answer.is_empty();
        if !is_right {
            return Err(format!("answered {status}"));
        }
        count += 1;
        if !paced(until).await {
            return Ok(format!("{count} × {}", allowed.join(" or ")));
        }
    }
}

pub(super) fn large_body(_: usize) -> Vec<u8> {
    let head = "POST /v2/conferences/create HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n";
    [head.as_bytes(), &vec![b' '; 8_000_000]].concat()
}

pub(super) fn one_byte_chunks(_: usize) -> Vec<u8> {
    let head =
        "POST /v2/conferences/create HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    [head.as_bytes(), &b"1\r\n \r\n".repeat(200_000), b"0\r\n\r\n"].concat()
}

pub(super) fn huge_head(_: usize) -> Vec<u8> {
    format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "x".repeat(1_000_000)).into_bytes()
}

pub(super) fn many_headers(_: usize) -> Vec<u8> {
    let lines: String = (0..10_000).map(|n| format!("x{n}: y\r\n")).collect();
    format!("GET / HTTP/1.1\r\nHost: x\r\n{lines}\r\n").into_bytes()
}

pub(super) fn odd_path(_: usize) -> Vec<u8> {
    b"GET /a%0aERROR%20owned%1b[2J HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_vec()
}

pub(super) async fn gzip(site: Site, until: Instant) -> Result {
    filling(site, until, &[400, 415], PACE, &|site, api, _| {
        Box::pin(async move {
            let headers = [
                ("authorization", api.as_str()),
                ("content-type", "application/json"),
                ("content-encoding", "gzip"),
            ];
            let body = "\u{1f}\u{8b}".repeat(10_000);
            site.call(Method::POST, "/v2/conferences/create", &headers, body).await
        })
    })
    .await
}

pub(super) async fn other_protocols(site: Site, until: Instant) -> Result {
    let kinds: [&[u8]; 5] = [
        b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"\0\0\0\0\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
    ];
    let mut count = 0;
    loop {
        for bytes in kinds {
            let answer = site.exchange(bytes).await?;
            let status = answer.split(' ').nth(1).unwrap_or_default();
            if !answer.is_empty() && !status.starts_with('4') && !status.starts_with('5') {
                return Err(format!("answered {}", &answer[..answer.len().min(60)]));
            }
            count += 1;
        }
        if !paced(until).await {
            return Ok(format!("{count} refused"));
        }
    }
}

/// The marks of a second request that is hidden in the body of a first. Each is a POST with an
/// unsettled end; were the hidden request read as one, its answer would be a 404 about its path.
pub(super) fn smuggled() -> Vec<String> {
    const HIDDEN: &str = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    let length = HIDDEN.len();
    let chunked = format!("0\r\n\r\n{HIDDEN}");
    let mut all = Vec::new();
    let mut add = |headers: &str, body: &str| {
        all.push(format!("POST /v1/auth/token HTTP/1.1\r\nHost: x\r\n{headers}\r\n{body}"));
    };
    // Both lengths, in each order. What a proxy takes for the body, this server must not take for a
    // request.
    for both in [
        format!("Content-Length: {}\r\nTransfer-Encoding: chunked\r\n", chunked.len()),
        format!("Transfer-Encoding: chunked\r\nContent-Length: {}\r\n", chunked.len()),
    ] {
        add(&both, &chunked);
    }
    for encoding in [
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding: identity, chunked, identity",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding:\tchunked",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        " Transfer-Encoding: chunked",
        "X: y\r\n Transfer-Encoding: chunked",
        "Transfer-Encoding:\u{b}chunked",
        "Transfer-Encoding: chunked;q=1",
        "TRANSFER-ENCODING: CHUNKED",
    ] {
        add(&format!("Content-Length: {}\r\n{encoding}\r\n", chunked.len()), &chunked);
    }
    for lengths in [
        format!("Content-Length: 0\r\nContent-Length: {length}\r\n"),
        format!("Content-Length: {length}\r\nContent-Length: 0\r\n"),
        format!("Content-Length: 0, {length}\r\n"),
        format!("Content-Length: +{length}\r\n"),
        format!("Content-Length: 0x{length:x}\r\n"),
        format!("Content-Length: -0\r\nX: {length}\r\n"),
        format!("Content-Length : {length}\r\n"),
        format!("Content-Length: {length} 0\r\n"),
        format!("Content-Length: 00000{length}\r\n"),
    ] {
        add(&lengths, HIDDEN);
    }
    all
}

pub(super) async fn smuggling(site: Site, until: Instant) -> Result {
    let mut count = 0;
    loop {
        for bytes in smuggled() {
            let answer = site.exchange(bytes.as_bytes()).await?;
            let answers = answer.matches("HTTP/1.1 ").count();
            if answers > 1 {
                let headers: Vec<&str> = bytes.lines().skip(2).take(2).collect();
                return Err(format!("{answers} answers to {}", headers.join(" | ").escape_debug()));
            }
            count += 1;
        }
        if !paced(until).await {
            return Ok(format!("{count} tricks, no hidden request answered"));
        }
    }
}

pub(super) async fn pipelining(site: Site, until: Instant, reads: bool) -> Result {
    const ANSWERED: &str = "HTTP/1.1 404";
    let request = b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut held = Vec::new();
    let mut answered = 0;
    loop {
        let mut stream = site.connect().await?;
        if reads {
            stream.write_all(&request.repeat(500)).await.map_err(|error| error.to_string())?;
            let (mut text, mut piece) = (Vec::new(), [0; 64 * 1024]);
            let reading = async {
                let mut count = 0;
                while count < 500 {
                    match stream.read(&mut piece).await {
                        Ok(length) if length > 0 => text.extend_from_slice(&piece[..length]),
                        _ => return Err("not all are answered".to_owned()),
                    }
                    count += String::from_utf8_lossy(&text).matches(ANSWERED).count();
                    // The beginning of one may be there already.
                    text.drain(..text.len().saturating_sub(ANSWERED.len() - 1));
                }
                Ok(count)
            };
            let reading = tokio::time::timeout(PATIENCE, reading).await;
            answered += reading.map_err(|_| "not all are answered".to_owned())??;
        } else {
            let many = request.repeat(2_000);
            let _ = tokio::time::timeout(Duration::from_millis(50), stream.write_all(&many)).await;
            held.push(stream);
        }
        if !paced(until).await || held.len() > MANY {
            break;
        }
    }
    while paced(until).await {}
    Ok(if reads { format!("{answered} answered") } else { format!("{} connections", held.len()) })
}
