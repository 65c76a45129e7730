//! The program: reads its settings, runs the server, and stops it on a signal.

mod arguments;
mod log;

use arguments::Arguments;
use clap::Parser;
use invite_reference::Server;
use log::Log;
use std::io::Write;
use std::process::ExitCode;

/// The exit code for invalid settings, the same that `clap` uses for the command line.
const WRONG_SETTINGS: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list_faults {
        // Whoever reads only the first ones closes the pipe.
        let _ = std::io::stdout().write_all(arguments::faults().as_bytes());
        return ExitCode::SUCCESS;
    }
    let log = Log::start(arguments.log.level());
    let code = run(arguments).await;
    log.finish();
    code
}

async fn run(arguments: Arguments) -> ExitCode {
    let is_demo = arguments.applications.is_empty();
    let wrong = arguments.wrong();
    let settings = match arguments.settings() {
        Ok(settings) => settings,
        Err(error) => return fail(&error, WRONG_SETTINGS),
    };
    if is_demo {
        say("no --app given: serving the application `demo` with the secret `demo-secret`; its \
             conferences are protected");
    }
    if let Some(wrong) = wrong {
        say(&wrong);
    }
    invite_reference::raise_descriptor_limit();
    let server = match Server::start(settings) {
        Ok(server) => server,
        Err(error) => return fail(&error, 1),
    };
    // Scripts wait for the first line. The server also runs if nobody reads it.
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "listening on {}", server.url());
    let _ = writeln!(stdout, "documentation at {}", server.documentation());
    let _ = stdout.flush();
    drop(stdout);

    match stop_signal().await {
        Ok(()) => {}
        Err(error) => return fail(&error, 1),
    }
    tracing::info!("stopping");
    tokio::select! {
        () = server.shutdown() => {}
        // Whoever asks twice does not want to wait.
        _ = stop_signal() => {}
    }
    ExitCode::SUCCESS
}

/// Prints a line on standard error, if it can be written.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Prints an error and its causes on one line.
fn fail(error: &dyn std::error::Error, code: u8) -> ExitCode {
    let mut message = format!("error: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        message.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    say(&message);
    ExitCode::from(code)
}

/// Waits for a signal to stop.
async fn stop_signal() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
