//! Attacks with right calls that cost much.

use super::{PACE, Result, counted, paced};
use crate::clients::site::{ATTACKER, Site, guests};
use futures_util::future::BoxFuture;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use tokio::time::sleep;

pub(super) type Call =
    dyn Fn(Site, String) -> BoxFuture<'static, Result<(u16, Value)>> + Send + Sync;

/// Calls that must all be refused with this status.
pub(super) async fn refused(site: Site, until: Instant, status: u16, call: &Call) -> Result {
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

pub(super) async fn huge_name(site: Site, api: String) -> Result<(u16, Value)> {
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

pub(super) async fn create(site: &Site, api: &str) -> Result<String> {
    let body = json!({ "ownerExternalId": "alice" });
    let headers = [("authorization", api)];
    let made = site.accepted("/v2/conferences/create", &headers, &body).await?;
    Ok(format!("/v2/conferences/{}", made["conferenceId"].as_str().unwrap_or_default()))
}

pub(super) async fn too_many(site: Site, api: String) -> Result<(u16, Value)> {
    let path = create(&site, &api).await?;
    let headers = [("authorization", api.as_str()), ("content-type", "application/json")];
    // Made once: the good clients share this process.
    static BODY: LazyLock<String> = LazyLock::new(|| guests(0, 20_000).to_string());
    let body = BODY.clone();
    site.call(Method::POST, &format!("{path}/invite"), &headers, body).await
}

pub(super) async fn deep(site: Site, api: String) -> Result<(u16, Value)> {
    let headers = [("authorization", api.as_str()), ("content-type", "application/json")];
    site.call(Method::POST, "/v2/conferences/create", &headers, "[".repeat(500_000)).await
}

/// Calls that may be refused once there is no room.
pub(super) async fn filling(
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

pub(super) async fn invites(site: Site, until: Instant) -> Result {
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

pub(super) async fn conferences(site: Site, until: Instant) -> Result {
    filling(site, until, &[200, 429], Duration::from_millis(1), &|site, api, n| {
        Box::pin(async move {
            let headers = [("authorization", api.as_str()), ("content-type", "application/json")];
            let body = json!({ "ownerExternalId": format!("p{n}"), "alias": format!("{n:0>200}") });
            site.call(Method::POST, "/v2/conferences/create", &headers, body.to_string()).await
        })
    })
    .await
}

pub(super) async fn people(site: Site, until: Instant) -> Result {
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

/// Requests that are logged.
pub(super) async fn noise(site: Site, until: Instant) -> Result {
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
