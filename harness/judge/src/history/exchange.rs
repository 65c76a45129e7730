//! A request and what came of it.

use super::effort;
use invite_spec::endpoint::{self, Endpoint, Operation, Plane};
use invite_spec::status::StatusClass;
use invite_trace::{Content, NoAnswer, Seen};
use serde_json::Value;
use std::collections::BTreeMap;

/// A request and what came of it.
#[derive(Debug)]
pub struct Exchange<'t> {
    pub step: &'t str,
    pub actor: &'t str,
    pub asked_at: usize,
    pub method: &'t str,
    pub headers: &'t BTreeMap<String, String>,
    pub body: &'t Content,
    pub endpoint: Option<&'static Endpoint>,
    pub parameters: BTreeMap<&'static str, String>,
    pub reply: Option<Reply<'t>>,
    /// Why there is no answer, if it was waited for in vain.
    pub silence: Option<&'t NoAnswer>,
}

/// An answer.
#[derive(Debug)]
pub struct Reply<'t> {
    pub at: usize,
    pub status: u16,
    pub headers: &'t BTreeMap<String, String>,
    pub body: &'t Content,
}

impl<'t> Exchange<'t> {
    pub fn operation(&self) -> Option<Operation> {
        effort::spend();
        self.endpoint.map(|endpoint| endpoint.operation)
    }

    pub fn is(&self, operation: Operation) -> bool {
        self.operation() == Some(operation)
    }

    pub fn status(&self) -> Option<u16> {
        self.reply.as_ref().map(|reply| reply.status)
    }

    /// The class of the response's status, if there is a response.
    pub fn class(&self) -> Option<StatusClass> {
        self.status().map(StatusClass::of)
    }

    pub fn is_accepted(&self) -> bool {
        self.class().is_some_and(StatusClass::is_accepted)
    }

    /// Whether it was answered by a refusal. A redirect is none: nobody knows what it did.
    pub fn is_refused(&self) -> bool {
        self.class().is_some_and(StatusClass::is_refused)
    }

    /// Whether nobody waited for what became of it, or read it to its end: it proves nothing about
    /// the target.
    pub fn is_abandoned(&self) -> bool {
        self.reply.is_none() && self.silence.is_none_or(NoAnswer::is_of_harness)
    }

    /// What became of it.
    pub fn outcome(&self) -> Seen {
        match (self.status(), self.silence) {
            (Some(status), _) => Seen::Status(status),
            (None, Some(why)) => Seen::NoAnswer(why.clone()),
            (None, None) => Seen::NotAwaited,
        }
    }

    /// The JSON of an accepted answer.
    pub fn answer(&self) -> Option<&'t Value> {
        self.reply.as_ref().filter(|_| self.is_accepted())?.body.json()
    }

    /// The token of the session that asked.
    pub fn session(&self) -> Option<&'t str> {
        self.headers.get(endpoint::SESSION_TOKEN_HEADER).map(String::as_str)
    }

    /// The credentials in `Authorization`, without the scheme.
    pub fn credentials(&self) -> Option<&'t str> {
        self.headers.get("authorization")?.split_once(' ').map(|(_, credentials)| credentials)
    }

    /// The conference that it is about: of the path, or of the answer to a create.
    pub fn conference(&self) -> Option<&str> {
        let of_path = self.parameters.get("conferenceId").map(String::as_str);
        of_path.or_else(|| self.answer()?.get("conferenceId")?.as_str())
    }

    /// The entries that show it.
    pub fn entries(&self) -> Vec<usize> {
        std::iter::once(self.asked_at).chain(self.reply.as_ref().map(|reply| reply.at)).collect()
    }

    /// Whether it is of the plane of clients.
    pub fn is_of_sdk(&self) -> bool {
        self.endpoint.is_some_and(|endpoint| endpoint.plane == Plane::Session)
    }

    /// Whether it is of one of the planes of application servers.
    pub fn is_of_rest(&self) -> bool {
        self.endpoint.is_some_and(|endpoint| matches!(endpoint.plane, Plane::Rest | Plane::Auth))
    }
}
