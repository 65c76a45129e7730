//! Runs a program as its users do, and measures what it takes.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A run that has not ended after this long is killed.
const LIMIT: Duration = Duration::from_secs(90);

/// How often the memory of a program is looked at. Linux keeps the peak until the program has ended.
const LOOK: Duration = Duration::from_millis(5);

/// What came of a run.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
    /// The most memory that it held, in KiB; only where the system tells.
    pub peak_kib: Option<u64>,
}

/// The programs under attack.
#[derive(Debug, Clone)]
pub struct Programs {
    /// `invite-conformance`.
    pub conformance: PathBuf,
    /// `invite-reference`.
    pub reference: PathBuf,
}

impl Programs {
    /// Those in this folder.
    ///
    /// # Errors
    /// If one of them is not there.
    pub fn in_folder(folder: &Path) -> Result<Programs, String> {
        let find = |name: &str| {
            let path = folder.join(name).with_extension(std::env::consts::EXE_EXTENSION);
            let missing = || {
                format!(
                    "{} does not exist: build it with \
                     `cargo build -p invite-conformance -p invite-reference`",
                    path.display()
                )
            };
            if path.is_file() { Ok(path.clone()) } else { Err(missing()) }
        };
        Ok(Programs {
            conformance: find("invite-conformance")?,
            reference: find("invite-reference")?,
        })
    }
}

/// A program in an environment that says nothing to it.
pub fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().stdin(Stdio::null());
    command
}

/// Runs a command to its end, and kills it if it has none.
///
/// # Errors
/// If it cannot be run, or does not write UTF-8.
pub fn run(mut command: Command) -> Result<Outcome, String> {
    let began = Instant::now();
    let cannot = |error: std::io::Error| format!("cannot run the program: {error}");
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(cannot)?;
    let read = |pipe: Option<Box<dyn std::io::Read + Send>>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut pipe) = pipe {
                pipe.read_to_end(&mut bytes)?;
            }
            String::from_utf8(bytes).map_err(std::io::Error::other)
        })
    };
    let stdout = read(child.stdout.take().map(|pipe| Box::new(pipe) as _));
    let stderr = read(child.stderr.take().map(|pipe| Box::new(pipe) as _));
    let mut peak_kib = None;
    let status = loop {
        peak_kib = peak(&child).or(peak_kib);
        if let Some(status) = child.try_wait().map_err(cannot)? {
            break status;
        }
        if began.elapsed() > LIMIT {
            child.kill().map_err(cannot)?;
            break child.wait().map_err(cannot)?;
        }
        std::thread::sleep(LOOK);
    };
    let took = began.elapsed();
    let text = |thread: std::thread::JoinHandle<std::io::Result<String>>| {
        let text = thread.join().map_err(|_| "reading what it wrote failed".to_owned())?;
        text.map_err(|error| format!("it writes something else than UTF-8: {error}"))
    };
    Ok(Outcome {
        code: status.code(),
        stdout: text(stdout)?,
        stderr: text(stderr)?,
        took,
        peak_kib,
    })
}

fn peak(child: &Child) -> Option<u64> {
    peak_of(child.id())
}

/// The most memory that the process of this number has held so far, in KiB.
pub fn peak_of(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
