//! One scenario on its way: people, sessions, bindings, and the calls that they make.

use super::allowance::{OfRun, OfTrace};
use super::connector::Connector;
use super::health::Health;
use super::http::{Answer, Edge, NoAnswer, Request};
use super::recorder::{Began, Recorder};
use super::session::{Identity, Session};
use super::socket;
use super::{fence, habits};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use invite_scenario::description::{Credentials, Target};
use invite_scenario::{Application, Open, Scenario, SignIn};
use invite_spec::endpoint::{self, Authentication, Endpoint, Operation, Plane};
use invite_spec::requirement::{RequirementId, id};
use invite_trace::reference::Bindings;
use invite_trace::{Content, Stop, StopReason, Vault};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The actor that stands for the application server.
pub(crate) const APPLICATION: &str = "application";
/// The actor that stands for the second application's server.
pub(crate) const SECOND: &str = "second_application";

/// What all scenarios of a run share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) target: Target,
    pub(crate) connector: Connector,
    pub(crate) health: Arc<Health>,
    pub(crate) allowance: Arc<OfRun>,
    pub(crate) began: Began,
    /// Makes the names of this run differ from those of every other.
    pub(crate) run_id: String,
}

/// One scenario on its way.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) shared: Arc<Shared>,
    pub(crate) recorder: Arc<Recorder>,
    /// Which of the target's applications this scenario's own one is.
    swapped: bool,
    /// Everybody, groups told out, and whether they belong to the second application.
    people: BTreeMap<String, bool>,
    sessions: Mutex<BTreeMap<String, Arc<Session>>>,
    api_tokens: [tokio::sync::Mutex<Option<String>>; 2],
}

impl Stage {
    /// The stage of a scenario. `swapped` makes the target's second application the scenario's own.
    pub(crate) fn new(shared: Arc<Shared>, scenario: &Scenario, swapped: bool) -> Stage {
        let id = scenario.scenario.text.as_str();
        let mut bindings =
            Bindings { alias_prefix: format!("{}-{id}", shared.run_id), ..Bindings::default() };
        let mut people = BTreeMap::new();
        for (name, person) in &scenario.people {
            let members: Vec<String> = match person.count {
                None => vec![name.clone()],
                Some(count) => (1..=count).map(|n| format!("{name}-{n}")).collect(),
            };
            if person.count.is_some() {
                bindings.groups.insert(name.clone(), members.clone());
            }
            for member in members {
                let whose = person.same_external_id_as.as_ref().map_or(&*member, |other| other);
                bindings.bind(member.clone(), format!("{}-{id}-{whose}", shared.run_id));
                bindings.bind(format!("{member}.name"), capitalised(&member));
                people.insert(member, person.second_application);
            }
        }
        let host = shared.target.planes.rest.split("://").nth(1).unwrap_or_default().to_owned();
        bindings.bind("host", host);
        let target = &shared.target;
        let mut known = vec![
            (basic(&target.application), "credentials of the application".to_owned()),
            (target.application.secret.clone(), "secret of the application".to_owned()),
        ];
        if let Some(second) = &target.second_application {
            known.push((basic(second), "credentials of the second application".to_owned()));
            known.push((second.secret.clone(), "secret of the second application".to_owned()));
        }
        let vault = Vault::new(known.iter().map(|(secret, name)| (name.as_str(), secret.as_str())));
        let own = OfTrace::of(people.len());
        let run = Arc::clone(&shared.allowance);
        let recorder = Arc::new(Recorder::new(vault, bindings, shared.began, own, run));
        Stage {
            shared,
            recorder,
            swapped: swapped && scenario.application != Application::Both,
            people,
            sessions: Mutex::default(),
            api_tokens: Default::default(),
        }
    }

