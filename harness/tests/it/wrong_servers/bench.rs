//! Runs servers, right and wrong, through scenarios.

use super::tables::{ALSO, EXERCISED_BY};
use futures_util::StreamExt as _;
use invite_conformance::drive::{self, Plan};
use invite_conformance::judge::{self, Verdict};
use invite_conformance::report::{Options, Record};
use invite_conformance::scenario::{self, Selection};
use invite_conformance::target::{Credentials, Deadlines, Feature, Planes, Target};
use invite_reference::mutants::{self, Mutant};
use invite_reference::{Application, Rules, Server, Settings, Standard};
use invite_spec::requirement;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::Instant;

/// How many servers run at once, and how many scenarios against each of them. Both share the
/// machine with other tests, and a deadline of a second has to be enough.
const SIDE_BY_SIDE: usize = 4;
const JOBS: usize = 4;

/// The fewest scenarios that a requirement is tried in, if there are as many.
const AT_LEAST: usize = 3;

/// The scenarios that come with the program.
pub(super) fn scenarios() -> &'static [Selection] {
    static ALL: LazyLock<Vec<Selection>> =
        LazyLock::new(|| scenario::built_in().expect("the built-in scenarios are right"));
    &ALL
}

fn id(selection: &Selection) -> &str {
    &selection.scenario.scenario.text
}

/// What a scenario is about.
struct Subject {
    /// The requirements that it names.
    named: BTreeSet<String>,
    /// All that it evaluates by itself.
    evaluated: BTreeSet<String>,
}

fn subjects() -> &'static BTreeMap<&'static str, Subject> {
    static SUBJECTS: LazyLock<BTreeMap<&str, Subject>> = LazyLock::new(|| {
        let subject = |selection: &Selection| Subject {
            named: named(&selection.source),
            evaluated: judge::requirements(&selection.scenario),
        };
        scenarios().iter().map(|selection| (id(selection), subject(selection))).collect()
    });
    &SUBJECTS
}

/// The requirements that the text of a scenario names.
fn named(source: &str) -> BTreeSet<String> {
    let lines = source.lines().filter_map(|line| line.split_once("requires:"));
    let words = lines.flat_map(|(_, rest)| rest.split(|c: char| !c.is_alphanumeric() && c != '-'));
    let ids = words.filter(|word| word.ends_with(|c: char| c.is_ascii_digit()));
    ids.filter(|id| requirement::find(id).is_some()).map(str::to_owned).collect()
}

/// Whether a table has this scenario under this key.
fn lists(table: &[(&str, &[&str])], key: &str, scenario: &str) -> bool {
    table.iter().any(|(entry, scenarios)| *entry == key && scenarios.contains(&scenario))
}

/// Whether a scenario is there for a requirement: it names it, or names none and evaluates it, or
/// is kept for the law that does.
pub(super) fn is_about(scenario: &str, requirement: &str) -> bool {
    let Some(subject) = subjects().get(scenario) else { return false };
    let own = if subject.named.is_empty() { &subject.evaluated } else { &subject.named };
    own.contains(requirement) || lists(EXERCISED_BY, requirement, scenario)
}

/// The scenarios that evaluate anything.
pub(super) fn with_checks() -> impl Iterator<Item = &'static str> {
    subjects().iter().filter(|(_, subject)| !subject.evaluated.is_empty()).map(|(id, _)| *id)
}

/// The scenarios that evaluate what a wrong server breaks.
fn chosen(mutant: &Mutant) -> Vec<Selection> {
    let (mut first, mut rest): (Vec<&Selection>, Vec<&Selection>) =
        scenarios().iter().partition(|selection| {
            let is_named = subjects()[id(selection)].named.contains(mutant.breaks);
            is_named
                || lists(EXERCISED_BY, mutant.breaks, id(selection))
                || lists(ALSO, mutant.name, id(selection))
        });
    rest.retain(|selection| subjects()[id(selection)].evaluated.contains(mutant.breaks));
    // Those that name nothing are there for what every call is a test of.
    rest.sort_by_key(|selection| !subjects()[id(selection)].named.is_empty());
    rest.truncate(AT_LEAST.saturating_sub(first.len()));
    first.extend(rest);
    first.into_iter().cloned().collect()
}

/// What came of a wrong server.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) mutant: &'static Mutant,
    record: Result<Record, String>,
}

impl Outcome {
    /// Whether the requirement that it breaks is broken.
    pub(super) fn is_caught(&self) -> bool {
        self.verdict() == Ok(Verdict::Fail)
    }

    fn verdict(&self) -> Result<Verdict, String> {
        let record = self.record.as_ref().map_err(String::clone)?;
        let result = record.tally.find(self.mutant.breaks);
        result.map(|result| result.verdict).ok_or_else(|| "not evaluated".to_owned())
    }

    /// The requirements that are broken.
    pub(super) fn red(&self) -> Vec<&str> {
        let rows = self.record.iter().flat_map(|record| &record.tally.requirements);
        let red = rows.filter(|row| row.verdict == Verdict::Fail);
        red.map(|row| row.requirement.as_str()).collect()
    }

