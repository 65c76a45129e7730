//! What the server did wrong, in one sentence.

use super::subject::Subject;
use super::{Mark, Message, Names, SERVER, Sequence};
use invite_judge::history::History;
use invite_spec::permission::PermissionSet;
use invite_trace::{Bound, Evidence, Expected, Seen, Verdict, Wanted};

/// The longest that is told of a value.
const LONGEST: usize = 60;

/// The sentence.
pub(super) fn headline(
    subject: &Subject<'_>,
    history: &History<'_>,
    sequence: &Sequence,
    evidence: &Evidence,
    names: &Names,
) -> String {
    let seen = short(&names.text(&evidence.seen_in_words()));
    if subject.check.verdict() == Verdict::Error {
        return format!("The harness could not go on: {seen}.");
    }
    let marked = sequence.messages.iter().find(|message| message.mark != Mark::Plain);
    let Some(message) = marked else { return format!("Seen: {seen}.") };
    if message.mark == Mark::Missing {
        return format!("{} never reached {}.", message.text, message.to);
    }
    if let (Some(wanted), Seen::Status(status)) = (outcome(&evidence.expected), &evidence.seen) {
        let call = asked(message, history).unwrap_or_else(|| message.text.clone());
        return format!("{call} is answered with status {status}, and must be {wanted}.");
    }
    let what = name(message, history);
    if let Some(spot) = evidence.spot.as_ref().filter(|spot| spot.pointer() != Some("")) {
        let spot = names.text(&spot.to_string());
        let seen = permissions(evidence).unwrap_or(seen);
        return format!("{what} has {seen} at {spot}.");
    }
    if message.from != SERVER {
        return format!("{what}: {seen}.");
    }
    if evidence.expected.is_absence() {
        return format!("{what} arrived, and must not.");
    }
    let expected = short(&names.text(&evidence.expected.to_string()));
    format!("{what}: {seen}. Right would be: {expected}.")
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
    let missing = if bound == Bound::AtMost { String::new() } else { listed(&grants.missing) };
    let extra = if bound == Bound::AtLeast { String::new() } else { listed(&grants.extra) };
    match (missing.as_str(), extra.as_str()) {
        ("", "") => None,
        (missing, "") => Some(format!("a token that does not grant {missing}")),
        ("", extra) => Some(format!("a token that also grants {extra}")),
        (missing, extra) => Some(format!("a token that grants {extra} and not {missing}")),
    }
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

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
