//! Proves that what has not arrived will not: something is caused that must arrive later on the
//! same connection, and when it is there, the other thing would have been, too.

use super::session::{End, Session};
use super::socket;
use super::stage::{APPLICATION, SECOND, Stage};
use super::{habits, stage};
use invite_scenario::{Open, People, SignIn};
use invite_spec::endpoint::Endpoint;
use invite_spec::push::FrameType;
use invite_spec::requirement::{RequirementId, id};
use invite_spec::{rest, sdk};
use invite_trace::{Deadline, Feature};
use invite_trace::{Event, Stop, StopReason};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most people whom one fence invites.
const AT_ONCE: usize = 250;

/// Who fences in the second application.
pub(crate) const IN_SECOND: &str = "fence/second";

/// What is said of fences for taking a silent target for dead: of all, and of those at sessions that
/// have joined a conference, which a target need not invite.
const ANYWHERE: &str = "a fence";
const IN_CONFERENCE: &str = "a fence in a conference";

/// The requirement that a WebSocket stays open.
pub(crate) const STAYS_OPEN: RequirementId = id::SES_010;

/// Fences the open sockets of these sessions.
pub(crate) async fn fence(
    stage: &Stage,
    step: &str,
    sessions: &[Arc<Session>],
) -> Result<(), Stop> {
    let (fenced, quiet) = partition(stage, sessions);
    if !quiet.is_empty() {
        quiet_window(stage, step, &quiet).await;
    }
    fence_all(stage, step, fenced).await
}

/// Fences those of these sessions' sockets that can be, and waits for none of the others.
pub(crate) async fn fence_what_can_be(
    stage: &Stage,
    step: &str,
    sessions: &[Arc<Session>],
) -> Result<(), Stop> {
    let (fenced, _) = partition(stage, sessions);
    fence_all(stage, step, fenced).await
}

/// The open sessions whose sockets a fence proves something of, and the others. Whoever is in a
/// conference is no longer fenced once that has been tried in vain.
fn partition(stage: &Stage, sessions: &[Arc<Session>]) -> (Vec<Arc<Session>>, Vec<Arc<Session>>) {
    let keeps_order = stage.shared.target.claims.contains(&Feature::FrameOrder);
    let invites_everywhere = !stage.shared.health.is_dead(IN_CONFERENCE);
    let open = sessions.iter().filter(|session| session.socket().is_some()).cloned();
    open.partition(|session| {
        let is_invited = invites_everywhere || !session.is_in_conference();
        keeps_order && session.is_verified && is_invited
    })
}

async fn fence_all(stage: &Stage, step: &str, fenced: Vec<Arc<Session>>) -> Result<(), Stop> {
    let claims = |feature| stage.shared.target.claims.contains(&feature);
    for second in [false, true] {
        let own: Vec<_> = fenced.iter().filter(|s| s.second == second).cloned().collect();
        for group in own.chunks(AT_ONCE) {
            if claims(Feature::Rest) && claims(Feature::Notifications) {
                by_rest(stage, step, second, group).await?;
            } else {
                by_sdk(stage, step, second, group).await?;
            }
        }
    }
    Ok(())
}

/// For sockets that cannot be fenced: waits for a while, the one thing left.
async fn quiet_window(stage: &Stage, step: &str, sessions: &[Arc<Session>]) {
    let since = put_up(stage, step, sessions, "");
    let recorder = &stage.recorder;
    recorder.wait(usize::MAX, stage.edge().within(Deadline::Quiet), |_, _, _| false).await;
    for session in sessions {
        if let Some(socket) = session.socket() {
            recorder.add(step, &session.actor, Event::Fenced { socket: socket.number, since });
        }
    }
}

/// A throw-away conference whose invitation is notified by REST.
async fn by_rest(
    stage: &Stage,
    step: &str,
    second: bool,
    sessions: &[Arc<Session>],
) -> Result<(), Stop> {
    let since = stage.recorder.lock().entries.len();
    let endpoint = &rest::create::ENDPOINT;
    let actor = if second { SECOND } else { APPLICATION };
    let invited: Map<String, Value> = external_ids(stage, sessions)
        .into_iter()
        .map(|id| (id, json!({ "permissions": ["JOIN"], "notification": true })))
        .collect();
    let own = json!({ "ownerExternalId": owner(stage), "participants": invited });
    let body = habits::body(endpoint, Some(&own));
    let request = stage.request(step, actor, endpoint, endpoint.path.into(), body.as_ref()).await?;
    let answer = stage.accepted(step, actor, endpoint, request).await?;
    let conference = stage.needed(step, actor, endpoint, &answer, "/conferenceId")?;
    arrive(stage, step, sessions, &conference, since, id::INV_012).await
}

