//! All scenarios, several at once.

use crate::Tester;
use crate::drive::{Setting, drive};
use futures_util::StreamExt as _;
use invite_relay::RelayError;
use invite_scenario::client::ClientSelection;
use invite_scenario::description::Target;
use invite_trace::{Interruption, SkipReason, Trace};
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// What to drive, and how.
pub struct Plan {
    /// The scenarios.
    pub scenarios: Vec<ClientSelection>,
    /// How many of them at once.
    pub jobs: usize,
    /// Makes the names of this run differ from those of every other.
    pub run_id: String,
    /// Where clients find the server; port 0 for any free port.
    pub listen: SocketAddr,
    /// Whoever does what the client is told.
    pub tester: Tester,
}

/// What a run found besides the traces.
#[derive(Debug)]
pub struct Scope {
    /// The traces, in the order of the plan, or why there is none.
    pub traces: Vec<Result<Trace, SkipReason>>,
    /// When the run began, in microseconds since 1970.
    pub epoch_us: u64,
    /// Why it was ended before all its scenarios were, if it was.
    pub interrupted: Option<Interruption>,
}

/// Why nothing can be driven.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Clients cannot be listened for.
    #[error(transparent)]
    Relay(#[from] RelayError),
    /// No connection can be made at all.
    #[error(transparent)]
    Connector(#[from] invite_drive::ConnectorError),
}

/// Drives clients through all scenarios, with this server at the other end, until somebody wants it to
/// end. `note` is told of each scenario that has ended.
///
/// # Errors
///
/// If clients cannot be listened for.
pub async fn run(
    wanted: impl Future<Output = Interruption>,
    target: &Target,
    plan: &Plan,
    note: impl Fn(&ClientSelection),
) -> Result<Scope, RunError> {
    let epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let epoch_us = u64::try_from(epoch.as_micros()).unwrap_or(u64::MAX);
    let setting = Setting {
        target,
        tester: &plan.tester,
        run_id: &plan.run_id,
        listen: plan.listen,
        epoch_us,
        http: invite_drive::plain_client()?,
    };
    let (end, ended) = watch::channel(None::<Interruption>);
    let driven = async {
        let one = |found: &'_ ClientSelection| {
            let (setting, note, mut ended) = (&setting, &note, ended.clone());
            let found = found.clone();
            async move {
                let trace = tokio::select! {
                    biased;
                    Ok(why) = ended.wait_for(Option::is_some) => {
                        let why = why.unwrap_or(Interruption::Asked);
                        return Ok(Err(SkipReason::Interrupted(why)));
                    }
                    trace = drive(setting, &found.scenario) => trace?,
                };
                note(&found);
                Ok::<_, RunError>(Ok(trace))
            }
        };
        let all = futures_util::stream::iter(plan.scenarios.iter().map(one));
        let traces: Vec<_> = all.buffered(plan.jobs.max(1)).collect().await;
        traces.into_iter().collect::<Result<Vec<_>, RunError>>()
    };
    let watch = async {
        let why = wanted.await;
        let _ = end.send(Some(why));
        std::future::pending::<()>().await;
    };
    let traces = tokio::select! {
        traces = driven => traces?,
        () = watch => Vec::new(),
    };
    let interrupted = traces.iter().find_map(|trace| match trace {
        Err(SkipReason::Interrupted(why)) => Some(*why),
        _ => None,
    });
    Ok(Scope { traces, epoch_us, interrupted })
}
