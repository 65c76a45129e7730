//! Invitations by REST, one person each, beside a bare POST that checks one token and signs another.

use crate::calls::{Connection, Load, load, request};
use crate::figure::{Figure, median};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use invite_reference::{Application, Server, Settings};
use ring::hmac;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// How many connections call at once.
const CONNECTIONS: usize = 16;

/// How often the two take turns: what else the machine does touches both.
const TURNS: u32 = 4;

/// The figures of requests a second, and of the slowest of a hundred.
pub(crate) async fn beside(lasting: Duration) -> Result<Vec<Figure>, String> {
    let ours = Ours::start().await?;
    let (bare, wanted) = start_bare().await?;
    let each = lasting / TURNS;
    let mut pairs: Vec<(Load, Load)> = Vec::new();
    for _ in 0..TURNS {
        let own = load(ours.server.address(), ours.invite.clone(), CONNECTIONS, each).await?;
        let other = load(bare, wanted.clone(), CONNECTIONS, each).await?;
        pairs.push((own, other));
    }
    ours.server.shutdown().await;
    let of = |take: fn(&(Load, Load)) -> f64| median(pairs.iter().map(take).collect());
    let rate = of(|(own, other)| own.rate / other.rate);
    let p99 = of(|(own, other)| own.p99_ms / other.p99_ms);
    Ok(vec![
        Figure {
            what: format!(
                "REST invites a second over {CONNECTIONS} connections, beside a bare POST"
            ),
            measured: format!("{rate:.2} x ({:.0} a second)", of(|(own, _)| own.rate)),
            bar: "0.75 x",
            holds: rate >= 0.75,
        },
        Figure {
            what: "the slowest of a hundred of them".to_owned(),
            measured: format!("{p99:.2} x ({:.2} ms)", of(|(own, _)| own.p99_ms)),
            bar: "1 x",
            holds: p99 <= 1.0,
        },
    ])
}

/// The reference server, and the bytes of an invitation there.
struct Ours {
    server: Server,
    invite: Vec<u8>,
}

impl Ours {
    async fn start() -> Result<Ours, String> {
        let settings = Settings {
            listen: ([127, 0, 0, 1], 0).into(),
            applications: vec![Application::new("key", "secret").protected()],
            ..Settings::default()
        };
        let server = Server::start(settings).map_err(|error| error.to_string())?;
        let http = invite_drive::plain_client().map_err(|error| error.to_string())?;
        let url = server.url();
        let ask = async |path: &str, authorization: String, body: Value| {
            let asked = http.post(format!("{url}{path}")).header("authorization", authorization);
            let asked = asked.header("content-type", "application/json").body(body.to_string());
            let response = asked.send().await.map_err(|error| error.to_string())?;
            let bytes = response.bytes().await.map_err(|error| error.to_string())?;
            serde_json::from_slice::<Value>(&bytes).map_err(|error| error.to_string())
        };
        let text = |value: &Value, name: &str| {
            let found = value[name].as_str().map(str::to_owned);
            found.ok_or_else(|| format!("no {name}: {value}"))
        };
        let basic = format!("Basic {}", STANDARD.encode("key:secret"));
        let token =
            ask("/v1/auth/token", basic, json!({ "grant_type": "client_credentials" })).await?;
        let bearer = format!("Bearer {}", text(&token, "access_token")?);
        let made =
            ask("/v2/conferences/create", bearer.clone(), json!({ "ownerExternalId": "owner" }))
                .await?;
        let path = format!("/v2/conferences/{}/invite", text(&made, "conferenceId")?);
        let headers = [("authorization", bearer.as_str())];
        let invite = request(server.address(), &path, &headers, &body());
        Connection::to(server.address()).await?.call(&invite).await?;
        Ok(Ours { server, invite })
    }
}

fn body() -> String {
    json!({ "participants": { "guest": { "permissions": ["JOIN"], "notification": false } } })
        .to_string()
}

/// A server of one POST: it checks an HS256 token, reads the body, and answers with another token.
async fn start_bare() -> Result<(SocketAddr, Vec<u8>), String> {
    let key = Arc::new(hmac::Key::new(hmac::HMAC_SHA256, b"a secret of thirty-two bytes, ok"));
    let token = sign(&key, &json!({ "sub": "application", "exp": 4_102_444_800_u64 }));
    let router = Router::new().route("/invite", post(bare)).with_state(key);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    let bearer = format!("Bearer {token}");
    let wanted = request(address, "/invite", &[("authorization", &bearer)], &body());
    Connection::to(address).await?.call(&wanted).await?;
    Ok((address, wanted))
}

async fn bare(State(key): State<Arc<hmac::Key>>, headers: HeaderMap, body: String) -> Response {
    let token =
        headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let is_right = token.and_then(|token| {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        hmac::verify(&key, signed.as_bytes(), &signature).ok()
    });
    let asked: Option<Value> = serde_json::from_str(&body).ok();
    let (Some(()), Some(asked)) = (is_right, asked) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let people = asked["participants"].as_object().into_iter().flatten();
    let tokens: serde_json::Map<String, Value> = people
        .map(|(person, _)| (person.clone(), sign(&key, &json!({ "sub": person })).into()))
        .collect();
    axum::Json(json!({ "usersTokens": tokens })).into_response()
}

fn sign(key: &hmac::Key, claims: &Value) -> String {
    let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = hmac::sign(key, signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}
