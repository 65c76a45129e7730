//! The rules: every decision that the protocol settles and that a server could get wrong.
//!
//! The core carries out a command and asks here what the outcome is: who may do it, who hears about
//! it, what it grants. Each subject is a trait whose methods have the answers of the specification
//! as their default bodies. [`Standard`] overrides none of them: it is the server of the
//! specification.
//!
//! | trait | what it decides |
//! | --- | --- |
//! | [`Tokens`] | which secrets and tokens are valid, what a token claims and allows |
//! | [`Sessions`] | who a client is, what a session receives when its socket opens |
//! | [`Access`] | whether a session may make a call about a conference |
//! | [`Conferences`] | aliases, protection, ownership, when a conference ends |
//! | [`Inviting`] | who can be invited, what an invitation grants, which sessions receive it |
//! | [`Joining`] | who may join, which session is replaced, who is listed |
//! | [`Permissions`] | what an update of permissions grants, which sessions receive the new token |
//! | [`Announcements`] | which sessions hear about a participant, and what |
//! | [`Messages`] | message length and recipients |
//! | [`Subscriptions`] | which sessions are notified |
//! | [`Wire`] | status codes, bodies, frames and CORS headers |
//! | [`Hooks`] | nothing: hooks around the core, for faults that no decision can express |
//!
//! A server that differs in one decision implements the trait of that subject and names itself as
//! the one to ask:
//!
//! ```
//! use invite_reference::core::rules::Messages;
//! use invite_reference::core::{Refusal, Rules};
//!
//! #[derive(Debug)]
//! struct AcceptsLongMessages;
//!
//! impl Messages for AcceptsLongMessages {
//!     fn check_message(&self, _: &str) -> Result<(), Refusal> {
//!         Ok(())
//!     }
//! }
//!
//! impl Rules for AcceptsLongMessages {
//!     fn messages(&self) -> &dyn Messages {
//!         self
//!     }
//! }
//! ```

mod access;
mod announcements;
mod conferences;
mod hooks;
mod inviting;
mod joining;
mod messages;
mod permissions;
mod sessions;
mod subscriptions;
mod tokens;
mod wire;

pub use access::Access;
pub use announcements::{Announcements, News};
pub use conferences::Conferences;
pub use hooks::{ClientFrame, Hooks};
pub use inviting::{Invitation, Inviting};
pub use joining::Joining;
pub use messages::Messages;
pub use permissions::Permissions;
pub use sessions::Sessions;
pub use subscriptions::Subscriptions;
pub use tokens::Tokens;
pub use wire::Wire;

use super::policy::Policy;

/// The rules of a server: one method for each subject, which says who decides it.
pub trait Rules: std::fmt::Debug + Send + Sync {
    /// The policy of the server, given the configured one. A server with a wrong setting changes it
    /// here.
    fn policy(&self, configured: Policy) -> Policy {
        configured
    }

    /// Whether each decision depends on nothing but what it is asked, so that the calls of
    /// different applications can run at the same time and never see each other's state. Rules that
    /// remember one step of a call for a later one share something, and so do rules that mix up
    /// applications.
    fn share_nothing(&self) -> bool {
        false
    }

    /// Secrets and tokens.
    fn tokens(&self) -> &dyn Tokens {
        &Standard
    }

    /// People and their sessions.
    fn sessions(&self) -> &dyn Sessions {
        &Standard
    }

    /// Access to a conference.
    fn access(&self) -> &dyn Access {
        &Standard
    }

    /// Conferences.
    fn conferences(&self) -> &dyn Conferences {
        &Standard
    }

    /// Invitations.
    fn inviting(&self) -> &dyn Inviting {
        &Standard
    }

    /// Joining and leaving.
    fn joining(&self) -> &dyn Joining {
        &Standard
    }

    /// Updates of permissions.
    fn permissions(&self) -> &dyn Permissions {
        &Standard
    }

    /// What sessions hear about participants.
    fn announcements(&self) -> &dyn Announcements {
        &Standard
    }

    /// Messages.
    fn messages(&self) -> &dyn Messages {
        &Standard
    }

    /// Notifications for subscribers.
    fn subscriptions(&self) -> &dyn Subscriptions {
        &Standard
    }

    /// How responses and frames are written.
    fn wire(&self) -> &dyn Wire {
        &Standard
    }

    /// Hooks around the core.
    fn hooks(&self) -> &dyn Hooks {
        &Standard
    }
}

/// The server of the specification.
#[derive(Debug, Clone, Copy, Default)]
pub struct Standard;

impl Rules for Standard {
    fn share_nothing(&self) -> bool {
        true
    }
}
impl Access for Standard {}
impl Announcements for Standard {}
impl Conferences for Standard {}
impl Hooks for Standard {}
impl Inviting for Standard {}
impl Joining for Standard {}
impl Messages for Standard {}
impl Permissions for Standard {}
impl Sessions for Standard {}
impl Subscriptions for Standard {}
impl Tokens for Standard {}
impl Wire for Standard {}
