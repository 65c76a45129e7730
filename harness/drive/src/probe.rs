//! Whether a target can be tested at all, and which kinds of application it has.

use super::actor::Actor;
use super::encode::path_segment;
use super::fence::{self, plain_open};
use super::run::RunError;
use super::scenario_run::{ScenarioRun, Shared};
use super::{client_defaults, steps};
use invite_scenario::{App, Application, Kinds, PREFLIGHT, Person, Scenario, Selection};
use invite_spec::endpoint::Operation;
use invite_spec::push::FrameType;
use invite_spec::requirement::Profile;
use invite_trace::{Ended, Event, Feature, HarnessFault, NoAnswer, Stop, StopReason, Trace};
use serde_json::Value;
use std::sync::Arc;

/// The name of the probe's conference.
const CONFERENCE: &str = "conference";

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
    /// Whether the target answered: one that did not may be starting.
    pub answered: bool,
}

/// What the probe found.
pub(crate) struct Probed {
    /// Which kinds of application the target has.
    pub(crate) kinds: Kinds,
    /// Everything that was said.
    pub(crate) preflight: Trace,
    /// Whether a client hears what is for others.
    pub(crate) leaks: bool,
}

/// How far the probe goes: a server that is being built has no more yet than the scenarios use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Depth {
    /// Tokens.
    Tokens,
    /// Sessions with their WebSockets.
    Sessions,
    /// Conferences, which all other calls are about.
    Conferences,
}

impl Depth {
    /// As far as these scenarios go.
    pub(crate) fn of(scenarios: &[Selection]) -> Depth {
        let of_call = |operation| match operation {
            Operation::AuthToken
            | Operation::ClientAccessToken
            | Operation::SignIn
            | Operation::Refresh => Depth::Tokens,
            Operation::Identify | Operation::Logout => Depth::Sessions,
            _ => Depth::Conferences,
        };
        let of_scenario = |scenario: &Scenario| match scenario.application {
            Application::Any | Application::Both => {
                scenario.operations().into_iter().map(of_call).max()
            }
            // Which of these an application is shows in a conference.
            Application::Protected | Application::Unprotected => Some(Depth::Conferences),
        };
        let deepest = scenarios.iter().filter_map(|found| of_scenario(&found.scenario)).max();
        deepest.unwrap_or(Depth::Conferences)
    }
}

/// Checks that the target is there and accepts the credentials, and finds out its kinds; whether
/// fences work, and whether strangers hear of what does not concern them.
pub(crate) async fn probe(shared: &Arc<Shared>, depth: Depth) -> Result<Probed, RunError> {
    let scenario = scenario();
    let run = ScenarioRun::new(Arc::clone(shared), &scenario, App::First);
    let has_second = shared.target.second_application.is_some();
    let mut kinds = Kinds { has_second, ..Kinds::default() };
    let mut ended = Ended::Complete;
    let sessions = run.claims(Feature::Sdk) && depth >= Depth::Sessions;
    for app in App::ALL {
        if app == App::Second && !has_second {
            break;
        }
        if let Err(stop) = run.api_token(PREFLIGHT, app).await {
            if let Some(error) = explain(shared, &stop, app) {
                return Err(error);
            }
            ended = Ended::Stopped(stop);
            break;
        }
        if sessions {
            match is_protected(&run, app, depth).await {
                Ok(found) => match app {
                    App::First => kinds.first = found,
                    App::Second => kinds.second = found,
                },
                Err(stop) => {
                    if let StopReason::Harness(fault) = &stop.reason
                        && let Some(error) = surroundings(fault)
                    {
                        return Err(error);
                    }
                    ended = Ended::Stopped(stop);
                    break;
                }
            }
        }
    }
    let leaks = sessions && ended == Ended::Complete && leaks(&run).await;
    Ok(Probed { kinds, preflight: steps::finish(&run, &scenario, ended), leaks })
}

