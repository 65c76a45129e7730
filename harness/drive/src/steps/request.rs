//! What a call sends, and with which credentials.

use super::pair;
use crate::actor::Actor;
use crate::client_defaults;
use crate::encode;
use crate::scenario_run::ScenarioRun;
use crate::stop::unbound;
use crate::transport;
use invite_scenario::{Body, Call, CallKind, Request, TokenChoice};
use invite_spec::endpoint::{self, Authentication, Endpoint, Operation};
use invite_trace::{Content, Stop};
use serde_json::Value;
use std::collections::BTreeMap;

/// A call that is being prepared.
#[derive(Clone, Copy)]
struct Prepared<'p> {
    run: &'p ScenarioRun,
    label: &'p str,
    actor: &'p Actor,
    step: &'p Call,
}

pub(crate) async fn prepare(
    run: &ScenarioRun,
    label: &str,
    actor: &Actor,
    step: &Call,
) -> Result<transport::Request, Stop> {
    let prepared = Prepared { run, label, actor, step };
    match &step.kind {
        CallKind::Request(own) => prepared.request(own).await,
        CallKind::Preflight(_) => prepared.preflight(),
    }
}

impl Prepared<'_> {
    fn resolve(self, text: &str) -> Result<String, Stop> {
        let resolved = self.run.recorder.lock().bindings.resolve_string(text);
        resolved.map_err(|error| unbound(self.label, &error))
    }

    fn resolve_value(self, value: &Value) -> Result<Value, Stop> {
        let resolved = self.run.recorder.lock().bindings.resolve(value);
        resolved.map_err(|error| unbound(self.label, &error))
    }

    fn endpoint(self) -> &'static Endpoint {
        self.step.operation.endpoint()
    }

    fn conference(self) -> Result<Option<String>, Stop> {
        self.step.conference.as_deref().map(|id| self.resolve(id)).transpose()
    }

    fn path(self) -> Result<String, Stop> {
        let mut path = self.endpoint().path.to_owned();
        for parameter in self.endpoint().parameters() {
            let value = match parameter {
                "conferenceId" => self.conference()?.unwrap_or_default(),
                other => self.resolve(self.step.path.get(other).map_or("", String::as_str))?,
            };
            path = path.replace(&format!("{{{parameter}}}"), &encode::path_segment(&value));
        }
        Ok(path)
    }

    async fn request(self, own: &Request) -> Result<transport::Request, Stop> {
        let Prepared { run, label, actor, .. } = self;
        let endpoint = self.endpoint();
        let fields = match &own.body {
            Body::Json(body) => Some(self.resolve_value(body)?),
            Body::Default | Body::Text(_) | Body::Latin1(_) | Body::Filler(_) => None,
        };
        let body = client_defaults::body(endpoint, fields.as_ref());
        let path = self.path()?;
        self.remember_token(own)?;
        let mut request = run.request(label, actor, endpoint, path, body.as_ref()).await?;
        if endpoint.authentication == Authentication::ClientToken {
            // A client instance of its own: it must not replace the open session.
            let name = format!("{label}{}", run.recorder.lock().bindings.alias_prefix);
            let id = client_defaults::client_id(&name);
            request.headers.insert(endpoint::CLIENT_ID_HEADER.into(), id);
        }
        self.credentials(own, &mut request)?;
        match &own.body {
            Body::Default | Body::Json(_) => {}
            Body::Text(text) | Body::Latin1(text) => {
                let text = self.resolve(text)?;
                let mut state = run.recorder.lock();
                let text = state.redactor.reveal(&text);
                let bytes = match &own.body {
                    Body::Latin1(_) => latin1(&text),
                    _ => text.into_bytes(),
                };
                request.shown = state.redactor.content(&bytes, false);
                request.body = Some(bytes);
            }
            Body::Filler(bytes) => {
                let shown = format!("{bytes} bytes of filler");
                request.shown = Content::Text { beginning: shown, bytes: *bytes };
                request.body = Some(filler(*bytes));
            }
        }
        for (name, value) in &own.headers {
            request.headers.insert(name.to_lowercase(), self.resolve(value)?);
        }
        Ok(request)
    }

    /// The question that a browser asks before a request to another origin.
    fn preflight(self) -> Result<transport::Request, Stop> {
        let endpoint = self.endpoint();
        let asked = [
            "authorization",
            "content-type",
            endpoint::CLIENT_ID_HEADER,
            endpoint::CONFERENCE_TOKEN_HEADER,
            endpoint::SESSION_TOKEN_HEADER,
        ];
        let headers = BTreeMap::from([
            ("origin".to_owned(), self.run.shared.cover.origin.to_owned()),
            ("access-control-request-method".to_owned(), endpoint.method.as_str().to_owned()),
            ("access-control-request-headers".to_owned(), asked.join(",")),
        ]);
        Ok(transport::Request {
            operation: endpoint.operation,
            method: "OPTIONS".to_owned(),
            base: self.run.base(endpoint.plane).to_owned(),
            path: self.path()?,
            headers,
            body: None,
            shown: Content::Empty,
            answers_tokens: false,
        })
    }

    /// Joining makes the conference's token the current one, as in the real client.
    fn remember_token(self, own: &Request) -> Result<(), Stop> {
        let is_join = self.endpoint().operation == Operation::SdkJoin;
        let Some(session) = self.run.session(self.actor).filter(|_| is_join) else {
            return Ok(());
        };
        let token = match &own.token {
            TokenChoice::Absent => None,
            TokenChoice::Usual => self.conference()?.and_then(|id| session.stored(&id)),
            TokenChoice::Given(text) => Some(self.resolve(text)?),
        };
        if let Some(token) = token {
            session.set_current(token);
        }
        Ok(())
    }

    /// Replaces the default credentials by those that the scenario chose.
    fn credentials(self, own: &Request, request: &mut transport::Request) -> Result<(), Stop> {
        let choices = [
            (&own.bearer, "authorization", "Bearer "),
            (&own.session_token, endpoint::SESSION_TOKEN_HEADER, ""),
            (&own.token, endpoint::CONFERENCE_TOKEN_HEADER, ""),
        ];
        for (choice, header, scheme) in choices {
            match choice {
                TokenChoice::Usual => {}
                TokenChoice::Absent => {
                    request.headers.remove(header);
                }
                TokenChoice::Given(text) => {
                    let value = format!("{scheme}{}", self.resolve(text)?);
                    request.headers.insert(header.to_owned(), value);
                }
            }
        }
        match &own.basic {
            TokenChoice::Usual => {}
            TokenChoice::Absent => {
                request.headers.remove("authorization");
            }
            TokenChoice::Given(text) => {
                let app = self.run.app(self.actor);
                let (right, _) = self.run.credentials(app);
                let (others, _) = self.run.credentials(app.other());
                let pair = pair::pair(&self.resolve(text)?, right, others);
                let name = self.run.recorder.lock().redactor.token(&encode::basic(&pair));
                request.headers.insert("authorization".to_owned(), format!("Basic {name}"));
            }
        }
        Ok(())
    }
}

/// A text in ISO 8859-1; what it cannot say becomes a question mark.
fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect()
}

/// A JSON object of exactly this many bytes (or a few more, if they are very few).
fn filler(bytes: usize) -> Vec<u8> {
    let frame = r#"{"filler":""}"#;
    format!(r#"{{"filler":"{}"}}"#, "x".repeat(bytes.saturating_sub(frame.len()))).into_bytes()
}
