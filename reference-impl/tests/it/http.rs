//! Valid and invalid requests.

use crate::support::{Site, answer, ok, start};
use invite_spec::endpoint::{Authentication, ENDPOINTS};
use reqwest::{Method, header};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn every_endpoint_of_the_table_is_served_with_its_credentials() {
    let (_server, site) = start();
    for endpoint in ENDPOINTS {
        let path: Vec<_> = endpoint.path.split('/').collect();
        let path = path.iter().map(|part| if part.starts_with('{') { "x" } else { part });
        let path = path.collect::<Vec<_>>().join("/");
        let method = Method::from_bytes(endpoint.method.as_str().as_bytes()).unwrap();
        let (status, body) = answer(site.request(method, &path).json(&json!({}))).await;
        let expected = if endpoint.authentication == Authentication::None { 200 } else { 401 };
        assert_eq!(status, expected, "{}: {body}", endpoint.operation);
    }
}

#[tokio::test]
async fn anything_else_is_refused_with_an_error_object() {
    let (_server, site) = start();
    for (method, path, status, code) in [
        (Method::GET, "/nothing", 404, 94),
        (Method::GET, "/spec/nothing", 404, 94),
        (Method::POST, "/", 405, 92),
        (Method::DELETE, "/spec/", 405, 92),
        (Method::POST, "/v2/conferences/x/nothing", 404, 94),
        (Method::POST, "/v1/conferences//join", 404, 94),
        (Method::GET, "/v1/auth/token", 405, 92),
        (Method::PUT, "/v2/users/identify", 405, 92),
        (Method::POST, "/v2/session", 405, 92),
        (Method::GET, "/v2/session", 400, 90),
    ] {
        let (found, body) = answer(site.request(method, path)).await;
        assert_eq!((found.as_u16(), &body["error_code"]), (status, &json!(code)), "{path}");
        assert_eq!(body["type"], "ErrorResponse");
        assert!(body["error_reason"].is_string() && body["error_description"].is_string());
    }
}

#[tokio::test]
async fn a_page_of_another_origin_may_call_and_read_even_refusals() {
    let (_server, site) = start();
    let origin = "https://app.example:8443";
    for path in ["/v2/users/identify", "/v1/subscriptions", "/api/v1/metrics/configuration"] {
        let request = site.request(Method::OPTIONS, path).header(header::ORIGIN, origin);
        let request = request
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type,voxeet-id");
        let response = request.send().await.unwrap();
        assert!(response.status().is_success());
        let headers = response.headers();
        assert_eq!(headers["access-control-allow-origin"], origin);
        assert_eq!(headers["access-control-allow-credentials"], "true");
        let list = |name: &str| -> Vec<String> {
            headers[name].to_str().unwrap().split(", ").map(str::to_owned).collect()
        };
        let allowed = list("access-control-allow-headers");
        for name in ["authorization", "content-type", "voxeet-id", "x-token", "x-conf-access-token"]
        {
            assert!(allowed.iter().any(|allowed| allowed == name), "{name}");
        }
        let methods = list("access-control-allow-methods");
        for name in ["GET", "POST", "PUT", "DELETE"] {
            assert!(methods.iter().any(|method| method == name), "{name}");
        }
    }
    for path in ["/v2/users/identify", "/nowhere"] {
        let response = site.post(path).header(header::ORIGIN, origin).send().await.unwrap();
        assert!(response.status().is_client_error());
        assert_eq!(response.headers()["access-control-allow-origin"], origin);
        assert_eq!(response.headers()["access-control-allow-credentials"], "true");
    }
}

