//! How good `explore` is: it explores each wrong server of our own, and each unusual one that is right,
//! and tells what it found.
//!
//!     cargo run --release -p invite-conformance --example explore_mutants -- --walks 512
//!
//! `--only TEXT` takes the servers whose name contains this, `--kind wrong|legal|right|chosen` those of a
//! kind (`chosen`: wrong ones that break nothing that counts, of which nothing that counts may be found),
//! `--for SECONDS` and `--walks N` bound each exploration, `--seed N` and `--jobs N` are those of
//! `explore`, `--show` prints the scenarios, and `--share I/N` takes every Nth server.
//!
//! An exploration ends with the first finding that counts, to save time. If that names another
//! requirement than the server breaks, the server is explored a second time without that end, as
//! `explore` does: the last lines tell both, what is found first and what is found at all.

use invite_conformance::embedded;
use invite_explore::{Finding, Outcome, Request};
use invite_reference::{mutants, variants};
use invite_scenario::description::Target;
use invite_selftest::{Expected, Kind, Servers, Specimen, StartError, Started, Unusual, Wrong};
use invite_spec::requirement::RequirementId;
use std::time::Duration;

/// Wrong servers that walks cannot find, and why.
const OUT_OF_REACH: &[(&str, &str)] = &[
    ("another-amu-each-time", "walks acknowledge each update, so that none is repeated"),
    ("forgets-lost-sessions-after-two-seconds", "walks do not wait for seconds"),
    ("lost-participant-gone-after-a-second", "walks do not wait for seconds"),
    ("ttl-in-milliseconds", "walks do not wait for seconds"),
    ("lists-ten-on-join", "eleven people in one conference; walks have four"),
    ("ten-are-listed-at-most", "eleven people in one conference; walks have four"),
    ("sessions-in-one-application", "walks have people of one application"),
    ("subscribed-in-every-application", "walks have people of one application"),
];

/// The reference server, and its mutants.
struct Embedded;

impl Servers for Embedded {
    fn right(&self) -> Result<Started, StartError> {
        started(embedded::start())
    }

    fn wrong(&self) -> Vec<Wrong> {
        let wrong = |it: &mutants::Mutant| Wrong {
            name: it.name,
            breaks: std::iter::once(&it.breaks).chain(it.also()).copied().collect(),
            does: it.does,
            slow: it.needs_slow(),
        };
        mutants::all().iter().map(wrong).collect()
    }

    fn unusual(&self) -> Vec<Unusual> {
        let unusual =
            |it: &variants::Variant| Unusual { name: it.name, does: it.does, allowed: it.allowed };
        variants::ALL.iter().map(unusual).collect()
    }

    fn start(&self, name: &str) -> Result<Started, StartError> {
        let wrong = mutants::find(name).map(|mutant| mutant.rules);
        let rules = wrong.or_else(|| variants::find(name).map(|variant| variant.rules));
        let rules = rules.ok_or_else(|| StartError::Unknown(name.to_owned()))?;
        started(embedded::start_with(rules()))
    }
}

fn started(
    server: Result<(invite_reference::Server, Target), invite_reference::StartError>,
) -> Result<Started, StartError> {
    let (server, target) = server.map_err(|error| StartError::Server(Box::new(error)))?;
    Ok(Started { target, server: Box::new(server) })
}

/// A server, and what it breaks.
struct Server {
    name: String,
    /// None is the reference server as it is.
    specimen: Option<Specimen>,
    breaks: Vec<RequirementId>,
    /// Whether only more time than a walk takes can show what is wrong.
    slow: bool,
}

impl Server {
    /// Whether it breaks only what no source requires: then nothing that counts may be found.
    fn breaks_nothing_that_counts(&self) -> bool {
        self.breaks.iter().all(|id| !id.row().is_binding())
    }
}

/// What the command line asks for.
struct Asked {
    only: Vec<String>,
    kind: String,
    walks: Option<u64>,
    time: Option<Duration>,
    seed: u64,
    jobs: usize,
    length: usize,
    people: u8,
    show: bool,
    share: (usize, usize),
}

