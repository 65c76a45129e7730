//! Every hostile or odd target, what it does, and what a run against it must come to.
//!
//! | file | what |
//! | --- | --- |
//! | `specimens` | those of `selftest`: null, hostile, and right but unusual |
//! | `answers` | servers that give every request the same odd answer |
//! | `tls` | servers behind a certificate, or with none where one is expected |
//! | `changed` | the reference server behind a proxy that changes what it sends |
//! | `sockets` | the reference server with other WebSockets |
//! | `listening` | plain servers on loopback ports |

mod answers;
mod changed;
pub mod listening;
mod sockets;
mod specimens;
mod tls;

use futures_util::future::BoxFuture;
use invite_reference::{Application, Server, Settings};
use invite_scenario::description::{Credentials, Target};
use invite_selftest::{Servers, StartError, Started, Unusual, Wrong};
use invite_trace::{Deadlines, Feature};
use listening::Listener;
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The application that targets are asked for, and its secret, which nobody may see.
pub const KEY: &str = "hostile-application";
/// See [`KEY`].
pub const SECRET: &str = "s3cr3t-that-nobody-may-see";
const SECOND: [&str; 2] = ["second-application", "s3cr3t-of-the-second-one"];

/// A target, and what must come of it.
pub struct Hostile {
    /// Its name: unique.
    pub name: String,
    /// What it does, as a predicate.
    pub does: String,
    /// What a run against it must come to.
    pub must: Must,
    /// Whether it is among those that CI tries each time.
    pub in_part: bool,
    start: Start,
}

/// Starts a target.
pub type Start = Arc<dyn Fn() -> BoxFuture<'static, Result<Running, String>> + Send + Sync>;

/// A target that runs until this is dropped.
pub struct Running {
    /// How it is described on the command line.
    pub target: Target,
    /// Servers of somebody else, which must hear nothing.
    pub others: Vec<Listener>,
    /// What runs.
    pub server: Box<dyn Any + Send>,
}

/// What a run must come to.
#[derive(Debug, Clone)]
pub enum Must {
    /// It conforms: exit code 0, for this reason.
    Conform(String),
    /// It cannot be tested: exit code 3, and the first line says one of these.
    BeUntestable(&'static [&'static str]),
    /// It does not conform: exit code 1.
    BeRed(Red),
    /// It cannot be tested, or does not conform: what is learnt before it fails depends on time.
    NotPass(Red),
    /// The harness stops reading, which is its own limit: exit code 1, 3 or 70.
    BeCutOff(Red),
}

/// Whom the red lines may accuse, and what the first of them says.
#[derive(Debug, Clone, Copy)]
pub struct Red {
    /// The ids of the requirements that it breaks, or their beginnings; any where that is empty.
    pub guilty: &'static [&'static str],
    /// The first red line says one of these words. Where that is empty, it need not say any.
    pub says: &'static [&'static str],
}

impl Must {
    fn red(guilty: &'static [&'static str], says: &'static [&'static str]) -> Must {
        Must::BeRed(Red { guilty, says })
    }

    /// The exit codes that are right.
    pub fn codes(&self) -> &'static [i32] {
        match self {
            Must::Conform(_) => &[0],
            Must::BeUntestable(_) => &[3],
            Must::BeRed(_) => &[1],
            Must::NotPass(_) => &[1, 3],
            Must::BeCutOff(_) => &[1, 3, 70],
        }
    }

    /// What the first line must say, one of these.
    pub fn says(&self) -> &'static [&'static str] {
        match self {
            Must::Conform(_) => &[],
            Must::BeUntestable(says) => says,
            Must::BeRed(red) | Must::NotPass(red) | Must::BeCutOff(red) => red.says,
        }
    }

    /// Whom red lines may accuse; any requirement where that is empty.
    pub fn guilty(&self) -> &'static [&'static str] {
        match self {
            Must::Conform(_) | Must::BeUntestable(_) => &[],
            Must::BeRed(red) | Must::NotPass(red) | Must::BeCutOff(red) => red.guilty,
        }
    }
}

impl Hostile {
    fn new(name: &str, does: &str, must: Must, start: Start) -> Hostile {
        Hostile { name: name.to_owned(), does: does.to_owned(), must, in_part: false, start }
    }

    /// The same, among those that CI tries each time.
    fn each_time(mut self) -> Hostile {
        self.in_part = true;
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn start(&self) -> Result<Running, String> {
        (self.start)().await
    }
}

/// Every target.
pub fn all() -> Vec<Hostile> {
    let mut all = specimens::all();
    all.extend(answers::all());
    all.extend(tls::all());
    all.extend(changed::all());
    all.extend(sockets::all());
    all
}

/// A target at this address.
pub(crate) fn target(address: &str) -> Target {
    Target {
        name: address.to_owned(),
        planes: invite_scenario::description::Planes {
            auth: address.to_owned(),
            rest: address.to_owned(),
            session: address.to_owned(),
            socket: None,
        },
        application: credentials([KEY, SECRET]),
        second_application: Some(credentials(SECOND)),
        claims: Feature::ALL.into_iter().collect(),
        deadlines: Deadlines::default(),
        headers: BTreeMap::new(),
        hosts: Vec::new(),
        ca_cert: None,
        insecure: false,
    }
}

fn credentials([key, secret]: [&str; 2]) -> Credentials {
    Credentials { key: key.to_owned(), secret: secret.to_owned() }
}

/// The secrets that no program may show, as they are and as they are sent.
pub fn secrets() -> Vec<String> {
    use base64::Engine as _;
    let pairs = [[KEY, SECRET], SECOND];
    let sent = pairs
        .map(|pair| base64::engine::general_purpose::STANDARD.encode(pair.join(":")))
        .into_iter();
    pairs.map(|[_, secret]| secret.to_owned()).into_iter().chain(sent).collect()
}

/// The right server that most of these are made from, with one application of each kind.
pub struct Right;

impl Right {
    /// Starts it in this process.
    ///
    /// # Errors
    /// If it does not start.
    pub fn server() -> Result<Server, String> {
        Right::by(Settings::default())
    }

    fn by(settings: Settings) -> Result<Server, String> {
        let [key, secret] = SECOND;
        let settings = Settings {
            listen: ([127, 0, 0, 1], 0).into(),
            applications: vec![
                Application::new(KEY, SECRET).protected(),
                Application::new(key, secret),
            ],
            ..settings
        };
        Server::start(settings).map_err(|error| error.to_string())
    }

    fn started(settings: Settings) -> Result<Started, StartError> {
        let server = Right::by(settings).map_err(|error| StartError::Server(error.into()))?;
        let target = target(&format!("http://{}", server.address()));
        Ok(Started { target, server: Box::new(server) })
    }
}

impl Servers for Right {
    fn right(&self) -> Result<Started, StartError> {
        Right::started(Settings::default())
    }

    fn wrong(&self) -> Vec<Wrong> {
        Vec::new()
    }

    fn unusual(&self) -> Vec<Unusual> {
        let all = invite_reference::variants::ALL.iter();
        all.map(|it| Unusual { name: it.name, does: it.does, allowed: it.allowed }).collect()
    }

    fn start(&self, name: &str) -> Result<Started, StartError> {
        let variant = invite_reference::variants::find(name)
            .ok_or_else(|| StartError::Unknown(name.to_owned()))?;
        Right::started(Settings { rules: (variant.rules)(), ..Settings::default() })
    }
}
