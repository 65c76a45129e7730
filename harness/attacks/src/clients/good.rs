//! Good clients: an application server that asks for tokens over new connections, and one that invites
//! somebody who is online. How long they wait is what an attack must not change.

use super::site::{PATIENCE, Site, frame};
use crate::targets::{KEY, SECRET};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How often a good client calls, whether or not its last call has been answered.
const INTERVAL: Duration = Duration::from_millis(20);

/// How long good clients waited.
#[derive(Debug, Clone, Default)]
pub struct Waits {
    /// How many calls were served.
    pub served: usize,
    /// How many were not.
    pub failed: usize,
    /// Why the first of those was not.
    pub failure: Option<String>,
    /// The median, in milliseconds.
    pub p50: f64,
    /// The 99th percentile, in milliseconds.
    pub p99: f64,
}

/// Serves as a good client until the time is up, on a thread of its own: what the attackers have to do
/// with their answers is not to be counted as waiting.
pub(super) async fn serve(site: Site, until: Instant) -> Result<Waits, String> {
    let address = site.address;
    let serving = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok::<_, std::io::Error>(runtime.block_on(serve_here(Site::new(address), until)))
    });
    serving.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
}

async fn serve_here(site: Site, until: Instant) -> Waits {
    let mut waits = Waits::default();
    let mut taken = Vec::new();
    let mut note = |found: Result<Duration, String>| match found {
        Ok(wait) => taken.push(wait),
        Err(error) => {
            waits.failed += 1;
            waits.failure.get_or_insert(error);
        }
    };
    let (tokens, invitations) = tokio::join!(tokens(&site, until), invitations(&site, until));
    tokens.into_iter().chain(invitations).for_each(&mut note);
    taken.sort_unstable();
    let at = |percent: usize| {
        let at = (taken.len() * percent / 100).min(taken.len().saturating_sub(1));
        taken.get(at).map_or(0.0, |wait| wait.as_secs_f64() * 1_000.0)
    };
    (waits.p50, waits.p99, waits.served) = (at(50), at(99), taken.len());
    waits
}

/// API tokens, each over a connection of its own.
async fn tokens(site: &Site, until: Instant) -> Vec<Result<Duration, String>> {
    let mut calls = JoinSet::new();
    let mut due = tokio::time::interval(INTERVAL);
    loop {
        due.tick().await;
        let site = Site::new(site.address);
        calls.spawn(async move {
            let began = Instant::now();
            site.api([KEY, SECRET]).await.map(|_| began.elapsed())
        });
        if Instant::now() >= until {
            return calls.join_all().await;
        }
    }
}

/// Invitations, from the request of the application server until its invitee has heard of it.
async fn invitations(site: &Site, until: Instant) -> Vec<Result<Duration, String>> {
    let mut all = Vec::new();
    let prepared = async {
        let api = site.api([KEY, SECRET]).await?;
        let bob = site.session(&api, "good-bob").await?;
        let socket = site.socket(&bob).await?;
        let body = json!({ "ownerExternalId": "good-alice" });
        let headers = [("authorization", api.as_str())];
        let made = site.accepted("/v2/conferences/create", &headers, &body).await?;
        let id = made["conferenceId"].as_str().unwrap_or_default();
        Ok::<_, String>((api.clone(), socket, format!("/v2/conferences/{id}/invite")))
    };
    let (api, mut socket, path) = match tokio::time::timeout(3 * PATIENCE, prepared).await {
        Ok(Ok(prepared)) => prepared,
        Ok(Err(error)) => return vec![Err(error)],
        Err(_) => return vec![Err("a good client is not served at all".to_owned())],
    };
    let mut due = tokio::time::interval(INTERVAL);
    due.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let body = json!({ "participants": { "good-bob": { "notification": true } } });
    loop {
        due.tick().await;
        let began = Instant::now();
        let headers = [("authorization", api.as_str())];
        let (answered, heard) = tokio::join!(
            site.accepted(&path, &headers, &body),
            frame(&mut socket, "InvitationReceived")
        );
        let failed = answered.is_err() || heard.is_err();
        all.push(answered.and(heard).map(|_| began.elapsed()));
        if Instant::now() >= until || failed {
            return all;
        }
    }
}
