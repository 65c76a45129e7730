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

fn examine(history: &History<'_>, findings: &mut Findings) {
    let mut refused: BTreeMap<Call<'_>, Vec<usize>> = BTreeMap::new();
    for exchange in history.exchanges.iter().filter(|exchange| exchange.is_of_sdk()) {
        let call = call(exchange);
        if let Some(earlier) = refused.get_mut(&call) {
            earlier.push(exchange.asked_at);
        } else if is_final(exchange) {
            findings.observe(id::CLI_015);
            refused.insert(call, vec![exchange.asked_at]);
        }
    }
    for calls in refused.values() {
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
    fn one_now_and_then_holds() {
        let mut story = Story::of(&["bob"]);
        for _ in 0..8 {
            story.call("bob", SEND, json!({}), 401, json!({}));
            story.passes_ms("bob", 4_000);
        }
        story.holds(&LAW, &[id::CLI_015]);
    }
}
