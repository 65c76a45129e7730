//! Attacks with the credentials of nobody, or of others.

use super::{Result, conference, counted, paced};
use crate::clients::site::{ATTACKER, Session, Site, frame};
use crate::targets::KEY;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::sleep;

pub(super) async fn forged(site: Site, until: Instant) -> Result {
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
pub(super) async fn unauthorized(
    site: &Site,
    until: Instant,
    tokens: &[String],
    allowed: &[u16],
) -> Result {
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

pub(super) async fn swapped(site: Site, until: Instant) -> Result {
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
pub(super) async fn guesses(site: Site, until: Instant) -> Result {
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

pub(super) async fn renaming(site: Site, until: Instant) -> Result {
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
