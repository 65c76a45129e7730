//! When each scenario ran, side by side as they did, and which took longest.

use super::data::steps;
use super::tables::outcomes;
use super::{printable, to_scenario};
use invite_judge::Outcome;
use invite_record::{Record, ScenarioRecord};
use invite_trace::{Event, Trace};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// How wide the picture is, in pixels, and how much of that is left free on either side.
const WIDTH: u64 = 1_040;
const MARGIN: u64 = 16;
/// How high all lanes are together, about; how high one is with the space below it; and what is above
/// the first one.
const HEIGHT: usize = 480;
const LANE: (usize, usize) = (4, 16);
const TOP: usize = 26;

/// How many of the slowest scenarios are named.
const SLOWEST: usize = 10;

/// A scenario that ran; times in microseconds since the run began.
struct Ran<'r> {
    scenario: &'r ScenarioRecord,
    trace: &'r Trace,
    outcome: Outcome,
    began: u64,
    ended: u64,
    lane: usize,
}

impl Ran<'_> {
    fn took(&self) -> u64 {
        self.ended.saturating_sub(self.began)
    }
}

/// The picture, and the slowest.
pub(super) fn timeline(record: &Record) -> Markup {
    let mut ran = ran(record);
    let lanes = side_by_side(&mut ran);
    let end = ran.iter().map(|it| it.ended).max().unwrap_or_default().max(1);
    let runs: BTreeSet<u64> = ran.iter().map(|it| it.trace.epoch_us).collect();
    html! {
        @if !ran.is_empty() {
            section id="timeline" aria-labelledby="timeline-title" {
                h2 id="timeline-title" { "Timeline" }
                p class="quiet" {
                    "Each bar is a scenario, from its first message to its last. "
                    @if lanes > 1 { "Those below each other ran at the same time, at most " (lanes) " at once." }
                    @if runs.len() > 1 {
                        " The record joins " (runs.len()) " runs, which are shown as if they had begun at the same time."
                    }
                }
                section class="wide framed" tabindex="0" aria-label="When each scenario ran" {
                    (picture(&ran, lanes, end))
                }
                (slowest(&ran, record))
            }
        }
    }
}

/// What ran, in the order of its beginnings.
fn ran(record: &Record) -> Vec<Ran<'_>> {
    let outcomes = outcomes(record);
    let mut ran: Vec<Ran<'_>> = record
        .scenarios
        .iter()
        .zip(outcomes)
        .filter_map(|(scenario, (outcome, _))| {
            let trace = scenario.trace.as_ref()?;
            let (began, ended) = trace.span()?;
            Some(Ran { scenario, trace, outcome, began, ended, lane: 0 })
        })
        .collect();
    ran.sort_by_key(|it| (it.began, it.ended));
    ran
}

