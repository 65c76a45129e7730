//! Secrets stay with the target: what it sends is never taken for the name of one, and its tokens go to
//! its own hosts only.

use super::between::{Listener, describe};
use crate::program::process::{program, run, run_alone};
use base64::Engine as _;
use invite_conformance::embedded;
use invite_selftest::proxy::{Change, Proxy, Request, Response};
use invite_spec::endpoint::Operation;
use std::sync::Arc;

/// Changes fields of the response to identify.
struct Identify(Vec<(&'static str, String)>);

impl Change for Identify {
    fn response(&self, request: &Request<'_>, mut response: Response) -> Response {
        let is_identify = request.endpoint.is_some_and(|it| it.operation == Operation::Identify);
        if let Some(mut body) = response.json().filter(|_| is_identify) {
            for (name, value) in &self.0 {
                body[*name] = value.as_str().into();
            }
            response.set_json(&body);
        }
        response
    }
}

/// Runs a scenario against a target whose identify answers these fields, with this line in its
/// description. Gives what was said, and the exit code.
async fn outcome(fields: Vec<(&'static str, String)>, more: &str) -> (Option<i32>, String) {
    let (server, target) = embedded::start().unwrap();
    let proxy = Proxy::start(&target.planes, Arc::new(Identify(fields))).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = describe(folder.path(), &proxy.planes().rest, &target.application, more);
    let command =
        program(["run", &file, "--only", "invite-rest-two", "--header", "X-Gate-Key: g4te-k3y-1"]);
    let outcome = tokio::task::spawn_blocking(|| run_alone(command)).await.unwrap();
    drop(proxy);
    server.shutdown().await;
    (outcome.code(), outcome.said())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_spelled_like_a_pseudonym_is_no_secret() {
    let listener = Listener::start();
    let (_, target) = embedded::start().unwrap();
    for name in ["credentials of the application", "secret of the application"] {
        let fields = vec![
            ("jwt_user_token", format!("<{name}>")),
            ("wsUri", format!("ws://{}", listener.address)),
        ];
        outcome(fields, &format!("hosts = [\"{}\"]", listener.address)).await;
    }
    let heard = listener.heard().concat();
    let secret = &target.application.secret;
    let pair = format!("{}:{secret}", target.application.key);
    let pair = base64::engine::general_purpose::STANDARD.encode(pair);
    assert!(!heard.contains(secret) && !heard.contains(&pair), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_and_headers_do_not_go_to_another_host() {
    let listener = Listener::start();
    let fields = || vec![("wsUri", format!("ws://{}", listener.address))];
    let (code, said) = outcome(fields(), "").await;
    assert_eq!(listener.heard(), Vec::<String>::new());
    assert_eq!(code, Some(3), "{said}");
    let hosts = format!("hosts = [\"{}\"]", listener.address);
    assert!(said.contains(&listener.address) && said.contains(&hosts), "{said}");

    let (_, said) = outcome(fields(), &hosts).await;
    let heard = listener.heard().concat();
    assert!(heard.contains("g4te-k3y-1") && heard.contains("Token="), "{heard}");
    assert!(said.contains("Tokens and headers may go to other hosts"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_look_like_pseudonyms_are_ids() {
    let fields = vec![("user_id", "<token-1>".to_owned())];
    let (_, said) = outcome(fields, "").await;
    assert!(!said.contains("TOK-") && !said.contains("the harness itself"), "{said}");
}

#[test]
fn a_password_in_an_address_is_not_printed() {
    let credentials = ["--app-key", "k", "--app-secret", "s3cr3t-s3cr3t"];
    for url in ["http://user:hunter2@127.0.0.1:1", "http://127.0.0.1:1/?key=hunter2", "u:hunter2@h"]
    {
        let fixed = ["run", "--url", url];
        let outcome = run(program(fixed.into_iter().chain(credentials)));
        assert_eq!(outcome.code(), Some(2), "{outcome:#?}");
        assert!(!outcome.said().contains("hunter2"), "{}", outcome.said());
    }
}

#[test]
fn a_proxy_in_the_environment_is_not_used() {
    let listener = Listener::start();
    let mut command = program(["run", "--only", "invite-rest-two"]);
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"] {
        command.env(name, format!("http://{}", listener.address));
    }
    let outcome = run_alone(command);
    assert_eq!(listener.heard(), Vec::<String>::new());
    assert_eq!(outcome.code(), Some(0), "{}", outcome.said());
}
