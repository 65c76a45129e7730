//! How fast `explore` is beside a bare client of the same server: calls a second that reach the server,
//! in one run each, one after the other.
//!
//!     cargo run --release -p invite-conformance --example explore_rate
//!
//! The bare client makes the calls of usual walks (sign in, open a session with its WebSocket, create,
//! join, invite, update, send, leave) with `reqwest`, looks at nothing but what the next call needs, and
//! judges nothing. `--walks N` and `--jobs N` are those of `explore`.

use invite_conformance::embedded;
use invite_explore::Request;
use invite_reference::core::rules::Hooks;
use invite_reference::core::{Call, Rules};
use invite_scenario::description::Target;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The rules of the specification, with a count of the calls.
#[derive(Debug, Default)]
struct Counting {
    calls: AtomicU64,
}

impl Hooks for Counting {
    fn rewrite_call(&self, _: &mut Call) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }
}

impl Rules for Counting {
    fn hooks(&self) -> &dyn Hooks {
        self
    }
}

/// A number after a flag.
fn asked(flag: &str, usual: u64) -> u64 {
    let mut words = std::env::args().skip_while(|word| word != flag).skip(1);
    words.next().and_then(|word| word.parse().ok()).unwrap_or(usual)
}

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Posts JSON, and gives what is answered.
async fn post(
    client: &reqwest::Client,
    url: String,
    headers: &[(&str, &str)],
    body: Value,
) -> Result<Value, Failed> {
    let mut request = client.post(url).json(&body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let bytes = request.send().await?.error_for_status()?.bytes().await?;
    Ok(if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? })
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// A session of somebody.
struct Session {
    bearer: String,
    token: String,
    user: String,
    client: String,
}

impl Session {
    async fn open(http: &reqwest::Client, target: &Target, who: &str) -> Result<Session, Failed> {
        let base = &target.planes.rest;
        let api = http
            .post(format!("{base}/v1/auth/token"))
            .basic_auth(&target.application.key, Some(&target.application.secret))
            .json(&json!({ "grant_type": "client_credentials" }))
            .send()
            .await?
            .json::<Value>()
            .await?;
        let api = format!("Bearer {}", text(&api, "access_token"));
        let named = json!({ "externalId": who });
        let url = format!("{base}/v2/client-access-token");
        let issued = post(http, url, &[("authorization", &api)], named.clone()).await?;
        let bearer = format!("Bearer {}", text(&issued, "access_token"));
        let client = format!("{who:0>40}");
        let headers = [("authorization", &*bearer), ("voxeet-id", &*client)];
        let opened = post(http, format!("{base}/v2/users/identify"), &headers, named).await?;
        let (token, user) = (text(&opened, "jwt_user_token"), text(&opened, "user_id"));
        Ok(Session { bearer, token, user, client })
    }

    async fn call(
        &self,
        http: &reqwest::Client,
        url: String,
        token: &str,
        body: Value,
    ) -> Result<Value, Failed> {
        let headers = [
            ("authorization", &*self.bearer),
            ("x-token", &*self.token),
            ("voxeet-id", &*self.client),
            ("x-conf-access-token", token),
        ];
        post(http, url, &headers, body).await
    }
}

/// What a walk does, and nothing else.
async fn walk(http: &reqwest::Client, target: &Target, number: u64) -> Result<(), Failed> {
    let base = &target.planes.rest;
    let alice = Session::open(http, target, &format!("alice-{number}")).await?;
    let bob = Session::open(http, target, &format!("bob-{number}")).await?;
    let join = || json!({ "user": { "type": "user" } });
    let url = format!("{base}/v1/conferences/create");
    let made = alice.call(http, url, "", json!({})).await?;
    let (id, owner) = (text(&made, "conferenceId"), text(&made, "ownerToken"));
    let of = |what: &str| format!("{base}/v1/conferences/{id}/{what}");
    alice.call(http, of("join"), &owner, join()).await?;
    let granted = ["JOIN", "SEND_MESSAGE"];
    let invited = json!({ "externalProfiles": [{ "externalId": format!("bob-{number}"), "permissions": granted }] });
    alice.call(http, of("invite"), &owner, invited).await?;
    let updated = json!({ "userPermissions": [{ "userId": bob.user, "newPermissions": granted }] });
    alice.call(http, of("permissions"), &owner, updated).await?;
    for number in 0..8 {
        let message = json!({ "message": format!("{number}") });
        alice.call(http, of("send"), &owner, message).await?;
    }
    alice.call(http, of("leave"), &owner, json!({ "reason": "hangUp" })).await?;
    Ok(())
}

async fn bare(target: &Target, walks: u64, jobs: u64) -> Result<Duration, Failed> {
    let http = invite_drive::plain_client()?;
    let next = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let workers = (0..jobs).map(|_| {
        let (http, target, next) = (http.clone(), target.clone(), Arc::clone(&next));
        tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= walks {
                    return Ok(());
                }
                walk(&http, &target, number).await?;
            }
        })
    });
    let workers: Vec<tokio::task::JoinHandle<Result<(), Failed>>> = workers.collect();
    for worker in workers {
        worker.await??;
    }
    Ok(began.elapsed())
}

fn rate(calls: u64, took: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let calls = calls as f64;
    calls / took.as_secs_f64().max(0.001)
}

fn main() -> Result<(), Failed> {
    let (walks, jobs) = (asked("--walks", 2_000), asked("--jobs", 32));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let rules = Arc::new(Counting::default());
        let (server, target) = embedded::start_with(rules.clone())?;
        let took = bare(&target, walks, jobs).await?;
        let bare_calls = rules.calls.swap(0, Ordering::Relaxed);
        drop(server);

        let rules = Arc::new(Counting::default());
        let (server, target) = embedded::start_with(rules.clone())?;
        let request = Request {
            target,
            seed: 1,
            people: 4,
            length: 24,
            jobs: usize::try_from(jobs)?,
            time: None,
            walks: Some(walks),
            first: false,
            strict: false,
            run_id: "rate".to_owned(),
            saved: Vec::new(),
            limits: invite_drive::Limits::default(),
        };
        let began = Instant::now();
        let outcome = invite_explore::explore(&request, std::future::pending, |_| {}).await?;
        let explored = began.elapsed();
        let calls = rules.calls.load(Ordering::Relaxed);
        drop(server);
        let (of_bare, of_explore) = (rate(bare_calls, took), rate(calls, explored));
        println!("bare     {bare_calls:>8} calls  {of_bare:>7.0} a second");
        println!(
            "explore  {calls:>8} calls  {of_explore:>7.0} a second, {} findings; {} steps, {:.0} a second",
            outcome.findings.len(),
            outcome.steps,
            rate(outcome.steps, explored),
        );
        println!("explore / bare: {:.2}", of_explore / of_bare);
        Ok(())
    })
}
