//! The command line.

use clap::{Parser, ValueEnum};
use invite_reference::{Application, ApplicationError, Policy, PublicUrl, Settings};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;
use tracing_subscriber::filter::LevelFilter;

/// The environment variable that holds the signing key itself. It is no flag: the command line of a
/// program can be read by others.
const SIGNING_KEY: &str = "INVITE_REFERENCE_SIGNING_KEY";
/// The fewest bytes of a signing key: as many as the signatures have.
const SIGNING_KEY_BYTES: usize = 32;

/// The reference server of the protocol for inviting people to a conference.
///
/// It keeps everything in memory. When it listens, it prints `listening on http://ADDRESS`, and then
/// where the specification can be read.
#[derive(Debug, Parser)]
#[command(name = "invite-reference", version)]
pub(crate) struct Arguments {
    /// Where to listen; port 0 for any free one.
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        env = "INVITE_REFERENCE_LISTEN",
        default_value = "127.0.0.1:8090"
    )]
    listen: SocketAddr,

    /// An application to serve; may be given several times. With `:protected`, conferences that its
    /// clients create are protected. Default: demo:demo-secret:protected.
    #[arg(
        long = "app",
        value_name = "KEY:SECRET[:protected]",
        env = "INVITE_REFERENCE_APPS",
        hide_env_values = true,
        value_delimiter = ','
    )]
    // Not parsed by clap, which would show a wrong one, and its secret, in the error.
    pub(crate) applications: Vec<String>,

    /// The origin under which clients reach the server, such as https://conferences.example.
    /// Default: what the Host header of a request says.
    #[arg(long, value_name = "URL", env = "INVITE_REFERENCE_PUBLIC_URL")]
    public_url: Option<PublicUrl>,

    /// A file with the key that tokens are signed with, of at least 32 bytes. The environment
    /// variable INVITE_REFERENCE_SIGNING_KEY can hold the key itself. Default: a new random key, so
    /// that no token outlives the server.
    #[arg(long, value_name = "FILE")]
    signing_key: Option<PathBuf>,

    /// Seconds that a participant whose socket is gone stays a participant.
    #[arg(
        long,
        value_name = "SECONDS",
        env = "INVITE_REFERENCE_LOST_SOCKET_SECONDS",
        default_value_t = Policy::default().lost_socket.as_secs(),
        value_parser = clap::value_parser!(u64).range(..=86_400)
    )]
    lost_socket_seconds: u64,

    /// How many people may be in a conference. Default: any number.
    #[arg(long, value_name = "PEOPLE", env = "INVITE_REFERENCE_CAPACITY")]
    capacity: Option<NonZeroUsize>,

    /// Seconds after which a conference ends, whoever is in it.
    #[arg(
        long,
        value_name = "SECONDS",
        env = "INVITE_REFERENCE_CONFERENCE_SECONDS",
        default_value_t = Policy::default().conference.as_secs(),
        value_parser = clap::value_parser!(u64).range(1..=31_536_000)
    )]
    conference_seconds: u64,

    /// Seconds after which a token update that is not acknowledged is given again; 0 for never.
    #[arg(
        long,
        value_name = "SECONDS",
        env = "INVITE_REFERENCE_UPDATE_TOKEN_REPEAT_SECONDS",
        default_value_t = Policy::default().update_token_repeat.as_secs(),
        value_parser = clap::value_parser!(u64).range(..=86_400)
    )]
    update_token_repeat_seconds: u64,

    /// What to log on standard error: never a token, a secret or a query.
    #[arg(long, value_name = "LEVEL", env = "INVITE_REFERENCE_LOG", default_value = "info")]
    pub(crate) log: LogLevel,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LogLevel {
    /// Nothing.
    Off,
    /// What broke.
    Error,
    /// What is odd.
    Warn,
    /// Every request.
    Info,
    /// Sockets, too.
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

/// Why the settings are wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("cannot read the signing key from `{path}`", path = .path.display())]
    KeyFile { path: PathBuf, source: std::io::Error },
    #[error("the signing key has fewer than {SIGNING_KEY_BYTES} bytes")]
    KeyTooShort,
    #[error("application {number}")]
    Application { number: usize, source: ApplicationError },
    #[error("the application key `{0}` is given twice")]
    SameKey(String),
}

impl Arguments {
    /// The settings that they ask for.
    pub(crate) fn settings(self) -> Result<Settings, SettingsError> {
        let defaults = Settings::default();
        let signing_key = self.signing_key()?;
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
            signing_key,
            policy: Policy {
                lost_socket: Duration::from_secs(self.lost_socket_seconds),
                capacity: self.capacity.map(NonZeroUsize::get),
                conference: Duration::from_secs(self.conference_seconds),
                update_token_repeat: Duration::from_secs(self.update_token_repeat_seconds),
                ..defaults.policy
            },
            rules: defaults.rules,
        })
    }

    fn signing_key(&self) -> Result<Option<Vec<u8>>, SettingsError> {
        let key = match &self.signing_key {
            Some(path) => {
                let read = std::fs::read(path);
                let read =
                    read.map_err(|source| SettingsError::KeyFile { path: path.clone(), source })?;
                // The line end that an editor leaves is no part of the key.
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
