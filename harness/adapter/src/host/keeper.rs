//! The task that owns the process.

use super::shared::Shared;
use super::{Ending, Launch};
use crate::group::Group;
use crate::intake::Intake;
use crate::limits::{Limits, Patience};
use crate::misbehaviour::Misbehaviour;
use std::future::pending;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

/// How long the end of a process and of its pipes may lie apart.
const LAST: Duration = Duration::from_millis(500);

/// A process that was started.
pub(super) struct Process {
    child: Child,
    group: Group,
    shared: Arc<Shared>,
    stdin: ChildStdin,
    lines: Intake<ChildStdout>,
    log: JoinHandle<()>,
}

/// Why nothing more is read.
enum Over {
    /// The output has ended.
    Output,
    /// It did something wrong, or takes too long to end.
    Kill,
}

impl Process {
    pub(super) fn start(
        mut command: Command,
        shared: Arc<Shared>,
        limits: Limits,
        launch: &Launch,
    ) -> io::Result<Process> {
        let mut child = command.spawn()?;
        let group = Group::of(&child);
        let no_pipe = || io::Error::other("it has no pipe");
        let stdin = child.stdin.take().ok_or_else(no_pipe)?;
        let stdout = child.stdout.take().ok_or_else(no_pipe)?;
        let stderr = child.stderr.take().ok_or_else(no_pipe)?;
        let (keeps, show) = (Arc::clone(&shared), launch.show.clone());
        let log = tokio::spawn(async move { keeps.log.take(stderr, limits.log, show).await });
        Ok(Process { child, group, shared, stdin, lines: Intake::new(stdout, limits), log })
    }

    /// Reads and writes until the process is over, and kills what is left of it.
    pub(super) async fn keep(
        mut self,
        input: mpsc::UnboundedReceiver<String>,
        end: oneshot::Receiver<()>,
        patience: Patience,
    ) -> Ending {
        let writer = tokio::spawn(write(self.stdin, input, Arc::clone(&self.shared)));
        let (over, wanted) = read(&mut self.lines, &self.shared, end, patience).await;
        let ended = match over {
            Over::Output => timeout(LAST, self.child.wait()).await.ok(),
            Over::Kill => None,
        };
        writer.abort();
        self.group.kill();
        let _ = self.child.kill().await;
        // What else is in the group may hold it for a moment.
        let _ = timeout(LAST, &mut self.log).await;
        self.log.abort();
        if matches!(over, Over::Output) && !wanted {
            let how = ended.and_then(Result::ok).map(|status| status.to_string());
            let greeted = self.shared.is_greeted();
            self.shared.fail(Misbehaviour::Ended { how, greeted });
        }
        Ending { killed: matches!(over, Over::Kill), log: self.shared.log.lines() }
    }
}

/// Reads until there is nothing more to read: why, and whether its end was wanted.
async fn read(
    lines: &mut Intake<ChildStdout>,
    shared: &Shared,
    mut end: oneshot::Receiver<()>,
    patience: Patience,
) -> (Over, bool) {
    let mut deadline = None;
    loop {
        let too_late = async {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => pending().await,
            }
        };
        tokio::select! {
            biased;
            ended = &mut end, if deadline.is_none() => match ended {
                Ok(()) => deadline = Some(Instant::now() + patience.end),
                // Nobody is interested any more.
                Err(_) => return (Over::Kill, true),
            },
            _ = shared.failed() => return (Over::Kill, deadline.is_some()),
            () = too_late => return (Over::Kill, true),
            line = lines.next() => {
                let heard = match line {
                    Ok(None) => return (Over::Output, deadline.is_some()),
                    Ok(Some(line)) => shared.hear(&line),
                    Err(misbehaviour) => Err(misbehaviour),
                };
                if let Err(misbehaviour) = heard {
                    shared.fail(misbehaviour);
                }
            }
        }
    }
}

/// Writes the requests; closes the input after the last one.
async fn write(
    mut stdin: ChildStdin,
    mut input: mpsc::UnboundedReceiver<String>,
    shared: Arc<Shared>,
) {
    let mut written = 0;
    while let Some(mut line) = input.recv().await {
        line.push('\n');
        // A pipe that breaks shows at the other one.
        if stdin.write_all(line.as_bytes()).await.is_err() || stdin.flush().await.is_err() {
            return;
        }
        written += 1;
        shared.note_written(written);
    }
}
