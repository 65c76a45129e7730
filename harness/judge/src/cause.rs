//! One broken thing, one failed check: what else it explains is blocked by it.

use super::history::{History, mentions};
use super::laws::{Finding, Findings, OF_TOKENS};
use super::script::Raw;
use invite_spec::endpoint::CONFERENCE_TOKEN_HEADER;
use invite_spec::push::FrameType;
use invite_spec::requirement::{Basis, RequirementId};
use invite_spec::status::StatusClass;
use invite_trace::{About, Check, Evidence, Verdict};
use invite_trace::{Ended, Event, Stop, StopReason};
use serde_json::Value;

/// Settles the checks of a scenario: finds the causes, and what each of them blocks.
pub(crate) fn settle(history: &History<'_>, findings: &Findings, raw: &mut Vec<Raw>) {
    spoilt_content(history, findings, raw);
    settle_stop(history, findings, raw);
    twins(history, raw);
}

/// What relied on a message that is wrong in its content is blocked by that.
fn spoilt_content(history: &History<'_>, findings: &Findings, raw: &mut [Raw]) {
    for raw in raw.iter_mut().filter(|raw| raw.check.verdict == Verdict::Fail) {
        // What only a `chosen` row finds wrong is no excuse for breaking another.
        let own = raw.check.requirement;
        let excuses = |id: RequirementId| !is_chosen(id) || own.is_some_and(is_chosen);
        let content = || {
            let breaches = findings.breaches.iter().filter(|finding| finding.is_content);
            breaches.filter(|finding| excuses(finding.requirement))
        };
        let of_subject = content().find(|finding| {
            finding.evidence.entries.iter().any(|entry| raw.subject.contains(entry))
                && concerns(finding, &raw.check.evidence)
        });
        let near_miss = raw.missed.as_ref().and_then(|(kind, actors)| {
            content().find(|finding| is_of_kind(history, finding, *kind, actors))
        });
        let of_token = || {
            let token = refused_token(history, raw)?;
            findings.breaches.iter().find(|finding| {
                OF_TOKENS.contains(&finding.law)
                    && Some(finding.requirement) != own
                    && excuses(finding.requirement)
                    && brought(history, finding, token)
            })
        };
        if let Some(cause) = of_subject.or(near_miss).or_else(of_token) {
            block(raw, cause.requirement);
        }
    }
}

/// The conference token of a call that was refused and should not have been.
fn refused_token<'h>(history: &'h History<'_>, raw: &Raw) -> Option<&'h str> {
    let Some(About::Accepts(_)) = raw.check.about else { return None };
    let exchange = history.exchanges.iter().find(|exchange| {
        exchange.is_refused() && raw.check.evidence.entries.contains(&exchange.asked_at)
    })?;
    exchange.headers.get(CONFERENCE_TOKEN_HEADER).map(String::as_str)
}

/// Whether a finding is about a message that brought this token.
fn brought(history: &History<'_>, finding: &Finding, token: &str) -> bool {
    finding.evidence.entries.iter().any(|at| {
        let body = match &history.trace.entries[*at].event {
            Event::Received { body, .. } | Event::Answer { body, .. } => body.json(),
            _ => None,
        };
        body.is_some_and(|body| mentions(body, &[token]))
    })
}

/// Whether a finding is about the place that a check looked at, or about the whole message.
fn concerns(finding: &Finding, evidence: &Evidence) -> bool {
    match (&finding.evidence.pointer, &evidence.pointer) {
        (Some(found), Some(looked)) => {
            looked.starts_with(found.as_str()) || found.starts_with(looked.as_str())
        }
        (None, _) => true,
        (Some(_), None) => false,
    }
}

/// Whether a finding is about a frame of this type at one of these sessions.
fn is_of_kind(
    history: &History<'_>,
    finding: &Finding,
    kind: FrameType,
    actors: &[String],
) -> bool {
    finding.evidence.entries.iter().any(|at| {
        let entry = &history.trace.entries[*at];
        if !actors.contains(&entry.actor) {
            return false;
        }
        match &entry.event {
            Event::Received { body, .. } => match body.json() {
                Some(frame @ Value::Object(_)) => FrameType::of(frame) == Some(kind),
                // What is no object at all may have been it.
                _ => true,
            },
            // Nothing was heard after a socket was cut off.
            Event::SocketClosed { .. } => true,
            _ => false,
        }
    })
}

/// Puts the drive's stop down to its cause, and blocks by that what was not reached.
pub(crate) fn settle_stop(history: &History<'_>, findings: &Findings, raw: &mut Vec<Raw>) {
    let Ended::Stopped(stop) = &history.trace.ended else {
        // Nothing stopped it, so what was not reached lacks what it is about.
        for raw in raw.iter_mut().filter(|raw| !raw.reached) {
            raw.check.verdict = Verdict::Skip;
            raw.check.evidence = Evidence::new("", "what it is about did not happen");
        }
        return;
    };
    if stop.reason == StopReason::Excused {
        for raw in raw.iter_mut().filter(|raw| !raw.reached) {
            raw.check.verdict = Verdict::Skip;
            let seen = format!("an outcome that is allowed left nothing to look at: {}", stop.seen);
            raw.check.evidence = Evidence::new("", seen);
        }
        return;
    }
    if stop.reason == StopReason::Harness {
        error(history, stop, raw);
        return;
    }
    let cause = match cause(history, findings, stop, raw) {
        Some(cause) => Some(cause),
        None => {
            raw.push(failed(history, stop));
            RequirementId::parse(&stop.requirement)
        }
    };
    for raw in raw.iter_mut().filter(|raw| !raw.reached) {
        if let Some(cause) = cause {
            block(raw, cause);
        }
    }
}

