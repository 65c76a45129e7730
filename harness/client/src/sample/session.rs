//! One session of the sample client: its calls and its tokens.

use super::fault::Fault;
use super::socket::{self, Shared};
use invite_adapter::{Call, Event, Invitee, Join, Open};
use invite_spec::endpoint::{
    CLIENT_ID_HEADER, CONFERENCE_TOKEN_HEADER, Endpoint, Method, Operation, SESSION_TOKEN_HEADER,
};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// The length of an instance id.
const LENGTH: usize = invite_spec::limits::CLIENT_ID_CHARACTERS;

/// How often a wrong client sends a refused call again.
const AGAIN: usize = 12;

/// How long a wrong client waits before it does.
const LATER: Duration = Duration::from_secs(1);

/// How long a wrong client waits for a response.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long after its join a wrong client hears nothing.
const STILL_DEAF: Duration = Duration::from_millis(200);

/// A session.
pub(super) struct Session {
    http: reqwest::Client,
    url: String,
    client_token: String,
    instance: String,
    session_token: String,
    fault: Option<Fault>,
    /// What the WebSocket shares: the tokens that it brings.
    shared: Arc<Shared>,
    /// A wrong client cannot go on after what it did not expect.
    is_dead: bool,
    socket: socket::Handle,
}

/// Why a call has not done what it was for.
pub(super) enum CallError {
    /// The server refused it.
    Refused { status: u16, body: Value },
    /// Something else went wrong.
    Failed(String),
}

type Done = Result<Map<String, Value>, CallError>;

