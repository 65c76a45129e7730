//! The calls that actors make: requests with the right credentials, and what a scenario cannot go on
//! without.

use super::actor::Actor;
use super::scenario_run::ScenarioRun;
use super::stop::Demand;
use super::transport::{Answer, Request};
use super::{client_defaults, encode};
use invite_scenario::App;
use invite_spec::endpoint::{self, Authentication, Endpoint, Operation, Plane};
use invite_trace::{Content, Seen, Stop, StopReason};
use serde_json::Value;
use std::collections::BTreeMap;

impl ScenarioRun {
    /// A request of an operation, with the credentials that it takes.
    pub(crate) async fn request(
        &self,
        step: &str,
        actor: &Actor,
        endpoint: &Endpoint,
        path: String,
        body: Option<&Value>,
    ) -> Result<Request, Stop> {
        let mut headers = self.credential_headers(step, actor, endpoint).await?;
        headers.insert("accept".into(), "application/json".into());
        if endpoint.plane == Plane::Session {
            headers.insert("origin".into(), self.shared.cover.origin.into());
        }
        let bytes = match body {
            None => None,
            Some(body) if endpoint.operation == Operation::AuthToken => {
                headers.insert("content-type".into(), "application/x-www-form-urlencoded".into());
                Some(encode::form(body))
            }
            Some(body) => {
                headers.insert("content-type".into(), "application/json".into());
                let revealed = self.recorder.lock().redactor.reveal_value(body);
                Some(revealed.to_string().into_bytes())
            }
        };
        Ok(Request {
            operation: endpoint.operation,
            method: endpoint.method.as_str().to_owned(),
            base: self.base(endpoint.plane).to_owned(),
            path,
            headers,
            body: bytes,
            shown: body.map_or(Content::Empty, |body| Content::Json(body.clone())),
            answers_tokens: endpoint.answers_tokens(),
        })
    }

    async fn credential_headers(
        &self,
        step: &str,
        actor: &Actor,
        endpoint: &Endpoint,
    ) -> Result<BTreeMap<String, String>, Stop> {
        let mut headers = BTreeMap::new();
        let mut set = |name: &str, value: String| headers.insert(name.to_owned(), value);
        match endpoint.authentication {
            Authentication::None => {}
            Authentication::Application => {
                let (_, name) = self.credentials(self.app(actor));
                set("authorization", format!("Basic {name}"));
            }
            Authentication::ApiToken => {
                let token = self.api_token(step, self.app(actor)).await?;
                set("authorization", format!("Bearer {token}"));
            }
            Authentication::ClientToken | Authentication::Session => {
                if let Some(session) = self.session(actor) {
                    let identity = &session.identity;
                    set("authorization", format!("Bearer {}", identity.client_token));
                    set(endpoint::CLIENT_ID_HEADER, identity.client_id.clone());
                    if endpoint.authentication == Authentication::Session {
                        set(endpoint::SESSION_TOKEN_HEADER, identity.session_token.clone());
                        if let Some(token) = session.current() {
                            set(endpoint::CONFERENCE_TOKEN_HEADER, token);
                        }
                    }
                }
            }
        }
        Ok(headers)
    }

    /// The API token of an application: requested once in a scenario.
    pub(crate) async fn api_token(&self, step: &str, app: App) -> Result<String, Stop> {
        let mut kept = self.kept_api_token(app).lock().await;
        if let Some(outcome) = &*kept {
            return outcome.clone();
        }
        let outcome = self.request_api_token(step, app).await;
        *kept = Some(outcome.clone());
        outcome
    }

    async fn request_api_token(&self, step: &str, app: App) -> Result<String, Stop> {
        let actor = &Actor::Application(app);
        let endpoint = &invite_spec::rest::auth_token::ENDPOINT;
        let body = client_defaults::body(endpoint, None);
        let request =
            Box::pin(self.request(step, actor, endpoint, endpoint.path.into(), body.as_ref()))
                .await?;
        let answer = self.accepted(step, actor, endpoint, request).await?;
        let token = self.needed(step, actor, endpoint, &answer, "/access_token")?;
        let name = match app {
            App::First => "api_token",
            App::Second => "second.api_token",
        };
        self.recorder.lock().bindings.bind(name, token.clone());
        Ok(token)
    }

    /// Sends a request that must be accepted for the scenario to go on.
    pub(crate) async fn accepted(
        &self,
        step: &str,
        actor: &Actor,
        endpoint: &Endpoint,
        request: Request,
    ) -> Result<Answer, Stop> {
        let demand = Demand::of(step, actor, endpoint.prerequisite(request.shown.json()));
        let answer = self.transport().exchange(step, actor, request).await;
        let operation = endpoint.operation;
        let answer = answer.map_err(|why| {
            let demand = Demand::of(step, actor, endpoint.requirement);
            demand.not_met(StopReason::NoAnswer { operation, why })
        })?;
        if answer.is_accepted() {
            return Ok(answer);
        }
        Err(demand.not_met(StopReason::NotAccepted { operation, status: answer.status }))
    }

    /// A text of a response that the scenario cannot go on without.
    pub(crate) fn needed(
        &self,
        step: &str,
        actor: &Actor,
        endpoint: &Endpoint,
        answer: &Answer,
        pointer: &str,
    ) -> Result<String, Stop> {
        let value = answer.body.json().and_then(|body| body.pointer(pointer));
        match value.and_then(Value::as_str).filter(|text| !text.is_empty()) {
            Some(text) => Ok(text.to_owned()),
            None => {
                let reason = StopReason::NoText {
                    operation: endpoint.operation,
                    pointer: pointer.to_owned(),
                    seen: Seen::value(value),
                };
                Err(Demand::of(step, actor, endpoint.requirement).not_met(reason))
            }
        }
    }
}