/// Gives each scenario the first lane that is free when it begins, and says how many there are.
fn side_by_side(ran: &mut [Ran<'_>]) -> usize {
    // When the last scenario of each lane ended.
    let mut lanes: Vec<u64> = Vec::new();
    for one in ran {
        let free = lanes.iter().position(|ended| *ended <= one.began);
        one.lane = free.unwrap_or(lanes.len());
        match free {
            Some(lane) => lanes[lane] = one.ended,
            None => lanes.push(one.ended),
        }
    }
    lanes.len()
}

fn picture(ran: &[Ran<'_>], lanes: usize, end: u64) -> Markup {
    let lane = (HEIGHT / lanes.max(1)).clamp(LANE.0, LANE.1);
    let height = TOP + lanes * lane;
    html! {
        svg class="timeline" width=(WIDTH) height=(height) viewBox={ "0 0 " (WIDTH) " " (height) } {
            @for at in ticks(end) {
                @let x = place(at, end);
                line class="life" x1=(x) y1="18" x2=(x) y2=(height) {}
                text x=(x) y="12" text-anchor={ @if at == 0 { "start" } @else { "middle" } } { (seconds(at)) }
            }
            @for one in ran {
                // Whoever uses no mouse has the lists: these links would be hundreds of tab stops.
                a href={ "#" (super::scenario_id(&one.scenario.id)) } tabindex="-1" {
                    rect class={ "bar " (one.outcome) } x=(place(one.began, end)) y=(TOP + one.lane * lane)
                        width=(width(one, end)) height=(lane - lane / 4) {
                        title { (printable(&one.scenario.id)) ": " (milliseconds(one.took())) ", " (one.outcome) }
                    }
                }
            }
        }
    }
}

fn place(at: u64, end: u64) -> String {
    tenths(at, end, MARGIN * 10)
}

/// However short it was, it can be seen.
fn width(one: &Ran<'_>, end: u64) -> String {
    tenths(one.took().max(end / 500), end, 0)
}

/// A time as pixels, with a tenth, beyond so many tenths.
fn tenths(at: u64, end: u64, beyond: u64) -> String {
    let wide = u128::from(WIDTH - 2 * MARGIN) * 10;
    let tenths = u128::from(beyond) + u128::from(at) * wide / u128::from(end.max(1));
    match (tenths / 10, tenths % 10) {
        (whole, 0) => whole.to_string(),
        (whole, rest) => format!("{whole}.{rest}"),
    }
}

/// Round times, ten at most: a one, a two or a five with noughts.
fn ticks(end: u64) -> Vec<u64> {
    let steps = (0..).map(|power| 10_u64.saturating_pow(power));
    let mut steps = steps.flat_map(|one| [1, 2, 5].map(|times: u64| one.saturating_mul(times)));
    let step = steps.find(|step| end / step < 10).unwrap_or(u64::MAX);
    (0..=end / step).map(|count| count * step).collect()
}

fn seconds(at: u64) -> String {
    format!("{} s", std::time::Duration::from_micros(at).as_secs_f64())
}

fn milliseconds(took: u64) -> String {
    format!("{} ms", took / 1_000)
}

/// The scenarios that took longest, and the step of each that did.
fn slowest(ran: &[Ran<'_>], record: &Record) -> Markup {
    let mut slowest: Vec<&Ran<'_>> = ran.iter().collect();
    slowest.sort_by_key(|it| std::cmp::Reverse(it.took()));
    slowest.truncate(SLOWEST);
    html! {
        h3 { "The slowest" }
        ol class="slowest" {
            @for one in slowest {
                li {
                    b { (milliseconds(one.took())) } " " (to_scenario(&one.scenario.id))
                    @if let Some((label, took)) = longest_step(one.trace) {
                        @let titles = steps(one.scenario, record);
                        span class="quiet" {
                            ", " (milliseconds(took)) " of it in "
                            (printable(titles.get(label).map_or(label, String::as_str)))
                        }
                    }
                }
            }
        }
    }
}

/// The step of which most time passed until the next one, or the end, and how much.
fn longest_step(trace: &Trace) -> Option<(&str, u64)> {
    let (_, end) = trace.span()?;
    let begun: Vec<(&str, u64)> = trace
        .entries
        .iter()
        .filter(|entry| entry.event == Event::Begun)
        .map(|entry| (entry.step.as_str(), entry.at_us))
        .collect();
    let next = begun.iter().skip(1).map(|(_, at)| *at).chain([end]);
    let took = begun.iter().zip(next).map(|((step, at), next)| (*step, next.saturating_sub(*at)));
    took.max_by_key(|(_, took)| *took)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(ticks(8_012_345)[..3], [0, 1_000_000, 2_000_000]);
        assert_eq!(ticks(1_900), [0, 200, 400, 600, 800, 1_000, 1_200, 1_400, 1_600, 1_800]);
        assert_eq!(ticks(1), [0, 1]);
        for end in [0, 3, 70_000_000, u64::MAX] {
            assert!(ticks(end).len() <= 10, "{end}");
        }
    }

    #[test]
    fn times_are_places_within_the_picture() {
        assert_eq!((place(0, 10), place(10, 10)), ("16".to_owned(), (WIDTH - MARGIN).to_string()));
        assert_eq!(place(1, 3), "352");
        assert_eq!(place(u64::MAX, u64::MAX), (WIDTH - MARGIN).to_string());
    }
}