#[tokio::test]
async fn a_bad_body_is_refused_and_the_field_is_named() {
    let (_server, site) = start();
    let token = site.api_token().await;
    for (body, named) in [
        (r#"{"ownerExternalId""#, "not JSON"),
        ("nonsense", "not JSON"),
        ("[]", "expected an object"),
        ("null", "expected struct"),
        ("", "ownerExternalId"),
        ("{}", "ownerExternalId"),
        (r#"{"ownerExternalId":5}"#, "ownerExternalId"),
        (r#"{"ownerExternalId":"a","participants":[]}"#, "participants"),
        (
            r#"{"ownerExternalId":"a","participants":{"b":{"permissions":["FLY"]}}}"#,
            "participants.b.permissions",
        ),
        (r#"{"ownerExternalId":"a","parameters":{"ttl":-1}}"#, "parameters.ttl"),
    ] {
        let request = site.post("/v2/conferences/create").bearer_auth(&token).body(body);
        let (status, refusal) = answer(request).await;
        assert_eq!((status.as_u16(), &refusal["error_code"]), (400, &json!(90)), "{body}");
        let description = refusal["error_description"].as_str().unwrap();
        assert!(description.contains(named), "{description}");
    }
}

#[tokio::test]
async fn json_is_understood_whatever_it_is_called_and_more_fields_are_ignored() {
    let (_server, site) = start();
    let token = site.api_token().await;
    let body = r#"{"ownerExternalId":"alice","further":{"field":[1]}}"#;
    for kind in ["application/json; charset=utf-8", "text/plain", "application/octet-stream"] {
        let request = site.post("/v2/conferences/create").bearer_auth(&token);
        ok(request.header(header::CONTENT_TYPE, kind).body(body)).await;
    }
}

#[tokio::test]
async fn a_body_above_the_limit_is_refused_after_it_was_sent() {
    let (_server, site) = start();
    let token = site.api_token().await;
    let fits = format!(r#"{{"ownerExternalId":"alice","x":"{}"}}"#, "x".repeat(1_048_000));
    ok(site.post("/v2/conferences/create").bearer_auth(&token).body(fits)).await;
    for megabytes in [2, 9] {
        let body = vec![b' '; megabytes * 1_048_576];
        let request = site.post("/v2/conferences/create").bearer_auth(&token).body(body);
        let (status, refusal) = answer(request).await;
        assert_eq!((status.as_u16(), &refusal["error_code"]), (413, &json!(91)));
    }
}

/// Sends raw bytes and reads until the server closes the connection.
async fn raw(site: &Site, request: &str) -> String {
    let mut connection = TcpStream::connect(site.address).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = connection.read_to_end(&mut answer);
    // The server may reset a connection that it closes while bytes are still coming.
    let _ =
        tokio::time::timeout(crate::support::PATIENCE, read).await.expect("a closed connection");
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_body_cut_short_harms_no_later_request() {
    let (_server, site) = start();
    let token = site.api_token().await;
    let body = r#"{"ownerExternalId":"alice","alias":"ärger"}"#;
    let characters = body.chars().count();
    let request = format!(
        "POST /v2/conferences/create HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {characters}\r\n\
         Connection: keep-alive\r\n\r\n{body}POST /v2/conferences/create HTTP/1.1\r\n\r\n",
        site.address
    );
    let answer = raw(&site, &request).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1").count(), 1, "nothing is made of what is left over");
    let request = site.post("/v2/conferences/create").bearer_auth(&token);
    ok(request.json(&json!({ "ownerExternalId": "alice" }))).await;
    assert!(raw(&site, "}POST / HTTP/1.1\r\n\r\n").await.starts_with("HTTP/1.1 400"));
}

#[tokio::test]
async fn the_socket_is_where_the_request_was_made_unless_it_is_set() {
    use invite_reference::{Server, Settings};
    let (_server, site) = start();
    let identify = async |site: &Site, name: &str, value: &str| {
        let token = site.api_token().await;
        let request = site.post("/v2/client-access-token").bearer_auth(token);
        let client = ok(request.json(&json!({}))).await;
        let request = site.post("/v2/users/identify").header("Voxeet-Id", "x");
        let request = request.bearer_auth(client["access_token"].as_str().unwrap());
        ok(request.header(name, value).json(&json!({}))).await["wsUri"].clone()
    };
    assert_eq!(identify(&site, "x", "y").await, format!("ws://{}", site.address));
    assert_eq!(identify(&site, "host", "a.example").await, "ws://a.example");
    assert_eq!(identify(&site, "host", "a b").await, format!("ws://{}", site.address));
    let forwarded = identify(&site, "x-forwarded-proto", "https").await;
    assert_eq!(forwarded, format!("wss://{}", site.address));
    let server = Server::start(Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        public_url: Some("https://b.example".parse().unwrap()),
        ..Settings::default()
    });
    let server = server.unwrap();
    let site = Site { key: "demo", secret: "demo-secret", ..Site::new(server.address()) };
    assert_eq!(identify(&site, "host", "a.example").await, "wss://b.example");
}
