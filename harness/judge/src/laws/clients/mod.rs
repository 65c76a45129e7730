//! Laws for clients: what a client owes a server, in any traffic that was recorded elsewhere.
//!
//! | file | what |
//! | --- | --- |
//! | `instance` | the instance id in calls and in the WebSocket's address |
//! | `tokens` | the conference access tokens that it shows |
//! | `acknowledgements` | acknowledgements, and the numbers of its frames |
//! | `keep_alive` | keep-alives |
//! | `reconnects` | how it comes back after its WebSocket was lost |
//! | `schemas` | the shape of what it sends |
//! | `refusals` | what it does after a refusal |
//! | `invites` | when it invites |
//! | `sentences` | what each of them says, one by one |
//!
//! In a run against a server, the harness is the client, and breaks these rules on purpose: the laws are
//! not applied there.

mod acknowledgements;
mod instance;
mod invites;
mod keep_alive;
mod reconnects;
mod refusals;
mod schemas;
pub(super) mod sentences;
mod tokens;

use super::{Findings, Law};
use crate::history::{Exchange, History};
use invite_spec::endpoint::{CLIENT_ID_HEADER, Operation};
use invite_trace::{At, Check, CheckResult, ClientExpected, ClientSeen, Evidence, Expected, Seen};
use std::collections::{BTreeMap, BTreeSet};

/// Every law for clients.
pub(crate) const ALL: &[Law] = &[
    schemas::LAW,
    instance::LAW,
    tokens::LAW,
    acknowledgements::LAW,
    keep_alive::LAW,
    reconnects::LAW,
    refusals::LAW,
    invites::LAW,
];

/// The checks of a trace by every law for clients: one for each requirement that they had something to
/// look at.
pub(crate) fn checks(scenario: &str, history: &History<'_>) -> Vec<Check> {
    let mut findings = Findings { law: &ALL[0], breaches: Vec::new(), observed: BTreeSet::new() };
    for law in ALL {
        findings.law = law;
        (law.examine)(history, &mut findings);
    }
    let mut breached: BTreeMap<_, Evidence> = BTreeMap::new();
    for finding in findings.breaches {
        let key = (finding.law, finding.requirement);
        match breached.get_mut(&key) {
            Some(first) => first.more += 1,
            None => {
                breached.insert(key, finding.evidence);
            }
        }
    }
    let result = |key| breached.remove(&key).map_or(CheckResult::PASS, CheckResult::Fail);
    let observed = findings.observed.into_iter();
    let mut result = result;
    observed
        .map(|(law, requirement)| {
            Check::new(requirement, scenario, At::Law(law), result((law, requirement)))
        })
        .collect()
}

fn evidence(expected: ClientExpected, seen: ClientSeen) -> Evidence {
    Evidence::new(Expected::Client(expected), Seen::Client(seen))
}

/// The call by which a session was opened.
fn identify<'h, 't>(history: &'h History<'t>, session: &str) -> Option<&'h Exchange<'t>> {
    history.calls_of(Operation::Identify).find(|exchange| {
        let token = exchange.answer().and_then(|answer| answer.get("jwt_user_token")?.as_str());
        token == Some(session)
    })
}

/// The instance that a call names.
fn instance<'t>(exchange: &Exchange<'t>) -> Option<&'t str> {
    exchange.headers.get(CLIENT_ID_HEADER).map(String::as_str)
}

/// When an entry happened, in milliseconds since the trace began.
fn ms(history: &History<'_>, entry: usize) -> u64 {
    history.trace.entries.get(entry).map_or(0, |entry| entry.at_us / 1_000)
}

/// When the trace ends, in milliseconds since it began.
fn end_ms(history: &History<'_>) -> u64 {
    history.trace.entries.len().checked_sub(1).map_or(0, |last| ms(history, last))
}
