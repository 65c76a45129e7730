//! Fuzzes the libraries that read files. Exit code 1 if an input shows a defect.

use clap::Parser;
use invite_attacks::fuzz::{Found, SUBJECTS, Subject, Until, fuzz, note_panics};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Fuzzes the libraries that read files: the same seed gives the same inputs.
#[derive(Debug, Parser)]
#[command(name = "invite-fuzz")]
struct Arguments {
    /// Only this: scenario, description, trace, record, capture or adapter
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// How many inputs
    #[arg(long, value_name = "COUNT")]
    runs: Option<u64>,
    /// How long, for each of them
    #[arg(long, value_name = "SECONDS")]
    seconds: Option<u64>,
    /// Which inputs
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder for inputs that show a defect, and for the last input of each
    #[arg(long, value_name = "FOLDER", default_value = "fuzz-found")]
    found: PathBuf,
    /// The folder for the shortest inputs of which something new was said
    #[arg(long, value_name = "FOLDER")]
    corpus: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("invite-fuzz: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<bool, String> {
    note_panics();
    let is_meant = |it: &&Subject| arguments.only.as_ref().is_none_or(|name| name == it.name);
    let subjects: Vec<&Subject> = SUBJECTS.iter().filter(is_meant).collect();
    if subjects.is_empty() {
        let known: Vec<&str> = SUBJECTS.iter().map(|it| it.name).collect();
        return Err(format!("known are {}", known.join(", ")));
    }
    let mut holds = true;
    for subject in subjects {
        let began = Instant::now();
        let until = Until {
            runs: arguments.runs.or(arguments.seconds.is_none().then_some(1_000)),
            time: arguments.seconds.map(|seconds| began + Duration::from_secs(seconds)),
        };
        write(&arguments.found, ".gitignore", "*\n")?;
        let last = format!("{}-last", subject.name);
        let before = |input: &str| {
            // The input that ends the program is in this file; a full disk loses no more than that.
            let _ = write(&arguments.found, &last, input);
        };
        let outcome = fuzz(subject, arguments.seed, until, before);
        println!(
            "{:12} {:>8} inputs in {:>5.0} s, {:>7} read, {:>5} different results; the longest took \
             {:.2} s for {} KiB; {} found",
            subject.name,
            outcome.runs,
            began.elapsed().as_secs_f64(),
            outcome.read,
            outcome.news,
            outcome.longest.0.as_secs_f64(),
            outcome.longest.1 / 1024,
            outcome.found.len()
        );
        for (place, Found { what, input }) in outcome.found.iter().enumerate() {
            let name = format!("{}-{place}", subject.name);
            write(&arguments.found, &name, input)?;
            println!("    {what}: {}", arguments.found.join(name).display());
            holds = false;
        }
        if let Some(folder) = &arguments.corpus {
            for (place, input) in outcome.corpus.iter().enumerate() {
                write(&folder.join(subject.name), &format!("{place:02}"), input)?;
            }
        }
    }
    Ok(holds)
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), String> {
    let path = folder.join(name);
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text));
    written.map_err(|error| format!("cannot write {}: {error}", path.display()))
}
