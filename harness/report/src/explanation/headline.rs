//! What the server did wrong, in one sentence.

use super::Difference;
use super::difference::AUTHORITIES;
use super::subject::Subject;
use super::{Change, Mark, Message, Names, SERVER, Sequence};
use invite_judge::history::History;
use invite_trace::Verdict;

/// The longest that is told of a value.
const LONGEST: usize = 60;

/// The sentence.
pub(super) fn headline(
    subject: &Subject<'_>,
    history: &History<'_>,
    sequence: &Sequence,
    differences: &[Difference],
    names: &Names,
) -> String {
    let evidence = &subject.check.evidence;
    let seen = short(&names.text(&evidence.seen));
    if subject.check.verdict == Verdict::Error {
        return format!("The harness could not go on: {seen}.");
    }
    let marked = sequence.messages.iter().find(|message| message.mark != Mark::Plain);
    let Some(message) = marked else { return format!("Seen: {seen}.") };
    if message.mark == Mark::Missing {
        return format!("{} never reached {}.", message.text, message.to);
    }
    let what = name(message, history);
    if let Some(pointer) = evidence.pointer.as_deref().filter(|pointer| !pointer.is_empty()) {
        let pointer = names.text(pointer);
        let seen = permissions(differences, &pointer).unwrap_or(seen);
        return format!("{what} has {seen} at {pointer}.");
    }
    if message.from != SERVER {
        return format!("{what}: {seen}.");
    }
    if evidence.expected.starts_with("no ") {
        return format!("{what} came, and must not.");
    }
    let call = what.strip_prefix("The answer to ");
    if let (Some(call), Some(status)) = (call, seen.strip_prefix("status ")) {
        let wanted = [(" is refused", "refused"), (" is accepted", "accepted")]
            .into_iter()
            .find_map(|(words, wanted)| evidence.expected.contains(words).then_some(wanted));
        if let Some(wanted) = wanted {
            return format!("{call} is answered with status {status}, and must be {wanted}.");
        }
    }
    let expected = short(&names.text(&evidence.expected));
    format!("{what}: {seen}. Right would be: {expected}.")
}

/// What is wrong with the permissions of the token at a pointer, if that is what differs.
fn permissions(differences: &[Difference], pointer: &str) -> Option<String> {
    let of_token =
        |one: &&Difference| one.pointer.starts_with(pointer) && one.pointer.ends_with(AUTHORITIES);
    let differing: Vec<&Difference> = differences.iter().filter(of_token).collect();
    let listed = |wanted: fn(&Change) -> Option<&str>| {
        differing.iter().filter_map(|one| wanted(&one.change)).collect::<Vec<_>>().join(", ")
    };
    let missing = listed(|change| match change {
        Change::Missing { expected } => expected.as_str(),
        _ => None,
    });
    let unexpected = listed(|change| match change {
        Change::Unexpected { seen } => seen.as_str(),
        _ => None,
    });
    match (missing.as_str(), unexpected.as_str()) {
        ("", "") => None,
        (missing, "") => Some(format!("a token that does not grant {missing}")),
        ("", unexpected) => Some(format!("a token that also grants {unexpected}")),
        (missing, unexpected) => {
            Some(format!("a token that grants {unexpected} and not {missing}"))
        }
    }
}

/// A message, named so that it can be found.
fn name(message: &Message, history: &History<'_>) -> String {
    let exchange = message
        .entry
        .and_then(|at| history.exchanges.iter().find(|exchange| exchange.entries().contains(&at)));
    match exchange {
        Some(exchange) => {
            let asked = match exchange.operation() {
                Some(operation) => operation.as_str(),
                None => exchange.method,
            };
            format!("The answer to {asked} by {}", exchange.actor)
        }
        None if message.from == SERVER => format!("{} to {}", message.text, message.to),
        None => format!("{} of {}", message.text, message.from),
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
