//! Attacks the harness with hostile targets and the reference server with hostile clients, and prints
//! what came of it. Exit code 1 if one of them broke a bound, 2 if it could not run.

use clap::Parser;
use futures_util::StreamExt as _;
use invite_attacks::clients::{self, Attack};
use invite_attacks::process::Programs;
use invite_attacks::targets::Hostile;
use invite_attacks::verdict::{self, Row};
use invite_attacks::{BESIDES, MOST_KIB, MOST_SECONDS, page, table, targets};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Runs hostile targets against `invite-conformance`, and hostile clients against `invite-reference`.
#[derive(Debug, Parser)]
#[command(name = "invite-attacks")]
struct Arguments {
    /// Only what CI tries each time
    #[arg(long)]
    part: bool,
    /// Only those whose name contains this
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// Only targets
    #[arg(long, conflicts_with = "clients")]
    targets: bool,
    /// Only clients
    #[arg(long)]
    clients: bool,
    /// How many targets at once; clients are always alone
    #[arg(long, default_value_t = 3)]
    jobs: usize,
    /// Show what each run says
    #[arg(long)]
    show: bool,
    /// How long each client attacks
    #[arg(long, value_name = "SECONDS")]
    seconds: Option<u64>,
    /// Write the page that lists them all to this file, and attack nothing
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// The folder of the programs. Default: where this one is
    #[arg(long, value_name = "FOLDER")]
    programs: Option<PathBuf>,
}

/// Prints a line. Whoever has stopped reading has seen enough.
macro_rules! say {
    ($($text:tt)*) => {{
        let _ = writeln!(std::io::stdout(), $($text)*);
    }};
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "invite-attacks: {message}");
            ExitCode::from(2)
        }
    }
}

async fn run(arguments: Arguments) -> Result<bool, String> {
    if let Some(path) = &arguments.write {
        let page = page::page(&targets::all(), &clients::all());
        return std::fs::write(path, page)
            .map(|()| true)
            .map_err(|error| format!("cannot write {}: {error}", path.display()));
    }
    let here = || std::env::current_exe().ok()?.parent().map(PathBuf::from);
    let folder = arguments.programs.clone().or_else(here).unwrap_or_default();
    let programs = Programs::in_folder(&folder)?;
    let mut count = 0;
    let mut holds = true;
    if !arguments.clients {
        let (tried, broken) = try_targets(&arguments, &programs).await?;
        count += tried;
        holds &= broken == 0;
    }
    if !arguments.targets {
        let (tried, broken) = try_clients(&arguments, &programs).await?;
        count += tried;
        holds &= broken == 0;
    }
    if count == 0 {
        return Err("nothing matches".to_owned());
    }
    Ok(holds)
}

impl Arguments {
    fn means(&self, name: &str, in_part: bool) -> bool {
        (in_part || !self.part)
            && (self.only.is_empty() || self.only.iter().any(|it| name.contains(it)))
    }
}

/// How many were tried, and how many broke a bound.
async fn try_targets(arguments: &Arguments, programs: &Programs) -> Result<(usize, usize), String> {
    let began = Instant::now();
    let all = targets::all().into_iter();
    let meant: Vec<Hostile> = all.filter(|it| arguments.means(&it.name, it.in_part)).collect();
    if meant.is_empty() {
        return Ok((0, 0));
    }
    let width = meant.iter().map(|it| it.name.len()).max().unwrap_or(0);
    say!("{}", table::targets_head(width));
    let mut running = futures_util::stream::iter(&meant)
        .map(|hostile| verdict::judge(programs, hostile))
        .buffered(arguments.jobs.max(1));
    let mut rows: Vec<Row> = Vec::new();
    while let Some(row) = running.next().await {
        let row = row?;
        say!("{}", table::target(&row, width));
        if arguments.show {
            say!("{}", row.said);
        }
        rows.push(row);
    }
    let broken = rows.iter().filter(|row| !row.broken.is_empty()).count();
    let longest = rows.iter().map(|row| row.seconds).fold(0.0, f64::max);
    let largest = rows.iter().filter_map(|row| row.peak_kib).max().unwrap_or(0);
    let late = rows.iter().filter(|row| row.seconds > MOST_SECONDS + BESIDES).count();
    say!(
        "\n{} targets in {:.0} s: the longest took {longest:.1} s (of {MOST_SECONDS}; {late} took \
         longer), the largest {} MiB (of {}); {broken} broke a bound",
        rows.len(),
        began.elapsed().as_secs_f64(),
        largest / 1024,
        MOST_KIB / 1024,
    );
    Ok((rows.len(), broken))
}

/// How many were tried, and how many broke a bound. The ratio of waits is only reported.
async fn try_clients(arguments: &Arguments, programs: &Programs) -> Result<(usize, usize), String> {
    let all = clients::all().into_iter();
    let meant: Vec<Attack> = all.filter(|it| arguments.means(it.name, it.in_part)).collect();
    if meant.is_empty() {
        return Ok((0, 0));
    }
    let began = Instant::now();
    let during =
        Duration::from_secs(arguments.seconds.unwrap_or(if arguments.part { 1 } else { 5 }));
    let width = meant.iter().map(|it| it.name.len()).max().unwrap_or(0);
    // The programs are cold at first.
    clients::unloaded(programs, during / 2).await?;
    let unloaded = clients::unloaded(programs, during).await?;
    say!(
        "\nunloaded: {} good calls, p50 {:.1} ms, p99 {:.1} ms\n{}",
        unloaded.served,
        unloaded.p50,
        unloaded.p99,
        table::clients_head(width)
    );
    let (mut broken, mut slow, mut largest) = (0, 0, 0);
    for attack in &meant {
        let row = clients::judge(programs, attack, during).await?;
        say!("{}", table::client(&row, width, unloaded.p99));
        broken += usize::from(!row.broken.is_empty());
        slow += usize::from(row.waits.p99 > 3.0 * unloaded.p99);
        largest = row.peak_kib.unwrap_or(0).max(largest);
    }
    let again = clients::unloaded(programs, during).await?;
    say!("unloaded again: p50 {:.1} ms, p99 {:.1} ms", again.p50, again.p99);
    say!(
        "\n{} clients in {:.0} s: the largest server took {} MiB (of {}); {slow} with a p99 of more \
         than 3 x unloaded; {broken} broke a bound",
        meant.len(),
        began.elapsed().as_secs_f64(),
        largest / 1024,
        MOST_KIB / 1024,
    );
    Ok((meant.len(), broken))
}
