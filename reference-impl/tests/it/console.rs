//! The console: who may use it, and what it does and shows.

use crate::support::{PATIENCE, Site};
use invite_reference::{Application, Console, Server, Settings};
use reqwest::{Method, RequestBuilder, Response, StatusCode, header};
use serde_json::{Value, json};

fn start(console: Console) -> (Server, Site) {
    let server = Server::start(Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: vec![Application::new("closed", "s1").protected()],
        console,
        ..Settings::default()
    })
    .unwrap();
    let site = Site::new(server.address());
    (server, site)
}

async fn sent(request: RequestBuilder) -> Response {
    request.timeout(PATIENCE).send().await.unwrap()
}

fn act(site: &Site, operation: &str, body: Value) -> RequestBuilder {
    let action = json!({ "application": "closed", "operation": operation, "body": body });
    site.post("/console/call").json(&action)
}

async fn state(site: &Site, after: u64) -> Value {
    let path = format!("/console/state?after={after}");
    sent(site.request(Method::GET, &path)).await.json().await.unwrap()
}

#[tokio::test]
async fn it_shows_how_everybody_stands_and_no_token() {
    let (_server, site) = start(Console::Loopback);
    let page = sent(site.request(Method::GET, "/")).await;
    let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("default-src *"));
    assert!(page.text().await.unwrap().contains("Open a session"));

    // Frames are kept from the first look on.
    assert_eq!(state(&site, 0).await["frames"], json!([]));
    let mut bob = site.online("bob").await;
    let owned =
        json!({ "ownerExternalId": "alice", "participants": { "bob": { "notification": true } } });
    let made: Value = sent(act(&site, "rest.create", owned)).await.json().await.unwrap();
    assert!(bob.message().await.is_some(), "the invitation");
    let seen = state(&site, 0).await;
    let application = &seen["applications"][0];
    assert_eq!(application["key"], "closed");
    assert_eq!(application["sessions"][0]["externalId"], "bob");
    assert_eq!(application["sessions"][0]["isOpen"], true);
    let conference = &application["conferences"][0];
    assert_eq!(conference["id"], made["conferenceId"]);
    let people = conference["participants"].as_array().unwrap();
    assert!(people.iter().any(|it| it["externalId"] == "bob" && it["status"] == "RESERVED"));
    let frames = seen["frames"].as_array().unwrap();
    assert_eq!(frames.len(), 1, "{frames:?}");
    assert_eq!(frames[0]["to"], json!(["bob"]));
    assert_eq!(frames[0]["frame"]["confToken"], "(a token)");
    let text = seen.to_string();
    let token = made["usersTokens"]["bob"].as_str().unwrap();
    for secret in [token, &bob.token, &bob.bearer, "s1"] {
        assert!(!text.contains(secret), "{text}");
    }
    // The next look is about what came since.
    assert_eq!(state(&site, 1).await["frames"], json!([]));
}

#[tokio::test]
async fn a_page_of_another_site_cannot_use_it() {
    let (_server, site) = start(Console::Loopback);
    let create = || act(&site, "rest.create", json!({ "ownerExternalId": "alice" }));
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("host", "evil.example"),
        ("x-forwarded-for", "192.0.2.1"),
    ] {
        let refused = sent(create().header(name, value)).await;
        assert_eq!(refused.status(), StatusCode::NOT_FOUND, "{name}: {value}");
        let path = site.request(Method::GET, "/console/state").header(name, value);
        assert_eq!(sent(path).await.status(), StatusCode::NOT_FOUND, "{name}: {value}");
    }
    assert_eq!(state(&site, 0).await["applications"][0]["conferences"], json!([]));
    let own = format!("http://{}", site.address);
    assert_eq!(sent(create().header("origin", own)).await.status(), 200);
}

#[tokio::test]
async fn there_is_none_where_nobody_may_use_it() {
    let (_server, site) = start(Console::Off);
    for path in ["/console/state", "/console/call"] {
        for method in [Method::GET, Method::POST] {
            let status = sent(site.request(method.clone(), path)).await.status().as_u16();
            assert!([404, 405].contains(&status), "{method} {path}: {status}");
        }
    }
    let root = sent(site.request(Method::GET, "/")).await;
    assert!(root.url().path().ends_with("/spec/"), "{}", root.url());
}

#[tokio::test]
async fn what_it_is_asked_wrongly_is_refused_with_a_reason() {
    let (_server, site) = start(Console::Loopback);
    let other = json!({ "application": "other", "operation": "rest.create" });
    for (request, reason) in [
        (act(&site, "sdk.create", json!({})), "operation"),
        (act(&site, "no.such", json!({})), "operation"),
        (site.post("/console/call").json(&other), "application"),
        (site.post("/console/call").body("{"), "EOF"),
        (act(&site, "rest.create", json!({})), "ownerExternalId"),
    ] {
        let refused = sent(request).await;
        assert_eq!(refused.status(), 400);
        let text = refused.text().await.unwrap();
        assert!(text.contains(reason), "{text}");
    }
    let long = site.post("/console/call").body(vec![b' '; 2 * 1024 * 1024]);
    assert_eq!(sent(long).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
}