impl Session {
    /// Identifies itself and opens a WebSocket.
    pub(super) async fn open(
        http: &reqwest::Client,
        name: &str,
        open: &Open,
        fault: Option<Fault>,
        events: mpsc::UnboundedSender<Event>,
    ) -> Result<Session, CallError> {
        // As long as the real one's, and the same whenever the same person is meant.
        let instance = format!("{:x<LENGTH$}", open.external_id);
        let instance: String = instance.chars().take(LENGTH).collect();
        let shared = Arc::new(Shared::new(name.to_owned(), fault, events));
        let identity = socket::Identity {
            http: http.clone(),
            url: open.server.session.clone(),
            client_token: open.client_access_token.clone(),
            external_id: open.external_id.clone(),
            instance: instance.clone(),
        };
        let opened = identity.identify().await?;
        let session_token = opened.token.clone();
        let socket = socket::start(identity, opened, Arc::clone(&shared)).await?;
        Ok(Session {
            http: http.clone(),
            url: open.server.session.clone(),
            client_token: open.client_access_token.clone(),
            instance,
            session_token,
            fault,
            shared,
            is_dead: false,
            socket,
        })
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    /// Does what the harness asks for.
    pub(super) async fn call(&mut self, call: &Call) -> Done {
        if self.is_dead {
            return Err(CallError::Failed("the client cannot go on".to_owned()));
        }
        match call {
            Call::Open(_) => Err(CallError::Failed("there is a session already".to_owned())),
            Call::Create(create) => {
                let body = json!({ "alias": create.alias, "type": "sdk_conf",
                                   "params": { "ttl": create.ttl.unwrap_or(0) } });
                let made = self.post(Operation::SdkCreate, "", "", &without_null(body)).await?;
                let id = text(&made, "conferenceId").unwrap_or_default().to_owned();
                if let Some(token) = text(&made, "ownerToken") {
                    self.shared.hold(&id, token);
                }
                if self.has(Fault::InvitesEarly) {
                    let nobody = json!({ "externalProfiles": [] });
                    let _ = self.post(Operation::SdkInvite, &id, "", &nobody).await;
                }
                Ok(Map::from_iter([("conferenceId".to_owned(), id.into())]))
            }
            Call::Join(join) => self.join(join, "user").await,
            Call::Listen(join) => self.join(join, "listener").await,
            Call::Invite(invite) => {
                let profiles: Vec<Value> = invite.people.iter().map(profile).collect();
                let body = json!({ "externalProfiles": profiles });
                self.done(Operation::SdkInvite, &invite.conference_id, "", &body).await
            }
            Call::UpdatePermissions(update) => {
                let mut people = Vec::new();
                for person in &update.people {
                    let user = self.user(&person.external_id)?;
                    let permissions =
                        json!({ "userId": user, "newPermissions": person.permissions });
                    people.push(without_null(permissions));
                }
                let body = json!({ "userPermissions": people });
                self.done(Operation::SdkPermissions, &update.conference_id, "", &body).await
            }
            Call::Kick(kick) => {
                let user = self.user(&kick.external_id)?;
                self.done(Operation::SdkKick, &kick.conference_id, &user, &json!({})).await
            }
            Call::Leave(_) if self.has(Fault::StaysInside) => {
                Err(CallError::Failed("not now".to_owned()))
            }
            Call::Leave(leave) => {
                let body = json!({ "reason": "hangUp" });
                self.done(Operation::SdkLeave, &leave.conference_id, "", &body).await
            }
            Call::Send(send) => {
                let body = json!({ "message": send.message });
                self.done(Operation::SdkSend, &send.conference_id, "", &body).await
            }
            Call::Subscribe(subscribe) => {
                let body = serde_json::to_value(subscribe).unwrap_or_default();
                self.done(Operation::Subscribe, "", "", &body).await
            }
            Call::Close(_) => {
                let done = self.done(Operation::Logout, "", "", &json!({})).await;
                self.socket.close();
                done
            }
        }
    }

    async fn join(&mut self, join: &Join, role: &str) -> Done {
        let id = &join.conference_id;
        if let Some(token) = &join.conference_access_token {
            self.shared.hold(id, token);
        }
        self.shared.enter(id);
        let body = json!({ "sync": true, "device_type": "sample", "user": { "type": role } });
        self.shared.joining(true);
        let joined = self.post(Operation::SdkJoin, id, "", &body).await;
        if self.has(Fault::DeafWhileJoining) {
            // What came before the response may be read after it.
            tokio::time::sleep(STILL_DEAF).await;
        }
        self.shared.joining(false);
        let joined = joined?;
        let people = joined.get("participants").and_then(Value::as_array);
        for person in people.into_iter().flatten() {
            self.shared.meet(person);
        }
        Ok(Map::new())
    }

    /// The user id of a person, as news of a conference told it.
    fn user(&self, external_id: &str) -> Result<String, CallError> {
        let unknown = || CallError::Failed("nobody of that external id is known".to_owned());
        self.shared.user(external_id).ok_or_else(unknown)
    }

    async fn done(
        &mut self,
        operation: Operation,
        conference: &str,
        user: &str,
        body: &Value,
    ) -> Done {
        self.post(operation, conference, user, body).await.map(|_| Map::new())
    }

    async fn post(
        &mut self,
        operation: Operation,
        conference: &str,
        user: &str,
        body: &Value,
    ) -> Result<Value, CallError> {
        let mut answer = self.once(operation, conference, user, body).await;
        if self.has(Fault::AsksAgain) {
            for _ in 0..AGAIN {
                if !matches!(&answer, Err(refused) if refused.is_final()) {
                    break;
                }
                answer = self.once(operation, conference, user, body).await;
            }
        }
        answer
    }

    async fn once(
        &mut self,
        operation: Operation,
        conference: &str,
        user: &str,
        body: &Value,
    ) -> Result<Value, CallError> {
        let endpoint = operation.endpoint();
        let path = endpoint.path.replace("{conferenceId}", conference).replace("{userId}", user);
        let method = match endpoint.method {
            Method::Delete => reqwest::Method::DELETE,
            _ => reqwest::Method::POST,
        };
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.client_token)
            .header("content-type", "application/json")
            .header(SESSION_TOKEN_HEADER, self.shared.session(&self.session_token))
            .body(body.to_string());
        if !self.has(Fault::NoInstance) {
            request = request.header(CLIENT_ID_HEADER, &self.instance);
        }
        if let Some(token) = self.shared.current().filter(|_| self.shows_token(endpoint)) {
            request = request.header(CONFERENCE_TOKEN_HEADER, token);
        }
        if self.has(Fault::Impatient) {
            request = request.timeout(PATIENCE);
        }
        let later = request.try_clone().filter(|_| self.has(Fault::AsksLater));
        let failed = |error: reqwest::Error| CallError::Failed(error.without_url().to_string());
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(failed)?;
        if self.has(Fault::DiesOfNull) && &bytes[..] == b"null" {
            self.is_dead = true;
        }
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        if status.is_success() {
            return Ok(body);
        }
        let refused = CallError::Refused { status: status.as_u16(), body };
        if let Some(request) = later.filter(|_| refused.is_final()) {
            tokio::spawn(ask_later(request));
        }
        Err(refused)
    }

    fn shows_token(&self, endpoint: &Endpoint) -> bool {
        let joins = endpoint.operation == Operation::SdkJoin;
        match self.fault {
            Some(Fault::NoTokenAtJoin) => !joins,
            Some(Fault::NoTokenInCalls) => joins,
            _ => true,
        }
    }
}

impl CallError {
    /// Whether the server refused it for a reason that stays the same.
    fn is_final(&self) -> bool {
        match self {
            CallError::Refused { status, body } => {
                *status == 401 || body.get("error_code") == Some(&json!(114))
            }
            CallError::Failed(_) => false,
        }
    }
}

/// Sends a request again and again. It ends with the client.
async fn ask_later(request: reqwest::RequestBuilder) {
    for _ in 0..AGAIN {
        tokio::time::sleep(LATER).await;
        let Some(again) = request.try_clone() else { return };
        let _ = again.send().await;
    }
}

fn profile(invitee: &Invitee) -> Value {
    without_null(json!({ "externalId": invitee.external_id, "permissions": invitee.permissions }))
}

/// What is not given is not sent.
fn without_null(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            fields.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}
