//! Hostile clients of `invite-reference`, and the good ones beside them.
//!
//! | file | what |
//! | --- | --- |
//! | `attacks` | every attack, and what must come of it |
//! | `site` | a client that speaks the protocol, right or wrong |
//! | `good` | the good clients, and how long they wait |

mod attacks;
mod good;
mod site;

use crate::process::{self, Programs, peak_of};
use crate::{MOST_KIB, targets};
use futures_util::future::BoxFuture;
use good::Waits;
use site::Site;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// An attack, and what it must come to.
pub struct Attack {
    /// Its name: unique.
    pub name: &'static str,
    /// What it does, as a predicate.
    pub does: &'static str,
    /// What must come of it.
    pub effect: &'static str,
    /// Whether it is among those that CI tries each time.
    pub in_part: bool,
    setting: Setting,
    run: Run,
}

/// How the server is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setting {
    /// As usual, with a log that is read.
    Usual,
    /// With at most 256 open files.
    FewFiles,
    /// With a standard error that is closed.
    NoLog,
    /// With a standard error that nobody reads.
    UnreadLog,
}

/// Attacks until the time is up. What it says is what came of it, or what must not have.
type Run = fn(Site, Instant) -> BoxFuture<'static, Result<String, String>>;

/// What came of an attack.
#[derive(Debug)]
pub struct Row {
    /// The name of the attack.
    pub name: &'static str,
    /// What came of it.
    pub effect: String,
    /// How long it took, with the start of the server.
    pub seconds: f64,
    /// The most memory that the server held, in KiB.
    pub peak_kib: Option<u64>,
    /// How long the good clients waited meanwhile.
    pub waits: Waits,
    /// What must not have happened.
    pub broken: Vec<String>,
}

/// Every attack.
pub fn all() -> Vec<Attack> {
    attacks::all()
}

/// How long good clients wait when nobody attacks.
///
/// # Errors
/// If the server cannot be started, or does not serve.
pub async fn unloaded(programs: &Programs, during: Duration) -> Result<Waits, String> {
    let server = Running::start(programs, Setting::Usual).await?;
    let waits = good::serve(server.site(), Instant::now() + during).await?;
    server.end().await?;
    Ok(waits)
}

/// Attacks a server of its own.
///
/// # Errors
/// If the server cannot be started.
pub async fn judge(programs: &Programs, attack: &Attack, during: Duration) -> Result<Row, String> {
    let began = Instant::now();
    let server = Running::start(programs, attack.setting).await?;
    let until = Instant::now() + during;
    let (attacked, waits) =
        tokio::join!((attack.run)(server.site(), until), good::serve(server.site(), until),);
    let mut waits = waits?;
    let mut broken = Vec::new();
    // After the attack the service goes on.
    let after = good::serve(server.site(), Instant::now() + Duration::from_millis(300)).await?;
    if after.served == 0 || after.failed > 0 {
        broken.push("good clients are not served afterwards".to_owned());
    }
    let peak_kib = server.peak();
    let log = server.end().await;
    if waits.failed > 0 {
        broken.push(format!(
            "{} good calls were not served: {}",
            waits.failed,
            waits.failure.take().unwrap_or_default()
        ));
    }
    let effect = attacked.unwrap_or_else(|wrong| {
        broken.push(wrong);
        String::new()
    });
    match log {
        Err(error) => broken.push(error),
        Ok(log) => {
            if log.contains("panicked") {
                broken.push("the server panicked".to_owned());
            }
            if targets::secrets().iter().any(|secret| log.contains(secret)) {
                broken.push("a secret is in the log".to_owned());
            }
        }
    }
    if peak_kib.is_some_and(|peak| peak > MOST_KIB) {
        broken.push("too much memory".to_owned());
    }
    let seconds = began.elapsed().as_secs_f64();
    Ok(Row { name: attack.name, effect, seconds, peak_kib, waits, broken })
}

/// The server, as a process.
struct Running {
    child: Child,
    address: std::net::SocketAddr,
    log: tempfile::NamedTempFile,
}

impl Running {
    async fn start(programs: &Programs, setting: Setting) -> Result<Running, String> {
        let cannot = |error: std::io::Error| format!("cannot start the server: {error}");
        let log = tempfile::NamedTempFile::new().map_err(cannot)?;
        let script = match setting {
            Setting::FewFiles => "ulimit -n 256; exec \"$0\" \"$@\"",
            Setting::NoLog => "exec \"$0\" \"$@\" 2>&-",
            Setting::Usual | Setting::UnreadLog => "exec \"$0\" \"$@\"",
        };
        let mut command = Command::from(process::command("/bin/sh".as_ref()));
        command.args(["-c", script]).arg(&programs.reference);
        command.args(["--listen=127.0.0.1:0", &format!("--app={}", site::applications())]);
        command.kill_on_drop(true).stdout(Stdio::piped());
        match setting {
            Setting::UnreadLog => command.stderr(Stdio::piped()),
            _ => command.stderr(log.reopen().map_err(cannot)?),
        };
        let mut child = command.spawn().map_err(cannot)?;
        let stdout = child.stdout.take().ok_or("the server has no standard output")?;
        let mut lines = BufReader::new(stdout).lines();
        let line = lines.next_line().await.map_err(cannot)?.unwrap_or_default();
        let address = line.strip_prefix("listening on http://").and_then(|it| it.parse().ok());
        let address = address.ok_or(format!("the server says `{line}`"))?;
        Ok(Running { child, address, log })
    }

    fn site(&self) -> Site {
        Site::new(self.address)
    }

    fn peak(&self) -> Option<u64> {
        peak_of(self.child.id()?)
    }

    /// Ends it; what it logged.
    async fn end(mut self) -> Result<String, String> {
        if let Some(status) = self.child.try_wait().map_err(|error| error.to_string())? {
            return Err(format!("the server ended: {status}"));
        }
        self.child.kill().await.map_err(|error| error.to_string())?;
        let log = std::fs::read(self.log.path()).map_err(|error| error.to_string())?;
        Ok(String::from_utf8_lossy(&log).into_owned())
    }
}
