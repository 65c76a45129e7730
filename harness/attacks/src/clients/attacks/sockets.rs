//! Attacks over WebSockets.

use super::{Result, conference, paced};
use crate::clients::site::{ATTACKER, PATIENCE, Site, Socket, frame};
use futures_util::StreamExt as _;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::sleep;

pub(super) async fn stalled(site: Site, until: Instant) -> Result {
    let api = site.api(ATTACKER).await?;
    let (alice, owner, path) = conference(&site).await?;
    let reader = site.socket(&alice).await?;
    tokio::spawn(reader.for_each(|_| async {}));
    site.sdk(&alice, Some(&owner), &format!("{path}/join"), &json!({})).await?;
    let mut stalled = Vec::new();
    let names: Vec<String> = (0..20).map(|n| format!("stalled-{n}")).collect();
    let guests: serde_json::Map<_, _> = names.iter().map(|it| (it.clone(), json!({}))).collect();
    let rest = path.replacen("/v1", "/v2", 1);
    let headers = [("authorization", api.as_str())];
    let body = json!({ "participants": guests });
    let tokens = site.accepted(&format!("{rest}/invite"), &headers, &body).await?;
    for name in &names {
        let session = site.session(&api, name).await?;
        stalled.push(site.raw_socket(&session).await?);
        let token = tokens[name.as_str()].as_str();
        site.sdk(&session, token, &format!("{path}/join"), &json!({})).await?;
    }
    let message = json!({ "message": "m".repeat(16_000) });
    let mut sent = 0;
    while Instant::now() < until {
        site.sdk(&alice, Some(&owner), &format!("{path}/send"), &message).await?;
        sent += 1;
    }
    Ok(format!("{sent} messages to {} readers who stall", stalled.len()))
}

/// A masked frame with this first byte.
pub(super) fn masked(first: u8, content: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match content.len() {
        length @ 0..=125 => frame.push(0x80 | length as u8),
        length @ 126..=0xffff => {
            frame.push(0x80 | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(content);
    frame
}

pub(super) async fn attackers(site: &Site, count: usize) -> Result<Vec<TcpStream>> {
    let api = site.api(ATTACKER).await?;
    let mut sockets = Vec::new();
    for n in 0..count {
        let session = site.session(&api, &format!("attacker-{n}")).await?;
        sockets.push(site.raw_socket(&session).await?);
    }
    Ok(sockets)
}

pub(super) async fn pings(site: Site, until: Instant, reads: bool) -> Result {
    let sockets = attackers(&site, 4).await?;
    let (many, each) = (masked(0x89, &[b'p'; 125]).repeat(50), 50);
    let flood = |socket: TcpStream| {
        let many = many.clone();
        async move {
            let (mut from, mut to) = socket.into_split();
            let reading = tokio::spawn(async move {
                let mut piece = [0; 64 * 1024];
                while reads && from.read(&mut piece).await.is_ok_and(|count| count > 0) {}
                // Kept open, and never read.
                (!reads).then_some(from)
            });
            let mut sent = 0;
            while Instant::now() < until {
                let sending = tokio::time::timeout_at(until.into(), to.write_all(&many)).await;
                if !matches!(sending, Ok(Ok(()))) {
                    break;
                }
                sent += each;
                sleep(Duration::from_millis(1)).await;
            }
            reading.abort();
            sent
        }
    };
    let sent: usize =
        futures_util::future::join_all(sockets.into_iter().map(flood)).await.iter().sum();
    Ok(format!("{sent} pings"))
}

pub(super) async fn frames(site: Site, until: Instant) -> Result {
    let mut sockets = attackers(&site, 4).await?;
    let many = masked(0x81, br#"{"type":"Noise","n":1}"#).repeat(20);
    let mut sent = 0;
    while Instant::now() < until {
        for socket in &mut sockets {
            if socket.write_all(&many).await.is_ok() {
                sent += 20;
            }
        }
        sleep(Duration::from_millis(2)).await;
    }
    Ok(format!("{sent} frames"))
}

pub(super) fn huge_frame(_: usize) -> Vec<u8> {
    masked(0x81, &vec![b'x'; 1_000_000])
}

pub(super) fn broken_frame(n: usize) -> Vec<u8> {
    match n % 5 {
        0 => b"\x81\x02{}".to_vec(),
        1 => masked(0xf1, b"{}"),
        2 => masked(0x83, b"{}"),
        3 => masked(0x09, b""),
        _ => masked(0x81, b"\xff\xfe"),
    }
}

/// Sends a frame over each socket; the server must close it.
pub(super) async fn broken_frames(
    site: Site,
    until: Instant,
    frame: fn(usize) -> Vec<u8>,
) -> Result {
    let api = site.api(ATTACKER).await?;
    let mut count = 0;
    while paced(until).await {
        let session = site.session(&api, &format!("attacker-{}", count % 5)).await?;
        let mut socket = site.raw_socket(&session).await?;
        let _ = socket.write_all(&frame(count)).await;
        let mut rest = Vec::new();
        let closing = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut rest)).await;
        closing.map_err(|_| "the socket stays open".to_owned())?.ok();
        count += 1;
    }
    Ok(format!("{count} sockets closed"))
}

pub(super) async fn socket_churn(site: Site, until: Instant) -> Result {
    let api = site.api(ATTACKER).await?;
    let mut count = 0;
    while Instant::now() < until {
        let session = site.session(&api, &format!("churn-{}", count % 50)).await?;
        drop(site.raw_socket(&session).await?);
        count += 1;
    }
    Ok(format!("{count} sockets"))
}

pub(super) async fn many_sessions(site: Site, until: Instant) -> Result {
    let api = site.api(ATTACKER).await?;
    let mut sockets: Vec<Socket> = Vec::new();
    let body = json!({ "externalId": "many" });
    let headers = [("authorization", api.as_str())];
    let token = site.accepted("/v2/client-access-token", &headers, &body).await?;
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap_or_default());
    for n in 0..300 {
        let session = site.identified(bearer.clone(), &format!("c{n}"), &json!({})).await?;
        sockets.push(site.socket(&session).await?);
    }
    let body = json!({ "ownerExternalId": "alice" });
    let made = site.accepted("/v2/conferences/create", &headers, &body).await?;
    let path = format!("/v2/conferences/{}/invite", made["conferenceId"].as_str().unwrap_or(""));
    let body = json!({ "participants": { "many": { "notification": true } } });
    let mut rounds = 0;
    loop {
        site.accepted(&path, &headers, &body).await?;
        for socket in &mut sockets {
            frame(socket, "InvitationReceived").await?;
        }
        rounds += 1;
        if !paced(until).await {
            return Ok(format!("{rounds} × {} invitations heard", sockets.len()));
        }
    }
}
