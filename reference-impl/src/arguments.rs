//! The command line.

use clap::{Parser, ValueEnum};
use invite_reference::mutants::{self, Mutant};
use invite_reference::{
    Application, ApplicationError, CertificateError, Console, Policy, PublicUrl, Settings, TlsFlags,
};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;
use tracing_subscriber::filter::LevelFilter;

/// The environment variable with the signing key itself. There is no option for it, because other
/// users of a machine can read the command lines of its programs.
const SIGNING_KEY: &str = "INVITE_REFERENCE_SIGNING_KEY";
/// The shortest signing key, in bytes: as long as the signatures.
const SIGNING_KEY_BYTES: usize = 32;

/// The reference server of the protocol for conference invitations.
///
/// It keeps all state in memory. When it is ready, it prints `listening on http://ADDRESS` (or
/// `https://ADDRESS`) and the URL of the specification.
#[derive(Debug, Parser)]
#[command(name = "invite-reference", version)]
pub(crate) struct Arguments {
    /// Address to listen on; port 0 for any free port.
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        env = "INVITE_REFERENCE_LISTEN",
        default_value = "127.0.0.1:8090"
    )]
    listen: SocketAddr,

    /// Application to serve; repeat for several. With `:protected`, conferences that its clients
    /// create are protected. Default: demo:demo-secret:protected.
    #[arg(
        long = "app",
        value_name = "KEY:SECRET[:protected]",
        env = "INVITE_REFERENCE_APPS",
        hide_env_values = true,
        value_delimiter = ','
    )]
    // Not parsed by clap, which would show a wrong one, and its secret, in the error.
    pub(crate) applications: Vec<String>,

    /// Origin at which clients reach the server, such as https://conferences.example. Default: the
    /// Host header of each request.
    #[arg(long, value_name = "URL", env = "INVITE_REFERENCE_PUBLIC_URL")]
    public_url: Option<PublicUrl>,

    #[command(flatten)]
    tls: TlsFlags,

    /// Who can use the console, a page at `/` for trying an invitation without a client. It can do
    /// everything that the applications can.
    #[arg(long, value_name = "WHO", env = "INVITE_REFERENCE_CONSOLE", default_value = "loopback")]
    console: ConsoleFor,

    /// Break one rule on purpose, to test clients and test suites; see --list-faults.
    #[arg(long, value_name = "NAME", env = "INVITE_REFERENCE_FAULT", value_parser = fault)]
    fault: Option<&'static Mutant>,

    /// List the faults: name, broken requirement, and what the server does.
    #[arg(long)]
    pub(crate) list_faults: bool,

    /// File with the key that signs tokens, at least 32 bytes. The environment variable
    /// INVITE_REFERENCE_SIGNING_KEY can contain the key itself. Default: a random key, so that no
    /// token outlives the server.
    #[arg(long, value_name = "FILE")]
    signing_key: Option<PathBuf>,

    /// Seconds that a participant without a socket remains one.
    #[arg(
        long,
        value_name = "SECONDS",
        env = "INVITE_REFERENCE_LOST_SOCKET_SECONDS",
        default_value_t = Policy::default().lost_socket.as_secs(),
        value_parser = clap::value_parser!(u64).range(..=86_400)
    )]
    lost_socket_seconds: u64,

    /// Most people in a conference. Default: any number.
    #[arg(long, value_name = "PEOPLE", env = "INVITE_REFERENCE_CAPACITY")]
    capacity: Option<NonZeroUsize>,

    /// Seconds after which a conference ends, even if it has participants.
    #[arg(
        long,
        value_name = "SECONDS",
        env = "INVITE_REFERENCE_CONFERENCE_SECONDS",
        default_value_t = Policy::default().conference.as_secs(),
        value_parser = clap::value_parser!(u64).range(1..=31_536_000)
    )]
    conference_seconds: u64,

    /// Seconds after which an unacknowledged token update is sent again; 0 for never.
    #[arg(
        long,
        value_name = "SECONDS",
        env = "INVITE_REFERENCE_UPDATE_TOKEN_REPEAT_SECONDS",
        default_value_t = Policy::default().update_token_repeat.as_secs(),
        value_parser = clap::value_parser!(u64).range(..=86_400)
    )]
    update_token_repeat_seconds: u64,

    /// Demand that client access tokens name the external ids of people in protected conferences.
    /// Default: an external id that a session claims will do, if its token names none.
    #[arg(long, env = "INVITE_REFERENCE_VERIFIED_IDS")]
    verified_ids: bool,

    /// Most connections at once, with sockets. At the limit, the connection that has been idle for
    /// longest makes room for a new one. Default: what the limit of open files allows, at most 4096.
    #[arg(long, value_name = "CONNECTIONS", env = "INVITE_REFERENCE_CONNECTIONS")]
    connections: Option<NonZeroUsize>,

    /// Log level on standard error. No level logs tokens, secrets or queries.
    #[arg(long, value_name = "LEVEL", env = "INVITE_REFERENCE_LOG", default_value = "info")]
    pub(crate) log: LogLevel,
}

