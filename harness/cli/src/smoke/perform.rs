//! Performs the script.

use super::application::Application;
use super::calls::{Calls, calls};
use super::script::{SCRIPT, Step, What};
use super::verdict::{Checked, Fault, Reason, Smoke, Subject, Verdict};
use invite_adapter::{
    Adapter, AdapterError, Call, Close, Conference, Create, Event, Invite, Invitee, Join, Kick,
    Launch, Limits, Need, Open, Operation, Outcome, Patience, Planes, Send, Subscribe,
    Subscription, UpdatePermissions,
};
use invite_scenario::description::Target;
use invite_spec::permission::Permission;
use invite_spec::push::FrameType;
use invite_trace::Redactor;
use serde_json::Value;
use std::fmt;

const MESSAGE: &str = "is there anybody?";
const NOWHERE: &str = "00000000-0000-4000-8000-000000000000";
/// What is asked for in the place of an id that nobody knows.
const UNKNOWN: &str = "unknown";

/// The smoke test could not be made.
#[derive(Debug)]
pub(crate) enum SmokeError {
    /// Its command is wrong, or it lacks what it needs.
    Adapter(AdapterError),
    /// The server did not even give tokens.
    Server(String),
}

impl fmt::Display for SmokeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SmokeError::Adapter(error) => error.fmt(f),
            SmokeError::Server(cause) => {
                write!(f, "the server does not do what an application server asks for: {cause}")
            }
        }
    }
}

/// The ways to a server, and what tells one smoke test from another.
#[derive(Debug)]
pub(crate) struct Stage<'s> {
    pub(crate) target: &'s Target,
    /// The way of the adapter.
    pub(crate) url: &'s str,
    /// The calls that pass on it.
    pub(crate) calls: &'s Calls,
    /// The way of the application server.
    pub(crate) application_url: &'s str,
    /// What aliases and external ids end with: a server remembers earlier ones.
    pub(crate) run_id: &'s str,
}

/// Has an adapter do everything once.
pub(crate) async fn smoke(
    launch: &Launch,
    stage: &Stage<'_>,
    patience: Patience,
) -> Result<Smoke, SmokeError> {
    let target = stage.target;
    let mut results = Smoke { adapter: None, results: Vec::new(), error: None };
    let mut redactor = redactor(target);
    let adapter = match Adapter::start(launch, Limits::default(), patience).await {
        Ok(adapter) => adapter,
        Err(error) if error.is_setup() => return Err(SmokeError::Adapter(error)),
        Err(error) => {
            results.stop(error, &mut redactor);
            return Ok(results);
        }
    };
    results.adapter = Some(adapter.hello().clone());
    let unprotected = adapter.hello().needs.contains(&Need::UnprotectedConferences);
    let second = target.second_application.as_ref().filter(|_| unprotected);
    let credentials = second.unwrap_or(&target.application);
    let application =
        Application::new(stage.application_url, credentials).await.map_err(SmokeError::Server)?;
    let mut performance = Performance {
        adapter: &adapter,
        application,
        stage,
        patience,
        conference: None,
        owner_token: None,
        redactor,
        results,
    };
    let done = performance.all().await;
    let (mut results, mut redactor) = (performance.results, performance.redactor);
    match done {
        Err(Stop::Server(message)) => return Err(SmokeError::Server(message)),
        Err(Stop::Adapter(error)) => results.stop(error, &mut redactor),
        Ok(()) => {}
    }
    if let Err(error) = adapter.stop().await {
        results.stop(error, &mut redactor);
    }
    Ok(results)
}

/// Why no more is done.
enum Stop {
    Adapter(AdapterError),
    Server(String),
}

impl From<AdapterError> for Stop {
    fn from(error: AdapterError) -> Stop {
        Stop::Adapter(error)
    }
}

struct Performance<'p> {
    adapter: &'p Adapter,
    application: Application,
    stage: &'p Stage<'p>,
    patience: Patience,
    /// The conference, once there is one.
    conference: Option<String>,
    /// The token of its owner, if the adapter did not create it.
    owner_token: Option<String>,
    /// An adapter may say anything: its tokens are in none of the results.
    redactor: Redactor,
    results: Smoke,
}

/// What hides the tokens and the secrets of a target's applications.
pub(crate) fn redactor(target: &Target) -> Redactor {
    let all = [Some(&target.application), target.second_application.as_ref()];
    let secrets = all.into_iter().flatten().map(|it| it.secret.as_str());
    Redactor::new(secrets.map(|secret| ("secret of the application", secret)))
}

