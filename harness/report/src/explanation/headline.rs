//! What the server did wrong, in one sentence.

use super::subject::Subject;
use super::{Change, Difference, Mark, Message, Names, SERVER, Sequence};
use invite_judge::history::History;
use invite_spec::permission::PermissionSet;
use invite_text::shortened;
use invite_trace::{Bound, Event, Evidence, Expected, Seen, Verdict, Wanted};
use serde_json::Value;

/// The longest that is told of a value.
const LONGEST: usize = 60;

/// The sentence; none without evidence.
pub(super) fn headline(
    subject: &Subject<'_>,
    history: &History<'_>,
    sequence: &Sequence,
    differences: &[Difference],
    names: &Names,
) -> Option<String> {
    words(subject, history, sequence, differences, names).map(ended)
}

/// A sentence with its full stop; what was cut short has dots enough.
fn ended(words: String) -> String {
    if words.ends_with("...") { words } else { format!("{words}.") }
}

fn words(
    subject: &Subject<'_>,
    history: &History<'_>,
    sequence: &Sequence,
    differences: &[Difference],
    names: &Names,
) -> Option<String> {
    let evidence = subject.check.evidence()?;
    let seen = shortened(&names.text(&evidence.seen_in_words()), LONGEST);
    if subject.check.verdict() == Verdict::Error {
        return Some(format!("The harness could not go on: {seen}"));
    }
    let near = evidence.near.as_ref().map(|near| names.text(&near.to_string()));
    let missing = sequence.messages.iter().find(|message| message.mark == Mark::Missing);
    if let Some(Message { text, to, .. }) = missing {
        let near = near.map(|near| format!("; {near}")).unwrap_or_default();
        return Some(format!("{text} never reached {to}{near}"));
    }
    let marked = sequence.messages.iter().find(|message| message.mark == Mark::Offending);
    let Some(message) = marked else { return Some(format!("Seen: {seen}")) };
    if let (Some(wanted), Seen::Status(status)) = (outcome(&evidence.expected), &evidence.seen) {
        let call = asked(message, history).unwrap_or_else(|| message.text.clone());
        return Some(format!("{call} is answered with status {status}, and must be {wanted}"));
    }
    let of_client = matches!(evidence.expected, Expected::Client(_) | Expected::Schema { .. })
        && message.from != SERVER;
    let what = match asked(message, history).filter(|_| of_client) {
        Some(call) => call,
        None => name(message, history),
    };
    let spot = evidence.spot.as_ref().filter(|spot| spot.pointer() != Some(""));
    let place = spot.map(|spot| format!(" at {}", names.text(&spot.to_string())));
    let place = place.unwrap_or_default();
    // What is missing or too much is never cut off.
    if let Some(sets) = permissions(evidence).or_else(|| sets(differences)) {
        return Some(format!("{what}: {sets}{place}"));
    }
    if let Some(near) = near {
        return Some(format!("{what}: {near}"));
    }
    if spot.is_some() {
        return Some(format!("{what} has {seen}{place}"));
    }
    if message.from != SERVER {
        return Some(format!("{what}: {seen}"));
    }
    if evidence.expected.is_absence() {
        return Some(format!("{what} arrived, and must not"));
    }
    let expected = shortened(&names.text(&evidence.expected.to_string()), LONGEST);
    Some(format!("{what}: {} Right would be: {expected}", ended(seen)))
}

/// The sentence about a target that is gone: after which call it stopped answering.
pub(super) fn last_call(subject: &Subject<'_>, history: &History<'_>, names: &Names) -> String {
    let check = subject.check;
    let asked = check
        .entries()
        .iter()
        .find_map(|at| history.exchanges.iter().find(|exchange| exchange.entries().contains(at)));
    let path = asked.and_then(|asked| match &history.trace.entries.get(asked.asked_at)?.event {
        Event::Request { method, path, .. } => Some(names.text(&format!("{method} {path}"))),
        _ => None,
    });
    let call = path.unwrap_or_else(|| "a call".to_owned());
    let scenario = &check.scenario;
    match check.at.step() {
        Some(step) => {
            format!("The target stopped answering after {call} (step {step} of {scenario}).")
        }
        None => format!("The target stopped answering after {call} (in {scenario})."),
    }
}

/// What is missing in a list or a set, or should not be there.
fn sets(differences: &[Difference]) -> Option<String> {
    let sets: Vec<String> = differences
        .iter()
        .filter(|one| !one.repeats)
        .filter_map(|one| match &one.change {
            Change::Missing { expected: Value::String(text) } if one.claim.is_some() => {
                Some(format!("{text} is missing"))
            }
            Change::Unexpected { seen: Value::String(text) } if one.claim.is_some() => {
                Some(format!("{text} must not be granted"))
            }
            Change::Missing { .. } | Change::Unexpected { .. } => Some(one.words()),
            Change::Changed { .. } => None,
        })
        .collect();
    (!sets.is_empty()).then(|| sets.join(", "))
}

/// What must come of a call, if that was expected.
fn outcome(expected: &Expected) -> Option<&'static str> {
    match expected {
        Expected::Accepted(_) | Expected::PreflightAccepted(_) => Some("accepted"),
        Expected::Refused(_) => Some("refused"),
        _ => None,
    }
}

/// What is wrong with the permissions of a token, if that is what differs.
fn permissions(evidence: &Evidence) -> Option<String> {
    let Seen::Grants(grants) = &evidence.seen else { return None };
    let listed = |set: &PermissionSet| {
        set.iter().map(|permission| permission.as_str()).collect::<Vec<_>>().join(", ")
    };
    // What is missing or too much depends on the bound.
    let bound = match &evidence.expected {
        Expected::Value(Wanted::Permissions { bound, .. }) => *bound,
        _ => Bound::Exactly,
    };
    let lacks = bound != Bound::AtMost && !grants.missing.is_empty();
    let exceeds = bound != Bound::AtLeast && !grants.extra.is_empty();
    let verb = if grants.missing.len() == 1 { "is" } else { "are" };
    let missing = lacks.then(|| format!("{} {verb} missing", listed(&grants.missing)));
    let extra = exceeds.then(|| format!("{} must not be granted", listed(&grants.extra)));
    let both: Vec<String> = missing.into_iter().chain(extra).collect();
    (!both.is_empty()).then(|| both.join(", "))
}

/// The call that a message belongs to, and its caller.
fn asked(message: &Message, history: &History<'_>) -> Option<String> {
    let at = message.entry?;
    let exchange = history.exchanges.iter().find(|exchange| exchange.entries().contains(&at))?;
    let operation = exchange.operation().map(|operation| operation.to_string());
    let call = operation.unwrap_or_else(|| exchange.method.to_owned());
    Some(format!("{call} by {}", exchange.actor))
}

/// A message, named so that it can be found.
fn name(message: &Message, history: &History<'_>) -> String {
    match asked(message, history) {
        Some(call) => format!("The response to {call}"),
        None if message.from == SERVER => format!("{} to {}", message.text, message.to),
        None => format!("{} by {}", message.text, message.from),
    }
}
