//! What the application server of these people does: tokens, and what the adapter cannot.

use invite_scenario::description::Credentials;
use reqwest::Client;
use serde_json::{Map, Value, json};

/// An application server.
#[derive(Debug)]
pub(super) struct Application {
    http: Client,
    base: String,
    token: String,
}

impl Application {
    /// Signs in.
    pub(super) async fn new(base: &str, credentials: &Credentials) -> Result<Application, String> {
        let http = invite_drive::plain_client().map_err(|error| error.to_string())?;
        let request = http
            .post(format!("{base}/v1/auth/token"))
            .basic_auth(&credentials.key, Some(&credentials.secret))
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials");
        let token = text(&object(request).await?, "access_token")?;
        Ok(Application { http, base: base.to_owned(), token })
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Map<String, Value>, String> {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(&self.token);
        let request = request.header("content-type", "application/json").body(body.to_string());
        object(request).await
    }

    /// A client access token.
    pub(super) async fn client_token(&self, external_id: &str) -> Result<String, String> {
        let body = json!({ "externalId": external_id });
        text(&self.post("/v2/client-access-token", &body).await?, "access_token")
    }

    /// A conference, and the token of its owner.
    pub(super) async fn create(&self, owner: &str) -> Result<(String, String), String> {
        let body = json!({ "ownerExternalId": owner });
        let made = self.post("/v2/conferences/create", &body).await?;
        Ok((text(&made, "conferenceId")?, text(&made, "ownerToken")?))
    }

    /// Invites somebody: the token with which they join.
    pub(super) async fn invite(&self, conference: &str, who: &str) -> Result<String, String> {
        let body = json!({ "participants": { who: { "permissions": ["JOIN", "SEND_MESSAGE"] } } });
        text(&self.post(&format!("/v2/conferences/{conference}/invite"), &body).await?, who)
    }
}

async fn object(request: reqwest::RequestBuilder) -> Result<Map<String, Value>, String> {
    let answer = async { request.send().await?.error_for_status()?.bytes().await };
    let bytes = answer.await.map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}

fn text(fields: &Map<String, Value>, name: &str) -> Result<String, String> {
    let found = fields.get(name).and_then(Value::as_str);
    found.map(str::to_owned).ok_or_else(|| format!("its answer has no `{name}`"))
}
