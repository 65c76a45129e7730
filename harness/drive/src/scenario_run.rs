//! One scenario while it is driven: its people, sessions and bindings.

use super::actor::Actor;
use super::circuit_breaker::CircuitBreaker;
use super::connector::Connector;
use super::encode;
use super::fence::Fencing;
use super::limits::Limits;
use super::output_budget::{RunBudget, TraceBudget};
use super::pace::Pace;
use super::recorder::{Began, Recorder};
use super::sdk::{Made, Sdk};
use super::session::Session;
use super::transport::Transport;
use invite_adapter::Adapter;
use invite_scenario::cover::{self, Cover};
use invite_scenario::description::{Credentials, Target};
use invite_scenario::{App, Application, Scenario};
use invite_spec::endpoint::Plane;
use invite_trace::reference::Bindings;
use invite_trace::{Feature, Redactor, Stop};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

/// What all scenarios of a run share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) target: Target,
    pub(crate) connector: Connector,
    pub(crate) breaker: Arc<CircuitBreaker>,
    pub(crate) budget: Arc<RunBudget>,
    pub(crate) pace: Arc<Pace>,
    pub(crate) limits: Limits,
    pub(crate) began: Began,
    /// Makes the names of this run differ from those of every other.
    pub(crate) run_id: String,
    pub(crate) cover: Cover,
    /// How sockets are fenced; not set until the probe has tried.
    pub(crate) fencing: OnceLock<Fencing>,
    /// What drives the clients of people, if that is not the harness.
    pub(crate) adapter: Option<Arc<Adapter>>,
    /// What those clients have called.
    pub(crate) made: Arc<Made>,
}

/// One scenario while it is driven.
#[derive(Debug)]
pub(crate) struct ScenarioRun {
    /// Itself, for whatever serves its clients.
    pub(crate) me: Weak<ScenarioRun>,
    /// The clients of its people, if an adapter drives them.
    pub(crate) sdk: Option<Sdk>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) recorder: Arc<Recorder>,
    /// Which of the target's applications is the scenario's first one.
    own: App,
    /// Everybody, including each member of a group, and the application that each belongs to.
    people: BTreeMap<String, App>,
    sessions: Mutex<BTreeMap<Actor, Arc<Session>>>,
    api_tokens: PerApp<KeptToken>,
    fence_clients: PerApp<tokio::sync::Mutex<()>>,
}

/// An API token once it was requested, or why there is none: a crowd waits for one response, and not
/// for one each.
pub(crate) type KeptToken = tokio::sync::Mutex<Option<Result<String, Stop>>>;

/// Something of each of a scenario's applications.
#[derive(Debug, Default)]
struct PerApp<T> {
    first: T,
    second: T,
}

impl<T> PerApp<T> {
    fn of(&self, app: App) -> &T {
        match app {
            App::First => &self.first,
            App::Second => &self.second,
        }
    }
}

impl ScenarioRun {
    /// The run of a scenario whose first application is the target's `own` one.
    pub(crate) fn new(shared: Arc<Shared>, scenario: &Scenario, own: App) -> ScenarioRun {
        let people: BTreeMap<String, App> = scenario
            .people
            .iter()
            .flat_map(|(name, person)| {
                person.members(name).into_iter().map(|member| (member, person.app()))
            })
            .collect();
        let budget = TraceBudget::of(people.len());
        let recorder = Arc::new(Recorder::new(
            redactor(&shared.target),
            bindings(&shared, scenario),
            shared.began,
            budget,
            Arc::clone(&shared.budget),
        ));
        ScenarioRun {
            me: Weak::new(),
            sdk: None,
            own: if scenario.application == Application::Both { App::First } else { own },
            shared,
            recorder,
            people,
            sessions: Mutex::default(),
            api_tokens: PerApp::default(),
            fence_clients: PerApp::default(),
        }
    }

    /// The same with people whose clients an adapter drives, if there is one.
    pub(crate) fn with_clients(shared: Arc<Shared>, scenario: &Scenario, own: App) -> Arc<Self> {
        let adapter = shared.adapter.clone();
        Arc::new_cyclic(|me| ScenarioRun {
            me: me.clone(),
            sdk: adapter.map(Sdk::new),
            ..ScenarioRun::new(shared, scenario, own)
        })
    }

    /// The clients of people, if this is a person and an adapter drives them.
    pub(crate) fn sdk(&self, actor: &Actor) -> Option<&Sdk> {
        self.sdk.as_ref().filter(|_| Sdk::is_for(actor))
    }