/// Fences the probe, lets it join its conference, and looks whether a bystander hears of either.
///
/// A call that fails here fails in the scenarios, too: they say more about it.
async fn leaks(run: &ScenarioRun) -> bool {
    let (probe, bystander) = (&Actor::Probe(App::First), &Actor::Bystander);
    let opened = run.open(PREFLIGHT, bystander, &plain_open()).await;
    let (Some(session), Some(stranger)) = (run.session(probe), run.session(bystander)) else {
        return false;
    };
    fence::prove(run, PREFLIGHT, &session).await;
    let is_built = run.shared.limits.is_built(Operation::SdkJoin, &[]);
    if opened.is_err() || !is_built || join(run, probe).await.is_err() {
        return false;
    }
    if fence::fence(run, PREFLIGHT, &[stranger]).await.is_err() {
        return false;
    }
    let state = run.recorder.lock();
    let own = state.bindings.text(&bystander.person()).unwrap_or_default();
    let fences: Vec<&str> = state
        .entries
        .iter()
        .filter(|entry| entry.actor == bystander.to_string())
        .filter_map(|entry| match &entry.event {
            Event::Fence { conference, .. } => Some(conference.as_str()),
            _ => None,
        })
        .collect();
    state.entries.iter().any(|entry| match &entry.event {
        Event::Received { body, .. } if entry.actor == bystander.to_string() => {
            body.json().is_some_and(|frame| is_for_others(frame, own, &fences))
        }
        _ => false,
    })
}

/// Whether a frame at somebody who has done nothing is for others: news, or an invitation that is not
/// one of these fences'.
fn is_for_others(frame: &Value, own: &str, fences: &[&str]) -> bool {
    let text = |name: &str| frame.get(name).and_then(Value::as_str);
    match FrameType::of(frame) {
        Some(FrameType::ParticipantAdded | FrameType::ParticipantUpdated) => {
            text("externalId").is_none_or(|external_id| external_id != own)
        }
        Some(FrameType::InvitationReceived) => {
            text("conferenceId").is_some_and(|conference| !fences.contains(&conference))
        }
        _ => false,
    }
}

/// Lets the probe join the conference that it created.
async fn join(run: &ScenarioRun, actor: &Actor) -> Result<(), Stop> {
    let endpoint = &invite_spec::sdk::join::ENDPOINT;
    let conference = run.recorder.lock().bindings.text(CONFERENCE).map(str::to_owned);
    let Some(conference) = conference else { return Ok(()) };
    let path = endpoint.path.replace("{conferenceId}", &path_segment(&conference));
    let body = client_defaults::body(endpoint, None);
    let request = run.request(PREFLIGHT, actor, endpoint, path, body.as_ref()).await?;
    run.accepted(PREFLIGHT, actor, endpoint, request).await?;
    if let Some(session) = run.session(actor) {
        session.note_join(&conference);
    }
    Ok(())
}

/// The scenario as which the probe is recorded.
fn scenario() -> Scenario {
    let probes = App::ALL.map(Actor::Probe).into_iter();
    let people = probes.chain([Actor::Bystander]).map(|actor| {
        let second_application = actor == Actor::Probe(App::Second);
        (actor.to_string().as_str().into(), Person { second_application, ..Person::default() })
    });
    Scenario {
        id: PREFLIGHT.into(),
        title: "The target is there and takes the credentials".into(),
        about: None,
        heavy: None,
        slow: None,
        failed: None,
        profile: Profile::Rest,
        features: Vec::new(),
        application: Application::Both,
        people: people.collect(),
        steps: Vec::new(),
    }
}

/// Opens a session, and creates a conference as a client, to see whether it is protected.
async fn is_protected(run: &ScenarioRun, app: App, depth: Depth) -> Result<Option<bool>, Stop> {
    let actor = &Actor::Probe(app);
    run.open(PREFLIGHT, actor, &plain_open()).await?;
    if depth < Depth::Conferences {
        return Ok(None);
    }
    let endpoint = &invite_spec::sdk::create::ENDPOINT;
    let body = client_defaults::body(endpoint, None);
    let request =
        run.request(PREFLIGHT, actor, endpoint, endpoint.path.into(), body.as_ref()).await?;
    let answer = run.accepted(PREFLIGHT, actor, endpoint, request).await?;
    let conference = answer.body.json().and_then(|body| body.get("conferenceId")?.as_str());
    if let (Some(session), Some(conference)) = (run.session(actor), conference) {
        session.learn_from_create(&answer.body);
        if let Some(token) = session.stored(conference) {
            session.set_current(token);
        }
        if *actor == Actor::Probe(App::First) {
            run.recorder.lock().bindings.bind(CONFERENCE, conference);
        }
    }
    let protected = answer.body.json().and_then(|body| body.get("isProtected"));
    Ok(protected.and_then(Value::as_bool))
}

