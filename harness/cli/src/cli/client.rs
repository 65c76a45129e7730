//! `client`: judges a client, with the reference server at the other end.

use super::{Exit, Failure, baseline, interrupt, key, only, output, progress, reports, run};
use clap::Args;
use invite_adapter::{Adapter, Launch, Limits, Patience};
use invite_client::sample::{self, Fault};
use invite_client::{Page, Person, Plan, Scope, Tester};
use invite_record::{ClientRun, Coverage, Options, Part, Record};
use invite_report::View;
use invite_scenario::client::{ClientSelection, built_in, from_path};
use invite_spec::requirement::RequirementId;
use invite_text::Untrusted;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How many scenarios run at once, if an adapter does what the client is told.
const USUAL_JOBS: u16 = 4;

/// Judge a client, with the reference server at the other end.
///
/// An adapter is a program that drives the client: it is started anew for each scenario. Without one, the
/// terminal and a page say what to do next in the app, and go on when the traffic shows that it was done; a
/// line `skip` on standard input skips it, as does a button of the page.
#[derive(Debug, Args)]
#[command(after_help = reports::formats())]
pub(crate) struct Client {
    /// The command that starts the adapter, with its arguments
    #[arg(long, value_name = "COMMAND", conflicts_with = "by_hand")]
    adapter: Option<String>,
    /// How long the adapter may take for its hello and for each answer
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = clap::value_parser!(u32).range(1..))]
    adapter_timeout: u32,
    /// Say on the terminal what to do next, as without an adapter
    #[arg(long)]
    by_hand: bool,
    /// Address for clients; port 0 for any free port [default: 127.0.0.1:0, and by hand 127.0.0.1:8091]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Address of the page that says what to do next, by hand; port 0 for any free port. Whoever reaches
    /// it can skip steps
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:0",
        conflicts_with = "adapter"
    )]
    page: SocketAddr,
    /// Only scenarios whose id matches; `*` stands for anything. For several patterns, repeat it
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,
    /// Client scenarios of this file or folder instead of the built-in ones
    #[arg(long, value_name = "PATH")]
    scenarios: Option<PathBuf>,
    /// Also run the slow scenarios: about 40 s
    #[arg(long)]
    slow: bool,
    /// How many scenarios run at once [default: 4, and by hand 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// How many seconds a person may take for one step
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    patience: u64,
    /// Let `chosen` requirements count as well
    #[arg(long)]
    strict: bool,
    /// Write a report as well; see the formats below
    #[arg(long = "report", value_name = "FORMAT=PATH", value_parser = reports::wanted)]
    reports: Vec<reports::Wanted>,
    /// Sign the run record with this private key (`key new FILE` makes one)
    #[arg(long, value_name = "KEYFILE")]
    sign: Option<PathBuf>,
    #[command(flatten)]
    known: baseline::Known,
    /// Print the run record as JSON instead of the report
    #[arg(long)]
    json: bool,
    /// Show no progress
    #[arg(long, short)]
    quiet: bool,
    /// Tell everything: what was skipped, and why
    #[arg(long, short)]
    verbose: bool,
}

/// What a run is about.
struct Selected {
    all: Vec<ClientSelection>,
    selected: Vec<ClientSelection>,
    /// The ids of those that are left out because they are slow.
    left_out: Vec<String>,
}