    pub(crate) fn transport(&self) -> Transport<'_> {
        Transport {
            connector: &self.shared.connector,
            recorder: &self.recorder,
            breaker: &self.shared.breaker,
            pace: &self.shared.pace,
            deadlines: &self.shared.target.deadlines,
            target: &self.shared.target,
            cover: self.shared.cover,
        }
    }

    /// Whether the target claims this.
    pub(crate) fn claims(&self, feature: Feature) -> bool {
        self.shared.target.claims.contains(&feature)
    }

    /// The sessions that a name stands for: those of all members for a group.
    pub(crate) fn actors(&self, who: &str) -> Vec<Actor> {
        let names = self.recorder.lock().bindings.actors(who);
        names.iter().map(|name| Actor::session(name)).collect()
    }

    fn all_sessions(&self) -> MutexGuard<'_, BTreeMap<Actor, Arc<Session>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn session(&self, actor: &Actor) -> Option<Arc<Session>> {
        self.all_sessions().get(actor).cloned()
    }

    pub(crate) fn sessions(&self) -> Vec<Arc<Session>> {
        self.all_sessions().values().cloned().collect()
    }

    pub(crate) fn add_session(&self, session: Arc<Session>) {
        self.all_sessions().insert(session.identity.actor.clone(), session);
    }

    /// The application that an actor belongs to.
    pub(crate) fn app(&self, actor: &Actor) -> App {
        match actor {
            Actor::Application(app) | Actor::Fence(app) | Actor::Probe(app) => *app,
            Actor::Bystander => App::First,
            Actor::Person { name, .. } => self.people.get(name).copied().unwrap_or(App::First),
        }
    }

    /// The external id of an actor: for one of the harness's own clients, a fresh one.
    pub(crate) fn external_id(&self, actor: &Actor) -> String {
        let person = actor.person();
        let state = self.recorder.lock();
        let bound = state.bindings.text(&person).map(str::to_owned);
        bound.unwrap_or_else(|| cover::external_id(&state.bindings.alias_prefix, &person))
    }

    /// The credentials of one of the scenario's applications, and their pseudonym.
    pub(crate) fn credentials(&self, app: App) -> (&Credentials, &'static str) {
        let target = &self.shared.target;
        let of_target = if self.own == App::First { app } else { app.other() };
        match (of_target, &target.second_application) {
            (App::Second, Some(second)) => (second, "<credentials of the second application>"),
            _ => (&target.application, "<credentials of the application>"),
        }
    }

    /// Where the API token of an application is kept; locked while one is requested.
    pub(crate) fn kept_api_token(&self, app: App) -> &KeptToken {
        self.api_tokens.of(app)
    }

    /// Locked while the client that fences sends its calls: it has one current token, and steps that
    /// happen at once may put up a fence each.
    pub(crate) fn fence_client(&self, app: App) -> &tokio::sync::Mutex<()> {
        self.fence_clients.of(app)
    }

    /// The address of a plane.
    pub(crate) fn base(&self, plane: Plane) -> &str {
        self.shared.target.planes.base(Some(plane))
    }
}

/// The first place of the names of the harness's own clients: behind those of any crowd.
const FAR: usize = 10_000;

/// What is bound before the first step: everybody's external id and name, and the target's host.
fn bindings(shared: &Shared, scenario: &Scenario) -> Bindings {
    let prefix = cover::prefix(&shared.run_id, &scenario.id);
    let mut places = 0..;
    let mut bindings = Bindings { alias_prefix: prefix.clone(), ..Bindings::default() };
    for (name, person) in &scenario.people {
        let members = person.members(name);
        if person.count.is_some() {
            bindings.groups.insert(name.value.clone(), members.clone());
        }
        for member in members {
            let other = person.same_external_id_as.as_ref();
            let whose = other.map_or(&*member, |other| other);
            // Who is spelled in a way of their own differs from the other by nothing else.
            let of_other = other.and_then(|other| scenario.people.get(other)?.spelled.as_deref());
            let spelled = person.spelled.as_deref().or(of_other).unwrap_or_default();
            bindings
                .bind(member.clone(), format!("{}{spelled}", cover::external_id(&prefix, whose)));
            let spelled = person.spelled.as_deref().unwrap_or_default();
            bindings.bind(
                format!("{member}.name"),
                format!("{}{spelled}", cover::display_name(&prefix, places.next().unwrap_or(0))),
            );
        }
    }
    let host = shared.target.planes.rest.split("://").nth(1).unwrap_or_default();
    bindings.bind("host", host);
    bindings.bind("origin", shared.cover.origin);
    for (place, own) in Actor::OWN.into_iter().enumerate() {
        let name = format!("{}.name", own.person());
        if !bindings.values.contains_key(&name) {
            bindings.bind(name, cover::display_name(&prefix, FAR + place));
        }
    }
    bindings
}

/// The redactor of a trace, which knows the secrets of the target's applications, and those in the
/// headers that every request carries.
fn redactor(target: &Target) -> Redactor {
    let mut known = vec![
        (encode::basic(&target.application), "credentials of the application".to_owned()),
        (target.application.secret.clone(), "secret of the application".to_owned()),
    ];
    if let Some(second) = &target.second_application {
        known.push((encode::basic(second), "credentials of the second application".to_owned()));
        known.push((second.secret.clone(), "secret of the second application".to_owned()));
    }
    for (name, value) in target.headers.iter().filter(|(name, _)| may_be_secret(name)) {
        // `Bearer s3cr3t`: a target may give back the last word alone.
        let last = value.rsplit(' ').next().unwrap_or(value);
        known.push((value.clone(), format!("value of {name}")));
        known.push((last.to_owned(), format!("end of {name}")));
    }
    Redactor::new(known.iter().map(|(secret, name)| (name.as_str(), secret.as_str())))
}

/// Whether a header of this name holds a secret. What others hold (`Accept-Language`) is common, and
/// must not be taken out of every text.
fn may_be_secret(header: &str) -> bool {
    let header = header.to_ascii_lowercase();
    let words = ["auth", "token", "key", "secret", "cookie", "password", "credential", "session"];
    words.iter().any(|word| header.contains(word))
}