/// A throw-away conference of a client that does nothing else.
async fn by_sdk(
    stage: &Stage,
    step: &str,
    second: bool,
    sessions: &[Arc<Session>],
) -> Result<(), Stop> {
    let actor = if second { IN_SECOND } else { "fence" };
    if stage.session(actor).is_none() {
        let owner = owner(stage);
        stage.recorder.lock().bindings.bind("fence", owner);
        let open = Open {
            id: None,
            who: People(Vec::new()),
            sign_in: SignIn::ClientAccessToken,
            acknowledge: true,
            lifetime: None,
            scope: None,
        };
        stage.open(step, actor, &open).await?;
    }
    let since = stage.recorder.lock().entries.len();
    let call = async |endpoint: &Endpoint, path: String, own: Option<Value>| {
        let body = habits::body(endpoint, own.as_ref());
        let request = stage.request(step, actor, endpoint, path, body.as_ref()).await?;
        stage.accepted(step, actor, endpoint, request).await
    };
    let answer = call(&sdk::create::ENDPOINT, sdk::create::ENDPOINT.path.into(), None).await?;
    let conference = stage.needed(step, actor, &sdk::create::ENDPOINT, &answer, "/conferenceId")?;
    if let Some(session) = stage.session(actor) {
        session.learn_from_create(&answer.body);
        if let Some(token) = session.stored(&conference) {
            session.set_current(token);
        }
    }
    let segment = stage::path_segment(&conference);
    let path = |endpoint: &Endpoint| endpoint.path.replace("{conferenceId}", &segment);
    call(&sdk::join::ENDPOINT, path(&sdk::join::ENDPOINT), None).await?;
    let profiles: Vec<Value> =
        external_ids(stage, sessions).into_iter().map(|id| json!({ "externalId": id })).collect();
    let own = json!({ "externalProfiles": profiles });
    call(&sdk::invite::ENDPOINT, path(&sdk::invite::ENDPOINT), Some(own)).await?;
    arrive(stage, step, sessions, &conference, since, id::INV_010).await
}

fn put_up(stage: &Stage, step: &str, sessions: &[Arc<Session>], conference: &str) -> usize {
    let since = stage.recorder.lock().entries.len();
    for session in sessions {
        if let Some(socket) = session.socket() {
            let event = Event::Fence { socket: socket.number, conference: conference.to_owned() };
            stage.recorder.add(step, &session.actor, event);
        }
    }
    since
}

/// Waits until the invitation to the throw-away conference has arrived at each session.
async fn arrive(
    stage: &Stage,
    step: &str,
    sessions: &[Arc<Session>],
    conference: &str,
    since: usize,
    requirement: RequirementId,
) -> Result<(), Stop> {
    put_up(stage, step, sessions, conference);
    let mut missing: BTreeMap<u32, &Arc<Session>> = BTreeMap::new();
    for session in sessions {
        match (session.socket(), session.lost()) {
            (Some(socket), _) => {
                missing.insert(socket.number, session);
            }
            (None, Some(end)) => return Err(socket::lost(step, session, &end, STAYS_OPEN)),
            (None, None) => {}
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let recorder = &stage.recorder;
    let mut arrived = Vec::new();
    let mut gone = None;
    let (deadline, usual) = stage.edge().within(Deadline::Event);
    let patience = stage.shared.health.patience(ANYWHERE, usual);
    let whole = recorder
        .wait(since, (deadline, patience), |_, _, entry| {
            match &entry.event {
                Event::Received { socket, body } => {
                    let is_it =
                        body.json().is_some_and(|frame| is_invitation_to(frame, conference));
                    if is_it && let Some(session) = missing.remove(socket) {
                        arrived.push((*socket, session));
                    }
                }
                Event::SocketClosed { socket, by, code, reason } => {
                    if let Some(session) = missing.get(socket) {
                        gone =
                            Some((*session, End { by: *by, code: *code, reason: reason.clone() }));
                        return true;
                    }
                }
                _ => {}
            }
            missing.is_empty()
        })
        .await;
    for (socket, session) in &arrived {
        recorder.add(step, &session.actor, Event::Fenced { socket: *socket, since });
    }
    if let Some((session, end)) = gone {
        return Err(socket::lost(step, session, &end, STAYS_OPEN));
    }
    let health = &stage.shared.health;
    if whole {
        health.came(ANYWHERE);
        return Ok(());
    }
    // That each session of a person is told, and one in a conference as well, no source says.
    let everybody = stage.sessions();
    let has_another = |session: &Session| {
        let of_person = |it: &&Arc<Session>| it.person == session.person && it.socket().is_some();
        everybody.iter().filter(of_person).count() > 1
    };
    let is_excused = |session: &Session| session.is_in_conference() || has_another(session);
    let actor = missing.values().next().map(|session| session.actor.clone()).unwrap_or_default();
    let waiting_for = format!("the invitation to the throw-away conference {conference}");
    recorder.add(step, &actor, Event::Expired { deadline: Deadline::Event, waiting_for });
    if missing.values().all(|session| is_excused(session)) {
        if missing.values().any(|session| session.is_in_conference()) {
            health.missed(IN_CONFERENCE);
        }
        let unfenced: Vec<_> = missing.into_values().cloned().collect();
        quiet_window(stage, step, &unfenced).await;
        return Ok(());
    }
    health.missed(ANYWHERE);
    Err(Stop {
        step: step.into(),
        actor,
        reason: StopReason::NoFence,
        requirement: requirement.to_string(),
        expected: "an invitation to a throw-away conference arrives".into(),
        seen: format!(
            "none at {} of {} sockets within {} ms",
            missing.len(),
            sessions.len(),
            patience.as_millis()
        ),
    })
}

fn is_invitation_to(frame: &Value, conference: &str) -> bool {
    FrameType::of(frame) == Some(FrameType::InvitationReceived)
        && frame.get("conferenceId").and_then(Value::as_str) == Some(conference)
}

fn owner(stage: &Stage) -> String {
    format!("{}-fence", stage.recorder.lock().bindings.alias_prefix)
}

fn external_ids(stage: &Stage, sessions: &[Arc<Session>]) -> Vec<String> {
    let state = stage.recorder.lock();
    let mut ids: Vec<String> = sessions
        .iter()
        .filter_map(|session| state.bindings.text(&session.person).map(str::to_owned))
        .collect();
    ids.sort();
    ids.dedup();
    ids
}
