//! How a session is opened: client access token, identify, WebSocket.

use super::actor::Actor;
use super::client_defaults;
use super::scenario_run::ScenarioRun;
use super::session::{Identity, Session};
use super::socket;
use super::stop::Demand;
use super::transport::Answer;
use invite_scenario::{Open, SignIn};
use invite_spec::endpoint;
use invite_spec::requirement::{RequirementId, id};
use invite_trace::Stop;
use serde_json::{Value, json};
use std::sync::Arc;

impl ScenarioRun {
    /// Opens one session: client access token, identify, WebSocket.
    pub(crate) async fn open(&self, step: &str, actor: &Actor, open: &Open) -> Result<(), Stop> {
        if let Some(sdk) = self.sdk(actor) {
            return sdk.open(self, step, actor, open).await;
        }
        let external = self.external_id(actor);
        let external = Some(external).filter(|_| open.sign_in != SignIn::WithoutExternalId);
        let client_id = client_defaults::client_id(&format!(
            "{}{}{actor}",
            self.shared.run_id,
            self.recorder.lock().bindings.alias_prefix
        ));
        let client_token = self.sign_in(step, actor, open, external.as_deref()).await?;
        self.bind(actor, "client_token", &client_token);

        let answer =
            self.identify(step, actor, &client_id, &client_token, external.as_deref()).await?;
        let endpoint = &invite_spec::sdk::identify::ENDPOINT;
        let user = self.needed(step, actor, endpoint, &answer, "/user_id")?;
        let session_token = self.needed(step, actor, endpoint, &answer, "/jwt_user_token")?;
        self.bind(actor, "user", &user);
        self.bind(actor, "session_token", &session_token);

        let socket_path =
            format!("{}?Voxeet-Id={client_id}&Token={session_token}", endpoint::SOCKET_PATH);
        let session = Arc::new(Session::new(Identity {
            actor: actor.clone(),
            app: self.app(actor),
            is_verified: open.sign_in == SignIn::ClientAccessToken,
            client_id,
            client_token,
            session_token,
            socket_base: self.socket_base(&answer),
            socket_path,
            acknowledges: open.acknowledge,
        }));
        self.connect(step, &session, id::SES_002).await?;
        self.add_session(session);
        Ok(())
    }

    /// Gets a client access token.
    pub(crate) async fn sign_in(
        &self,
        step: &str,
        actor: &Actor,
        open: &Open,
        external: Option<&str>,
    ) -> Result<String, Stop> {
        let server = &Actor::Application(self.app(actor));
        let (endpoint, mut body) = match open.sign_in {
            SignIn::KeyAndSecret => {
                let endpoint = &invite_spec::sdk::sign_in::ENDPOINT;
                (endpoint, json!({ "grant_type": "client_credentials" }))
            }
            SignIn::ClientAccessToken | SignIn::WithoutExternalId => {
                let scope = open.scope.as_deref().unwrap_or(client_defaults::SESSION_SCOPE);
                let mut body = json!({ "sessionScope": scope });
                if let Some(external) = external {
                    body["externalId"] = external.into();
                }
                (&invite_spec::rest::client_access_token::ENDPOINT, body)
            }
        };
        if let Some(seconds) = open.lifetime {
            body["expires_in"] = seconds.into();
        }
        let request =
            self.request(step, server, endpoint, endpoint.path.into(), Some(&body)).await?;
        let answer = self.accepted(step, server, endpoint, request).await?;
        self.needed(step, server, endpoint, &answer, "/access_token")
    }

    async fn identify(
        &self,
        step: &str,
        actor: &Actor,
        client_id: &str,
        client_token: &str,
        external: Option<&str>,
    ) -> Result<Answer, Stop> {
        let endpoint = &invite_spec::sdk::identify::ENDPOINT;
        let person = actor.person();
        let bound = {
            let state = self.recorder.lock();
            state.bindings.text(&format!("{person}.name")).map(str::to_owned)
        };
        // Everybody's name is bound, also those of the harness's own clients.
        let name = bound.unwrap_or(person);
        let mut body = json!({ "name": name, "sdkVersion": client_defaults::SDK_VERSION });
        if let Some(external) = external {
            body["externalId"] = external.into();
        }
        let mut request =
            self.request(step, actor, endpoint, endpoint.path.into(), Some(&body)).await?;
        request.headers.insert("authorization".into(), format!("Bearer {client_token}"));
        request.headers.insert(endpoint::CLIENT_ID_HEADER.into(), client_id.to_owned());
        self.accepted(step, actor, endpoint, request).await
    }

    /// Where the WebSocket is: where the description says, else where identify says, else on the
    /// plane of clients.
    pub(crate) fn socket_base(&self, identified: &Answer) -> String {
        let body = identified.body.json();
        let given = body.and_then(|body| body.get("wsUri")).and_then(Value::as_str);
        let planes = &self.shared.target.planes;
        let described = planes.socket.as_deref();
        let base = described.or(given.filter(|uri| !uri.is_empty())).unwrap_or(&planes.session);
        base.trim_end_matches('/').to_owned()
    }

    /// Binds a value to a person: that of the main session, or of the first one that is opened.
    pub(crate) fn bind(&self, actor: &Actor, field: &str, value: &str) {
        let name = format!("{}.{field}", actor.person());
        let mut state = self.recorder.lock();
        if actor.is_main() || !state.bindings.values.contains_key(&name) {
            state.bindings.bind(name, value);
        }
    }

    /// Opens a session's WebSocket, for the first time or again.
    pub(crate) async fn connect(
        &self,
        step: &str,
        session: &Arc<Session>,
        requirement: RequirementId,
    ) -> Result<(), Stop> {
        let Identity { actor, socket_base, socket_path, .. } = &session.identity;
        let opened = socket::connect(self.transport(), step, actor, socket_base, socket_path).await;
        match opened {
            Ok((number, stream)) => {
                let breaker = Arc::clone(&self.shared.breaker);
                let recorder = Arc::clone(&self.recorder);
                socket::spawn_reader(recorder, breaker, Arc::clone(session), number, stream);
                Ok(())
            }
            Err(why) => Err(Demand::of(step, actor, requirement).refused_socket(why)),
        }
    }
}
