//! Ctrl-C, being told to terminate, and the loss of the terminal: the first of them ends a run with a
//! report, the second at once.

use super::Exit;
use invite_trace::Interruption;
use std::io::Write as _;
use tokio::sync::watch;

/// Whether somebody wants the run to end, and whether a failure is to end it.
#[derive(Debug)]
pub(crate) struct Interrupt {
    wanted: watch::Sender<Option<Interruption>>,
}

impl Interrupt {
    /// Listens from now on. A thread of its own does, so that the second Ctrl-C ends the program
    /// whatever that is busy with.
    pub(crate) fn listen() -> std::io::Result<Interrupt> {
        Interrupt::listen_and_say(
            "interrupted; the report of what was learned follows (once more ends at once)",
        )
    }

    /// The same, with other words for whoever interrupts.
    pub(crate) fn listen_and_say(words: &'static str) -> std::io::Result<Interrupt> {
        let (wanted, _) = watch::channel(None);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let mut signals = {
            let _inside = runtime.enter();
            Signals::listen()?
        };
        let asked = wanted.clone();
        std::thread::Builder::new().name("interrupt".into()).spawn(move || {
            runtime.block_on(async {
                signals.next().await;
                asked.send_replace(Some(Interruption::Asked));
                // Nobody is harmed if it is not seen.
                let _ = writeln!(std::io::stderr(), "\ninvite-conformance: {words}");
                signals.next().await;
                std::process::exit(Exit::Untestable as i32);
            });
        })?;
        Ok(Interrupt { wanted })
    }

    /// Ends the run because something failed.
    pub(crate) fn first_failure(&self) {
        self.wanted.send_if_modified(|wanted| {
            let is_first = wanted.is_none();
            wanted.get_or_insert(Interruption::FirstFailure);
            is_first
        });
    }

    /// Whether the run is to end.
    pub(crate) fn is_wanted(&self) -> bool {
        self.wanted.borrow().is_some()
    }

    /// Ready when the run is to end.
    pub(crate) async fn wanted(&self) -> Interruption {
        let mut receiver = self.wanted.subscribe();
        let wanted = receiver.wait_for(Option::is_some).await.ok().and_then(|wanted| *wanted);
        match wanted {
            Some(interruption) => interruption,
            // The sender lives as long as this.
            None => std::future::pending().await,
        }
    }
}

/// The signals that ask a program to end.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    /// None if whoever started the program wants it to outlive the terminal (`nohup`).
    hangup: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        let hangup = match ignores_hangup() {
            true => None,
            false => Some(signal(SignalKind::hangup())?),
        };
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Signals { interrupt, terminate: signal(SignalKind::terminate())?, hangup })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            () = hung_up(&mut self.hangup) => {}
        }
    }
}

#[cfg(unix)]
async fn hung_up(hangup: &mut Option<tokio::signal::unix::Signal>) {
    match hangup {
        Some(hangup) => drop(hangup.recv().await),
        None => std::future::pending().await,
    }
}

/// Whether the loss of the terminal is to be ignored, where the system tells: SIGHUP is the lowest bit.
#[cfg(unix)]
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 == 1)
}

/// The signals that ask a program to end.
#[cfg(windows)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
}

#[cfg(windows)]
impl Signals {
    fn listen() -> std::io::Result<Signals> {
        Ok(Signals { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    async fn next(&mut self) {
        self.interrupt.recv().await;
    }
}