fn asked() -> Asked {
    let mut asked = Asked {
        only: Vec::new(),
        kind: "wrong".to_owned(),
        walks: None,
        time: None,
        seed: 1,
        jobs: 32,
        length: 24,
        people: 4,
        show: false,
        share: (1, 1),
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_default();
        match word.as_str() {
            "--only" => asked.only.push(value()),
            "--kind" => asked.kind = value(),
            "--walks" => asked.walks = value().parse().ok(),
            "--for" => asked.time = value().parse().ok().map(Duration::from_secs),
            "--seed" => asked.seed = value().parse().unwrap_or(1),
            "--jobs" => asked.jobs = value().parse().unwrap_or(32),
            "--length" => asked.length = value().parse().unwrap_or(24),
            "--people" => asked.people = value().parse().unwrap_or(4),
            "--show" => asked.show = true,
            "--share" => {
                let text = value();
                let (one, of) = text.split_once('/').unwrap_or(("1", "1"));
                asked.share = (one.parse().unwrap_or(1), of.parse().unwrap_or(1));
            }
            other => {
                eprintln!("unknown: {other}");
                std::process::exit(2);
            }
        }
    }
    if asked.walks.is_none() && asked.time.is_none() {
        asked.walks = Some(256);
    }
    asked
}

fn servers(asked: &Asked) -> Vec<Server> {
    let slow = |name: &str| mutants::find(name).is_some_and(mutants::Mutant::needs_slow);
    let of_kind = |kind: Kind| {
        let all = invite_selftest::all(&Embedded).into_iter().filter(move |it| it.kind == kind);
        all.map(|it| Server {
            name: it.name.clone(),
            slow: slow(&it.name),
            breaks: match &it.expected {
                Expected::MustFail(ids) => ids.clone(),
                _ => Vec::new(),
            },
            specimen: Some(it),
        })
    };
    let mut all: Vec<Server> = match asked.kind.as_str() {
        "right" => {
            let name = "the reference server".to_owned();
            vec![Server { name, specimen: None, breaks: Vec::new(), slow: false }]
        }
        "legal" => of_kind(Kind::Legal).collect(),
        "chosen" => of_kind(Kind::Behaviour).filter(|it| it.breaks_nothing_that_counts()).collect(),
        _ => of_kind(Kind::Behaviour).collect(),
    };
    all.retain(|it| asked.only.is_empty() || asked.only.iter().any(|text| it.name.contains(text)));
    let (one, of) = asked.share;
    let places = all.into_iter().enumerate();
    places.filter(|(place, _)| place % of == (one - 1) % of).map(|(_, server)| server).collect()
}

/// Explores a server, to the end or up to the first finding.
async fn explore(server: &Server, asked: &Asked, first: bool) -> Result<Outcome, String> {
    let running = match &server.specimen {
        None => Embedded.right(),
        Some(specimen) => specimen.start(&Embedded).await,
    };
    let Started { mut target, server: running } = running.map_err(|error| error.to_string())?;
    // These servers answer at once: what has not come by then will not.
    target.deadlines.event_ms = target.deadlines.event_ms.min(2_000);
    let request = Request {
        target,
        seed: asked.seed,
        people: asked.people,
        length: asked.length,
        jobs: asked.jobs,
        time: asked.time,
        walks: asked.walks,
        first,
        strict: false,
        run_id: "x".to_owned(),
        saved: Vec::new(),
        limits: invite_drive::Limits::default(),
    };
    let outcome = invite_explore::explore(&request, std::future::pending, |_| {}).await;
    drop(running);
    outcome.map_err(|error| error.to_string())
}

fn describe(finding: &Finding) -> String {
    format!(
        "{} in {} steps (of {}), found after {} ms, cut down in {} ms by {} candidates, {}/{}",
        finding.shown.requirement,
        finding.steps,
        finding.steps_before,
        finding.found_ms,
        finding.shrink_ms,
        finding.candidates,
        finding.rate.failed,
        finding.rate.of,
    )
}

/// What came of all servers.
#[derive(Default)]
struct Tally {
    tried: usize,
    found: usize,
    /// Those whose first finding names their own requirement.
    right: usize,
    /// Those of the others that have a finding with their own requirement as well.
    right_later: Vec<String>,
    steps: Vec<usize>,
    shrinking: Vec<u64>,
    missed: Vec<String>,
    wrong: Vec<String>,
}

