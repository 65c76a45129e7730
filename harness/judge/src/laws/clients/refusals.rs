//! A client takes no for an answer.

use super::{evidence, ms};
use crate::history::{Exchange, History};
use crate::laws::{Findings, Law};
use invite_spec::endpoint::{CONFERENCE_TOKEN_HEADER, SESSION_TOKEN_HEADER};
use invite_spec::requirement::id;
use invite_trace::{ClientExpected, ClientSeen, LawName};
use serde_json::Value;
use std::collections::BTreeMap;

pub(crate) const LAW: Law = Law {
    name: LawName::ClientRefusals,
    says: "A call that was refused with 401 or with code 114 is not sent again and again with the same \
           credentials.",
    requirements: &[id::CLI_015],
    besides: &[],
    examine,
};

/// Within how long repetitions are counted, in milliseconds.
const WINDOW_MS: u64 = 10_000;

/// How often a refused call may be sent again within that.
const MOST: usize = 3;

/// The code of a missing permission.
const NO_PERMISSION: u64 = 114;

/// What makes two calls the same: whose, what, and with which credentials.
type Call<'t> = (&'t str, &'t str, String, [Option<&'t str>; 3]);

/// A call that was refused, with its repetitions that were refused as well.
struct Refused {
    /// When the client had the first refusal.
    known_at: usize,
    asked_at: Vec<usize>,
}

fn examine(history: &History<'_>, findings: &mut Findings) {
    let mut refused: BTreeMap<Call<'_>, Refused> = BTreeMap::new();
    let mut ended: Vec<Refused> = Vec::new();
    for exchange in history.exchanges.iter().filter(|exchange| exchange.is_of_sdk()) {
        let Some(reply) = &exchange.reply else { continue };
        let call = call(exchange);
        if exchange.is_accepted() {
            // The refusal did not stay the same: what comes now is no repetition of it.
            ended.extend(refused.remove(&call));
        } else if is_final(exchange) {
            findings.observe(id::CLI_015);
            let first = || Refused { known_at: reply.at, asked_at: Vec::new() };
            let earlier = refused.entry(call).or_insert_with(first);
            // What was sent before the client knew is no repetition, either.
            if earlier.asked_at.is_empty() || exchange.asked_at > earlier.known_at {
                earlier.asked_at.push(exchange.asked_at);
            }
        }
    }
    for Refused { asked_at: calls, .. } in ended.into_iter().chain(refused.into_values()) {
        let storm = calls.windows(MOST + 2).find_map(|window| {
            let (first, last) = (*window.first()?, *window.last()?);
            let within = ms(history, last).saturating_sub(ms(history, first));
            (within <= WINDOW_MS).then_some((first, last, within))
        });
        if let Some((first, last, within_ms)) = storm {
            let began = ms(history, first);
            let in_window = |at: &&usize| ms(history, **at).saturating_sub(began) <= WINDOW_MS;
            let times = calls.iter().filter(in_window).count() - 1;
            let seen = ClientSeen::Repeated { times, within_ms };
            let evidence = evidence(ClientExpected::NotRepeated, seen);
            findings.breach(id::CLI_015, evidence.at([first, last]));
        }
    }
}

/// Whether it was refused for a reason that stays the same.
fn is_final(exchange: &Exchange<'_>) -> bool {
    let Some(reply) = &exchange.reply else { return false };
    let code = reply.body.json().and_then(|body| body.get("error_code")?.as_u64());
    exchange.is_refused() && (reply.status == 401 || code == Some(NO_PERMISSION))
}

fn call<'t>(exchange: &Exchange<'t>) -> Call<'t> {
    let header = |name: &str| exchange.headers.get(name).map(String::as_str);
    let parameters: Vec<&str> = exchange.parameters.values().map(String::as_str).collect();
    let operation = exchange.operation().map_or("", |it| it.as_str());
    let body = exchange.body.json().map(Value::to_string).unwrap_or_default();
    let what = format!("{operation} {} {body}", parameters.join("/"));
    let credentials = ["authorization", SESSION_TOKEN_HEADER, CONFERENCE_TOKEN_HEADER].map(header);
    (exchange.actor, exchange.method, what, credentials)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::testing::Story;
    use serde_json::json;

    const SEND: &str = "POST /v1/conferences/c-1/send";

    fn sent(times: usize, status: u16, code: u64) -> Story {
        let mut story = Story::of(&["bob"]);
        for _ in 0..times {
            story.call("bob", SEND, json!({}), status, json!({ "error_code": code }));
        }
        story
    }

    #[test]
    fn a_few_more_tries_hold() {
        sent(4, 401, 89).holds(&LAW, &[id::CLI_015]);
    }

    #[test]
    fn a_storm_after_401_breaks_it() {
        let found = sent(8, 401, 89).only_breach(&LAW);
        assert_eq!(found.requirement, id::CLI_015);
        assert!(found.evidence.seen.to_string().starts_with("7 more times within"));
    }

    #[test]
    fn a_storm_after_code_114_breaks_it() {
        assert_eq!(sent(8, 403, 114).only_breach(&LAW).requirement, id::CLI_015);
    }

    #[test]
    fn other_refusals_and_other_credentials_do_not_count() {
        sent(8, 503, 0).holds(&LAW, &[]);
        let mut story = Story::of(&["bob"]);
        for token in 0..8 {
            story.asking(CONFERENCE_TOKEN_HEADER, &format!("<{token}>"));
            story.call("bob", SEND, json!({}), 401, json!({}));
        }
        story.holds(&LAW, &[id::CLI_015]);
    }

    #[test]
    fn what_is_accepted_in_the_end_is_no_repetition() {
        let mut story = sent(1, 401, 89);
        for _ in 0..6 {
            story.call("bob", SEND, json!({}), 200, json!({}));
        }
        story.call("bob", SEND, json!({}), 401, json!({}));
        story.holds(&LAW, &[id::CLI_015]);
    }

    #[test]
    fn an_acceptance_does_not_undo_the_storm_before_it() {
        let mut story = sent(8, 401, 89);
        story.call("bob", SEND, json!({}), 200, json!({}));
        assert_eq!(story.only_breach(&LAW).requirement, id::CLI_015);
    }

    #[test]
    fn calls_that_were_sent_before_the_refusal_came_are_no_repetitions() {
        let mut story = Story::of(&["bob"]);
        let asked: Vec<u32> = (0..6).map(|_| story.asks("bob", SEND, json!({}))).collect();
        for exchange in asked {
            story.is_answered("bob", exchange, 401, json!({}));
        }
        story.holds(&LAW, &[id::CLI_015]);
    }

    #[test]
    fn a_person_who_tries_three_more_times_holds() {
        let mut story = sent(1, 403, 114);
        for _ in 0..3 {
            story.passes_ms("bob", 2_000);
            story.call("bob", SEND, json!({}), 403, json!({ "error_code": 114 }));
        }
        story.holds(&LAW, &[id::CLI_015]);
    }

    #[test]
    fn one_now_and_then_holds() {
        let mut story = Story::of(&["bob"]);
        for _ in 0..8 {
            story.call("bob", SEND, json!({}), 401, json!({}));
            story.passes_ms("bob", 4_000);
        }
        story.holds(&LAW, &[id::CLI_015]);
    }
}
