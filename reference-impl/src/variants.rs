//! Right servers that look unusual: each does one thing in a way of its own that the specification
//! allows.
//!
//! A conformance suite can be tested on them, too: it must not fail for any of them.

use crate::core::rules::{Announcements, Conferences, News, Tokens};
use crate::core::state::{Conference, Tenant};
use crate::core::token::Claims;
use crate::core::{ConferenceId, Delivery, Policy, Rules, Standard, Time, UserId};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// A right server that looks unusual.
#[derive(Debug, Clone, Copy)]
pub struct Variant {
    /// The name, in kebab-case.
    pub name: &'static str,
    /// What it does: a sentence with the server as its subject, which is left out.
    pub does: &'static str,
    /// Why the specification allows it.
    pub allowed: &'static str,
    /// Makes its rules.
    pub rules: fn() -> Arc<dyn Rules>,
}

/// Every variant.
pub const ALL: &[Variant] = &[
    Variant {
        name: "connected-at-once",
        does: "tells another session of a person who is in the conference that the person is \
               Connected, and never that it is Connecting.",
        allowed: "the person is connected already (PRT-004)",
        rules: || Arc::new(ConnectedAtOnce::default()),
    },
    Variant {
        name: "long-tokens",
        does: "issues tokens of 3.6 kB.",
        allowed: "no source limits the length of a token",
        rules: || Arc::new(LongTokens),
    },
    Variant {
        name: "ends-when-the-last-has-left",
        does: "ends a conference without a `ttl` as soon as its last participant has left, however \
               young it is.",
        allowed: "the default of `ttl` is 0, and it has waited for its first participant (CNF-014)",
        rules: || Arc::new(EndsWhenEmpty),
    },
];

/// The variant of this name.
pub fn find(name: &str) -> Option<&'static Variant> {
    ALL.iter().find(|variant| variant.name == name)
}

#[derive(Debug, Default)]
struct ConnectedAtOnce {
    present: Mutex<BTreeSet<(ConferenceId, UserId)>>,
}

impl Announcements for ConnectedAtOnce {
    fn deliveries_of_news(
        &self,
        tenant: &Tenant,
        conference: &Conference,
        about: &UserId,
        news: News,
    ) -> Vec<Delivery> {
        let mut deliveries = Standard.deliveries_of_news(tenant, conference, about, news);
        let person = (conference.id.clone(), about.clone());
        let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
        match news {
            News::Joining { .. } if !present.insert(person.clone()) => {
                let own = conference.joined.get(about);
                for delivery in &mut deliveries {
                    delivery.to.retain(|session| own != Some(session));
                }
            }
            News::Left | News::Kicked => {
                present.remove(&person);
            }
            News::Joining { .. } | News::Connected | News::Invited => {}
        }
        deliveries
    }
}

impl Rules for ConnectedAtOnce {
    fn announcements(&self) -> &dyn Announcements {
        self
    }
}

#[derive(Debug)]
struct LongTokens;

impl Tokens for LongTokens {
    fn payload(&self, claims: &Claims) -> Value {
        let mut payload = Standard.payload(claims);
        payload["padding"] = Value::from("x".repeat(2_400));
        payload
    }
}

impl Rules for LongTokens {
    fn tokens(&self) -> &dyn Tokens {
        self
    }
}

#[derive(Debug)]
struct EndsWhenEmpty;

impl Conferences for EndsWhenEmpty {
    fn ends_at(&self, conference: &Conference, policy: &Policy) -> Time {
        let ends = Standard.ends_at(conference, policy);
        match conference.empty_since {
            Some(since) if conference.memberships.values().any(|it| it.joins > 0) => {
                ends.min(since.after(conference.ttl))
            }
            _ => ends,
        }
    }
}

impl Rules for EndsWhenEmpty {
    fn conferences(&self) -> &dyn Conferences {
        self
    }
}
