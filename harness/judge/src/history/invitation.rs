//! Who was invited where.

use super::effort;
use super::exchange::Exchange;
use super::identity::{Issued, Session};
use invite_spec::endpoint::Operation;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One person named in one request that invites.
#[derive(Debug, Clone)]
pub struct Invitation<'t> {
    /// The request, as an index of the exchanges.
    pub exchange: usize,
    pub asked_at: usize,
    pub answered_at: Option<usize>,
    /// Whether it was accepted; `None` without an answer.
    pub accepted: Option<bool>,
    pub conference: String,
    pub application: Option<&'t str>,
    pub external_id: &'t str,
    /// Whether open sessions are to be told: true for SDK invitations, the flag for REST.
    pub notify: Notify,
}

/// Whether an invitation is to be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notify {
    /// Yes.
    Yes,
    /// The request says no.
    No,
    /// The request does not say.
    Unsaid,
}

impl Invitation<'_> {
    /// Whether it is for the person of a session, as far as is known.
    pub fn is_addressed_to(&self, session: &Session<'_>) -> bool {
        effort::spend();
        let same_application = match (session.application, self.application) {
            (Some(own), Some(other)) => own == other,
            _ => true,
        };
        same_application && Some(self.external_id) == session.external_id
    }
}

/// Every person whom a request invites, in the order of the requests.
pub(super) fn invitations<'t>(
    exchanges: &[Exchange<'t>],
    issued: &BTreeMap<&'t str, Issued<'t>>,
    sessions: &BTreeMap<&'t str, Session<'t>>,
) -> Vec<Invitation<'t>> {
    let mut found = Vec::new();
    for (index, exchange) in exchanges.iter().enumerate() {
        let Some(body) = exchange.body.json() else { continue };
        let named: Vec<(&'t str, Notify)> = match exchange.operation() {
            Some(Operation::RestCreate | Operation::RestInvite) => {
                let people = body.get("participants").and_then(Value::as_object);
                people
                    .into_iter()
                    .flatten()
                    .map(|(id, invitee)| (id.as_str(), notify(invitee)))
                    .collect()
            }
            Some(Operation::SdkInvite) => {
                let profiles = body.get("externalProfiles").and_then(Value::as_array);
                let ids = profiles
                    .into_iter()
                    .flatten()
                    .filter_map(|profile| profile.get("externalId")?.as_str());
                // Whom one invite names twice, it invites once.
                let once: BTreeSet<&str> = ids.collect();
                once.into_iter().map(|id| (id, Notify::Yes)).collect()
            }
            _ => continue,
        };
        let Some(conference) = exchange.conference().map(str::to_owned) else { continue };
        let accepted = exchange.status().map(|_| exchange.is_accepted());
        let of_session = exchange.session().and_then(|token| sessions.get(token)?.application);
        let of_token = exchange.credentials().and_then(|token| issued.get(token)?.application);
        let application = of_session.or(of_token);
        for (external_id, notify) in named {
            found.push(Invitation {
                exchange: index,
                asked_at: exchange.asked_at,
                answered_at: exchange.reply.as_ref().map(|reply| reply.at),
                accepted,
                conference: conference.clone(),
                application,
                external_id,
                notify,
            });
        }
    }
    found
}

fn notify(invitee: &Value) -> Notify {
    match invitee.get("notification").and_then(Value::as_bool) {
        Some(true) => Notify::Yes,
        Some(false) => Notify::No,
        None => Notify::Unsaid,
    }
}
