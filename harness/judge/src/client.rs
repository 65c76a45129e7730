//! The checks of a client scenario: what the client had to do, step by step, and the laws for clients.

use crate::laws::clients;
use invite_scenario::client::{ClientScenario, ClientStep, DeedOutcome, Observed};
use invite_spec::endpoint::{self, Method};
use invite_spec::push::FrameType;
use invite_spec::requirement::{self, RequirementId, Side, id};
use invite_trace::{
    At, Check, CheckResult, ClientAct, ClientEvent, ClientExpected, ClientReply, ClientSeen, Event,
    Evidence, Expected, LawName, Seen, SkipReason, SocketEnd, Trace, Verdict,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Every check of a client scenario, on the trace of its drive.
pub fn judge_client(scenario: &ClientScenario, trace: &Trace) -> Vec<Check> {
    let history = crate::history::History::read(trace);
    let mut laws = clients::checks(&trace.scenario, &history);
    let mut checks = Vec::new();
    let mut stop: Option<CheckResult> = None;
    let mut has_acknowledged = false;
    for (label, step) in scenario.labelled() {
        let own = step.evaluates().first().copied();
        let result = match &stop {
            Some(stop) => stop.clone(),
            None => match of_step(scenario, step, &label, trace) {
                Outcome::Done(entries) => {
                    has_acknowledged |= awaits_acknowledgement(step);
                    CheckResult::Pass { outcome: None, entries }
                }
                Outcome::Stops(result) => {
                    let result = *result;
                    // Who has acknowledged before has stopped to: the step says since when.
                    if has_acknowledged && awaits_acknowledgement(step) {
                        blame(&mut laws, own, &result);
                    }
                    let result = explained(result, own, first_broken(&laws));
                    stop = Some(after(&result, own));
                    result
                }
                Outcome::NotReached => {
                    let by = first_broken(&laws).map(|(_, id)| id);
                    let result = CheckResult::Blocked { by };
                    stop = Some(result.clone());
                    result
                }
            },
        };
        for requirement in step.evaluates() {
            let at = At::Step(label.clone());
            checks.push(Check::new(requirement, &scenario.id.value, at, result.clone()));
        }
    }
    checks.extend(laws);
    checks
}

fn awaits_acknowledgement(step: &ClientStep) -> bool {
    let ClientStep::Await(observed) = step else { return false };
    observed.act() == Some(ClientAct::Acknowledges)
}

/// Whether a step is about something else than an open WebSocket.
fn needs_no_socket(step: &ClientStep) -> bool {
    match step {
        ClientStep::Await(observed) => observed.act() != Some(ClientAct::Connects),
        ClientStep::Client(_) => true,
        ClientStep::Server(_) | ClientStep::Intervene(_) => false,
    }
}

/// A client that no longer acknowledges because of what a step is about breaks that alone.
fn blame(laws: &mut [Check], own: Option<RequirementId>, result: &CheckResult) {
    let Some(own) = own.filter(|own| *own != id::CLI_006) else { return };
    if !matches!(result, CheckResult::Fail(_)) {
        return;
    }
    let failed = laws.iter_mut().filter(|check| check.requirement == Some(id::CLI_006));
    for check in failed.filter(|check| check.verdict() == Verdict::Fail) {
        check.result = CheckResult::Blocked { by: Some(own) };
    }
}

/// The requirements for clients that no check is about, because nothing of the kind happened: skipped.
pub fn unobserved_of_clients(scenario: &str, checks: &[Check]) -> Vec<Check> {
    let seen: BTreeSet<_> = checks.iter().filter_map(|check| check.requirement).collect();
    let rows = requirement::all_of(Side::Client).filter(|row| row.excluded.is_none());
    rows.filter(|row| !seen.contains(&row.id))
        .map(|row| {
            let law = clients::ALL.iter().find(|law| law.requirements.contains(&row.id));
            let at = law.map_or(At::NotDriven, |law| At::Law(law.name));
            let result = CheckResult::Skip(SkipReason::NothingHappened);
            Check::new(row.id, scenario, at, result)
        })
        .collect()
}

/// How much of what a client says is kept.
const LONGEST: usize = 200;

/// What came of a step.
enum Outcome {
    /// What had to happen did; the entries that show it.
    Done(Vec<usize>),
    /// It did not, and the scenario ended there.
    Stops(Box<CheckResult>),
    /// The scenario had ended before.
    NotReached,
}

/// The earliest breach of a law that counts: what comes after it may be its consequence.
fn first_broken(laws: &[Check]) -> Option<(usize, RequirementId)> {
    let failed = laws.iter().filter_map(|check| Some((check, check.failure()?)));
    let counts = failed.filter_map(|(check, evidence)| {
        let requirement = check.requirement.filter(|id| id.row().is_binding())?;
        Some((evidence.entries.first().copied().unwrap_or(0), requirement))
    });
    counts.min()
}

/// A failure after a law was broken is a consequence of that, unless the law is about the same thing.
fn explained(
    result: CheckResult,
    own: Option<RequirementId>,
    broken: Option<(usize, RequirementId)>,
) -> CheckResult {
    let Some((at, law)) = broken.filter(|(_, law)| own != Some(*law)) else { return result };
    match &result {
        CheckResult::Fail(evidence)
            if evidence.entries.first().is_none_or(|entry| at <= *entry) =>
        {
            CheckResult::Blocked { by: Some(law) }
        }
        CheckResult::Blocked { by: None } => CheckResult::Blocked { by: Some(law) },
        _ => result,
    }
}

/// What comes of all later steps.
fn after(result: &CheckResult, own: Option<RequirementId>) -> CheckResult {
    match result {
        CheckResult::Fail(_) => CheckResult::Blocked { by: own },
        other => other.clone(),
    }
}

fn of_step(scenario: &ClientScenario, step: &ClientStep, label: &str, trace: &Trace) -> Outcome {
    let Some(began) = trace.beginning(label) else { return Outcome::NotReached };
    let within = |at: &usize| trace.entries[*at].step == label;
    let own = (began..trace.entries.len()).filter(within);
    for at in own {
        let Event::Client(event) = &trace.entries[at].event else { continue };
        let stops = match event {
            ClientEvent::Failed { how } => {
                let seen = Seen::Client(ClientSeen::Adapter(how.clone()));
                let expected = Expected::Client(ClientExpected::Adapter);
                CheckResult::Error(Evidence::new(expected, seen).at([at]))
            }
            ClientEvent::Skipped => CheckResult::Skip(SkipReason::SkippedByHand),
            // What had to be pushed before a response was not: nobody can blame a client for what it
            // made of that.
            ClientEvent::NotDone { act: ClientAct::Connects, .. } if needs_no_socket(step) => {
                CheckResult::Skip(SkipReason::NothingHappened)
            }
            ClientEvent::NotDone { act, waited_ms } => match cannot_show(*act, trace) {
                Some(reason) => CheckResult::Skip(reason),
                None => {
                    let seen = Seen::Client(ClientSeen::NotDone { waited_ms: *waited_ms });
                    let expected = Expected::Client(ClientExpected::Does(*act));
                    failed(step, Evidence::new(expected, seen).at([at]))
                }
            },
            ClientEvent::Replied { reply, .. } => match replied(step, reply, at) {
                Some(result) => result,
                None => continue,
            },
            ClientEvent::Introduced { .. }
            | ClientEvent::Told { .. }
            | ClientEvent::Reported { .. }
            | ClientEvent::Intervened { .. } => continue,
        };
        return Outcome::Stops(Box::new(stops));
    }
    match step {
        ClientStep::Await(observed) => awaited(scenario, observed, began, label, trace),
        ClientStep::Server(_) => match accepted(trace, label) {
            true => Outcome::Done(Vec::new()),
            // The reference server refused what the scenario needs: something before has gone wrong.
            false => Outcome::Stops(Box::new(CheckResult::Blocked { by: None })),
        },
        ClientStep::Client(_) | ClientStep::Intervene(_) => Outcome::Done(Vec::new()),
    }
}

/// A failure of the step's own requirement; of a step without one, nobody knows whose.
fn failed(step: &ClientStep, evidence: Evidence) -> CheckResult {
    match step.evaluates().is_empty() {
        true => CheckResult::Blocked { by: None },
        false => CheckResult::Fail(evidence),
    }
}

/// What a reply stops; nothing if the scenario goes on.
fn replied(step: &ClientStep, reply: &ClientReply, at: usize) -> Option<CheckResult> {
    let ClientStep::Client(deed) = step else { return None };
    let (status, message) = match reply {
        ClientReply::Done(_) => return None,
        ClientReply::Unsupported(_) => {
            return Some(CheckResult::Skip(SkipReason::ClientCannot(deed.operation.value)));
        }
        _ if deed.outcome == DeedOutcome::Any => return None,
        ClientReply::Refused { status, message, .. } => (*status, message),
        ClientReply::Failed(message) => (None, message),
    };
    let message = message.chars().take(LONGEST).collect();
    let seen = Seen::Client(ClientSeen::Refused { status, message });
    let expected = Expected::Client(ClientExpected::Does(ClientAct::Calls(deed.operation.call())));
    Some(failed(step, Evidence::new(expected, seen).at([at])))
}

/// Why a client cannot show that it does something, if it cannot.
fn cannot_show(act: ClientAct, trace: &Trace) -> Option<SkipReason> {
    let ClientAct::Reports(frame) = act else { return None };
    let introduced = trace.entries.iter().find_map(|entry| match &entry.event {
        Event::Client(ClientEvent::Introduced { events, .. }) => Some(events),
        _ => None,
    });
    match introduced {
        None => Some(SkipReason::NeedsAdapter),
        Some(events) => {
            let tells = events.iter().any(|kind| FrameType::parse(kind) == Some(frame));
            (!events.is_empty() && !tells).then_some(SkipReason::ClientDoesNotTell(frame))
        }
    }
}

fn accepted(trace: &Trace, label: &str) -> bool {
    let mut answers =
        trace.entries.iter().filter(|entry| entry.step == label).filter_map(|entry| {
            match &entry.event {
                Event::Answer { status, .. } if entry.actor == APPLICATION => Some(*status),
                _ => None,
            }
        });
    answers.any(|status| (200..300).contains(&status))
}

/// Who calls for the application, in traces.
const APPLICATION: &str = "application";

fn awaited(
    scenario: &ClientScenario,
    observed: &Observed,
    began: usize,
    label: &str,
    trace: &Trace,
) -> Outcome {
    let Some(act) = observed.act() else { return Outcome::NotReached };
    let since = since(scenario, observed, label, trace).unwrap_or(began);
    let Some(at) = first(trace, since, &observed.who, act) else {
        // Without an end of its own, the run was ended meanwhile.
        let result = CheckResult::Skip(SkipReason::NothingHappened);
        return Outcome::Stops(Box::new(result));
    };
    let closed = (since..at).find(|at| {
        let entry = &trace.entries[*at];
        let by_client = matches!(entry.event, Event::SocketClosed { by: SocketEnd::Client, .. });
        by_client && entry.actor == observed.who.value && act != ClientAct::Connects
    });
    match closed {
        Some(closed) if !observed.requires.is_empty() => {
            let expected = Expected::Client(ClientExpected::StaysConnected);
            let evidence = Evidence::new(expected, Seen::Client(ClientSeen::Disconnected));
            Outcome::Stops(Box::new(CheckResult::Fail(evidence.at([closed]))))
        }
        _ => Outcome::Done(vec![at]),
    }
}

/// From where on an awaited thing counts: the step that it names, or else the last step before it that is
/// not itself an await.
pub fn since(
    scenario: &ClientScenario,
    observed: &Observed,
    label: &str,
    trace: &Trace,
) -> Option<usize> {
    if let Some(after) = &observed.after {
        return trace.beginning(after);
    }
    let labelled = scenario.labelled();
    let place = labelled.iter().position(|(own, _)| own == label)?;
    let before = labelled[..place].iter().rev();
    let mut causes = before.filter(|(_, step)| !matches!(step, ClientStep::Await(_)));
    trace.beginning(&causes.next()?.0)
}

/// The first entry, from one on, that shows that somebody does something.
pub fn first(trace: &Trace, since: usize, who: &str, act: ClientAct) -> Option<usize> {
    let entries = trace.entries.iter().enumerate().skip(since);
    let mut own = entries.filter(|(_, entry)| entry.actor == who);
    own.find(|(_, entry)| shows(&entry.event, act)).map(|(at, _)| at)
}

fn shows(event: &Event, act: ClientAct) -> bool {
    match (act, event) {
        (ClientAct::Calls(operation), Event::Request { method, path, .. }) => {
            let bare = path.split('?').next().unwrap_or(path);
            let routed = Method::parse(method).and_then(|method| endpoint::route(method, bare));
            routed.is_some_and(|(endpoint, _)| endpoint.operation == operation)
        }
        (ClientAct::Acknowledges, Event::Sent { body, .. }) => {
            body.json().is_some_and(|frame| frame.get("ackMessageUuid").is_some())
        }
        (ClientAct::KeepsAlive, Event::Sent { body, .. }) => {
            let kind = body.json().and_then(|frame| frame.get("type")).and_then(Value::as_str);
            kind == Some("keep_alive")
        }
        (ClientAct::Connects, Event::SocketOpened { .. }) => true,
        (ClientAct::Reports(frame), Event::Client(ClientEvent::Reported { kind, .. })) => {
            FrameType::parse(kind) == Some(frame)
        }
        _ => false,
    }
}

/// How often the requirements of each law for clients were looked at, for listings.
pub fn evaluators_of_clients() -> BTreeMap<RequirementId, Vec<LawName>> {
    let mut found: BTreeMap<RequirementId, Vec<LawName>> = BTreeMap::new();
    for law in clients::ALL {
        for id in law.requirements {
            found.entry(*id).or_default().push(law.name);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::Story;
    use invite_trace::{AdapterFault, ClientOperation};
    use serde_json::json;

    fn scenario() -> ClientScenario {
        let text = "scenario: odd\ntitle: Odd\npeople: [bob]\nsteps:\n\
                    \x20 - client: {id: opens, who: bob, do: open}\n\
                    \x20 - await: {id: lives, who: bob, frame: keep_alive, requires: CLI-007}\n";
        invite_scenario::client::parse("odd.yaml", text).unwrap()
    }

    /// The verdict on each step, after one thing that passes between the harness and the client.
    fn after_one(event: ClientEvent) -> Vec<(String, CheckResult)> {
        let mut story = Story::new();
        story.begin("opens");
        story.client("bob", event);
        let checks = judge_client(&scenario(), story.trace());
        let of_step = |check: Check| match check.at {
            At::Step(label) => Some((label, check.result)),
            _ => None,
        };
        checks.into_iter().filter_map(of_step).collect()
    }

    fn replied(reply: ClientReply) -> Vec<(String, CheckResult)> {
        after_one(ClientEvent::Replied { id: 1, reply })
    }

    #[test]
    fn what_a_client_cannot_do_is_skipped_and_so_is_what_needs_it() {
        let skipped = CheckResult::Skip(SkipReason::ClientCannot(ClientOperation::Open));
        let found = replied(ClientReply::Unsupported("no".to_owned()));
        assert_eq!(found, [("opens".into(), skipped.clone()), ("lives".into(), skipped)]);
    }

    #[test]
    fn what_a_client_fails_to_do_is_its_fault_and_blocks_what_needs_it() {
        for (reply, status) in [
            (ClientReply::Failed("odd".to_owned()), None),
            (
                ClientReply::Refused { status: Some(403), code: None, message: "odd".to_owned() },
                Some(403),
            ),
        ] {
            let found = replied(reply);
            let (opens, lives) = (&found[0].1, &found[1].1);
            let CheckResult::Fail(evidence) = opens else { panic!("{opens:?}") };
            let seen = ClientSeen::Refused { status, message: "odd".to_owned() };
            assert_eq!(evidence.seen, Seen::Client(seen));
            assert_eq!(lives, &CheckResult::Blocked { by: Some(id::CLI_017) });
        }
    }

    #[test]
    fn an_adapter_that_fails_is_an_error_and_no_fault_of_the_client() {
        let how = AdapterFault { adapter: "odd".to_owned(), did: "died".to_owned() };
        for (_, result) in after_one(ClientEvent::Failed { how }) {
            assert!(matches!(result, CheckResult::Error(_)), "{result:?}");
        }
    }

    #[test]
    fn a_client_is_not_blamed_for_what_could_not_be_pushed_to_it() {
        let event = ClientEvent::NotDone { act: ClientAct::Connects, waited_ms: 3_000 };
        for (_, result) in after_one(event) {
            assert_eq!(result, CheckResult::Skip(SkipReason::NothingHappened));
        }
    }

    #[test]
    fn what_somebody_skips_is_skipped() {
        for (_, result) in after_one(ClientEvent::Skipped) {
            assert_eq!(result, CheckResult::Skip(SkipReason::SkippedByHand));
        }
    }

    #[test]
    fn what_a_client_does_passes_and_what_never_comes_is_no_pass() {
        let found = replied(ClientReply::Done(json!({})));
        assert!(matches!(found[0].1, CheckResult::Pass { .. }), "{found:?}");
        assert!(matches!(found[1].1, CheckResult::Blocked { .. }), "{found:?}");
    }
}
