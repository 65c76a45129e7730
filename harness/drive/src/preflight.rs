//! Whether a target can be tested at all, and which kinds of application it has.

use super::http::{NO_CONNECTION, NO_TLS, TOO_LONG};
use super::stage::{APPLICATION, SECOND, Shared, Stage};
use super::{habits, steps};
use invite_scenario::{Application, Open, People, Scenario, SignIn};
use invite_scenario::{Kinds, PREFLIGHT};
use invite_spec::requirement::Profile;
use invite_trace::Feature;
use invite_trace::{Ended, Stop, StopReason, Trace};
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

/// Looks whether the target is there and takes the credentials, and learns its kinds.
pub(crate) async fn preflight(shared: &Arc<Shared>) -> Result<(Kinds, Trace), Untestable> {
    let scenario = Scenario {
        scenario: PREFLIGHT.into(),
        title: "The target is there and takes the credentials".into(),
        about: None,
        heavy: None,
        profile: Profile::Rest,
        features: Vec::new(),
        application: Application::Both,
        people: BTreeMap::from([
            ("probe".to_owned(), Default::default()),
            (
                "second-probe".to_owned(),
                invite_scenario::Person { second_application: true, ..Default::default() },
            ),
        ]),
        steps: Vec::new(),
    };
    let stage = Stage::new(Arc::clone(shared), &scenario, false);
    let has_second = shared.target.second_application.is_some();
    let mut kinds = Kinds { has_second, ..Kinds::default() };
    let mut ended = Ended::Complete;
    for (second, actor) in [(false, APPLICATION), (true, SECOND)] {
        if second && !has_second {
            break;
        }
        match stage.api_token(PREFLIGHT, second).await {
            Ok(_) => {}
            Err(stop) => {
                if let Some(untestable) = explain(shared, &stop, actor) {
                    return Err(untestable);
                }
                ended = Ended::Stopped(stop);
                break;
            }
        }
        if shared.target.claims.contains(&Feature::Sdk) {
            match probe(&stage, second).await {
                Ok(found) if second => kinds.second = found,
                Ok(found) => kinds.first = found,
                Err(stop) => {
                    ended = Ended::Stopped(stop);
                    break;
                }
            }
        }
    }
    Ok((kinds, steps::finish(&stage, &scenario, ended)))
}

/// Creates a conference as a client, to see whether it is protected.
async fn probe(stage: &Stage, second: bool) -> Result<Option<bool>, Stop> {
    let actor = if second { "second-probe" } else { "probe" };
    let open = Open {
        id: None,
        who: People(Vec::new()),
        sign_in: SignIn::ClientAccessToken,
        acknowledge: true,
        lifetime: None,
        scope: None,
    };
    stage.open(PREFLIGHT, actor, &open).await?;
    let endpoint = &invite_spec::sdk::create::ENDPOINT;
    let body = habits::body(endpoint, None);
    let request =
        stage.request(PREFLIGHT, actor, endpoint, endpoint.path.into(), body.as_ref()).await?;
    let answer = stage.accepted(PREFLIGHT, actor, endpoint, request).await?;
    let protected = answer.body.json().and_then(|body| body.get("isProtected"));
    Ok(protected.and_then(Value::as_bool))
}

/// Why the target cannot be tested, if the first call of all failed for a reason that leaves
/// nothing to judge.
fn explain(shared: &Shared, stop: &Stop, actor: &str) -> Option<Untestable> {
    let address = &shared.target.planes.auth;
    match stop.reason {
        StopReason::NoAnswer => Some(unanswered(address, &stop.seen)),
        StopReason::Outcome
            if stop.seen.contains("status 401") || stop.seen.contains("status 403") =>
        {
            let which = if actor == SECOND { "second application" } else { "application" };
            Some(Untestable {
                what: format!("the target at {address} refused the credentials of the {which}"),
                seen: stop.seen.clone(),
                advice: "Give a key and secret that it knows: `--app-key` and `--app-secret`, or \
                         INVITE_APP_KEY and INVITE_APP_SECRET (for a second application \
                         `--second-app-key` and `--second-app-secret`)."
                    .into(),
            })
        }
        _ => None,
    }
}

/// The first call of all had no answer: why, as far as can be told, and what to do.
fn unanswered(address: &str, seen: &str) -> Untestable {
    let call = format!("POST {address}{}", invite_spec::rest::auth_token::ENDPOINT.path);
    let (what, advice) = if seen.starts_with(NO_CONNECTION) {
        (
            format!("the target cannot be reached by {call}"),
            "Is it running, and is this its address? See `--url`.",
        )
    } else if seen.starts_with(NO_TLS) {
        (
            format!("the target cannot be reached by {call}"),
            "Should `--url` begin with http://? A certificate of your own is given by `--ca-cert`; \
             `--insecure` checks none.",
        )
    } else if seen.contains(TOO_LONG) {
        (
            format!("the target does not answer {call} in any form that can be read"),
            "Is this the server that is to be tested? See `--url`.",
        )
    } else if seen.starts_with("no whole answer") {
        (
            format!("the target does not answer {call}"),
            "Is this its port? A target that is slow by nature gets a longer `answer_ms` in the \
             [deadlines] of a description (TARGET.toml, instead of `--url`).",
        )
    } else {
        (
            format!("the target does not answer {call}"),
            "Is it an HTTP server, and does its address begin with http:// or with https://? See \
             `--url`.",
        )
    };
    Untestable { what, seen: seen.to_owned(), advice: advice.into() }
}
