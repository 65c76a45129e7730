//! A new token is pushed to its person, in the one spelling that is acknowledged.

use super::{Findings, Law};
use crate::judge::Evidence;
use crate::judge::history::{Exchange, History, Session};
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) const LAW: Law = Law {
    name: "token updates reach their person",
    says: "UpdateToken is spelled exactly so, reaches nobody but its person, and keeps its `amu` \
           when it is repeated.",
    requirements: &["PRM-023", "PRM-026", "PRM-027"],
    examine,
};

fn examine(history: &History<'_>, findings: &mut Findings) {
    for socket in &history.sockets {
        let Some(session) = history.session_of(socket) else { continue };
        let mut amus: BTreeMap<&str, (usize, &Value)> = BTreeMap::new();
        for (at, frame) in socket.frames("UpdateToken") {
            findings.observe("PRM-023");
            let spelled = frame.get("type").and_then(Value::as_str).unwrap_or("");
            if spelled != "UpdateToken" {
                let evidence = Evidence::new("\"UpdateToken\"", format!("\"{spelled}\""));
                findings.content("PRM-023", evidence.pointing("/type").at([at]));
            }
            whose(history, session, frame, at, findings);
            let token = frame.pointer("/content/access_token").and_then(Value::as_str);
            let (Some(token), Some(amu)) = (token, frame.get("amu")) else { continue };
            findings.observe("PRM-027");
            let (first, kept) = *amus.entry(token).or_insert((at, amu));
            if kept != amu {
                let evidence =
                    Evidence::new(format!("amu {kept}, as before"), format!("amu {amu}"));
                findings.breach("PRM-027", evidence.pointing("/amu").at([first, at]));
            }
        }
    }
}

fn whose(
    history: &History<'_>,
    session: Session<'_>,
    frame: &Value,
    at: usize,
    findings: &mut Findings,
) {
    findings.observe("PRM-026");
    let named = frame.get("userId").and_then(Value::as_str);
    if named.is_some_and(|user| user != session.user) {
        let expected = format!("an UpdateToken of {}", session.user);
        let evidence = Evidence::new(expected, format!("one of {}", named.unwrap_or_default()));
        findings.breach("PRM-026", evidence.pointing("/userId").at([at]));
        return;
    }
    let caused = history.exchanges.iter().any(|exchange| {
        exchange.asked_at < at && !exchange.is_refused() && updates(exchange, session)
    });
    if !caused {
        let expected = "an UpdateToken only for somebody whose permissions were updated";
        let evidence = Evidence::new(expected, "one for somebody whose were not");
        findings.breach("PRM-026", evidence.at([at]));
    }
}

/// Whether a call updates this person's permissions (or may: another way to a new token is to be
/// invited again).
fn updates(exchange: &Exchange<'_>, session: Session<'_>) -> bool {
    let Some(body) = exchange.body.json() else { return false };
    match exchange.operation() {
        "rest.permissions" | "rest.invite" | "rest.create" => {
            session.external_id.is_some_and(|id| {
                body.get("participants").is_some_and(|people| people.get(id).is_some())
            })
        }
        "sdk.permissions" => {
            let updates = body.get("userPermissions").and_then(Value::as_array);
            updates
                .into_iter()
                .flatten()
                .any(|update| update.get("userId").and_then(Value::as_str) == Some(session.user))
        }
        _ => false,
    }
}
