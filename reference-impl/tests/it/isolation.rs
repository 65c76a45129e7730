//! Applications do not wait for each other.

use crate::support::{PATIENCE, Site, listening, program};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How many people one application invites.
const PEOPLE: usize = 80_000;
/// How many of them in one request: the limit.
const AT_ONCE: usize = 5_000;

async fn invite_everybody(site: Site) -> Duration {
    let token = site.api_token().await;
    let at_once = std::env::var("AT_ONCE").map_or(AT_ONCE, |text| text.parse().unwrap());
    let bodies: Vec<String> = (0..PEOPLE / at_once)
        .map(|part| {
            let guests: Map<String, Value> = (part * at_once..(part + 1) * at_once)
                .map(|number| (format!("{number:x}"), json!({})))
                .collect();
            json!({ "participants": guests }).to_string()
        })
        .collect();
    let mut paths = Vec::new();
    for _ in &bodies {
        let made = site.rest("/v2/conferences/create", json!({ "ownerExternalId": "alice" })).await;
        paths.push(format!("/v2/conferences/{}/invite", made["conferenceId"].as_str().unwrap()));
    }
    let started = Instant::now();
    for (path, body) in paths.iter().zip(bodies) {
        let request = site.post(path).bearer_auth(&token).timeout(6 * PATIENCE);
        let response = request.body(body).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.bytes().await.unwrap();
    }
    started.elapsed()
}

/// How often a small call is made, whether or not the last one has been answered.
const INTERVAL: Duration = Duration::from_millis(5);

/// How long small calls take while `until` runs: the median, the 99th percentile and the longest.
async fn small_calls<T>(site: &Arc<Site>, until: impl Future<Output = T>) -> (T, [Duration; 3]) {
    let mut calls = JoinSet::new();
    let mut until = std::pin::pin!(until);
    let mut due = tokio::time::interval(INTERVAL);
    let result = loop {
        tokio::select! {
            result = &mut until => break result,
            due = due.tick() => {
                let site = site.clone();
                calls.spawn(async move {
                    site.api_token().await;
                    due.elapsed()
                });
            }
        }
    };
    let mut taken = calls.join_all().await;
    taken.sort_unstable();
    let at = |percent: usize| taken[(taken.len() * percent / 100).min(taken.len() - 1)];
    (result, [at(50), at(99), at(100)])
}

/// Prints how long small calls of one application take while another one invites 80,000 people.
/// `PROGRAM` is another program to measure, and `AT_ONCE` how many people are invited at once.
#[ignore = "a measurement, for an idle machine"]
#[tokio::test(flavor = "multi_thread")]
async fn measure_small_calls_of_one_application_while_another_invites() {
    let arguments = ["--listen=127.0.0.1:0", "--app=closed:s1:protected,open:s2", "--log=off"];
    let mut command = match std::env::var("PROGRAM") {
        Ok(path) => {
            let mut command = tokio::process::Command::new(path);
            command.args(arguments).kill_on_drop(true);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null());
            command
        }
        Err(_) => program(&arguments),
    };
    let (_child, site) = listening(&mut command).await;
    let other = Arc::new(Site { key: "open", secret: "s2", ..Site::new(site.address) });
    small_calls(&other, tokio::time::sleep(Duration::from_secs(1))).await;
    let (_, alone) = small_calls(&other, tokio::time::sleep(Duration::from_secs(3))).await;
    let inviting = tokio::spawn(invite_everybody(site));
    let (taken, beside) = small_calls(&other, inviting).await;
    println!(
        "{PEOPLE} people invited in {:?}; small calls of another application (p50, p99, max): \
         alone {alone:?}, beside it {beside:?}; p99 x {:.1}",
        taken.unwrap(),
        beside[1].as_secs_f64() / alone[1].as_secs_f64()
    );
}