impl Client {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let key = self.sign.as_deref().map(key::signing).transpose()?;
        let launch = self.launch()?;
        let Selected { all, selected, left_out } = self.selected()?;
        let ids = all.iter().map(|found| found.scenario.id.value.as_str());
        let baseline = self.known.read(ids)?;
        let places = reports::Places::prepare(&self.reports)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::harness(format!("no runtime: {error}")))?;
        let driven = runtime.block_on(self.drive(launch, selected, left_out));
        let mut record = driven.inspect_err(|_| places.discard())?;
        runtime.shutdown_background();
        if let Some(baseline) = baseline {
            record.hold_against(baseline, baseline::today()?);
        }
        if let Err(failure) = self.known.write(&record) {
            output::complain(&format!("invite-conformance: {}", failure.message));
        }
        if self.json || self.reports.iter().any(reports::Wanted::is_record) {
            record.seal();
            key::sign(&mut record, key.as_ref())?;
        }
        let kept = places.write(&record);
        kept.exit(&record, self.show(&record))
    }

    fn launch(&self) -> Result<Option<Launch>, Failure> {
        let read = |command: &String| {
            Launch::parse(command).map_err(|error| Failure::usage(format!("--adapter: {error}")))
        };
        self.adapter.as_ref().map(read).transpose()
    }

    /// The scenarios that are asked for, among all.
    fn selected(&self) -> Result<Selected, Failure> {
        let all = match &self.scenarios {
            None => built_in(),
            Some(path) => from_path(path),
        };
        let all = all.map_err(|errors| run::faults(&errors))?;
        let ids: Vec<&str> = all.iter().map(|found| found.scenario.id.value.as_str()).collect();
        for glob in &self.only {
            if !ids.iter().any(|id| only::matches(glob, id)) {
                let hint = invite_text::did_you_mean(glob, ids.iter().copied());
                let hint = hint.unwrap_or_else(|| {
                    "`invite-conformance list scenarios --client` lists them".to_owned()
                });
                let message = format!("no client scenario matches `{}`; {hint}", Untrusted(glob));
                return Err(Failure::usage(message));
            }
        }
        let is_meant =
            |id: &str| self.only.is_empty() || self.only.iter().any(|glob| only::matches(glob, id));
        let meant = all.iter().filter(|found| is_meant(&found.scenario.id.value)).cloned();
        let (selected, slow): (Vec<_>, Vec<_>) =
            meant.partition(|found| self.slow || found.scenario.slow.is_none());
        if selected.is_empty() {
            return Err(Failure::usage("each scenario that matches is slow: add `--slow`"));
        }
        let left_out = slow.into_iter().map(|found| found.scenario.id.value).collect();
        Ok(Selected { all, selected, left_out })
    }

    async fn drive(
        &self,
        launch: Option<Launch>,
        scenarios: Vec<ClientSelection>,
        left_out: Vec<String>,
    ) -> Result<Record, Failure> {
        let interrupt = interrupt::Interrupt::listen()
            .map_err(|error| Failure::harness(format!("cannot listen to signals: {error}")))?;
        let (server, target) = crate::embedded::start().map_err(|error| {
            Failure::harness(format!("the reference server does not start: {error}"))
        })?;
        let part =
            Part { only: self.only.clone(), foreign: self.scenarios.is_some(), ..Part::default() };
        let (client, tester, page) = self.tester(launch).await?;
        let by_hand = matches!(tester, Tester::Person(_));
        let usual = if by_hand { 1 } else { USUAL_JOBS };
        let jobs = usize::from(self.jobs.unwrap_or(usual));
        let port = if by_hand { 8091 } else { 0 };
        let listen = self.listen.unwrap_or_else(|| ([127, 0, 0, 1], port).into());
        // A person is told one address, and keeps it.
        let listen = if by_hand { free(listen)? } else { listen };
        // On an address of its own, one scenario follows the other.
        let jobs = if listen.port() == 0 { jobs } else { 1 };
        if by_hand {
            output::complain(&format!(
                "The client finds the server at http://{listen}. The application is {}, its secret {}.",
                target.application.key, target.application.secret
            ));
        }
        if let Some(page) = &page {
            output::complain(&format!("What to do next also stands at {}", page.url()));
        }
        let run_id = run::run_id();
        let plan = Plan { scenarios, jobs, run_id: run_id.clone(), listen, tester };
        let began = Instant::now();
        let quiet = self.quiet || self.json || by_hand;
        let (line, done) = (progress::Line::new(quiet), std::cell::Cell::new(0));
        let note = |found: &ClientSelection| {
            done.set(done.get() + 1);
            line.show(&format!("{}/{} {}", done.get(), plan.scenarios.len(), found.scenario.id));
        };
        let scope = invite_client::run(interrupt.wanted(), &target, &plan, note).await;
        line.clear();
        let Scope { traces, epoch_us, interrupted } =
            scope.map_err(|error| Failure::usage(error.to_string()))?;
        server.shutdown().await;
        let options = Options { seed: 0, run_id, strict: self.strict, jobs: plan.jobs, rate: None };
        let scenarios = plan.scenarios.into_iter().zip(traces).collect();
        let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut record = Record::of_clients(ClientRun {
            client,
            server: &target,
            scenarios,
            part,
            left_out,
            options,
            epoch_us,
            duration_ms,
            interrupted,
        });
        record.target.flags = self.flags();
        Ok(record)
    }

    /// What the client is called, and whoever does what it is told: with the page that tells it, for a
    /// person. An adapter that does not start is known before anything is driven.
    async fn tester(
        &self,
        launch: Option<Launch>,
    ) -> Result<(String, Tester, Option<Page>), Failure> {
        let Some(launch) = launch else {
            let (person, page) = self.person().await?;
            let client = "the client in front of a person".to_owned();
            return Ok((client, Tester::Person(person), Some(page)));
        };
        let timeout = Duration::from_secs(self.adapter_timeout.into());
        let limits = Limits::default();
        let patience = Patience { hello: timeout, answer: timeout, ..Patience::default() };
        let started = Adapter::start(&launch, limits, patience).await;
        let failed = |error: invite_adapter::AdapterError| Failure {
            exit: if error.is_setup() { Exit::Usage } else { Exit::Untestable },
            message: error.to_string(),
        };
        let adapter = started.map_err(failed)?;
        let client = format!("{} {}", adapter.hello().name, adapter.hello().version);
        // What it does wrong in the end shows in the scenarios, too.
        let _ = adapter.stop().await;
        Ok((client, Tester::Adapter { launch, limits, patience }, None))
    }

    /// The person at the terminal, whose lines are read in the background, or in front of a page.
    async fn person(&self) -> Result<(Person, Page), Failure> {
        let (skip, skips) = watch::channel(0_usize);
        let page = Page::start(self.page, skip.clone()).await.map_err(|error| {
            Failure::usage(format!("--page: cannot listen on {}: {error}", self.page))
        })?;
        std::thread::spawn(move || {
            for line in std::io::stdin().lines().map_while(Result::ok) {
                if line.trim() == "skip" {
                    skip.send_modify(|count| *count += 1);
                }
            }
            // Without standard input nothing can be skipped, and nothing is.
            std::thread::park();
        });
        let told = page.told();
        let tell = move |line: &str| {
            told.add(line);
            output::complain(&Untrusted(line).to_string());
        };
        let person = Person {
            tell: Arc::new(tell),
            skips,
            skipped: Arc::default(),
            patience: Duration::from_secs(self.patience),
        };
        Ok((person, page))
    }

    fn flags(&self) -> Vec<String> {
        let adapter = self.adapter.iter().flat_map(|it| ["--adapter".to_owned(), it.clone()]);
        let scenarios = self
            .scenarios
            .iter()
            .flat_map(|path| ["--scenarios".to_owned(), path.display().to_string()]);
        adapter.chain(scenarios).collect()
    }

    fn show(&self, record: &Record) -> Result<(), Failure> {
        if self.json {
            output::print_by(|out| invite_report::write_json(record, out))
        } else {
            let view = View { verbose: self.verbose, ..output::view() };
            output::print(&invite_report::terminal(record, output::style(), view))
        }
    }
}

