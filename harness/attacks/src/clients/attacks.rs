//! Every attack of a client, and what must come of it.

use super::site::{ATTACKER, PATIENCE, Session, Site, Socket, frame, guests};
use super::{Attack, Run, Setting};
use crate::targets::KEY;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::sleep;

/// Between two calls of an attacker, so that it is the server that is measured and not the machine.
const PACE: Duration = Duration::from_millis(20);

/// How many connections an attacker holds.
const MANY: usize = 200;

type Result<T = String> = std::result::Result<T, String>;

fn attack(name: &'static str, does: &'static str, effect: &'static str, run: Run) -> Attack {
    Attack { name, does, effect, in_part: false, setting: Setting::Usual, run }
}

impl Attack {
    fn each_time(mut self) -> Attack {
        self.in_part = true;
        self
    }

    fn with(mut self, setting: Setting) -> Attack {
        self.setting = setting;
        self
    }
}

pub(super) fn all() -> Vec<Attack> {
    vec![
        attack("slow-heads", "holds 200 connections whose heads come byte by byte", "good clients are served", |site, until| Box::pin(dripping(site, until, b"GET / HTTP/1.1\r\nX: ", false)))
            .each_time(),
        attack("slow-bodies", "holds 200 connections whose bodies come byte by byte", "good clients are served", |site, until| Box::pin(dripping(site, until, b"POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", false))),
        attack("bodies-that-never-come", "holds 200 connections that announce a body", "good clients are served", |site, until| Box::pin(dripping(site, until, b"POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", true))),
        attack("idle-connections", "opens 600 connections to a server with 256 files", "good clients are served", |site, until| Box::pin(idle(site, until)))
            .with(Setting::FewFiles)
            .each_time(),
        attack("connection-churn", "opens and drops connections as fast as it can", "good clients are served", |site, until| Box::pin(churn(site, until))),
        attack("stalled-readers", "has 20 participants who read nothing, and sends them messages of 16 kB", "they are dropped, or what is queued for them has a limit", |site, until| Box::pin(stalled(site, until)))
            .each_time(),
        attack("unread-pages", "asks for the specification over 100 connections, and reads nothing", "good clients are served", |site, until| Box::pin(unread_pages(site, until))),
        attack("ping-flood", "sends pings over 4 sockets, and reads nothing", "the sockets are dropped, or what is queued has a limit", |site, until| Box::pin(pings(site, until, false)))
            .each_time(),
        attack("ping-flood-that-reads", "sends pings over 4 sockets, and reads the answers", "good clients are served", |site, until| Box::pin(pings(site, until, true))),
        attack("frame-flood", "sends text frames over 4 sockets", "good clients are served", |site, until| Box::pin(frames(site, until))),
        attack("huge-client-frames", "sends frames of 1 MB", "the socket closes", |site, until| Box::pin(broken_frames(site, until, huge_frame)))
            .each_time(),
        attack("broken-frames", "sends unmasked frames, reserved bits and undefined opcodes", "the socket closes", |site, until| Box::pin(broken_frames(site, until, broken_frame))),
        attack("socket-churn", "opens sessions and sockets one after the other", "good clients are served", |site, until| Box::pin(socket_churn(site, until))),
        attack("many-sessions", "opens 300 sessions of one person, with sockets, and invites that person", "each session hears of it", |site, until| Box::pin(many_sessions(site, until))),
        attack("huge-names", "opens sessions with names of 900 kB", "400", |site, until| Box::pin(refused(site, until, 400, &|site, api| Box::pin(huge_name(site, api)))))
            .each_time(),
        attack("twenty-thousand-invitees", "invites 20,000 people in one request", "413", |site, until| Box::pin(refused(site, until, 413, &|site, api| Box::pin(too_many(site, api)))))
            .each_time(),
        attack("five-thousand-invitees", "invites 5,000 people in each request, which is allowed, with an inviter whose name is as long as it may be", "200, or 413 where a conference is full", |site, until| Box::pin(invites(site, until)))
            .each_time(),
        attack("conferences", "creates conferences as fast as it can", "200, or 429 once there is no room", |site, until| Box::pin(conferences(site, until))),
        attack("people", "makes up people as fast as it can", "200, or 429 once there is no room", |site, until| Box::pin(people(site, until))),
        attack("deep-bodies", "sends bodies that are nested 500,000 deep", "400", |site, until| Box::pin(refused(site, until, 400, &|site, api| Box::pin(deep(site, api)))))
            .each_time(),
        attack("large-bodies", "sends bodies of 8 MB", "413", |site, until| Box::pin(raw(site, until, large_body, &["413"]))),
        attack("chunks-of-one-byte", "sends bodies of 200 kB in chunks of one byte", "401: it has no token", |site, until| Box::pin(raw(site, until, one_byte_chunks, &["401"]))),
        attack("gzip-bodies", "sends bodies that are said to be gzip", "400 or 415", |site, until| Box::pin(gzip(site, until))),
        attack("huge-heads", "sends heads of 1 MB", "431", |site, until| Box::pin(raw(site, until, huge_head, &["431"]))),
        attack("ten-thousand-request-headers", "sends 10,000 headers", "431", |site, until| Box::pin(raw(site, until, many_headers, &["431"]))),
        attack("other-protocols", "speaks TLS, HTTP/2, SSH and nonsense", "400, or the connection closes", |site, until| Box::pin(other_protocols(site, until))),
        attack("smuggling", "hides a second request in the body of a first, in 24 ways", "no hidden request is answered", |site, until| Box::pin(smuggling(site, until)))
            .each_time(),
        attack("pipelining", "sends 2,000 requests at once over one connection, and reads nothing", "good clients are served", |site, until| Box::pin(pipelining(site, until, false)))
            .each_time(),
        attack("pipelining-that-reads", "sends 500 requests at once over one connection", "each is answered, in order", |site, until| Box::pin(pipelining(site, until, true))),
        attack("forged-tokens", "presents tokens without a signature, of another key, and changed ones", "401 each", |site, until| Box::pin(forged(site, until)))
            .each_time(),
        attack("swapped-tokens", "presents tokens of another kind, application and person", "401 or 403 each", |site, until| Box::pin(swapped(site, until)))
            .each_time(),
        attack("guesses", "guesses the secret of another application", "401, and soon 429; its owner is served", |site, until| Box::pin(guesses(site, until)))
            .each_time(),
        attack("renaming", "claims to be somebody who is verified, under another name", "the name stays", |site, until| Box::pin(renaming(site, until)))
            .each_time(),
        attack("a-closed-log", "asks a server whose standard error is closed", "it serves", |site, until| Box::pin(noise(site, until)))
            .with(Setting::NoLog)
            .each_time(),
        attack("an-unread-log", "asks a server whose standard error nobody reads, until the pipe is full", "it serves", |site, until| Box::pin(noise(site, until)))
            .with(Setting::UnreadLog)
            .each_time(),
        attack("log-injection", "asks for paths with line breaks and escape sequences", "no such line is in the log", |site, until| Box::pin(raw(site, until, odd_path, &["40", ""]))),
    ]
}

