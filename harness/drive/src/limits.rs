//! What a run may take of time, and of the machine.

use super::connector::{Connector, ConnectorError};
use invite_scenario::description::Target;
use invite_scenario::{Scenario, Skipped, Step};
use invite_spec::endpoint::Operation;
use invite_spec::path::{self, first_step};
use invite_spec::push::FrameType;
use invite_trace::SkipReason;
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// The most calls that a group makes at once while it opens its sessions.
pub(crate) const SIDE_BY_SIDE: usize = 64;

/// Connections of a scenario besides those of its people: of its application's server, and of the
/// client that fences.
const OTHERS: usize = 3;

/// The limits of a run; none where nothing is said.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// How long it may take.
    pub time: Option<Duration>,
    /// Whether a target that is far away may take longer: what the calls before the scenarios took
    /// says how much.
    pub stretches: bool,
    /// How many connections it may have open at once.
    pub connections: Option<usize>,
    /// How many calls a second it may make.
    pub rate: Option<NonZeroU32>,
    /// The step of the implementer's path up to which the target is built: the harness does nothing
    /// of its own that needs a later one.
    pub built: Option<&'static path::Step>,
}

impl Limits {
    /// Whether the target is built so far that it can serve such a call and send such frames.
    pub(crate) fn is_built(self, call: Operation, frames: &[FrameType]) -> bool {
        let needed = first_step([call], frames.iter().copied(), []);
        self.built.is_none_or(|built| needed.number() <= built.number())
    }

    /// How much longer a run may take because its calls wait for their turns, which take this long.
    pub(crate) fn turns(self, taken: Duration) -> Duration {
        if self.stretches { taken } else { Duration::ZERO }
    }

    /// How many scenarios are driven at once, of so many: none waits for its turn much longer than a
    /// second.
    pub(crate) fn jobs(self, jobs: usize) -> usize {
        let rate = self.rate.and_then(|rate| usize::try_from(rate.get()).ok());
        rate.map_or(jobs, |rate| jobs.min(rate))
    }

    /// How much longer a run may take if the calls before its scenarios took this long.
    ///
    /// A run takes less than 40 times as long as those calls: its scenarios run side by side.
    pub(crate) fn extra(self, probe: Duration) -> Duration {
        const TIMES: u32 = 40;
        const MOST: Duration = Duration::from_secs(300);
        // Calls that wait for their turn say nothing of the way to the target.
        if self.stretches && self.rate.is_none() {
            (probe * TIMES).min(MOST)
        } else {
            Duration::ZERO
        }
    }
}

/// Fewer connections than this are not kept open for a next request.
const FEW: usize = 512;

/// The connections of a run: a scenario takes as many as it needs before it begins.
#[derive(Debug)]
pub(crate) struct Connections {
    most: Option<usize>,
    left: Semaphore,
}

impl Connections {
    pub(crate) fn new(most: Option<usize>) -> Connections {
        let left = most.unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS);
        Connections { most, left: Semaphore::new(left) }
    }

    /// What makes them.
    pub(crate) fn connector(&self, target: &Target) -> Result<Connector, ConnectorError> {
        match self.most {
            Some(most) if most < FEW => Connector::without_reuse(target),
            _ => Connector::new(target),
        }
    }

    /// Waits until a scenario can have its connections; they are given back when the permit is dropped.
    /// One that needs more than there are is skipped.
    pub(crate) async fn take(
        &self,
        scenario: &Scenario,
    ) -> Result<Option<SemaphorePermit<'_>>, Skipped> {
        let Some(most) = self.most else { return Ok(None) };
        let needed = connections(scenario);
        let permits = u32::try_from(needed).ok().filter(|_| needed <= most);
        let Some(permits) = permits else {
            let reason = SkipReason::TooFewDescriptors { needed, left: most };
            return Err(Skipped { scenario: scenario.id.value.clone(), reason });
        };
        // It is never closed.
        Ok(self.left.acquire_many(permits).await.ok())
    }
}

/// About how many connections a scenario has open at once: a WebSocket for each session, and as many
/// requests as are on their way.
fn connections(scenario: &Scenario) -> usize {
    let people = scenario.people.values().map(|person| person.count.unwrap_or(1));
    let people = usize::try_from(people.sum::<u32>()).unwrap_or(usize::MAX / 4);
    let more = scenario.labelled().into_iter().map(|(_, step)| match step {
        Step::Open(open) => open.who.0.iter().filter(|who| who.value.contains('/')).count(),
        Step::Connect(_) | Step::Wire(_) => 1,
        _ => 0,
    });
    let sessions = people + more.sum::<usize>();
    sessions + sessions.min(SIDE_BY_SIDE) + OTHERS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_may_take_longer_if_the_target_is_far_away() {
        let stretches = Limits { stretches: true, ..Limits::default() };
        let ms = Duration::from_millis;
        assert_eq!(stretches.extra(ms(20)), ms(800));
        assert_eq!(stretches.extra(ms(3_000)), Duration::from_secs(120));
        assert_eq!(stretches.extra(ms(20_000)), Duration::from_secs(300));
        assert_eq!(Limits::default().extra(ms(3_000)), Duration::ZERO);
    }

    #[test]
    fn a_run_at_a_pace_takes_as_long_as_its_turns_and_has_no_more_jobs_than_turns() {
        let rate = NonZeroU32::new(5);
        let slow = Limits { stretches: true, rate, ..Limits::default() };
        let ms = Duration::from_millis;
        assert_eq!((slow.extra(ms(3_000)), slow.turns(ms(90_000))), (ms(0), ms(90_000)));
        assert_eq!((slow.jobs(128), slow.jobs(2)), (5, 2));
        let exact = Limits { rate, ..Limits::default() };
        assert_eq!((exact.turns(ms(90_000)), Limits::default().jobs(128)), (ms(0), 128));
    }

    #[tokio::test]
    async fn a_scenario_that_needs_more_connections_than_there_are_is_skipped() {
        let all = invite_scenario::built_in().unwrap();
        let most = |connections: usize| Connections::new(Some(connections));
        let crowd = all.iter().max_by_key(|found| connections(&found.scenario)).unwrap();
        let skipped = most(100).take(&crowd.scenario).await.unwrap_err();
        assert!(matches!(skipped.reason, SkipReason::TooFewDescriptors { left: 100, .. }));
        let mut needed: Vec<usize> = all.iter().map(|it| connections(&it.scenario)).collect();
        needed.sort_unstable();
        let most_need = needed[needed.len() * 9 / 10];
        assert!(most_need <= 15, "nine of ten scenarios need {most_need} connections at most");
        assert!(Connections::new(None).take(&crowd.scenario).await.unwrap().is_none());
    }
}
