//! Where a check belongs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a check belongs.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// A step of the scenario, by its label.
    Step(String),
    /// A law.
    Law(LawName),
    /// The whole scenario, which was not driven.
    NotDriven,
}

impl At {
    /// The label of the step, if it is one.
    pub fn step(&self) -> Option<&str> {
        match self {
            At::Step(label) => Some(label),
            At::Law(_) | At::NotDriven => None,
        }
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Step(label) => write!(f, "step {label}"),
            At::Law(law) => write!(f, "law: {law}"),
            At::NotDriven => f.write_str("not driven"),
        }
    }
}

macro_rules! laws {
    ($($(#[$doc:meta])* $name:ident $text:literal,)+) => {
        /// A law: what must hold on every trace. The judge says what each demands.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            JsonSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum LawName {
            $($(#[$doc])* $name,)+
        }

        impl LawName {
            /// Every law.
            pub const ALL: &[LawName] = &[$(LawName::$name),+];

            /// Its name in reports.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(LawName::$name => $text,)+
                }
            }
        }
    };
}

laws! {
    /// About the shape of payloads.
    Schemas "payloads fit their schemas",
    /// About the form of responses, frames and addresses.
    Forms "messages have a readable form",
    /// About the bodies of refusals.
    Errors "refusals have an error shape",
    /// About the CORS headers of responses.
    Cors "pages may read answers",
    /// About what tokens say.
    Tokens "tokens are readable",
    /// About whom tokens and secrets reach.
    Leaks "tokens stay with their people",
    /// About the permissions of tokens.
    Grants "tokens grant what was given",
    /// About the recipients of invitations.
    Invitations "invitations reach their invitees",
    /// About the recipients of participant news.
    News "participant news is for participants",
    /// About the order of participant news.
    Order "news comes in order",
    /// About token updates.
    Updates "token updates reach their person",
    /// About the notice to a replaced session.
    Switched "only a replaced session is switched",
    /// About the recipients of messages and notifications.
    Messages "messages and notifications stay where they belong",
    /// About statuses, names and ids.
    Truth "what is said of people and conferences is so",
    /// About the effects of refused calls.
    Refused "what is refused is not done",
    /// About the instance id in a client's calls and WebSocket.
    ClientInstance "a client names its instance",
    /// About the conference access tokens that a client shows.
    ClientTokens "a client shows its conference access tokens",
    /// About the acknowledgements of a client.
    ClientAcknowledgements "a client acknowledges token updates",
    /// About the keep-alives of a client.
    ClientKeepAlive "a client keeps its WebSocket alive",
    /// About how a client comes back.
    ClientReconnects "a client reconnects with its session",
    /// About the shape of what a client sends.
    ClientSchemas "what a client sends fits its schema",
    /// About what a client does after a refusal.
    ClientRefusals "a client takes no for an answer",
    /// About when a client invites.
    ClientInvites "a client joins before it invites",
}

impl fmt::Display for LawName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
