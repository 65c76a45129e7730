//! What a call sends, and with which credentials.

use super::{pair, unbound};
use crate::habits;
use crate::http::Request;
use crate::stage::{self, SECOND, Stage};
use invite_scenario::{Call, TokenChoice};
use invite_spec::endpoint::{self, Endpoint, Operation};
use invite_trace::{Content, Stop};
use std::collections::BTreeMap;

pub(crate) async fn prepare(
    stage: &Stage,
    label: &str,
    actor: &str,
    endpoint: &Endpoint,
    step: &Call,
) -> Result<Request, Stop> {
    let resolve = |text: &str| {
        stage.recorder.lock().bindings.resolve_string(text).map_err(|error| unbound(label, &error))
    };
    let conference = step.conference.as_deref().map(resolve).transpose()?;
    let mut path = endpoint.path.to_owned();
    for parameter in endpoint.parameters() {
        let value = match parameter {
            "conferenceId" => conference.clone().unwrap_or_default(),
            other => resolve(step.path.get(other).map_or("", String::as_str))?,
        };
        path = path.replace(&format!("{{{parameter}}}"), &stage::path_segment(&value));
    }
    let own = step
        .body
        .as_ref()
        .map(|body| stage.recorder.lock().bindings.resolve(body))
        .transpose()
        .map_err(|error| unbound(label, &error))?;
    let body = habits::body(endpoint, own.as_ref());
    remember_token(stage, label, actor, endpoint, step, conference.as_deref())?;
    let mut request = stage.request(label, actor, endpoint, path, body.as_ref()).await?;
    if endpoint.authentication == endpoint::Authentication::ClientToken {
        // A client instance of its own: the open session is not to be taken for replaced.
        let name = format!("{label}{}", stage.recorder.lock().bindings.alias_prefix);
        request.headers.insert(endpoint::CLIENT_ID_HEADER.into(), habits::client_id(&name));
    }
    credentials(stage, label, actor, step, &mut request)?;
    if let Some(text) = &step.text {
        let text = resolve(text)?;
        let bytes = stage.recorder.lock().vault.reveal(&text).into_bytes();
        request.shown = stage.recorder.lock().vault.content(&bytes, false);
        request.body = Some(bytes);
    }
    if let Some(bytes) = step.filler {
        let shown = format!("{bytes} bytes of filler");
        request.shown = Content::Text { beginning: shown, bytes };
        request.body = Some(filler(bytes));
    }
    for (name, value) in &step.headers {
        request.headers.insert(name.to_lowercase(), resolve(value)?);
    }
    if step.preflight {
        ask_first(&mut request, endpoint);
    }
    Ok(request)
}

/// A JSON object of exactly this many bytes (or a few more, if they are very few).
fn filler(bytes: usize) -> Vec<u8> {
    let frame = r#"{"filler":""}"#;
    format!(r#"{{"filler":"{}"}}"#, "x".repeat(bytes.saturating_sub(frame.len()))).into_bytes()
}

/// The browser's question before a request of another origin.
fn ask_first(request: &mut Request, endpoint: &Endpoint) {
    let asked: Vec<&str> = ["authorization", "content-type"]
        .into_iter()
        .chain([
            endpoint::CLIENT_ID_HEADER,
            endpoint::CONFERENCE_TOKEN_HEADER,
            endpoint::SESSION_TOKEN_HEADER,
        ])
        .collect();
    request.headers = BTreeMap::from([
        ("origin".to_owned(), habits::ORIGIN.to_owned()),
        ("access-control-request-method".to_owned(), endpoint.method.as_str().to_owned()),
        ("access-control-request-headers".to_owned(), asked.join(",")),
    ]);
    request.method = "OPTIONS".to_owned();
    request.body = None;
    request.shown = Content::Empty;
}

/// Joining makes the conference's token the current one, as in the real client.
fn remember_token(
    stage: &Stage,
    label: &str,
    actor: &str,
    endpoint: &Endpoint,
    step: &Call,
    conference: Option<&str>,
) -> Result<(), Stop> {
    let Some(session) = stage.session(actor).filter(|_| endpoint.operation == Operation::SdkJoin)
    else {
        return Ok(());
    };
    let token = match &step.token {
        TokenChoice::Absent => None,
        TokenChoice::Usual => conference.and_then(|id| session.stored(id)),
        TokenChoice::Given(text) => Some(
            stage
                .recorder
                .lock()
                .bindings
                .resolve_string(text)
                .map_err(|error| unbound(label, &error))?,
        ),
    };
    if let Some(token) = token {
        session.set_current(token);
    }
    Ok(())
}

/// Lays the scenario's choice of credentials over the usual ones.
fn credentials(
    stage: &Stage,
    label: &str,
    actor: &str,
    step: &Call,
    request: &mut Request,
) -> Result<(), Stop> {
    let mut state = stage.recorder.lock();
    let choices = [
        (&step.bearer, "authorization", "Bearer "),
        (&step.session_token, endpoint::SESSION_TOKEN_HEADER, ""),
        (&step.token, endpoint::CONFERENCE_TOKEN_HEADER, ""),
    ];
    for (choice, header, scheme) in choices {
        match choice {
            TokenChoice::Usual => {}
            TokenChoice::Absent => {
                request.headers.remove(header);
            }
            TokenChoice::Given(text) => {
                let value = state.bindings.resolve_string(text);
                let value = value.map_err(|error| unbound(label, &error))?;
                request.headers.insert(header.to_owned(), format!("{scheme}{value}"));
            }
        }
    }
    match &step.basic {
        TokenChoice::Usual => {}
        TokenChoice::Absent => {
            request.headers.remove("authorization");
        }
        TokenChoice::Given(text) => {
            let value = state.bindings.resolve_string(text);
            let value = value.map_err(|error| unbound(label, &error))?;
            let (own, _) = stage.credentials(actor == SECOND);
            let (other, _) = stage.credentials(actor != SECOND);
            let pair = pair::pair(&value, own, other);
            let raw = stage::basic(&pair);
            let name = state.vault.token(&raw);
            request.headers.insert("authorization".to_owned(), format!("Basic {name}"));
        }
    }
    Ok(())
}
