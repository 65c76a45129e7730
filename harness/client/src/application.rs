//! The calls of the application's server. They go through the relay, so that a trace shows them.

use invite_scenario::description::Credentials;
use invite_spec::endpoint::{Authentication, Endpoint, Method, Operation};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

/// The application's server.
pub(crate) struct Application {
    http: reqwest::Client,
    url: String,
    credentials: Credentials,
    token: OnceCell<Option<String>>,
}

impl Application {
    pub(crate) fn new(http: reqwest::Client, url: String, credentials: Credentials) -> Application {
        Application { http, url, credentials, token: OnceCell::new() }
    }

    /// A client access token for a person; `None` if the server gives none.
    pub(crate) async fn client_token(&self, external_id: &str) -> Option<String> {
        let endpoint = Operation::ClientAccessToken.endpoint();
        let body =
            json!({ "externalId": external_id, "sessionScope": "conf:create notifications:set" });
        let answer = self.call(endpoint, endpoint.path.to_owned(), Some(&body)).await?;
        answer.get("access_token")?.as_str().map(str::to_owned)
    }

    /// A call; `None` unless it is accepted and answered JSON or nothing. The relay notes what came of it.
    pub(crate) async fn call(
        &self,
        endpoint: &Endpoint,
        path: String,
        body: Option<&Value>,
    ) -> Option<Value> {
        let method = match endpoint.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Delete => reqwest::Method::DELETE,
        };
        let request = self.http.request(method, format!("{}{path}", self.url));
        let request = match endpoint.authentication {
            Authentication::ApiToken => request.bearer_auth(self.api_token().await?),
            _ => request,
        };
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        };
        read(request).await
    }

    async fn api_token(&self) -> Option<&str> {
        let ask = || async {
            let endpoint = Operation::AuthToken.endpoint();
            let Credentials { key, secret } = &self.credentials;
            let request = self.http.post(format!("{}{}", self.url, endpoint.path));
            let request = request
                .basic_auth(key, Some(secret))
                .header("content-type", "application/x-www-form-urlencoded")
                .body("grant_type=client_credentials");
            read(request).await?.get("access_token")?.as_str().map(str::to_owned)
        };
        self.token.get_or_init(ask).await.as_deref()
    }
}

async fn read(request: reqwest::RequestBuilder) -> Option<Value> {
    let response = request.send().await.ok()?.error_for_status().ok()?;
    let body = response.bytes().await.ok()?;
    if body.is_empty() { Some(Value::Null) } else { serde_json::from_slice(&body).ok() }
}
