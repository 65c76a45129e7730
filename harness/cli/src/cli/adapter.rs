//! `adapter`: checks adapters, the programs that drive a client or an SDK for this suite.

use super::{Exit, Failure, output, written};
use crate::embedded;
use crate::smoke::{SmokeError, smoke};
use clap::{Args, Subcommand};
use invite_adapter::{Application, Launch, Patience};
use invite_relay::Relay;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Check an adapter.
#[derive(Debug, Args)]
pub(crate) struct Adapter {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Have an adapter do everything once, against the reference server
    Smoke(Smoke),
}

/// Have an adapter do everything once, against the reference server.
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
    /// The command of the adapter, with its arguments; one that is given as a whole is split into words
    #[arg(
        value_name = "CMD",
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    command: Vec<String>,
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
        let failed = |error: &dyn std::fmt::Display| {
            Failure::harness(format!("the reference server did not start: {error}"))
        };
        let (server, target) = embedded::start().map_err(|error| failed(&error))?;
        let listen = ([127, 0, 0, 1], 0).into();
        let relay = Relay::start(listen, &target, None, |_| {}).await;
        let relay = relay.map_err(|error| failed(&error))?;
        let credentials = &target.application;
        let (key, secret) = (credentials.key.clone(), credentials.secret.clone());
        launch.application = Some(Application { key, secret });
        if !self.quiet {
            launch.show = Some(Arc::new(|line| output::complain(&format!("adapter: {line}"))));
        }
        let answer = Duration::from_secs(self.timeout.into());
        let patience = Patience { hello: answer, answer, ..Patience::default() };
        let smoke = smoke(&launch, &relay.url(), &target, patience).await;
        let smoke = smoke.map_err(|error| match error {
            SmokeError::Adapter(_) => Failure::usage(error.to_string()),
            SmokeError::Server(_) => Failure::harness(error.to_string()),
        })?;
        if let Some(path) = &self.trace {
            let trace = output::json(&relay.trace())?;
            written::write(path, &trace, false).map_err(|error| {
                Failure::usage(format!("cannot write {}: {error}", path.display()))
            })?;
        }
        drop(relay);
        server.shutdown().await;
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
}
