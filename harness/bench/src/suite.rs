//! The whole suite, as its users run it: a process.

use crate::figure::{Figure, median};
use crate::usage;
use flate2::{Compression, write::GzEncoder};
use invite_record::Record;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// How often the memory of a program is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// What a run took.
struct Took {
    seconds: f64,
    computed: f64,
    peak_mib: f64,
}

/// A run of the whole suite.
pub(crate) struct Run {
    pub(crate) record: Record,
    /// The seconds for which the program computed: harness and server together.
    pub(crate) computed: f64,
}

fn command(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Runs a program to its end. It must exit with this code.
fn run(program: &Path, arguments: &[&str], code: i32) -> Result<Took, String> {
    let cannot = |error: std::io::Error| format!("cannot run {}: {error}", program.display());
    let before = usage::computed()?.1;
    let began = Instant::now();
    let mut child = command(program, arguments).spawn().map_err(cannot)?;
    let mut peak = 0;
    let status = loop {
        peak = usage::peak_kib(child.id()).unwrap_or(0).max(peak);
        if let Some(status) = child.try_wait().map_err(cannot)? {
            break status;
        }
        std::thread::sleep(LOOK);
    };
    if status.code() != Some(code) {
        return Err(format!("`{}` ends with {status}, not with {code}", arguments.join(" ")));
    }
    let seconds = began.elapsed().as_secs_f64();
    let computed = usage::computed()?.1 - before;
    Ok(Took { seconds, computed, peak_mib: peak as f64 / 1024.0 })
}

/// The whole suite against the reference server: time, memory, and the record.
pub(crate) fn whole(program: &Path, times: u16) -> Result<(Vec<Figure>, Run), String> {
    let all: Vec<Took> =
        (0..times).map(|_| run(program, &["run", "-q"], 0)).collect::<Result<_, _>>()?;
    let of = |take: fn(&Took) -> f64| median(all.iter().map(take).collect());
    let (seconds, computed, peak) =
        (of(|it| it.seconds), of(|it| it.computed), of(|it| it.peak_mib));
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let path = folder.path().join("run.json");
    let report = format!("json={}", path.display());
    run(program, &["run", "-q", "--report", &report], 0)?;
    let bytes = std::fs::read(&path).map_err(|error| format!("no record: {error}"))?;
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    let packed = packer.write_all(&bytes).and_then(|()| packer.finish());
    let packed = packed.map_err(|error| format!("the record is not packed: {error}"))?.len();
    let record = serde_json::from_slice(&bytes).map_err(|error| format!("no record: {error}"))?;
    let mib = |bytes: usize| bytes as f64 / (1024.0 * 1024.0);
    let figures = vec![
        Figure {
            what: format!("whole suite, reference server in its process, {times} times"),
            measured: format!("{seconds:.2} s ({computed:.2} s computed)"),
            bar: "1.5 s",
            holds: seconds <= 1.5,
        },
        Figure {
            what: "the most memory of such a run".to_owned(),
            measured: format!("{peak:.0} MiB"),
            bar: "80 MB",
            holds: peak * 1024.0 * 1024.0 <= 80e6,
        },
        Figure {
            what: "its record, packed by gzip".to_owned(),
            measured: format!("{:.1} MiB of {:.1}", mib(packed), mib(bytes.len())),
            bar: "4 MB",
            holds: packed <= 4_000_000,
        },
    ];
    Ok((figures, Run { record, computed }))
}

/// How long a target that says nothing is waited for.
pub(crate) async fn silent(program: &Path) -> Result<Figure, String> {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.map_err(|error| format!("no silent target: {error}"))?;
    let address = listener.local_addr().map_err(|error| format!("no silent target: {error}"))?;
    let holding = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((connection, _)) = listener.accept().await {
            held.push(connection);
        }
    });
    let url = format!("http://{address}");
    let program = program.to_owned();
    let ran = tokio::task::spawn_blocking(move || {
        run(&program, &["run", "-q", "--url", &url, "--app-key", "k", "--app-secret", "s"], 3)
    });
    let took = ran.await.map_err(|error| format!("the run ended: {error}"))??;
    holding.abort();
    Ok(Figure {
        what: "a verdict on a silent target".to_owned(),
        measured: format!("{:.2} s", took.seconds),
        bar: "3 s",
        holds: took.seconds <= 3.0,
    })
}

/// About 300 wrong servers, the whole suite against each, each record verified.
pub(crate) fn mutants(program: &Path) -> Result<Figure, String> {
    let arguments = ["selftest", "-q", "--verify", "--kind", "behaviour", "--shard", "1/4"];
    let took = run(program, &arguments, 0)?;
    Ok(Figure {
        what: "a quarter of the wrong servers, the whole suite against each, verified".to_owned(),
        measured: format!("{:.0} s", took.seconds),
        bar: "90 s for 300",
        holds: took.seconds <= 90.0,
    })
}
