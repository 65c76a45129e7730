//! Whether a target can be tested at all, and which kinds of application it has.

use super::actor::Actor;
use super::fence::plain_open;
use super::scenario_run::{ScenarioRun, Shared};
use super::{client_defaults, steps};
use invite_scenario::{App, Application, Kinds, PREFLIGHT, Person, Scenario};
use invite_spec::requirement::Profile;
use invite_trace::{Ended, Feature, NoAnswer, Stop, StopReason, Trace};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why a target cannot be tested.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {seen}\n{advice}")]
pub struct Untestable {
    /// What failed.
    pub what: String,
    /// What was seen.
    pub seen: String,
    /// What to do.
    pub advice: String,
}

/// Checks that the target is there and accepts the credentials, and finds out its kinds.
pub(crate) async fn probe(shared: &Arc<Shared>) -> Result<(Kinds, Trace), Untestable> {
    let scenario = scenario();
    let run = ScenarioRun::new(Arc::clone(shared), &scenario, App::First);
    let has_second = shared.target.second_application.is_some();
    let mut kinds = Kinds { has_second, ..Kinds::default() };
    let mut ended = Ended::Complete;
    for app in App::ALL {
        if app == App::Second && !has_second {
            break;
        }
        if let Err(stop) = run.api_token(PREFLIGHT, app).await {
            if let Some(untestable) = explain(shared, &stop, app) {
                return Err(untestable);
            }
            ended = Ended::Stopped(stop);
            break;
        }
        if run.claims(Feature::Sdk) {
            match is_protected(&run, app).await {
                Ok(found) => match app {
                    App::First => kinds.first = found,
                    App::Second => kinds.second = found,
                },
                Err(stop) => {
                    ended = Ended::Stopped(stop);
                    break;
                }
            }
        }
    }
    Ok((kinds, steps::finish(&run, &scenario, ended)))
}

/// The scenario as which the probe is recorded.
fn scenario() -> Scenario {
    let people = App::ALL.map(|app| {
        let name = Actor::Probe(app).to_string();
        let second_application = app == App::Second;
        (name.as_str().into(), Person { second_application, ..Person::default() })
    });
    Scenario {
        id: PREFLIGHT.into(),
        title: "The target is there and takes the credentials".into(),
        about: None,
        heavy: None,
        slow: None,
        profile: Profile::Rest,
        features: Vec::new(),
        application: Application::Both,
        people: BTreeMap::from(people),
        steps: Vec::new(),
    }
}

/// Creates a conference as a client, to see whether it is protected.
async fn is_protected(run: &ScenarioRun, app: App) -> Result<Option<bool>, Stop> {
    let actor = &Actor::Probe(app);
    run.open(PREFLIGHT, actor, &plain_open()).await?;
    let endpoint = &invite_spec::sdk::create::ENDPOINT;
    let body = client_defaults::body(endpoint, None);
    let request =
        run.request(PREFLIGHT, actor, endpoint, endpoint.path.into(), body.as_ref()).await?;
    let answer = run.accepted(PREFLIGHT, actor, endpoint, request).await?;
    let protected = answer.body.json().and_then(|body| body.get("isProtected"));
    Ok(protected.and_then(Value::as_bool))
}

/// Why the target cannot be tested, if the very first call failed for a reason that leaves nothing to
/// judge.
fn explain(shared: &Shared, stop: &Stop, app: App) -> Option<Untestable> {
    let address = &shared.target.planes.auth;
    match &stop.reason {
        StopReason::NoAnswer { why, .. } => Some(unanswered(address, why)),
        StopReason::NotAccepted { status: 404 | 405, .. } => Some(Untestable {
            what: format!("the target does not know {}", first_call(address)),
            seen: stop.reason.seen().to_string(),
            advice: "Is this the server that you want to test, and does its API begin at this \
                     address? If it is under a path, add the path: `--url http://host:port/path`. \
                     If its planes have several addresses, give them under [planes] in a \
                     description (TARGET.toml, instead of `--url`)."
                .into(),
        }),
        StopReason::NotAccepted { status: 401 | 403, .. } => {
            let which = match app {
                App::First => "application",
                App::Second => "second application",
            };
            Some(Untestable {
                what: format!("the target at {address} refused the credentials of the {which}"),
                seen: stop.reason.seen().to_string(),
                advice: "Give a key and secret that the target knows: `--app-key` and `--app-secret`, or \
                         INVITE_APP_KEY and INVITE_APP_SECRET (for a second application \
                         `--second-app-key` and `--second-app-secret`)."
                    .into(),
            })
        }
        _ => None,
    }
}

/// The very first call, with its address.
fn first_call(address: &str) -> String {
    format!("POST {address}{}", invite_spec::rest::auth_token::ENDPOINT.path)
}

/// Why the very first call had no response, as far as can be told, and what to do.
fn unanswered(address: &str, why: &NoAnswer) -> Untestable {
    let call = first_call(address);
    let (what, advice) = match why {
        NoAnswer::NoConnection { .. } => (
            format!("the target cannot be reached by {call}"),
            "Is it running, and is this its address? See `--url`.",
        ),
        NoAnswer::NoTls | NoAnswer::TlsFailed { .. } => (
            format!("the target cannot be reached by {call}"),
            "Should `--url` begin with http://? For a certificate of your own use `--ca-cert`; `--insecure` \
             skips the checks.",
        ),
        NoAnswer::TooMuch { .. } => (
            format!("the target answers {call} with something unreadable"),
            "Is this the server that you want to test? See `--url`.",
        ),
        NoAnswer::TooLate { .. } => (
            format!("the target does not answer {call}"),
            "Is this its port? For a slow target, set a longer `answer_ms` under [deadlines] in a \
             description (TARGET.toml, instead of `--url`).",
        ),
        NoAnswer::Broken { .. }
        | NoAnswer::Closed
        | NoAnswer::NotCaptured
        | NoAnswer::NotSent { .. } => (
            format!("the target does not answer {call}"),
            "Is it an HTTP server, and does its address begin with http:// or with https://? See \
             `--url`.",
        ),
    };
    Untestable { what, seen: why.to_string(), advice: advice.into() }
}