/// Who can use the console.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum ConsoleFor {
    /// Nobody.
    Off,
    /// Browsers on this machine.
    Loopback,
    /// Everybody who can reach the server.
    Everywhere,
}

/// The log level.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LogLevel {
    /// Nothing.
    Off,
    /// Failures of the server.
    Error,
    /// Suspicious events as well.
    Warn,
    /// Every request as well.
    Info,
    /// Sockets as well.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    pub(crate) fn level(self) -> LevelFilter {
        match self {
            LogLevel::Off => LevelFilter::OFF,
            LogLevel::Error => LevelFilter::ERROR,
            LogLevel::Warn => LevelFilter::WARN,
            LogLevel::Info => LevelFilter::INFO,
            LogLevel::Debug => LevelFilter::DEBUG,
            LogLevel::Trace => LevelFilter::TRACE,
        }
    }
}

/// Why the settings are invalid.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("cannot read the signing key from `{path}`", path = .path.display())]
    KeyFile { path: PathBuf, source: std::io::Error },
    #[error("the signing key is shorter than {SIGNING_KEY_BYTES} bytes")]
    KeyTooShort,
    #[error("invalid application {number}")]
    Application { number: usize, source: ApplicationError },
    #[error("duplicate application key `{0}`")]
    SameKey(String),
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

/// The fault of this name.
fn fault(name: &str) -> Result<&'static Mutant, String> {
    let known = || mutants::all().iter().map(|it| it.name);
    mutants::find(name).ok_or_else(|| match invite_spec::suggest::nearest(name, known()) {
        Some(near) => format!("there is no such fault; did you mean `{near}`?"),
        None => "there is no such fault; --list-faults lists them".to_owned(),
    })
}

/// All faults, a line each.
pub(crate) fn faults() -> String {
    let widest = mutants::all().iter().map(|it| it.name.len()).max().unwrap_or(0);
    let line =
        |it: &Mutant| format!("{:<widest$}  {:<8}  {}\n", it.name, it.breaks.as_str(), it.does);
    mutants::all().iter().map(line).collect()
}

impl Arguments {
    /// The settings of the server.
    pub(crate) fn settings(self) -> Result<Settings, SettingsError> {
        let defaults = Settings::default();
        let signing_key = self.signing_key()?;
        let certificate = self.tls.certificate(self.listen.ip())?;
        let mut applications = Vec::new();
        for (index, text) in self.applications.iter().enumerate() {
            let wrong = |source| SettingsError::Application { number: index + 1, source };
            applications.push(text.parse::<Application>().map_err(wrong)?);
        }
        if applications.is_empty() {
            applications = defaults.applications;
        }
        for (index, application) in applications.iter().enumerate() {
            if applications[..index].iter().any(|earlier| earlier.key == application.key) {
                return Err(SettingsError::SameKey(application.key.clone()));
            }
        }
        Ok(Settings {
            listen: self.listen,
            applications,
            public_url: self.public_url,
            certificate,
            signing_key,
            console: match self.console {
                ConsoleFor::Off => Console::Off,
                ConsoleFor::Loopback => Console::Loopback,
                ConsoleFor::Everywhere => Console::Everywhere,
            },
            connections: self.connections.map(NonZeroUsize::get),
            policy: Policy {
                lost_socket: Duration::from_secs(self.lost_socket_seconds),
                capacity: self.capacity.map(NonZeroUsize::get),
                conference: Duration::from_secs(self.conference_seconds),
                update_token_repeat: Duration::from_secs(self.update_token_repeat_seconds),
                verified_ids: self.verified_ids,
                ..defaults.policy
            },
            rules: self.fault.map_or(defaults.rules, |fault| (fault.rules)()),
        })
    }

    /// What the server does wrong, if it was told to.
    pub(crate) fn wrong(&self) -> Option<String> {
        let fault = self.fault?;
        Some(format!("breaks {} on purpose ({}): {}", fault.breaks, fault.name, fault.does))
    }

    fn signing_key(&self) -> Result<Option<Vec<u8>>, SettingsError> {
        let key = match &self.signing_key {
            Some(path) => {
                let read = std::fs::read(path);
                let read =
                    read.map_err(|source| SettingsError::KeyFile { path: path.clone(), source })?;
                // The line end that an editor adds is not part of the key.
                Some(read.trim_ascii_end().to_vec())
            }
            None => std::env::var_os(SIGNING_KEY).map(|key| key.into_encoded_bytes()),
        };
        match key {
            Some(key) if key.len() < SIGNING_KEY_BYTES => Err(SettingsError::KeyTooShort),
            key => Ok(key),
        }
    }
}