    /// The scenarios that fail in what they are there for.
    pub(super) fn failing_scenarios(&self) -> impl Iterator<Item = &str> {
        let checks = self.record.iter().flat_map(|record| &record.checks);
        let failed = checks.filter(|check| check.verdict == Verdict::Fail);
        let own = failed.filter(|check| is_about(&check.scenario, &check.requirement));
        own.map(|check| check.scenario.as_str())
    }
}

/// A readable table.
pub(super) fn table(outcomes: &[&Outcome]) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        let verdict = match outcome.verdict() {
            Ok(verdict) => format!("{verdict:?}").to_lowercase(),
            Err(why) => why.replace('\n', " "),
        };
        let (mutant, red) = (outcome.mutant, outcome.red());
        text.push_str(&format!(
            "{:<40} {:<9} {verdict:<8} {:>2} red: {}\n",
            mutant.name,
            mutant.breaks,
            red.len(),
            red.join(" ")
        ));
    }
    text
}

/// Every wrong server against the scenarios of what it breaks; run once, for all tests.
pub(super) fn against_wrong_servers() -> &'static [Outcome] {
    static OUTCOMES: OnceLock<Vec<Outcome>> = OnceLock::new();
    OUTCOMES.get_or_init(|| all_against(chosen))
}

/// Every wrong server against every scenario.
pub(super) fn against_everything() -> Vec<Outcome> {
    all_against(|_| scenarios().iter().filter(|it| id(it) != "invite-thousand").cloned().collect())
}

fn all_against(choose: impl Fn(&Mutant) -> Vec<Selection>) -> Vec<Outcome> {
    // Nothing that ought to come is waited for in vain against a right server; a wrong one costs a
    // deadline each time.
    let deadlines = Deadlines {
        answer_ms: 5_000,
        event_ms: 1_000,
        quiet_ms: 200,
        leeway_ms: 1_000,
        ..Deadlines::default()
    };
    runtime().block_on(async {
        let wanted = std::env::var("INVITE_MUTANT").ok();
        let mutants = mutants::all()
            .iter()
            .filter(|it| wanted.as_deref().is_none_or(|w| it.name.contains(w)));
        let tried = mutants.map(|mutant| {
            let scenarios = choose(mutant);
            async move {
                let t = Instant::now();
                let n = scenarios.len();
                let run = tokio::spawn(run((mutant.rules)(), scenarios, deadlines));
                let record = run.await.expect("the harness does not panic");
                if std::env::var("INVITE_TIMES").is_ok() {
                    eprintln!("TIME {:>6} {n} {}", t.elapsed().as_millis(), mutant.name);
                }
                Outcome { mutant, record }
            }
        });
        let outcomes: Vec<Outcome> =
            futures_util::stream::iter(tried).buffer_unordered(SIDE_BY_SIDE).collect().await;
        if std::env::var("INVITE_TIMES").is_ok() {
            eprintln!("{}", table(&outcomes.iter().collect::<Vec<_>>()));
        }
        outcomes
    })
}

/// The right server against all that the wrong ones are tried with.
pub(super) fn against_right_server() -> Record {
    let tried: Vec<Selection> = mutants::all().iter().flat_map(chosen).collect();
    let tried: BTreeMap<String, Selection> =
        tried.into_iter().map(|it| (id(&it).to_owned(), it)).collect();
    let tried = tried.into_values().collect();
    let record = runtime().block_on(run(Arc::new(Standard), tried, Deadlines::default()));
    record.expect("the right server can be tested")
}

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().expect("a runtime")
}

async fn run(
    rules: Arc<dyn Rules>,
    scenarios: Vec<Selection>,
    deadlines: Deadlines,
) -> Result<Record, String> {
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        applications: vec![
            Application::new("protected", "secret-1").protected(),
            Application::new("unprotected", "secret-2"),
        ],
        rules,
        ..Settings::default()
    };
    let server = Server::start(settings).map_err(|error| error.to_string())?;
    let address = format!("http://{}", server.address());
    let credentials =
        |key: &str, secret: &str| Credentials { key: key.to_owned(), secret: secret.to_owned() };
    let target = Target {
        name: "a server".to_owned(),
        planes: Planes {
            auth: address.clone(),
            rest: address.clone(),
            session: address,
            socket: None,
        },
        application: credentials("protected", "secret-1"),
        second_application: Some(credentials("unprotected", "secret-2")),
        claims: Feature::ALL.into_iter().collect(),
        deadlines,
        headers: BTreeMap::new(),
        ca_cert: None,
        insecure: false,
    };
    let options = Options { seed: 1, run_id: "run".to_owned(), strict: false, jobs: JOBS };
    let plan = Plan { scenarios, jobs: JOBS, seed: options.seed, run_id: options.run_id.clone() };
    let started = Instant::now();
    let driven = drive::run(target.clone(), &plan, |_| {}).await.map_err(|it| it.to_string())?;
    let lasted = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Record::new(&target, &plan.scenarios, driven, options, lasted))
}
