//! Runs the program as its users do: as a process.

use serde_json::Value;
use std::io::Read as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A run that has not ended by itself after this long never will: the test fails instead of hanging.
const LIMIT: Duration = Duration::from_secs(180);

/// Long runs go one after another, so that none is slow because of its neighbours.
static TURN: Mutex<()> = Mutex::new(());

/// The program with these arguments, in an environment that says nothing to it.
pub(crate) fn program<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_invite-conformance"));
    command.args(arguments).stdin(Stdio::null());
    for name in [
        "INVITE_APP_KEY",
        "INVITE_APP_SECRET",
        "INVITE_SECOND_APP_KEY",
        "INVITE_SECOND_APP_SECRET",
        "NO_COLOR",
        "CLICOLOR_FORCE",
        "COLUMNS",
        "RUST_BACKTRACE",
        "GITHUB_ACTIONS",
    ] {
        command.env_remove(name);
    }
    command
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
    /// The most memory that it held, in KiB; only where the system tells.
    pub(crate) peak_kib: Option<u64>,
    /// For how long it computed, so that a slow run can be told from a busy machine.
    pub(crate) computed: Option<Duration>,
}

impl Outcome {
    /// The exit code; none if a signal ended it.
    pub(crate) fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("standard output is not JSON: {error}\n{self:#?}"))
    }

    /// Everything that it said.
    pub(crate) fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// Runs a command that takes its time, on its own.
pub(crate) fn run_alone(command: Command) -> Outcome {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    run(command)
}

/// Runs a command to its end, and kills it if it has none.
#[track_caller]
pub(crate) fn run(mut command: Command) -> Outcome {
    let began = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let read = |pipe: Box<dyn std::io::Read + Send>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let mut pipe = pipe;
            pipe.read_to_end(&mut bytes).unwrap();
            String::from_utf8(bytes).expect("the program writes UTF-8")
        })
    };
    let stdout = read(Box::new(child.stdout.take().unwrap()));
    let stderr = read(Box::new(child.stderr.take().unwrap()));
    let (mut peak_kib, mut computed) = (None, None);
    let status = loop {
        peak_kib = peak(&child).or(peak_kib);
        computed = processor_time(&child).or(computed);
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > LIMIT {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{command:?} has not ended by itself: {}", stderr.join().unwrap());
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
    Outcome { status, stdout, stderr, took: began.elapsed(), peak_kib, computed }
}

/// The most memory that a process has held so far.
fn peak(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// How long a process has computed so far, by all its threads: Linux counts in hundredths.
fn processor_time(child: &Child) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11).map(str::parse::<u64>);
    let hundredths = fields.next()?.ok()? + fields.next()?.ok()?;
    Some(Duration::from_millis(hundredths * 10))
}

/// Runs a command in a terminal of this many columns: what a user sees on it, with the escape
/// sequences. Standard error is shown elsewhere.
#[cfg(unix)]
#[track_caller]
pub(crate) fn run_in_terminal(mut command: Command, columns: u16) -> String {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{Winsize, tcsetwinsize};
    use std::os::unix::ffi::OsStrExt as _;

    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&terminal, size).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let path = std::path::Path::new(std::ffi::OsStr::from_bytes(name.to_bytes()));
    let program = std::fs::File::options().read(true).write(true).open(path).unwrap();
    let mut child = command.stdout(program).stderr(Stdio::null()).spawn().unwrap();
    // The command holds the program's side of the terminal, which would never end.
    drop(command);
    let mut bytes = Vec::new();
    // Linux ends a terminal with an error.
    let _ = std::fs::File::from(terminal).read_to_end(&mut bytes);
    child.wait().unwrap();
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}
