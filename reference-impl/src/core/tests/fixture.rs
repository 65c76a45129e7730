//! A core with people, and the frames that each of their sessions has received.

use crate::core::token::Keys;
use crate::core::{
    Application, Call, Connection, Core, Credentials, Effects, Ids, Origin, Policy, Refusal, Rules,
    SessionId, SocketId, Standard, Time, UpgradeRequest,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use invite_spec::endpoint::Operation;
use invite_spec::error::Failure;
use invite_spec::push::{FrameType, Push};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Ids that are easy to distinguish.
struct Counter(u64);

impl Ids for Counter {
    fn fresh(&mut self) -> Arc<str> {
        self.0 += 1;
        format!("id-{}", self.0).into()
    }

    fn derived(&mut self, application: &str, external_id: &str) -> Arc<str> {
        format!("id-of-{application}-{external_id}").into()
    }
}

/// The application whose clients create protected conferences.
pub(super) const CLOSED: &str = "closed";
/// The application whose clients create unprotected ones.
pub(super) const OPEN: &str = "open";

/// A core, its clock, and what was delivered.
pub(super) struct Fixture {
    pub(super) core: Core,
    pub(super) now: Time,
    inbox: BTreeMap<SessionId, Vec<Push>>,
    pub(super) closed: Vec<SocketId>,
    clients: u64,
}

/// A session, and the state of its client.
#[derive(Debug, Clone)]
pub(super) struct Client {
    pub(super) bearer: String,
    pub(super) client_id: String,
    pub(super) token: String,
    pub(super) user_id: String,
    pub(super) session: SessionId,
    pub(super) connection: Option<Connection>,
    /// The current conference access token.
    pub(super) conference_token: Option<String>,
}

/// The outcome of a call.
pub(super) type Answer = Result<Value, Refusal>;

/// Why a call was refused.
pub(super) fn failure(answer: &Answer) -> Failure {
    answer.as_ref().expect_err("it should be refused").failure
}

impl Fixture {
    pub(super) fn new() -> Fixture {
        Fixture::with(Policy::default(), Arc::new(Standard))
    }

    pub(super) fn with(policy: Policy, rules: Arc<dyn Rules>) -> Fixture {
        let applications =
            vec![Application::new(CLOSED, "s1").protected(), Application::new(OPEN, "s2")];
        let keys = Keys::new(b"a key that only the tests have, of course");
        Fixture {
            core: Core::new(applications, policy, rules, keys, Box::new(Counter(0))),
            now: Time::from_millis(1_795_000_000_000),
            inbox: BTreeMap::new(),
            closed: Vec::new(),
            clients: 0,
        }
    }

    fn take(&mut self, effects: Effects) {
        self.closed.extend(effects.closings);
        for delivery in effects.deliveries {
            for session in delivery.to {
                self.inbox.entry(session).or_default().push(delivery.push.clone());
            }
        }
    }

    /// Makes a call with any credentials.
    pub(super) fn call(
        &mut self,
        operation: &str,
        parameters: &[&str],
        credentials: Credentials,
        body: Value,
    ) -> Answer {
        let operation = Operation::parse(operation).expect("an operation of the table");
        let endpoint = operation.endpoint();
        let given = parameters.iter().map(|value| (*value).to_owned());
        let call = Call {
            endpoint,
            parameters: endpoint.parameters().zip(given).collect(),
            credentials,
            origin: Origin::default(),
            body: Ok(body),
        };
        let outcome = self.core.call(call, self.now);
        self.take(outcome.effects);
        outcome.result
    }

    /// The `Authorization` of an application.
    pub(super) fn basic(key: &str, secret: &str) -> Credentials {
        let encoded = STANDARD.encode(format!("{key}:{secret}"));
        Credentials { authorization: Some(format!("Basic {encoded}")), ..Credentials::default() }
    }

    pub(super) fn bearer(token: &str) -> Credentials {
        Credentials { authorization: Some(format!("Bearer {token}")), ..Credentials::default() }
    }

    /// An API token with these fields of the request.
    pub(super) fn api_token(&mut self, key: &str, more: Value) -> String {
        let secret = if key == CLOSED { "s1" } else { "s2" };
        let mut body = json!({ "grant_type": "client_credentials" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = self.call("auth.token", &[], Self::basic(key, secret), body).unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// A call of the application server of [`CLOSED`].
    pub(super) fn rest(&mut self, operation: &str, conference: &str, body: Value) -> Answer {
        let token = self.api_token(CLOSED, json!({}));
        self.call(operation, &[conference], Self::bearer(&token), body)
    }

    /// A client access token.
    pub(super) fn client_token(&mut self, key: &str, body: Value) -> String {
        let token = self.api_token(key, json!({}));
        let answer = self.call("rest.client-access-token", &[], Self::bearer(&token), body);
        answer.unwrap()["access_token"].as_str().unwrap().to_owned()
    }

    /// A session of a person without a socket.
    pub(super) fn offline(&mut self, key: &str, external_id: &str) -> Client {
        let bearer = self.client_token(key, json!({ "externalId": external_id }));
        self.identified(bearer, json!({ "name": external_id, "externalId": external_id })).unwrap()
    }

    /// A session of a person, with a socket.
    pub(super) fn online(&mut self, key: &str, external_id: &str) -> Client {
        let mut client = self.offline(key, external_id);
        self.open(&mut client).unwrap();
        client
    }

    /// A session for this client access token.
    pub(super) fn identified(&mut self, bearer: String, body: Value) -> Result<Client, Refusal> {
        self.clients += 1;
        let client_id = format!("client-{}", self.clients);
        let credentials =
            Credentials { client_id: Some(client_id.clone()), ..Self::bearer(&bearer) };
        let answer = self.call("sdk.identify", &[], credentials, body)?;
        let token = answer["jwt_user_token"].as_str().unwrap().to_owned();
        let payload = token.split('.').nth(1).unwrap();
        let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
        let claims: Value = serde_json::from_slice(&payload).unwrap();
        Ok(Client {
            bearer,
            client_id,
            token,
            user_id: answer["user_id"].as_str().unwrap().to_owned(),
            session: SessionId::new(claims["jti"].as_str().unwrap()),
            connection: None,
            conference_token: None,
        })
    }

    /// Opens a client's socket.
    pub(super) fn open(&mut self, client: &mut Client) -> Result<(), Refusal> {
        let upgrade = UpgradeRequest {
            token: Some(client.token.clone()),
            client_id: Some(client.client_id.clone()),
        };
        let (connection, effects) = self.core.open_socket(&upgrade, self.now);
        self.take(effects);
        client.connection = Some(connection?);
        Ok(())
    }

    /// Closes a client's socket.
    pub(super) fn lose(&mut self, client: &Client) {
        let effects = self.core.close_socket(client.connection.as_ref().unwrap(), self.now);
        self.take(effects);
    }

    pub(super) fn credentials(client: &Client) -> Credentials {
        Credentials {
            session_token: Some(client.token.clone()),
            conference_token: client.conference_token.clone(),
            client_id: Some(client.client_id.clone()),
            ..Self::bearer(&client.bearer)
        }
    }

    /// A call of a client; `about` is the conference, and more.
    pub(super) fn sdk(
        &mut self,
        client: &Client,
        operation: &str,
        about: &[&str],
        body: Value,
    ) -> Answer {
        self.call(operation, about, Self::credentials(client), body)
    }

    /// A client creates a conference, whose owner token becomes its current one.
    pub(super) fn create(&mut self, client: &mut Client, alias: &str) -> String {
        let answer = self.sdk(client, "sdk.create", &[], json!({ "alias": alias })).unwrap();
        client.conference_token = answer["ownerToken"].as_str().map(str::to_owned);
        answer["conferenceId"].as_str().unwrap().to_owned()
    }

    pub(super) fn join(&mut self, client: &Client, conference: &str) -> Answer {
        self.sdk(client, "sdk.join", &[conference], json!({}))
    }

    /// Invites one person with the default permissions.
    pub(super) fn invite(&mut self, client: &Client, conference: &str, whom: &str) -> Answer {
        let body = json!({ "externalProfiles": [{ "externalId": whom }] });
        self.sdk(client, "sdk.invite", &[conference], body)
    }

    /// Lets time pass.
    pub(super) fn later(&mut self, duration: Duration) {
        let until = self.now.after(duration);
        while let Some(next) = self.core.next_deadline().filter(|next| *next <= until) {
            self.now = self.now.max(next);
            let effects = self.core.advance(self.now);
            self.take(effects);
        }
        self.now = until;
    }

    pub(super) fn seconds(&mut self, seconds: u64) {
        self.later(Duration::from_secs(seconds));
    }

    /// The frames that a client has received since it was last asked.
    pub(super) fn pushes(&mut self, client: &Client) -> Vec<Push> {
        self.inbox.remove(&client.session).unwrap_or_default()
    }

    /// The same frames, in a few words each.
    pub(super) fn frames(&mut self, client: &Client) -> Vec<String> {
        self.pushes(client).iter().map(|push| self.words(push)).collect()
    }

    /// Reads the token of the one frame of this kind that a client has received.
    pub(super) fn received_token(&mut self, client: &Client) -> String {
        let tokens: Vec<String> = self
            .pushes(client)
            .into_iter()
            .filter_map(|push| match push {
                Push::InvitationReceived(frame) => frame.conf_token,
                Push::UpdateToken(frame) => Some(frame.content.access_token),
                _ => None,
            })
            .collect();
        assert_eq!(tokens.len(), 1, "one token is expected");
        tokens.into_iter().next().unwrap()
    }

    fn who(&self, user_id: Option<&str>) -> String {
        let person = user_id.and_then(|id| {
            self.core.tenants().iter().find_map(|tenant| tenant.people.get(id)?.external_id.clone())
        });
        person.unwrap_or_else(|| "somebody".to_owned())
    }

    /// A frame in a few words: its kind, whom it is about, and what it says.
    fn words(&self, push: &Push) -> String {
        let frame = serde_json::to_value(push).unwrap();
        let text = |pointer: &str| frame.pointer(pointer).and_then(Value::as_str);
        let who = text("/user_id").or(text("/userId")).or(text("/participant/userId"));
        let who = who.or(text("/inviter/userId"));
        let mut words = vec![push.frame_type().map_or("", FrameType::as_str).to_owned()];
        words.extend(who.map(|_| self.who(who)));
        words.extend(text("/status").or(text("/message")).map(str::to_owned));
        words.extend(text("/confToken").map(|_| "token".to_owned()));
        words.join(" ")
    }
}
