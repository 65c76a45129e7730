//! `adapter`: checks adapters, the programs that drive a client or an SDK for this suite.

use super::target::ServerArgs;
use super::{Exit, Failure, output, written};
use crate::embedded;
use crate::smoke::{Calls, Smoke as Results, SmokeError, Stage, redactor, smoke};
use clap::{Args, Subcommand};
use invite_adapter::{Application, Launch, Limits, Misbehaviour, Need, Patience, Show};
use invite_relay::{Passed, Relay};
use invite_scenario::description::{Target, TargetFile};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Check an adapter.
#[derive(Debug, Args)]
pub(crate) struct Adapter {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Have an adapter do everything once
    Smoke(Smoke),
}

/// Have an adapter do everything once, against the reference server or the one at --url.
///
/// It says what works, what the adapter says it cannot do, and what is wrong. The exit code is 1 if
/// something is wrong, 2 if the command cannot be started, and 3 if the adapter can do nothing at all.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  invite-conformance adapter smoke python3 docs/adapters/python/adapter.py
  invite-conformance adapter smoke --trace trace.json node my-adapter.mjs
  invite-conformance schema adapter           the schema of the lines")]
pub(crate) struct Smoke {
    /// The command of the adapter, with its arguments: everything from here on is part of it. A command
    /// that is given as one text is split into words
    #[arg(
        value_name = "CMD",
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    command: Vec<String>,
    #[command(flatten)]
    server: ServerArgs,
    /// How long the adapter may take for its hello and for each answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "30")]
    timeout: u32,
    /// Write what passed between the adapter and the server, without secrets, for `judge`
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Do not show what the adapter writes to its standard error
    #[arg(long, short)]
    quiet: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Adapter {
    pub(crate) fn perform(self) -> Result<Exit, Failure> {
        let Command::Smoke(smoke) = self.command;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::harness(format!("no runtime: {error}")))?;
        let exit = runtime.block_on(smoke.perform());
        // Clients may still hold connections.
        runtime.shutdown_background();
        exit
    }
}

/// The command of an adapter: words, or a text that is split into them.
fn launch(command: &[String]) -> Result<Launch, Failure> {
    match command {
        [text] => Launch::parse(text).map_err(|error| Failure::usage(error.to_string())),
        words => Ok(Launch::new(words)),
    }
}

impl Smoke {
    async fn perform(self) -> Result<Exit, Failure> {
        let mut launch = launch(&self.command)?;
        if let Some(trace) = &self.trace {
            written::try_place(trace).map_err(|error| {
                Failure::usage(format!("cannot write {}: {error}", trace.display()))
            })?;
        }
        let (server, target) = match self.target()? {
            Some(target) => (None, target),
            None => {
                let (server, target) = embedded::start().map_err(|error| {
                    Failure::harness(format!("the reference server did not start: {error}"))
                })?;
                (Some(server), target)
            }
        };
        let credentials = &target.application;
        let (key, secret) = (credentials.key.clone(), credentials.secret.clone());
        launch.application = Some(Application { key, secret });
        if !self.quiet {
            launch.show = Some(shown(&target));
        }
        let smoke = self.drive(&launch, &target, server.is_some()).await?;
        if let Some(server) = server {
            server.shutdown().await;
        }
        if self.json {
            output::print(&output::json(&smoke)?)?;
        } else {
            output::print(&smoke.show(output::page()))?;
        }
        Ok(match (smoke.is_right(), smoke.passed()) {
            (false, _) => Exit::DoesNotConform,
            (true, 0) => Exit::Untestable,
            (true, _) => Exit::Conforms,
        })
    }

    /// The server that is named; none for the embedded one.
    fn target(&self) -> Result<Option<Target>, Failure> {
        match (&self.server.url, self.server.aimless()) {
            (Some(url), _) => {
                let file = TargetFile { url: Some(url.clone()), ..TargetFile::default() };
                self.server.resolve(file, "--url").map(Some)
            }
            (None, Some(flag)) => Err(Failure::usage(format!("{flag} requires --url"))),
            (None, None) => Ok(None),
        }
    }

    /// Drives the adapter against a target, and keeps what passes between them.
    async fn drive(
        &self,
        launch: &Launch,
        target: &Target,
        is_embedded: bool,
    ) -> Result<Results, Failure> {
        let calls = Arc::new(Calls::default());
        let notes = Arc::clone(&calls);
        let between = relay(target, move |passed| notes.note(passed)).await?;
        let application = relay(target, |_| {}).await?;
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let stage = Stage {
            target,
            url: &between.url(),
            calls: &calls,
            application_url: &application.url(),
            run_id: &format!("{:x}", epoch.as_micros()),
        };
        let answer = Duration::from_secs(self.timeout.into());
        let patience = Patience { hello: answer, answer, ..Patience::default() };
        let smoke = smoke(launch, &stage, patience).await;
        if let Some(path) = &self.trace {
            let trace = output::json(&between.trace())?;
            written::write(path, &trace, false).map_err(|error| {
                Failure::usage(format!("cannot write {}: {error}", path.display()))
            })?;
        }
        smoke.map_err(|error| {
            let exit = match error {
                SmokeError::Adapter(_) => Exit::Usage,
                SmokeError::Server(_) if is_embedded => Exit::Harness,
                SmokeError::Server(_) => Exit::Untestable,
            };
            Failure { exit, message: error.to_string() }
        })
    }
}

/// How many scenarios an adapter is driven through at once: each session may be a page of a browser.
pub(super) const JOBS: u16 = 6;

/// Starts an adapter that drives the clients of people.
pub(super) async fn of_clients(
    command: &str,
    timeout: Duration,
    target: &Target,
    verbose: bool,
) -> Result<Arc<invite_adapter::Adapter>, Failure> {
    let mut launch = Launch::parse(command).map_err(|error| Failure::usage(error.to_string()))?;
    if verbose {
        launch.show = Some(shown(target));
    }
    let patience = Patience { hello: timeout, answer: timeout, ..Patience::default() };
    let started = invite_adapter::Adapter::start(&launch, Limits::default(), patience).await;
    let adapter = started.map_err(|error| {
        let needs_application = error.misbehaviour == Misbehaviour::NeedsApplication;
        let message = match needs_application {
            true => format!("adapter `{}` drives no client of a person", error.adapter),
            false => error.to_string(),
        };
        let exit = if error.is_setup() { Exit::Usage } else { Exit::Untestable };
        Failure { exit, message }
    })?;
    let hello = adapter.hello();
    if hello.needs.contains(&Need::UnprotectedConferences) {
        return Err(Failure::usage(format!(
            "{} {} knows no conference access tokens, which most scenarios need; `adapter smoke` \
             tries it in unprotected conferences",
            hello.name, hello.version
        )));
    }
    Ok(Arc::new(adapter))
}

/// Shows the standard error of an adapter, without secrets.
fn shown(target: &Target) -> Show {
    let redactor = Mutex::new(redactor(target));
    Arc::new(move |line| {
        let line = redactor.lock().unwrap_or_else(PoisonError::into_inner).text(line);
        output::complain(&format!("adapter: {line}"));
    })
}

/// A way to the target.
async fn relay(
    target: &Target,
    watch: impl Fn(&Passed) + Send + Sync + 'static,
) -> Result<Relay, Failure> {
    let listen = ([127, 0, 0, 1], 0).into();
    let relay = Relay::start(listen, target, None, watch).await;
    relay.map_err(|error| Failure::usage(error.to_string()))
}
