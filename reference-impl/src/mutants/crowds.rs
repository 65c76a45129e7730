//! Servers that are right for a few people in a conference only.

use super::{Mutant, wrong};
use crate::core::rules::{Announcements, Joining, Messages};
use crate::core::state::{Conference, Tenant};
use crate::core::{SessionId, Standard, UserId};

/// How many people some of these servers have room for in a list.
const AT_MOST: usize = 10;

pub(super) const WRONG: &[Mutant] = &[
    wrong! {
        "news-for-ten-at-most" breaks PRT_002:
        "sends participant news to ten participants at most.",
        in Announcements: fn recipients_of_news(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            about: &UserId,
        ) -> Vec<SessionId> {
            let mut to = Standard.recipients_of_news(tenant, conference, about);
            to.truncate(AT_MOST);
            to
        }
    },
    wrong! {
        "message-for-ten-at-most" breaks MSG_002:
        "sends a message by SDK to ten participants at most.",
        in Messages: fn recipients_of_sdk_message(
            &self,
            tenant: &Tenant,
            conference: &Conference,
            from: &UserId,
        ) -> Vec<SessionId> {
            let mut to = Standard.recipients_of_sdk_message(tenant, conference, from);
            to.truncate(AT_MOST);
            to
        }
    },
    wrong! {
        "ten-are-listed-at-most" breaks PRT_015:
        "lists ten participants by REST at most.",
        in Joining: fn listed_by_rest(&self, conference: &Conference) -> Vec<UserId> {
            let mut listed = Standard.listed_by_rest(conference);
            listed.truncate(AT_MOST);
            listed
        }
    },
    wrong! {
        "twenty-five-are-listed-at-most" breaks PRT_015:
        "lists twenty-five participants by REST at most.",
        in Joining: fn listed_by_rest(&self, conference: &Conference) -> Vec<UserId> {
            let mut listed = Standard.listed_by_rest(conference);
            listed.truncate(25);
            listed
        }
    },
];