impl Performance<'_> {
    async fn all(&mut self) -> Result<(), Stop> {
        for (index, step) in SCRIPT.iter().enumerate() {
            if let Err(stop) = self.step(step).await {
                if matches!(stop, Stop::Adapter(_)) {
                    let operation = step.what.operation();
                    self.note(step.who, Subject::of(step.what), Verdict::Error);
                    for later in &SCRIPT[index + 1..] {
                        let by = Verdict::Blocked { person: step.who.to_owned(), by: operation };
                        self.note(later.who, Subject::of(later.what), by);
                    }
                }
                return Err(stop);
            }
        }
        self.unlisted();
        Ok(())
    }

    fn note(&mut self, person: &str, subject: Subject, verdict: Verdict) {
        self.results.results.push(Checked { person: person.to_owned(), subject, verdict });
    }

    async fn step(&mut self, step: &Step) -> Result<(), Stop> {
        let (who, subject) = (step.who, Subject::of(step.what));
        if let Some((person, by)) = self.blocked(step) {
            let person = person.to_owned();
            self.note(who, subject, Verdict::Blocked { person, by });
            return Ok(());
        }
        let (before, made) = (self.adapter.events(), self.stage.calls.count());
        let call = self.call(step).await.map_err(Stop::Server)?;
        let (outcome, mut lacking) = self.ask(who, call).await?;
        let verdict = match outcome {
            Some(outcome) => self.judge(step.what, outcome, made),
            // The argument without which it means nothing comes last.
            None => {
                let argument = lacking.pop().map(|(argument, _)| argument).unwrap_or_default();
                Verdict::Fail { fault: Fault::Required { argument } }
            }
        };
        let (is_done, is_skipped) =
            (verdict == Verdict::Pass, matches!(verdict, Verdict::Skip { .. }));
        self.note(who, subject, verdict);
        for (argument, reason) in lacking {
            let operation = step.what.operation();
            let skipped =
                Verdict::Skip { reason: Reason::Unsupported(self.redactor.text(&reason)) };
            self.note(who, Subject::Argument { operation, argument }, skipped);
        }
        if is_skipped && matches!(step.what, What::Create) {
            let made = self.application.create(&self.named("alice")).await.map_err(Stop::Server)?;
            self.conference = Some(made.0);
            self.owner_token = Some(made.1);
        }
        if is_done {
            for (session, kind) in step.brings {
                self.hears(session, *kind, before).await?;
            }
        }
        Ok(())
    }

    /// What has to come before and did not pass. What the adapter cannot do is done without.
    fn blocked(&self, step: &Step) -> Option<(&'static str, Operation)> {
        step.after.iter().copied().find(|(person, operation)| {
            let is_it = |it: &&Checked| {
                it.person == *person && it.subject == Subject::Operation(*operation)
            };
            let mut earlier = self.results.results.iter().filter(is_it);
            earlier.any(|it| !matches!(it.verdict, Verdict::Pass | Verdict::Skip { .. }))
        })
    }

    /// Asks for it, without the arguments that the adapter says it cannot pass on: none if that means
    /// nothing, and those arguments with the reasons.
    async fn ask(
        &self,
        who: &str,
        mut call: Call,
    ) -> Result<(Option<Outcome>, Vec<(String, String)>), AdapterError> {
        let mut lacking = Vec::new();
        loop {
            let outcome = self.adapter.call(who, who, call.clone()).await?;
            match outcome {
                Outcome::Unsupported { unsupported, argument: Some(argument) } => {
                    let less = call.without(&argument);
                    lacking.push((argument, unsupported));
                    match less {
                        Some(less) => call = less,
                        None => return Ok((None, lacking)),
                    }
                }
                outcome => return Ok((Some(outcome), lacking)),
            }
        }
    }

    fn judge(&mut self, what: What, outcome: Outcome, made: usize) -> Verdict {
        let needs = &self.adapter.hello().needs;
        let calls = calls(what.operation(), needs.contains(&Need::Application));
        let is_made = calls.is_empty() || self.stage.calls.made(made, calls, what.is_refused());
        let fault = match outcome {
            Outcome::Unsupported { unsupported, .. } => {
                let reason = Reason::Unsupported(self.redactor.text(&unsupported));
                return Verdict::Skip { reason };
            }
            Outcome::Done(_) if what.is_refused() => Fault::NotRefused,
            Outcome::Refused(_) | Outcome::Done(_)
                if !is_made && what.is_refused() == matches!(outcome, Outcome::Refused(_)) =>
            {
                let refused = what.is_refused();
                Fault::NoCall { calls: calls.iter().map(|call| call.as_str()).collect(), refused }
            }
            Outcome::Refused(_) if what.is_refused() => return Verdict::Pass,
            Outcome::Done(done) => {
                if let (What::Create, Some(Value::String(id))) = (what, done.get("conferenceId")) {
                    self.conference = Some(id.clone());
                }
                return Verdict::Pass;
            }
            Outcome::Refused(mut refused) => {
                refused.message = self.redactor.text(&refused.message);
                Fault::Refused { refused }
            }
            Outcome::Failed(message) => Fault::Failed { message: self.redactor.text(&message) },
        };
        Verdict::Fail { fault }
    }

    /// Whether somebody is told.
    async fn hears(&mut self, who: &str, kind: FrameType, from: usize) -> Result<(), AdapterError> {
        let fits = |event: &Event| event.session == who && event.kind == kind.as_str();
        let verdict = if self.adapter.hello().events.contains(kind.as_str()) {
            match self.adapter.event(from, fits, self.patience.event).await? {
                Some(event) => self.right(kind, &event),
                None => {
                    let within_ms = self.patience.event.as_millis();
                    Verdict::Fail { fault: Fault::NoEvent { within_ms } }
                }
            }
        } else {
            Verdict::Skip { reason: Reason::NotListed }
        };
        self.note(who, Subject::Event(kind.as_str().to_owned()), verdict);
        Ok(())
    }

    /// Whether an event holds what applications cannot do without.
    fn right(&self, kind: FrameType, event: &Event) -> Verdict {
        let (field, expected) = match kind {
            FrameType::InvitationReceived => ("conferenceId", self.conference.clone()),
            FrameType::ConferenceMessageReceived => ("message", Some(MESSAGE.to_owned())),
            _ => return Verdict::Pass,
        };
        let (expected, seen) = (expected.map(Value::from), event.body.get(field));
        match expected {
            Some(expected) if seen != Some(&expected) => {
                let (field, seen) = (field.to_owned(), seen.cloned());
                Verdict::Fail { fault: Fault::Body { field, expected, seen } }
            }
            _ => Verdict::Pass,
        }
    }

    /// Events that came, though the adapter did not say that they would.
    fn unlisted(&mut self) {
        let listed = &self.adapter.hello().events;
        let is_unlisted =
            |it: &Event| FrameType::parse(&it.kind).is_some() && !listed.contains(&it.kind);
        let mut found: Vec<Event> = self.adapter.events_from(0);
        found.retain(is_unlisted);
        found.sort_by(|one, other| one.kind.cmp(&other.kind));
        found.dedup_by(|one, other| one.kind == other.kind);
        for event in found {
            let fault = Verdict::Fail { fault: Fault::NotListed };
            self.note(&event.session, Subject::Event(event.kind), fault);
        }
    }

    fn passed(&self, person: &str, operation: Operation) -> bool {
        self.results.results.iter().any(|it| {
            it.person == person
                && it.subject == Subject::Operation(operation)
                && it.verdict == Verdict::Pass
        })
    }

    /// The alias or external id in this smoke test.
    fn named(&self, name: &str) -> String {
        format!("{name}-{}", self.stage.run_id)
    }

    async fn call(&self, step: &Step) -> Result<Call, String> {
        let who = step.who;
        let conference_id = self.conference.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        let people = |who: &str, may: &[Permission]| {
            vec![Invitee { external_id: self.named(who), permissions: Some(may.to_vec()) }]
        };
        Ok(match step.what {
            What::Open => Call::Open(Open {
                server: Planes {
                    rest: self.stage.url.to_owned(),
                    session: self.stage.url.to_owned(),
                },
                client_access_token: self.application.client_token(&self.named(who)).await?,
                external_id: self.named(who),
                name: who.to_owned(),
            }),
            What::Create => {
                Call::Create(Create { alias: Some(self.named("smoke")), ttl: Some(60) })
            }
            What::Subscribe => {
                let of = |kind: &str| Subscription {
                    kind: kind.to_owned(),
                    conference_alias: self.named("smoke"),
                };
                let subscriptions = ["Participant.Joined", "Participant.Left"].map(of).to_vec();
                Call::Subscribe(Subscribe { subscriptions })
            }
            What::Join => Call::Join(self.join(who, conference_id).await?),
            What::Listen => Call::Listen(self.join(who, conference_id).await?),
            What::JoinNowhere => {
                let conference_id = NOWHERE.to_owned();
                Call::Join(Join { conference_id, conference_access_token: None })
            }
            What::Invite(whom, may) => {
                Call::Invite(Invite { conference_id, people: people(whom, may) })
            }
            What::InviteNowhere => {
                let people = people("bob", &[Permission::Join]);
                Call::Invite(Invite { conference_id: NOWHERE.to_owned(), people })
            }
            What::Update(whom, may) => {
                let people = people(whom, may);
                Call::UpdatePermissions(UpdatePermissions { conference_id, people })
            }
            What::Kick(whom) => Call::Kick(Kick { conference_id, external_id: self.named(whom) }),
            What::Send => Call::Send(Send { conference_id, message: MESSAGE.to_owned() }),
            What::Leave => Call::Leave(Conference { conference_id }),
            What::Close => Call::Close(Close {}),
        })
    }

    /// A join, with a token if the SDK cannot have it yet.
    async fn join(&self, who: &str, conference_id: String) -> Result<Join, String> {
        let invited = self.passed("alice", Operation::Invite);
        let conference_access_token = match (who, &self.conference) {
            ("alice", _) => self.owner_token.clone(),
            (_, Some(conference)) if !invited => {
                Some(self.application.invite(conference, &self.named(who)).await?)
            }
            _ => None,
        };
        Ok(Join { conference_id, conference_access_token })
    }
}