fn median<T: Copy + Ord>(values: &mut [T]) -> Option<T> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

fn print(server: &Server, outcome: &Outcome, asked: &Asked) {
    let (seen, reachable) = outcome.cells.seen();
    let rate = outcome.steps * 1_000 / outcome.walking_ms.max(1);
    let counted = outcome.findings.iter().filter(|it| it.shown.counted).count();
    println!(
        "{} [{}]: {} found ({counted} count); {} walks, {} steps, {rate} steps/s, {} undriven, \
         {} turned away, {seen}/{reachable} cells, last new at walk {}, {} ms",
        server.name,
        server.breaks.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(" "),
        outcome.findings.len(),
        outcome.walks,
        outcome.steps,
        outcome.undriven,
        outcome.turned_away,
        outcome.last_new,
        outcome.duration_ms,
    );
    for finding in &outcome.findings {
        println!("    {}", describe(finding));
        if asked.show {
            println!("{}", finding.scenario.source);
        }
    }
}

/// The findings that come each time, those of the server's own requirement first.
fn steady<'o>(server: &Server, outcome: &'o Outcome) -> Vec<&'o Finding> {
    let mut all: Vec<&Finding> = outcome.findings.iter().filter(|it| it.rate.is_steady()).collect();
    all.sort_by_key(|it| !server.breaks.contains(&it.shown.requirement));
    all
}

fn main() {
    let asked = asked();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let Ok(runtime) = runtime else { return };
    let mut tally = Tally::default();
    for server in servers(&asked) {
        let name = server.name.as_str();
        if server.slow {
            println!("{name}: left out, only seconds that walks do not wait can show it");
            continue;
        }
        tally.tried += 1;
        // Of a right server, and of one that is right to every source, nothing may be found.
        let is_to_be_found = !server.breaks.is_empty() && asked.kind != "chosen";
        let outcome = match runtime.block_on(explore(&server, &asked, is_to_be_found)) {
            Ok(outcome) => outcome,
            // A server that cannot be tested at all is found before the first walk.
            Err(error) => {
                let error = error.lines().next().unwrap_or_default().to_owned();
                println!("{name}: cannot be tested: {error}");
                tally.found += 1;
                tally.right += 1;
                continue;
            }
        };
        print(&server, &outcome, &asked);
        if server.breaks.is_empty() {
            continue;
        }
        let Some(finding) = steady(&server, &outcome).first().copied() else {
            tally.missed.push(name.to_owned());
            continue;
        };
        tally.found += 1;
        tally.steps.push(finding.steps);
        tally.shrinking.push(finding.shrink_ms);
        let is_own = |it: &Finding| server.breaks.contains(&it.shown.requirement);
        if is_own(finding) {
            tally.right += 1;
            continue;
        }
        let breaks = server.breaks[0];
        tally.wrong.push(format!("{name} ({breaks}): {}", finding.shown.requirement));
        if let Ok(outcome) = runtime.block_on(explore(&server, &asked, false)) {
            print!("  to the end: ");
            print(&server, &outcome, &asked);
            if steady(&server, &outcome).first().is_some_and(|it| is_own(it)) {
                tally.right_later.push(name.to_owned());
            }
        }
    }
    report(tally);
}

fn report(tally: Tally) {
    let Tally { tried, found, right, right_later, mut steps, mut shrinking, missed, wrong } = tally;
    println!(
        "\n{found} of {tried} found, {right} of them by their own requirement first, {} at all",
        right + right_later.len()
    );
    println!(
        "median of {} steps, cut down in {} ms",
        median(&mut steps).unwrap_or(0),
        median(&mut shrinking).unwrap_or(0)
    );
    println!("not found:");
    for name in missed {
        let why = OUT_OF_REACH.iter().find(|(other, _)| *other == name);
        println!("    {name}: {}", why.map_or("no reason is known", |(_, why)| why));
    }
    println!("by another requirement first: {}", wrong.join(", "));
    println!("of these by their own as well: {}", right_later.join(", "));
}
