//! Targets that are no server of this protocol at all: nothing passes, and the run ends soon.

mod http;
mod servers;

pub use servers::{Running, each};

use invite_drive::RunError;
use invite_record::{Options, Record};
use invite_scenario::Plan;
use invite_scenario::Selection;
use invite_scenario::description::{Credentials, Planes, Target};
use invite_trace::Verdict;
use invite_trace::{Deadlines, Feature};
use serde::Serialize;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::time::Instant;

/// The longest that a run against such a target may take, in milliseconds.
pub const LONGEST_MS: u64 = 10_000;

type Starting = Pin<Box<dyn Future<Output = std::io::Result<Running>> + Send>>;

/// A target that is no server of this protocol.
#[derive(Debug, Clone, Copy)]
pub struct Null {
    /// Its name, in kebab-case.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
    /// What a run against it must come to.
    pub expected: Expected,
    /// Starts it on a free loopback port.
    pub start: fn() -> Starting,
}

/// What a run against such a target comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// It could not be tested: exit code 3.
    Untestable,
    /// It does not conform: exit code 1.
    DoesNotConform,
}

impl Expected {
    /// The exit code that `run` ends with.
    pub fn code(self) -> u8 {
        match self {
            Expected::Untestable => 3,
            Expected::DoesNotConform => 1,
        }
    }
}

macro_rules! null {
    ($name:literal $does:literal $expected:ident $start:expr) => {
        Null {
            name: $name,
            does: $does,
            expected: Expected::$expected,
            start: || Box::pin(async { $start.await }),
        }
    };
}

/// Every such target.
pub const ALL: &[Null] = &[
    null! { "closed-port" "nobody listens" Untestable servers::closed() },
    null! { "silent" "accepts connections and never says a word" Untestable servers::silent() },
    null! { "empty-objects" "answers 200 {} to everything" DoesNotConform http::empty_objects() },
    null! { "echo" "answers what it was asked" DoesNotConform http::echo() },
    null! { "web-page" "answers a web page to everything" DoesNotConform http::web_page() },
    null! { "redirect-loop" "sends everybody to where they were" DoesNotConform http::redirect() },
    null! { "endless-body" "answers 200 MB" Untestable servers::endless_body() },
    null! { "dripping-body" "answers one byte a second" Untestable servers::dripping_body() },
    null! { "dripping-head" "sends headers at one byte a second" Untestable servers::dripping_head() },
    null! { "tls" "speaks TLS where plain HTTP was expected" Untestable servers::tls() },
    null! { "other-protocol" "speaks SMTP" Untestable servers::smtp() },
];

/// The target of this name.
pub fn find(name: &str) -> Option<&'static Null> {
    ALL.iter().find(|null| null.name == name)
}

/// What came of a run against it.
#[derive(Debug, Clone, Serialize)]
pub struct NullOutcome {
    /// Its name.
    pub name: String,
    /// What it does.
    pub does: String,
    /// What the run had to come to.
    pub expected: Expected,
    /// What it came to; `None` if it conforms, or the harness broke.
    pub seen: Option<Expected>,
    /// How many requirements passed.
    pub passed: usize,
    /// How many red lines there were.
    pub red: usize,
    /// What stands at the top.
    pub cause: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

impl NullOutcome {
    /// Whether the suite did not do what it is there for.
    pub fn is_failure(&self) -> bool {
        self.passed > 0
            || self.seen != Some(self.expected)
            || self.cause.is_empty()
            || self.duration_ms >= LONGEST_MS
    }
}

/// Runs the suite against such a target, with the deadlines that a user has who gives none.
pub(super) async fn attempt(null: &Null, scenarios: &[Selection], run_id: &str) -> NullOutcome {
    let began = Instant::now();
    let mut outcome = NullOutcome::untried(null, String::new());
    match (null.start)().await {
        Ok(running) => {
            let plan = Plan {
                scenarios: scenarios.to_vec(),
                jobs: usize::from(invite_drive::USUAL_JOBS),
                seed: 1,
                run_id: run_id.to_owned(),
            };
            let target = target(&running.url());
            match invite_drive::run(target.clone(), &plan, |_| {}).await {
                Ok(driven) => {
                    let options =
                        Options { seed: 1, run_id: plan.run_id, strict: false, jobs: plan.jobs };
                    outcome.take(&Record::new(&target, &plan.scenarios, driven, options, 0));
                }
                Err(RunError::Untestable(why)) => {
                    outcome.seen = Some(Expected::Untestable);
                    outcome.cause = format!("{}: {}", why.what, why.seen);
                }
                Err(error) => outcome.cause = error.to_string(),
            }
        }
        Err(error) => outcome.cause = format!("it does not start: {error}"),
    }
    outcome.duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    outcome
}

impl NullOutcome {
    /// Before anything came of it, or where nothing could.
    pub(super) fn untried(null: &Null, cause: String) -> NullOutcome {
        NullOutcome {
            name: null.name.to_owned(),
            does: null.does.to_owned(),
            expected: null.expected,
            seen: None,
            passed: 0,
            red: 0,
            cause,
            duration_ms: 0,
        }
    }

    fn take(&mut self, record: &Record) {
        let summary = &record.tally.summary;
        self.passed = summary.passed;
        self.red = summary.failed;
        let judged = !summary.conforms && summary.errors == 0;
        self.seen = judged.then_some(Expected::DoesNotConform);
        let failed = record.tally.requirements.iter().find(|row| row.verdict == Verdict::Fail);
        let Some(failed) = failed else { return };
        let is_it = |check: &&invite_trace::Check| {
            check.verdict() == Verdict::Fail && check.requirement == Some(failed.requirement)
        };
        if let Some(check) = record.checks.iter().find(is_it) {
            let evidence = check.evidence().map(ToString::to_string).unwrap_or_default();
            self.cause = format!("{}: {evidence}", failed.requirement);
        }
    }
}

fn target(address: &str) -> Target {
    let plane = || address.to_owned();
    Target {
        name: address.to_owned(),
        planes: Planes { auth: plane(), rest: plane(), session: plane(), socket: None },
        application: Credentials { key: "a-key".to_owned(), secret: "a-secret".to_owned() },
        second_application: None,
        claims: Feature::ALL.into_iter().collect(),
        deadlines: Deadlines::default(),
        headers: BTreeMap::new(),
        ca_cert: None,
        insecure: false,
    }
}