/// An address with a port that is free now.
fn free(listen: SocketAddr) -> Result<SocketAddr, Failure> {
    let found = std::net::TcpListener::bind(listen).and_then(|listener| listener.local_addr());
    found.map_err(|error| Failure::usage(format!("--listen: cannot listen on {listen}: {error}")))
}

/// What evaluates each requirement for clients: laws and scenarios.
pub(super) fn evaluators() -> Result<Coverage, Failure> {
    let scenarios = built_in().map_err(|errors| run::faults(&errors))?;
    let mut found = Coverage::default();
    let mut add = |id: RequirementId, by: String| {
        found.entry(id).or_default().insert(by);
    };
    for (id, laws) in invite_judge::evaluators_of_clients() {
        laws.iter().for_each(|law| add(id, format!("law: {law}")));
    }
    for scenario in scenarios.iter().map(|found| &found.scenario) {
        scenario.requirements().into_iter().for_each(|id| add(id, scenario.id.value.clone()));
    }
    Ok(found)
}

/// The sample client.
#[derive(Debug, Args)]
pub(crate) struct Sample {
    /// Be wrong in this point
    #[arg(long, value_name = "NAME", value_parser = fault)]
    fault: Option<Fault>,
    /// List the faults
    #[arg(long)]
    list_faults: bool,
}

fn fault(text: &str) -> Result<Fault, String> {
    Fault::parse(text).ok_or_else(|| {
        let known = Fault::ALL.iter().map(|fault| fault.as_str());
        invite_text::did_you_mean(text, known)
            .unwrap_or_else(|| "no such fault; `--list-faults` lists them".to_owned())
    })
}

impl Sample {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        if self.list_faults {
            let line = |fault: &Fault| {
                format!("{:<20} {}  {}\n", fault.as_str(), fault.breaks(), fault.does())
            };
            output::print(&Fault::ALL.iter().map(line).collect::<String>())?;
            return Ok(Exit::Conforms);
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::harness(format!("no runtime: {error}")))?;
        let served = runtime.block_on(sample::serve(self.fault));
        // Standard input is read by a thread that may still wait.
        runtime.shutdown_background();
        served.map_err(|error| Failure::usage(error.to_string()))?;
        Ok(Exit::Conforms)
    }
}