    pub(crate) fn edge(&self) -> Edge<'_> {
        Edge {
            connector: &self.shared.connector,
            recorder: &self.recorder,
            health: &self.shared.health,
            deadlines: &self.shared.target.deadlines,
            extra: &self.shared.target.headers,
        }
    }

    /// The sessions that a name stands for: of a group, those of all its members.
    pub(crate) fn actors(&self, who: &str) -> Vec<String> {
        let (name, device) = who.split_once('/').map_or((who, None), |(n, d)| (n, Some(d)));
        self.recorder
            .lock()
            .bindings
            .members(name)
            .into_iter()
            .map(|member| match device {
                Some(device) => format!("{member}/{device}"),
                None => member,
            })
            .collect()
    }

    pub(crate) fn session(&self, actor: &str) -> Option<Arc<Session>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).get(actor).cloned()
    }

    pub(crate) fn sessions(&self) -> Vec<Arc<Session>> {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.values().cloned().collect()
    }

    fn is_second(&self, actor: &str) -> bool {
        let person = actor.split('/').next().unwrap_or(actor);
        let of_second = || [SECOND, fence::IN_SECOND].contains(&actor);
        self.people.get(person).copied().unwrap_or_else(of_second)
    }

    /// The credentials of the application that an actor belongs to.
    pub(crate) fn credentials(&self, second: bool) -> (&Credentials, &'static str) {
        let first = (&self.shared.target.application, "<credentials of the application>");
        let other = self
            .shared
            .target
            .second_application
            .as_ref()
            .map(|second| (second, "<credentials of the second application>"));
        match (second ^ self.swapped, other) {
            (true, Some(other)) => other,
            _ => first,
        }
    }

    pub(crate) fn base(&self, plane: Plane) -> &str {
        let planes = &self.shared.target.planes;
        match plane {
            Plane::Auth => &planes.auth,
            Plane::Rest => &planes.rest,
            Plane::Session | Plane::Telemetry => &planes.session,
        }
    }

    /// A request of an operation, with the credentials that it takes.
    pub(crate) async fn request(
        &self,
        step: &str,
        actor: &str,
        endpoint: &Endpoint,
        path: String,
        body: Option<&Value>,
    ) -> Result<Request, Stop> {
        let mut headers = BTreeMap::from([("accept".to_owned(), "application/json".to_owned())]);
        let mut set = |name: &str, value: String| headers.insert(name.to_owned(), value);
        match endpoint.authentication {
            Authentication::None => {}
            Authentication::Application => {
                let (_, name) = self.credentials(self.is_second(actor));
                set("authorization", format!("Basic {name}"));
            }
            Authentication::ApiToken => {
                let token = self.api_token(step, self.is_second(actor)).await?;
                set("authorization", format!("Bearer {token}"));
            }
            Authentication::ClientToken | Authentication::Session => {
                if let Some(session) = self.session(actor) {
                    set("authorization", format!("Bearer {}", session.client_token));
                    set(endpoint::CLIENT_ID_HEADER, session.client_id.clone());
                    if endpoint.authentication == Authentication::Session {
                        set(endpoint::SESSION_TOKEN_HEADER, session.session_token.clone());
                        if let Some(token) = session.current() {
                            set(endpoint::CONFERENCE_TOKEN_HEADER, token);
                        }
                    }
                }
            }
        }
        if endpoint.plane == Plane::Session {
            set("origin", habits::ORIGIN.to_owned());
        }
        let (content_type, bytes) = match (body, endpoint.operation) {
            (None, _) => (None, None),
            (Some(body), Operation::AuthToken) => {
                (Some("application/x-www-form-urlencoded"), Some(self.form(body)))
            }
            (Some(body), _) => {
                let revealed = self.recorder.lock().vault.reveal_value(body);
                (Some("application/json"), Some(revealed.to_string().into_bytes()))
            }
        };
        if let Some(content_type) = content_type {
            set("content-type", content_type.to_owned());
        }
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

    /// A form's fields; percent-encoding every odd byte is right in a form, too.
    fn form(&self, body: &Value) -> Vec<u8> {
        let fields = body.as_object().into_iter().flatten().map(|(key, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("{}={}", path_segment(key), path_segment(&text))
        });
        fields.collect::<Vec<_>>().join("&").into_bytes()
    }

    /// The API token of an application: asked for once in a scenario.
    pub(crate) async fn api_token(&self, step: &str, second: bool) -> Result<String, Stop> {
        let mut kept = self.api_tokens[usize::from(second)].lock().await;
        if let Some(token) = &*kept {
            return Ok(token.clone());
        }
        let actor = if second { SECOND } else { APPLICATION };
        let endpoint = &invite_spec::rest::auth_token::ENDPOINT;
        let body = habits::body(endpoint, None);
        let request =
            Box::pin(self.request(step, actor, endpoint, endpoint.path.into(), body.as_ref()))
                .await?;
        let answer = self.accepted(step, actor, endpoint, request).await?;
        let token = self.needed(step, actor, endpoint, &answer, "/access_token")?;
        let name = if second { "second.api_token" } else { "api_token" };
        self.recorder.lock().bindings.bind(name, token.clone());
        *kept = Some(token.clone());
        Ok(token)
    }

    /// Sends a request that must be accepted for the scenario to go on.
    pub(crate) async fn accepted(
        &self,
        step: &str,
        actor: &str,
        endpoint: &Endpoint,
        request: Request,
    ) -> Result<Answer, Stop> {
        let requirement = match &request.shown {
            Content::Json(body) => endpoint.prerequisite(Some(body)),
            _ => endpoint.prerequisite(None),
        };
        let answer = self.edge().exchange(step, actor, request).await;
        let answer = answer.map_err(|fault| no_answer(step, actor, endpoint, &fault))?;
        if answer.is_accepted() {
            return Ok(answer);
        }
        Err(Stop {
            step: step.into(),
            actor: actor.into(),
            reason: StopReason::Outcome,
            requirement: requirement.to_string(),
            expected: format!("{} is accepted (a status from 200 to 299)", endpoint.operation),
            seen: format!("status {}", answer.status),
        })
    }

    /// A text of an answer that the scenario cannot go on without.
    pub(crate) fn needed(
        &self,
        step: &str,
        actor: &str,
        endpoint: &Endpoint,
        answer: &Answer,
        pointer: &str,
    ) -> Result<String, Stop> {
        let value = answer.body.json().and_then(|body| body.pointer(pointer));
        match value.and_then(Value::as_str).filter(|text| !text.is_empty()) {
            Some(text) => Ok(text.to_owned()),
            None => Err(Stop {
                step: step.into(),
                actor: actor.into(),
                reason: StopReason::Missing,
                requirement: endpoint.requirement.to_string(),
                expected: format!("{} answers a text at {pointer}", endpoint.operation),
                seen: invite_text::show(value),
            }),
        }
    }

    /// Opens one session: client access token, identify, WebSocket.
    pub(crate) async fn open(&self, step: &str, actor: &str, open: &Open) -> Result<(), Stop> {
        let person = actor.split('/').next().unwrap_or(actor).to_owned();
        let second = self.is_second(actor);
        let server = if second { SECOND } else { APPLICATION };
        let external = self.recorder.lock().bindings.text(&person).unwrap_or(&person).to_owned();
        let name = capitalised(&person);
        let client_id = habits::client_id(&format!(
            "{}{}{actor}",
            self.shared.run_id,
            self.recorder.lock().bindings.alias_prefix
        ));

        let has_external_id = open.sign_in != SignIn::WithoutExternalId;
        let is_verified = open.sign_in == SignIn::ClientAccessToken;
        let (endpoint, mut body) = match open.sign_in {
            SignIn::KeyAndSecret => {
                let endpoint = &invite_spec::sdk::sign_in::ENDPOINT;
                (endpoint, json!({ "grant_type": "client_credentials" }))
            }
            _ => {
                let scope = open.scope.as_deref().unwrap_or(habits::SESSION_SCOPE);
                let mut body = json!({ "sessionScope": scope });
                if has_external_id {
                    body["externalId"] = external.clone().into();
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
        let client_token = self.needed(step, server, endpoint, &answer, "/access_token")?;
        self.bind(&person, actor, "client_token", &client_token);

        let endpoint = &invite_spec::sdk::identify::ENDPOINT;
        let mut body = json!({ "name": name, "sdkVersion": habits::SDK_VERSION });
        if has_external_id {
            body["externalId"] = external.into();
        }
        let mut request =
            self.request(step, actor, endpoint, endpoint.path.into(), Some(&body)).await?;
        request.headers.insert("authorization".into(), format!("Bearer {client_token}"));
        request.headers.insert(endpoint::CLIENT_ID_HEADER.into(), client_id.clone());
        let answer = self.accepted(step, actor, endpoint, request).await?;
        let user = self.needed(step, actor, endpoint, &answer, "/user_id")?;
        let session_token = self.needed(step, actor, endpoint, &answer, "/jwt_user_token")?;
        self.bind(&person, actor, "user", &user);
        self.bind(&person, actor, "session_token", &session_token);

        let told = answer.body.json().and_then(|body| body.get("wsUri")).and_then(Value::as_str);
        let planes = &self.shared.target.planes;
        let socket_base = planes
            .socket
            .as_deref()
            .or(told.filter(|uri| !uri.is_empty()))
            .unwrap_or(&planes.session)
            .trim_end_matches('/')
            .to_owned();
        let socket_path =
            format!("{}?Voxeet-Id={client_id}&Token={session_token}", endpoint::SOCKET_PATH);
        let session = Arc::new(Session::new(Identity {
            actor: actor.to_owned(),
            person,
            second,
            is_verified,
            client_id,
            client_token,
            session_token,
            socket_base,
            socket_path,
            acknowledges: open.acknowledge,
        }));
        self.connect(step, &session, id::SES_002).await?;
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.insert(actor.to_owned(), session);
        Ok(())
    }

    /// Binds a value to a person, and to the session where it is a further one.
    fn bind(&self, person: &str, actor: &str, field: &str, value: &str) {
        let mut state = self.recorder.lock();
        if actor == person || !state.bindings.values.contains_key(&format!("{person}.{field}")) {
            state.bindings.bind(format!("{person}.{field}"), value);
        }
    }

    /// Opens a session's WebSocket, for the first time or again.
    pub(crate) async fn connect(
        &self,
        step: &str,
        session: &Arc<Session>,
        requirement: RequirementId,
    ) -> Result<(), Stop> {
        let opened = socket::connect(
            self.edge(),
            step,
            &session.actor,
            &session.socket_base,
            &session.socket_path,
        )
        .await;
        match opened {
            Ok((number, stream)) => {
                let health = Arc::clone(&self.shared.health);
                let recorder = Arc::clone(&self.recorder);
                socket::attend(recorder, health, Arc::clone(session), number, stream);
                Ok(())
            }
            Err(refused) => Err(Stop {
                step: step.into(),
                actor: session.actor.clone(),
                reason: StopReason::Socket,
                requirement: requirement.to_string(),
                expected: "the WebSocket opens".into(),
                seen: refused.why,
            }),
        }
    }
}

/// A stop because a call was not answered.
pub(crate) fn no_answer(step: &str, actor: &str, endpoint: &Endpoint, fault: &NoAnswer) -> Stop {
    Stop {
        step: step.into(),
        actor: actor.into(),
        reason: StopReason::NoAnswer,
        requirement: endpoint.requirement.to_string(),
        expected: format!("{} is answered", endpoint.operation),
        seen: fault.why.clone(),
    }
}

/// The value of the `Authorization: Basic` header.
pub(crate) fn basic(credentials: &Credentials) -> String {
    STANDARD.encode(format!("{}:{}", credentials.key, credentials.secret))
}

/// One part of a path: ids are opaque, and may hold anything.
pub(crate) fn path_segment(text: &str) -> String {
    utf8_percent_encode(text, PATH_SEGMENT).to_string()
}

/// What cannot stand in a part of a path as it is.
const PATH_SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