/// The requirement whose failure explains the stop, if a check or a law shows it already.
fn cause(
    history: &History<'_>,
    findings: &Findings,
    stop: &Stop,
    raw: &[Raw],
) -> Option<RequirementId> {
    let content = || findings.breaches.iter().filter(|finding| finding.is_content);
    // The step's own check says it best; it may itself be put down to something else already.
    let own = raw.iter().find(|raw| {
        raw.check.at == stop.step
            && raw.is_outcome
            && raw.reached
            && matches!(raw.check.verdict, Verdict::Fail | Verdict::Blocked)
    });
    if let Some(own) = own {
        return own.check.blocked_by.or(own.check.requirement);
    }
    // A message of the step that is wrong in its content. The words of a refusal are none: what
    // was refused was refused whatever they are.
    let is_refusal = |event: &Event| matches!(event, Event::Answer { status, .. } if StatusClass::of(*status).is_refused());
    let spoilt = content().find(|finding| {
        finding.evidence.entries.last().is_some_and(|at| {
            let entry = &history.trace.entries[*at];
            let of_step =
                entry.step == stop.step || (entry.step.is_empty() && entry.actor == stop.actor);
            of_step && !(stop.reason == StopReason::Outcome && is_refusal(&entry.event))
        })
    });
    if let Some(spoilt) = spoilt {
        return Some(spoilt.requirement);
    }
    // A failed expectation or prerequisite of the same step.
    let failed = raw
        .iter()
        .find(|raw| raw.check.at == stop.step && raw.reached && raw.check.verdict == Verdict::Fail);
    failed.and_then(|raw| raw.check.requirement)
}

/// The check that says why the drive stopped.
fn failed(history: &History<'_>, stop: &Stop) -> Raw {
    let entries = &history.trace.entries;
    let last = entries
        .iter()
        .rposition(|entry| entry.step == stop.step && entry.actor == stop.actor)
        .or_else(|| entries.iter().rposition(|entry| entry.step == stop.step));
    let evidence = Evidence::new(stop.expected.clone(), stop.seen.clone()).at(last);
    raw(history, stop, Verdict::Fail, evidence)
}

/// The harness's own fault is never the target's.
fn error(history: &History<'_>, stop: &Stop, checks: &mut Vec<Raw>) {
    let evidence = Evidence::new(stop.expected.clone(), stop.seen.clone());
    for raw in checks.iter_mut().filter(|raw| !raw.reached) {
        raw.check.verdict = Verdict::Error;
        raw.check.evidence = evidence.clone();
    }
    checks.push(raw(history, stop, Verdict::Error, evidence));
}

fn raw(history: &History<'_>, stop: &Stop, verdict: Verdict, evidence: Evidence) -> Raw {
    Raw {
        check: Check {
            requirement: RequirementId::parse(&stop.requirement),
            scenario: history.trace.scenario.clone(),
            at: stop.step.clone(),
            verdict,
            about: None,
            evidence,
            outcome: None,
            blocked_by: None,
        },
        reached: true,
        twin: None,
        subject: Vec::new(),
        missed: None,
        is_outcome: false,
    }
}

/// A refusal, or a silence, proves something only beside its twin.
fn twins(history: &History<'_>, raw: &mut [Raw]) {
    let outcomes: Vec<(String, Verdict, Option<RequirementId>)> = raw
        .iter()
        .filter(|raw| raw.is_outcome)
        .map(|raw| {
            let check = &raw.check;
            (check.at.clone(), check.verdict, check.blocked_by.or(check.requirement))
        })
        .collect();
    for raw in raw.iter_mut().filter(|raw| raw.check.verdict == Verdict::Pass) {
        let Some(twin) = &raw.twin else { continue };
        let shown = outcomes.iter().find(|(label, ..)| label == twin);
        match (shown, &history.trace.ended) {
            (Some((_, Verdict::Pass, ..)), _) => {}
            (Some((_, _, Some(cause))), _) => block(raw, *cause),
            (Some((_, _, None)), _) => {}
            // A step without an outcome of its own was done if the drive went past it.
            (None, Ended::Stopped(stop))
                if stop.step == *twin || history.trace.beginning(twin).is_none() =>
            {
                if let Some(cause) = RequirementId::parse(&stop.requirement) {
                    block(raw, cause);
                }
            }
            (None, _) => {}
        }
    }
}

/// Blocks a check by a cause. A cause that does not count by itself (`chosen`, or no MUST) makes
/// nothing count: what it kept from being reached is skipped.
fn block(raw: &mut Raw, cause: RequirementId) {
    let own = raw.check.requirement;
    if own == Some(cause) {
        return;
    }
    let binds = |id: RequirementId| id.row().is_binding();
    raw.check.verdict =
        if !binds(cause) && own.is_some_and(binds) { Verdict::Skip } else { Verdict::Blocked };
    raw.check.evidence = Evidence::new("", format!("not reached because of {cause}"));
    raw.check.blocked_by = Some(cause);
}

fn is_chosen(id: RequirementId) -> bool {
    id.row().basis == Basis::Chosen
}
