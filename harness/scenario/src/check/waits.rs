//! How long a scenario waits.

use super::Checker;
use crate::Step;

/// The longest time, in seconds, that a scenario may wait in all without being slow.
const MOST_USUAL: u64 = 10;
/// The longest time, in seconds, that a slow scenario may wait in all: they run beside each other,
/// so this is about how long all of them take.
const MOST_SLOW: u64 = 65;

impl Checker<'_> {
    /// A scenario is slow if it waits for long, and only then.
    pub(super) fn waits(&mut self) {
        let scenario = self.scenario;
        let mut seconds: u64 = 0;
        for step in &scenario.steps {
            let Some((waits, _)) = step.waits() else { continue };
            let before = seconds;
            seconds = seconds.saturating_add(waits);
            let most = if scenario.is_slow() { MOST_SLOW } else { MOST_USUAL };
            if before <= most && seconds > most {
                let advice = match scenario.slow {
                    None => "; a scenario that waits longer must say `slow` and why",
                    Some(_) => "",
                };
                let words = format!("{seconds} s of waiting up to here, at most {most} s{advice}");
                match step {
                    Step::Wait(wait) => self.fault(&wait.seconds, words),
                    step => match step.id() {
                        Some(id) => self.fault(id, words),
                        None => self.fault(&scenario.id, words),
                    },
                }
            }
        }
        let Some(slow) = &scenario.slow else { return };
        if slow.trim().is_empty() {
            self.fault(slow, "`slow` must say what takes so long");
        }
        if seconds <= MOST_USUAL {
            let words = format!(
                "`slow` is for scenarios that wait longer than {MOST_USUAL} s: this one waits \
                 {seconds} s"
            );
            self.fault(slow, words);
        }
    }
}