/// Why nothing can be tested, if the harness or its settings keep a session from being opened.
fn surroundings(fault: &HarnessFault) -> Option<RunError> {
    match fault {
        HarnessFault::ForeignHost { host } => Some(RunError::Untestable(Untestable {
            what: format!("the target's WebSocket is on another host: `wsUri` names {host}"),
            seen: "tokens and headers go to the target's own hosts and ports only".into(),
            advice: format!(
                "If that host is the target's as well, allow it in a description (TARGET.toml, \
                 instead of `--url`): hosts = [\"{host}\"]"
            ),
            answered: true,
        })),
        HarnessFault::OutOfDescriptors => Some(RunError::OutOfDescriptors),
        HarnessFault::Unbound { .. }
        | HarnessFault::TooMuchReceived { .. }
        | HarnessFault::Adapter { .. }
        | HarnessFault::NoSession { .. } => None,
    }
}

/// Why the target cannot be tested, if the very first call failed for a reason that leaves nothing to
/// judge.
fn explain(shared: &Shared, stop: &Stop, app: App) -> Option<RunError> {
    let address = &shared.target.planes.auth;
    let untestable = match &stop.reason {
        StopReason::NoAnswer { why: NoAnswer::OutOfDescriptors, .. } => {
            return Some(RunError::OutOfDescriptors);
        }
        StopReason::NoAnswer { why, .. } => unanswered(address, why),
        StopReason::NotAccepted { status: 404 | 405, .. } => Untestable {
            what: format!("the target does not know {}", first_call(address)),
            seen: stop.reason.seen().to_string(),
            advice: "Is this the server that you want to test, and does its API begin at this \
                     address? If it is under a path, add the path: `--url http://host:port/path`. \
                     If its planes have several addresses, give them under [planes] in a \
                     description (TARGET.toml, instead of `--url`)."
                .into(),
            answered: true,
        },
        StopReason::NotAccepted { status: 401 | 403, .. } => {
            let which = match app {
                App::First => "application",
                App::Second => "second application",
            };
            Untestable {
                what: format!("the target at {address} refused the credentials of the {which}"),
                seen: stop.reason.seen().to_string(),
                advice: "Give a key and secret that the target knows: `--app-key` and \
                         `--app-secret`, or INVITE_APP_KEY and INVITE_APP_SECRET (for a second \
                         application `--second-app-key` and `--second-app-secret`)."
                    .into(),
                answered: true,
            }
        }
        _ => return None,
    };
    Some(RunError::Untestable(untestable))
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
        NoAnswer::TooMuch { .. } | NoAnswer::Unreadable { .. } => (
            format!("the target answers {call} with something unreadable"),
            "Is this the server that you want to test? See `--url`.",
        ),
        NoAnswer::TooLate { .. } => (
            format!("the target does not answer {call}"),
            "Is this its port? For one that is starting, give `--wait 60s`. For a slow one, set a longer \
             `answer_ms` under [deadlines] in a description (TARGET.toml, instead of `--url`): the very \
             first response has half of it.",
        ),
        NoAnswer::Broken { .. }
        | NoAnswer::Closed
        | NoAnswer::OutOfDescriptors
        | NoAnswer::NotCaptured
        | NoAnswer::NotSent { .. } => (
            format!("the target gives no HTTP response to {call}"),
            "Is it an HTTP server, and does its address begin with http:// or with https://? See \
             `--url`.",
        ),
    };
    Untestable { what, seen: why.to_string(), advice: advice.into(), answered: false }
}