async fn paced(until: Instant) -> bool {
    sleep(PACE).await;
    Instant::now() < until
}

fn counted(counts: &BTreeMap<u16, usize>) -> String {
    let counts = counts.iter().map(|(status, count)| format!("{count} × {status}"));
    counts.collect::<Vec<_>>().join(", ")
}

/// Connections that send this and then a byte now and then, or nothing more.
async fn dripping(site: Site, until: Instant, first: &'static [u8], stalls: bool) -> Result {
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

async fn idle(site: Site, until: Instant) -> Result {
    let mut held = Vec::new();
    for _ in 0..600 {
        held.push(site.connect().await?);
    }
    while paced(until).await {}
    Ok(format!("{} opened", held.len()))
}

async fn churn(site: Site, until: Instant) -> Result {
    let mut count = 0;
    while Instant::now() < until {
        let mut stream = site.connect().await?;
        let _ = stream.write_all(b"GET / HTT").await;
        count += 1;
        sleep(Duration::from_millis(1)).await;
    }
    Ok(format!("{count} connections"))
}

/// An owner with a session in a conference of the attackers.
async fn conference(site: &Site) -> Result<(Session, String, String)> {
    let api = site.api(ATTACKER).await?;
    let alice = site.session(&api, "alice").await?;
    let (status, made) =
        site.sdk(&alice, None, "/v1/conferences/create", &json!({ "alias": "" })).await?;
    let token = made["ownerToken"].as_str().unwrap_or_default().to_owned();
    let id = made["conferenceId"].as_str().ok_or(format!("no conference: {status} {made}"))?;
    Ok((alice, token, format!("/v1/conferences/{id}")))
}

async fn stalled(site: Site, until: Instant) -> Result {
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

async fn unread_pages(site: Site, until: Instant) -> Result {
    let mut held = Vec::new();
    for _ in 0..100 {
        let mut stream = site.connect().await?;
        let _ = stream.write_all(&b"GET /spec/ HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20)).await;
        held.push(stream);
    }
    while paced(until).await {}
    Ok(format!("{} pages unread", held.len() * 20))
}

/// A masked frame with this first byte.
fn masked(first: u8, content: &[u8]) -> Vec<u8> {
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

async fn attackers(site: &Site, count: usize) -> Result<Vec<TcpStream>> {
    let api = site.api(ATTACKER).await?;
    let mut sockets = Vec::new();
    for n in 0..count {
        let session = site.session(&api, &format!("attacker-{n}")).await?;
        sockets.push(site.raw_socket(&session).await?);
    }
    Ok(sockets)
}

async fn pings(site: Site, until: Instant, reads: bool) -> Result {
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

async fn frames(site: Site, until: Instant) -> Result {
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

fn huge_frame(_: usize) -> Vec<u8> {
    masked(0x81, &vec![b'x'; 1_000_000])
}

fn broken_frame(n: usize) -> Vec<u8> {
    match n % 5 {
        0 => b"\x81\x02{}".to_vec(),
        1 => masked(0xf1, b"{}"),
        2 => masked(0x83, b"{}"),
        3 => masked(0x09, b""),
        _ => masked(0x81, b"\xff\xfe"),
    }
}

/// Sends a frame over each socket; the server must close it.
async fn broken_frames(site: Site, until: Instant, frame: fn(usize) -> Vec<u8>) -> Result {
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

async fn socket_churn(site: Site, until: Instant) -> Result {
    let api = site.api(ATTACKER).await?;
    let mut count = 0;
    while Instant::now() < until {
        let session = site.session(&api, &format!("churn-{}", count % 50)).await?;
        drop(site.raw_socket(&session).await?);
        count += 1;
    }
    Ok(format!("{count} sockets"))
}

async fn many_sessions(site: Site, until: Instant) -> Result {
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

type Call = dyn Fn(Site, String) -> BoxFuture<'static, Result<(u16, Value)>> + Send + Sync;

/// Calls that must all be refused with this status.
async fn refused(site: Site, until: Instant, status: u16, call: &Call) -> Result {
    let api = site.api(ATTACKER).await?;
    let mut count = 0;
    loop {
        let (found, body) = call(site.clone(), api.clone()).await?;
        if found != status {
            return Err(format!("answered {found}: {body}"));
        }
        count += 1;
        if !paced(until).await {
            return Ok(format!("{count} × {status}"));
        }
    }
}

async fn huge_name(site: Site, api: String) -> Result<(u16, Value)> {
    let body = json!({ "externalId": "huge" });
    let headers = [("authorization", api.as_str())];
    let token = site.accepted("/v2/client-access-token", &headers, &body).await?;
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap_or_default());
    let headers = [
        ("authorization", bearer.as_str()),
        ("voxeet-id", "x"),
        ("content-type", "application/json"),
    ];
    let body = json!({ "name": "n".repeat(900_000) }).to_string();
    site.call(Method::POST, "/v2/users/identify", &headers, body).await
}

async fn create(site: &Site, api: &str) -> Result<String> {
    let body = json!({ "ownerExternalId": "alice" });
    let headers = [("authorization", api)];
    let made = site.accepted("/v2/conferences/create", &headers, &body).await?;
    Ok(format!("/v2/conferences/{}", made["conferenceId"].as_str().unwrap_or_default()))
}

async fn too_many(site: Site, api: String) -> Result<(u16, Value)> {
    let path = create(&site, &api).await?;
    let headers = [("authorization", api.as_str()), ("content-type", "application/json")];
    let body = guests(0, 20_000).to_string();
    site.call(Method::POST, &format!("{path}/invite"), &headers, body).await
}

async fn deep(site: Site, api: String) -> Result<(u16, Value)> {
    let headers = [("authorization", api.as_str()), ("content-type", "application/json")];
    site.call(Method::POST, "/v2/conferences/create", &headers, "[".repeat(500_000)).await
}

/// Calls that may be refused once there is no room.
async fn filling(
    site: Site,
    until: Instant,
    allowed: &[u16],
    pace: Duration,
    call: &(dyn Fn(Site, String, usize) -> BoxFuture<'static, Result<(u16, Value)>> + Send + Sync),
) -> Result {
    let api = site.api(ATTACKER).await?;
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    let mut n = 0;
    while Instant::now() < until {
        let (status, body) = call(site.clone(), api.clone(), n).await?;
        if !allowed.contains(&status) {
            return Err(format!("answered {status}: {body}"));
        }
        *counts.entry(status).or_default() += 1;
        n += 1;
        sleep(pace).await;
    }
    Ok(counted(&counts))
}

async fn invites(site: Site, until: Instant) -> Result {
    let api = site.api(ATTACKER).await?;
    let session = site.session(&api, "alice").await?;
    let body = json!({ "name": "n".repeat(1_024) });
    site.identified(session.bearer, "alice", &body).await?;
    filling(site, until, &[200, 413, 429], PACE, &|site, api, n| {
        Box::pin(async move {
            let path = create(&site, &api).await?;
            let headers = [("authorization", api.as_str()), ("content-type", "application/json")];
            let body = guests(n * 5_000, 5_000).to_string();
            site.call(Method::POST, &format!("{path}/invite"), &headers, body).await
        })
    })
    .await
}

async fn conferences(site: Site, until: Instant) -> Result {
    filling(site, until, &[200, 429], Duration::from_millis(1), &|site, api, n| {
        Box::pin(async move {
            let headers = [("authorization", api.as_str()), ("content-type", "application/json")];
            let body = json!({ "ownerExternalId": format!("p{n}"), "alias": format!("{n:0>200}") });
            site.call(Method::POST, "/v2/conferences/create", &headers, body.to_string()).await
        })
    })
    .await
}

async fn people(site: Site, until: Instant) -> Result {
    filling(site, until, &[200, 429], Duration::from_millis(1), &|site, api, n| {
        Box::pin(async move {
            let body = json!({ "externalId": format!("made-up-{n}") });
            let headers = [("authorization", api.as_str())];
            let token = site.accepted("/v2/client-access-token", &headers, &body).await?;
            let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap_or_default());
            let id = format!("{n}");
            let headers = [
                ("authorization", &*bearer),
                ("voxeet-id", &*id),
                ("content-type", "application/json"),
            ];
            let body = json!({ "name": "n".repeat(1_000), "avatarUrl": "a".repeat(4_000) });
            site.call(Method::POST, "/v2/users/identify", &headers, body.to_string()).await
        })
    })
    .await
}

/// Bytes over a connection of their own; what comes back must begin with one of these statuses, or be
/// nothing if the empty one is among them.
async fn raw(
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

fn large_body(_: usize) -> Vec<u8> {
    let head = "POST /v2/conferences/create HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n";
    [head.as_bytes(), &vec![b' '; 8_000_000]].concat()
}

fn one_byte_chunks(_: usize) -> Vec<u8> {
    let head =
        "POST /v2/conferences/create HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    [head.as_bytes(), &b"1\r\n \r\n".repeat(200_000), b"0\r\n\r\n"].concat()
}

fn huge_head(_: usize) -> Vec<u8> {
    format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "x".repeat(1_000_000)).into_bytes()
}

fn many_headers(_: usize) -> Vec<u8> {
    let lines: String = (0..10_000).map(|n| format!("x{n}: y\r\n")).collect();
    format!("GET / HTTP/1.1\r\nHost: x\r\n{lines}\r\n").into_bytes()
}

fn odd_path(_: usize) -> Vec<u8> {
    b"GET /a%0aERROR%20owned%1b[2J HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_vec()
}

async fn gzip(site: Site, until: Instant) -> Result {
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

async fn other_protocols(site: Site, until: Instant) -> Result {
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
fn smuggled() -> Vec<String> {
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

async fn smuggling(site: Site, until: Instant) -> Result {
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

async fn pipelining(site: Site, until: Instant, reads: bool) -> Result {
    let request = b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut held = Vec::new();
    let mut answered = 0;
    loop {
        let mut stream = site.connect().await?;
        if reads {
            stream.write_all(&request.repeat(500)).await.map_err(|error| error.to_string())?;
            let (mut text, mut piece) = (Vec::new(), [0; 64 * 1024]);
            let reading = async {
                while String::from_utf8_lossy(&text).matches("HTTP/1.1 404").count() < 500 {
                    match stream.read(&mut piece).await {
                        Ok(count) if count > 0 => text.extend_from_slice(&piece[..count]),
                        _ => return Err("not all are answered".to_owned()),
                    }
                }
                Ok(500)
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

async fn forged(site: Site, until: Instant) -> Result {
    let api = site.api(ATTACKER).await?;
    let token = api.trim_start_matches("Bearer ");
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        return Err("a token has three parts".to_owned());
    };
    let mut claims: Value = BASE64
        .decode(payload)
        .ok()
        .and_then(|it| serde_json::from_slice(&it).ok())
        .unwrap_or_default();
    let none = BASE64.encode(r#"{"alg":"none","typ":"JWT"}"#);
    claims["app"] = KEY.into();
    let changed = BASE64.encode(claims.to_string());
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"another key");
    let other = |message: String| {
        let signature = BASE64.encode(ring::hmac::sign(&key, message.as_bytes()));
        format!("{message}.{signature}")
    };
    let all = [
        format!("{none}.{payload}."),
        format!("{none}.{payload}.{signature}"),
        format!("{none}.{changed}."),
        format!("{header}.{changed}.{signature}"),
        format!("{header}.{payload}."),
        format!("{header}.{payload}"),
        other(format!("{header}.{payload}")),
        other(format!("{header}.{changed}")),
        format!("{token}A"),
        String::new(),
    ];
    unauthorized(&site, until, &all, &[401]).await
}

/// Presents these tokens to create a conference.
async fn unauthorized(site: &Site, until: Instant, tokens: &[String], allowed: &[u16]) -> Result {
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    let body = json!({ "ownerExternalId": "alice" }).to_string();
    loop {
        for token in tokens {
            let bearer = format!("Bearer {token}");
            let headers =
                [("authorization", bearer.as_str()), ("content-type", "application/json")];
            let (status, answer) =
                site.call(Method::POST, "/v2/conferences/create", &headers, body.clone()).await?;
            if !allowed.contains(&status) {
                return Err(format!("answered {status}: {answer}"));
            }
            *counts.entry(status).or_default() += 1;
        }
        if !paced(until).await {
            return Ok(counted(&counts));
        }
    }
}

async fn swapped(site: Site, until: Instant) -> Result {
    let (alice, owner, path) = conference(&site).await?;
    let bearer = alice.bearer.trim_start_matches("Bearer ").to_owned();
    let all = [alice.token.clone(), bearer, owner.clone()];
    let refused = unauthorized(&site, until, &all, &[401, 403]).await?;
    // The token of one person in the hands of another.
    let api = site.api(ATTACKER).await?;
    let mallory = site.session(&api, "mallory").await?;
    let (status, answer) =
        site.sdk(&mallory, Some(&owner), &format!("{path}/join"), &json!({})).await?;
    if ![401, 403].contains(&status) {
        return Err(format!("a token of another person: {status}: {answer}"));
    }
    let stolen = Session { token: alice.token, ..mallory };
    let (status, answer) =
        site.sdk(&stolen, Some(&owner), &format!("{path}/join"), &json!({})).await?;
    if ![401, 403].contains(&status) {
        return Err(format!("a session token of another person: {status}: {answer}"));
    }
    Ok(format!("{refused}; other people's: refused"))
}

/// From another address than the owner's, who is known by it and could not be told apart.
async fn guesses(site: Site, until: Instant) -> Result {
    use base64::engine::general_purpose::STANDARD;
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    let mut n = 0;
    while Instant::now() < until {
        let pair = STANDARD.encode(format!("{KEY}:guess-{n}"));
        let request = format!(
            "POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {pair}\r\n\
             Content-Length: 29\r\nConnection: close\r\n\r\ngrant_type=client_credentials"
        );
        let ask = async {
            let socket = tokio::net::TcpSocket::new_v4()?;
            socket.bind(([127, 0, 0, 2], 0).into())?;
            let mut stream = socket.connect(site.address).await?;
            stream.write_all(request.as_bytes()).await?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await?;
            Ok::<_, std::io::Error>(String::from_utf8_lossy(&answer).into_owned())
        };
        let answer = ask.await.map_err(|error| error.to_string())?;
        let status = answer.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
        if ![401, 429].contains(&status) {
            return Err(format!("answered {status}"));
        }
        *counts.entry(status).or_default() += 1;
        n += 1;
        sleep(Duration::from_millis(5)).await;
    }
    if n > 100 && !counts.contains_key(&429) {
        return Err(format!("{n} guesses, and none is slowed down"));
    }
    Ok(counted(&counts))
}

async fn renaming(site: Site, until: Instant) -> Result {
    let api = site.api(ATTACKER).await?;
    let headers = [("authorization", api.as_str())];
    let bob = site.session(&api, "bob").await?;
    // A token that names nobody, with which anybody can claim to be anybody.
    let token = site.accepted("/v2/client-access-token", &headers, &json!({})).await?;
    let nobody = format!("Bearer {}", token["access_token"].as_str().unwrap_or_default());
    let carol = site.session(&api, "carol").await?;
    let mut socket = site.socket(&carol).await?;
    let mut count = 0;
    loop {
        let claim = json!({ "externalId": "bob", "name": "Mallory" });
        site.identified(nobody.clone(), "mallory", &claim).await?;
        count += 1;
        let (_, made) =
            site.sdk(&bob, None, "/v1/conferences/create", &json!({ "alias": "" })).await?;
        let owner = made["ownerToken"].as_str();
        let path = format!("/v1/conferences/{}", made["conferenceId"].as_str().unwrap_or_default());
        site.sdk(&bob, owner, &format!("{path}/join"), &json!({})).await?;
        let body = json!({ "externalProfiles": [{ "externalId": "carol" }] });
        let (status, answer) = site.sdk(&bob, owner, &format!("{path}/invite"), &body).await?;
        if status != 200 {
            return Err(format!("the verified person cannot invite: {status} {answer}"));
        }
        let heard = frame(&mut socket, "InvitationReceived").await?;
        if heard["inviter"]["nickName"] != "bob" {
            return Err(format!("renamed: {heard}"));
        }
        if !paced(until).await {
            return Ok(format!("{count} attempts, the name stays"));
        }
    }
}

/// Requests that are logged.
async fn noise(site: Site, until: Instant) -> Result {
    let mut count = 0;
    while Instant::now() < until {
        for _ in 0..20 {
            let path = format!("/{}", "x".repeat(200));
            site.call(Method::GET, &path, &[], String::new()).await?;
            count += 1;
        }
        sleep(Duration::from_millis(10)).await;
    }
    Ok(format!("{count} requests answered"))
}
