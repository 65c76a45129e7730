//! Every attack of a client, and what must come of it.
//!
//! | file | what |
//! | --- | --- |
//! | `connections` | attacks with connections: slow, idle, many |
//! | `sockets` | attacks over WebSockets |
//! | `load` | attacks with right calls that cost much |
//! | `requests` | attacks with odd requests |
//! | `credentials` | attacks with the credentials of nobody, or of others |

mod connections;
mod credentials;
mod load;
mod requests;
mod sockets;

use crate::clients::site::{ATTACKER, Session, Site};
use crate::clients::{Attack, Run, Setting};
use connections::{churn, dripping, idle, unread_pages};
use credentials::{forged, guesses, renaming, swapped};
use load::{conferences, deep, huge_name, invites, noise, people, refused, too_many};
use requests::{
    gzip, huge_head, large_body, many_headers, odd_path, one_byte_chunks, other_protocols,
    pipelining, raw, smuggling,
};
use serde_json::json;
use sockets::{
    broken_frame, broken_frames, frames, huge_frame, many_sessions, pings, socket_churn, stalled,
};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
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
