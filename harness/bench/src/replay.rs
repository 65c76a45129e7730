//! The requests and frames of a run once more, by bare reqwest and axum: nobody decides, remembers or
//! judges anything. What the suite and the reference server compute above that is their own.

use crate::figure::{Figure, median};
use crate::suite::Run;
use crate::usage;
use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{any, get};
use futures_util::StreamExt as _;
use invite_trace::{Content, Event, Trace};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio_tungstenite::connect_async;

/// What one scenario of the run sent and got, in its order.
struct Scene {
    calls: Vec<Call>,
    /// The frames of each WebSocket.
    sockets: Vec<Vec<String>>,
}

struct Call {
    method: reqwest::Method,
    headers: reqwest::header::HeaderMap,
    body: Vec<u8>,
    status: u16,
    answer: Vec<u8>,
}

/// How the computing of a run compares with bare replay.
pub(crate) async fn beside(run: &Run, times: u16) -> Result<Figure, String> {
    let traces = run.record.scenarios.iter().filter_map(|it| it.trace.as_ref());
    let scenes: Arc<Vec<Scene>> = Arc::new(traces.map(scene).collect());
    let address = serve(Arc::clone(&scenes)).await?;
    let mut all = Vec::new();
    for _ in 0..times {
        let before = usage::computed()?.0;
        replay(&scenes, address).await?;
        all.push(usage::computed()?.0 - before);
    }
    let bare = median(all);
    let calls: usize = scenes.iter().map(|scene| scene.calls.len()).sum();
    let frames: usize = scenes.iter().flat_map(|scene| &scene.sockets).map(Vec::len).sum();
    let ratio = run.computed / bare;
    Ok(Figure {
        what: format!(
            "computing of a run, beside bare replay of its {calls} calls and {frames} frames"
        ),
        measured: format!("{ratio:.2} x ({:.2} s of {bare:.2} s)", run.computed),
        bar: "1.8 x",
        holds: ratio <= 1.8,
    })
}

fn bytes(content: &Content) -> Vec<u8> {
    match content {
        Content::Empty => Vec::new(),
        Content::Json(value) => value.to_string().into_bytes(),
        Content::Text { beginning, .. } => beginning.clone().into_bytes(),
    }
}

fn scene(trace: &Trace) -> Scene {
    let mut calls: BTreeMap<u32, Call> = BTreeMap::new();
    let mut sockets: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for entry in &trace.entries {
        match &entry.event {
            Event::Request { exchange, method, headers, body, .. } => {
                let named = headers.iter().filter_map(|(name, value)| {
                    let name: HeaderName = name.parse().ok()?;
                    Some((name, HeaderValue::from_str(value).ok()?))
                });
                let call = Call {
                    method: method.parse().unwrap_or(reqwest::Method::POST),
                    headers: named.collect(),
                    body: bytes(body),
                    status: 200,
                    answer: Vec::new(),
                };
                calls.insert(*exchange, call);
            }
            Event::Answer { exchange, status, body, .. } => {
                if let Some(call) = calls.get_mut(exchange) {
                    (call.status, call.answer) = (*status, bytes(body));
                }
            }
            Event::SocketOpened { socket, .. } => {
                sockets.entry(*socket).or_default();
            }
            Event::Received { socket, body } => {
                let frame = String::from_utf8_lossy(&bytes(body)).into_owned();
                sockets.entry(*socket).or_default().push(frame);
            }
            _ => {}
        }
    }
    Scene { calls: calls.into_values().collect(), sockets: sockets.into_values().collect() }
}

async fn serve(scenes: Arc<Vec<Scene>>) -> Result<SocketAddr, String> {
    let router = Router::new()
        .route("/socket/{scene}/{socket}", get(pushes))
        .route("/call/{scene}/{call}", any(answers))
        .with_state(scenes);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

async fn answers(
    State(scenes): State<Arc<Vec<Scene>>>,
    Path((scene, call)): Path<(usize, usize)>,
    _: HeaderMap,
    _: Bytes,
) -> Response {
    let call = &scenes[scene].calls[call];
    let mut response = Response::new(call.answer.clone().into());
    *response.status_mut() = StatusCode::from_u16(call.status).unwrap_or_default();
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    response
}

async fn pushes(
    State(scenes): State<Arc<Vec<Scene>>>,
    Path((scene, socket)): Path<(usize, usize)>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade.on_upgrade(move |mut connection| async move {
        for frame in &scenes[scene].sockets[socket] {
            if connection.send(Message::text(frame.as_str())).await.is_err() {
                return;
            }
        }
        // Whoever is gone has got everything.
        let _ = connection.send(Message::Close(None)).await;
        while let Some(Ok(_)) = connection.recv().await {}
    })
}

/// Plays all scenes, as many at once as the suite does.
async fn replay(scenes: &Arc<Vec<Scene>>, address: SocketAddr) -> Result<(), String> {
    let http = invite_drive::plain_client().map_err(|error| error.to_string())?;
    let play = |place: usize| {
        let (http, scenes) = (http.clone(), Arc::clone(scenes));
        async move { play(&http, &scenes[place], place, address).await }
    };
    let all = futures_util::stream::iter(0..scenes.len()).map(play);
    let mut all = all.buffer_unordered(invite_drive::USUAL_JOBS.into());
    while let Some(done) = all.next().await {
        done?;
    }
    Ok(())
}

async fn play(
    http: &reqwest::Client,
    scene: &Scene,
    place: usize,
    address: SocketAddr,
) -> Result<(), String> {
    let hear = async |socket: usize, frames: usize| {
        let url = format!("ws://{address}/socket/{place}/{socket}");
        let (connection, _) = connect_async(url).await.map_err(|error| error.to_string())?;
        let heard =
            connection.filter(|it| std::future::ready(it.as_ref().is_ok_and(|it| it.is_text())));
        match heard.count().await {
            count if count == frames => Ok(()),
            count => Err(format!("{count} of {frames} frames came")),
        }
    };
    let sockets = scene.sockets.iter().enumerate();
    let hearing = futures_util::future::try_join_all(
        sockets.map(|(socket, frames)| hear(socket, frames.len())),
    );
    let calling = async {
        for (number, call) in scene.calls.iter().enumerate() {
            let url = format!("http://{address}/call/{place}/{number}");
            let asked = http.request(call.method.clone(), url).headers(call.headers.clone());
            let response =
                asked.body(call.body.clone()).send().await.map_err(|error| error.to_string())?;
            let body = response.bytes().await.map_err(|error| error.to_string())?;
            // The harness reads them, too.
            let _: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
        }
        Ok::<_, String>(())
    };
    tokio::try_join!(hearing, calling).map(drop)
}
