//! What a check saw.

use super::wanted::permissions;
use super::{ClientSeen, Expected};
use crate::{Content, CutOff, Deadline, Excuse, HarnessFault, NoAnswer, SocketRefusal};
use invite_spec::permission::PermissionSet;
use invite_spec::push::FrameType;
use invite_text::show;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// What a check saw. It makes sentences in one place, its [`fmt::Display`]; nothing reads them back.
///
/// `shown` is a value of the target, shortened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// No value.
    Absent,
    /// A value.
    Value {
        /// The value.
        shown: String,
    },
    /// An empty body or frame.
    Empty,
    /// A body that is not JSON.
    NotJson,
    /// A status.
    Status(u16),
    /// No response.
    NoAnswer(NoAnswer),
    /// Nothing: nobody waited for the response.
    NotAwaited,
    /// A refusal whose call had an effect.
    RefusedWithEffect {
        /// The status.
        status: u16,
        /// The effect.
        effect: FrameAt,
    },
    /// So many of several expectations hold.
    Holds(usize),
    /// None of several outcomes.
    NoOutcome(Vec<Unseen>),

    /// No frame.
    NoFrame {
        /// Why none can come any more.
        end: WaitEnd,
        /// How many sessions it did not reach.
        missing: usize,
        /// How many sessions it had to reach.
        of: usize,
        /// The last frame of its type, which says something else.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nearest: Option<String>,
    },
    /// No frame at the time of the check.
    NoneYet,
    /// No frame before a deadline.
    NoneWithin {
        /// How long the harness waited, in milliseconds.
        waited_ms: u64,
        /// How many sessions it did not reach.
        missing: usize,
        /// How many sessions it had to reach.
        of: usize,
    },
    /// A frame that was not to come.
    Frame {
        /// The frame.
        shown: String,
    },
    /// A WebSocket that was refused.
    SocketRefused(SocketRefusal),
    /// A WebSocket that opened.
    SocketOpened,
    /// A WebSocket that did not open.
    SocketDidNotOpen,
    /// A WebSocket that is gone.
    SocketLost(SocketLoss),

    /// The CORS headers of a response; none where a header is missing.
    Cors {
        /// `Access-Control-Allow-Origin`.
        origin: Option<String>,
        /// `Access-Control-Allow-Credentials`.
        credentials: Option<String>,
    },
    /// The content type of a response; none if it has none.
    ContentType(Option<String>),
    /// The address of a WebSocket.
    Address(String),
    /// A WebSocket that had to be cut off.
    CutOff(CutOff),

    /// A token that is not a JWT.
    OpaqueToken,
    /// No token.
    NoToken,
    /// A JWT that does not list its permissions.
    NoAuthorities,
    /// A JWT that does not say when it expires.
    NoExpiry,
    /// A token that expires in so many seconds.
    ExpiresIn {
        /// How many.
        seconds: u64,
    },
    /// A token that lives on for so many seconds; fewer than none if it has expired.
    SecondsLeft(i64),
    /// The permissions of a token.
    Grants(Grants),
    /// A token that two people have.
    SharedToken {
        /// The token, by pseudonym.
        token: String,
        /// The other person, by external id.
        with: String,
    },
    /// A token of somebody else.
    ForeignToken {
        /// The token, by pseudonym.
        token: String,
        /// Whose it is, by external id.
        owner: String,
        /// Who received it, by external id.
        recipient: String,
        /// In what.
        carrier: Carrier,
    },
    /// An update of somebody else.
    UpdateOf {
        /// Whose it is, by user id.
        user: String,
    },
    /// A token of somebody else in an update.
    TokenOf {
        /// Whose it is, by external id.
        owner: String,
    },
    /// The spelling of a frame's type.
    Type(String),
    /// The `amu` of an update.
    Amu(Value),

    /// An invitation to a conference.
    InvitationTo {
        /// The conference.
        conference: String,
    },
    /// An invitation.
    Invitation,
    /// So many invitations.
    Invitations(usize),
    /// Nothing before a later fence arrived.
    NotBeforeFence,
    /// A frame that reached a session outside the conference.
    AtOutsider {
        /// The frame.
        frame: FrameAt,
        /// Why the session is outside.
        why: Outside,
    },
    /// A notification that reached a session without a subscription.
    NotSubscribed(FrameAt),
    /// Participant news.
    News(FrameType),
    /// Participant news about somebody of another conference.
    Stranger {
        /// The frame.
        frame: FrameAt,
        /// Whom it is about, by user id.
        user: String,
    },
    /// The status `CONNECTED`.
    Connected,
    /// An update about somebody unknown.
    UpdateFirst {
        /// Whom it is about, by user id.
        user: String,
    },
    /// A participant's status.
    ParticipantStatus(String),
    /// `ON_AIR` before `CONNECTING`.
    OnAirFirst,
    /// A status of somebody who has not joined, or is in the conference.
    FalseStatus {
        /// Whose, by user id or external id.
        person: String,
        /// The status.
        status: String,
        /// Whether the person is in the conference; otherwise the person has not joined.
        is_inside: bool,
    },
    /// A notice to a session that nobody replaces.
    NotReplaced {
        /// The session.
        actor: String,
    },
    /// An effect of a refused call.
    Effect(FrameAt),

    /// Something that a client did, or did not do.
    Client(ClientSeen),
    /// An outcome that the scenario allows.
    Excuse(Excuse),
    /// The harness, or the scenario, is at fault.
    HarnessFault(HarnessFault),
}

/// A frame at a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FrameAt {
    /// Its type.
    pub frame: FrameType,
    /// The session.
    pub actor: String,
}

/// An outcome that was not seen, and why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unseen {
    /// Its name.
    pub outcome: String,
    /// What it expects.
    pub expected: Expected,
    /// What was seen instead.
    pub seen: Seen,
}

/// Why a frame can come no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitEnd {
    /// The deadline passed.
    Deadline(Deadline),
    /// The target closed the WebSocket.
    Closed,
}

/// How a WebSocket ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SocketLoss {
    /// The target closed it.
    Closed {
        /// The close code, if there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u16>,
        /// The reason that the target or the operating system gave; empty if none.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// The harness cut it off.
    Cut(CutOff),
}

/// Why a session is outside a conference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outside {
    /// It has not joined.
    NotJoined,
    /// It has left.
    Left,
}

/// What brought a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// A response.
    Response,
    /// A frame.
    Frame,
}

/// The permissions of a token, against those that were expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Grants {
    /// What it grants.
    pub held: PermissionSet,
    /// What it should grant besides.
    pub missing: PermissionSet,
    /// What it should not grant.
    pub extra: PermissionSet,
}

impl Seen {
    /// A value, shortened; absent if there is none.
    pub fn value(value: Option<&Value>) -> Seen {
        match value {
            None => Seen::Absent,
            Some(_) => Seen::Value { shown: show(value) },
        }
    }

    /// A frame, shortened.
    pub fn frame(frame: &Value) -> Seen {
        Seen::Frame { shown: show(Some(frame)) }
    }

    /// A body.
    pub fn body(content: &Content) -> Seen {
        match content {
            Content::Json(body) => Seen::value(Some(body)),
            Content::Empty => Seen::Empty,
            Content::Text { .. } => Seen::NotJson,
        }
    }

    /// The permissions of a token, against those that were expected.
    pub fn grants(held: PermissionSet, expected: &PermissionSet) -> Seen {
        let missing = expected.difference(&held).copied().collect();
        let extra = held.difference(expected).copied().collect();
        Seen::Grants(Grants { held, missing, extra })
    }
}

impl fmt::Display for FrameAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.frame, self.actor)
    }
}

impl fmt::Display for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Outside::NotJoined => "which has not joined",
            Outside::Left => "which has left",
        })
    }
}

impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Carrier::Response => "a response",
            Carrier::Frame => "a frame",
        })
    }
}

impl fmt::Display for SocketLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SocketLoss::Closed { code, reason } => {
                f.write_str("the target closed it")?;
                if let Some(code) = code {
                    write!(f, " with code {code}")?;
                }
                if reason.is_empty() { Ok(()) } else { write!(f, ": {reason}") }
            }
            SocketLoss::Cut(why) => write!(f, "cut off: {why}"),
        }
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Seen::Absent => f.write_str("nothing"),
            Seen::Value { shown } | Seen::Frame { shown } => f.write_str(shown),
            Seen::Empty => f.write_str("nothing: it is empty"),
            Seen::NotJson => f.write_str("a body that is not JSON"),
            Seen::Status(status) => write!(f, "status {status}"),
            Seen::NoAnswer(why) => why.fmt(f),
            Seen::NotAwaited => f.write_str("the response was not awaited"),
            Seen::RefusedWithEffect { status, effect } => {
                write!(f, "status {status}, and then {effect}")
            }
            Seen::Holds(0) => f.write_str("none of them"),
            Seen::Holds(count) => write!(f, "{count} of them"),
            Seen::NoOutcome(all) => {
                for (index, one) in all.iter().enumerate() {
                    let Unseen { outcome, expected, seen } = one;
                    let gap = if index == 0 { "" } else { "; " };
                    write!(f, "{gap}not `{outcome}`: expected {expected}, saw {seen}")?;
                }
                Ok(())
            }
            Seen::NoFrame { end, missing, of, nearest } => {
                match end {
                    WaitEnd::Deadline(deadline) => {
                        write!(f, "none before the deadline `{deadline}`")?;
                    }
                    WaitEnd::Closed => {
                        f.write_str("none before the target closed the WebSocket")?;
                    }
                }
                share(*missing, *of, f)?;
                match nearest {
                    Some(shown) => write!(f, "; the last frame of its type was {shown}"),
                    None => Ok(()),
                }
            }
            Seen::NoneYet => f.write_str("none"),
            Seen::NoneWithin { waited_ms, missing, of } => {
                write!(f, "none within {waited_ms} ms")?;
                share(*missing, *of, f)
            }
            Seen::SocketRefused(why) => why.fmt(f),
            Seen::SocketOpened => f.write_str("it opened"),
            Seen::SocketDidNotOpen => f.write_str("it did not open"),
            Seen::SocketLost(how) => how.fmt(f),
            Seen::Cors { origin: None, .. } => f.write_str("no Access-Control-Allow-Origin"),
            Seen::Cors { origin: Some(origin), credentials } => match credentials.as_deref() {
                Some("true") => write!(f, "Access-Control-Allow-Origin: {origin}"),
                Some(other) => write!(f, "Access-Control-Allow-Credentials: {other}"),
                None => f.write_str("no Access-Control-Allow-Credentials"),
            },
            Seen::ContentType(Some(kind)) => write!(f, "content type {kind}"),
            Seen::ContentType(None) => f.write_str("no content type"),
            Seen::Address(address) if address.is_empty() => f.write_str("an empty wsUri"),
            Seen::Address(address) => write!(f, "wsUri {address}"),
            Seen::CutOff(why) => why.fmt(f),
            Seen::OpaqueToken => f.write_str("a token that is not a JWT"),
            Seen::NoToken => f.write_str("no token"),
            Seen::NoAuthorities => f.write_str("a JWT without a list of authorities"),
            Seen::NoExpiry => f.write_str("a token without an `exp`"),
            Seen::ExpiresIn { seconds } => write!(f, "it expires in {seconds} s"),
            Seen::SecondsLeft(seconds) => write!(f, "{seconds} s left"),
            Seen::Grants(Grants { held, .. }) => {
                write!(f, "a token that grants {}", permissions(held))
            }
            Seen::SharedToken { token, with } => write!(f, "{token}, which {with} has as well"),
            Seen::ForeignToken { token, owner, recipient, carrier } => {
                write!(f, "{token}, which belongs to {owner}, in {carrier} to {recipient}")
            }
            Seen::UpdateOf { user } => write!(f, "an UpdateToken of {user}"),
            Seen::TokenOf { owner } => write!(f, "the token of {owner}"),
            Seen::Type(spelled) => write!(f, "\"{spelled}\""),
            Seen::Amu(amu) => write!(f, "amu {amu}"),
            Seen::InvitationTo { conference } => {
                write!(f, "an invitation to conference {conference}")
            }
            Seen::Invitation => f.write_str("an invitation"),
            Seen::Invitations(count) => write!(f, "{count} of them"),
            Seen::NotBeforeFence => f.write_str("none before a later fence arrived"),
            Seen::AtOutsider { frame, why } => write!(f, "{frame}, {why}"),
            Seen::NotSubscribed(frame) => write!(f, "{frame}, which has not subscribed to it"),
            Seen::News(frame) => frame.fmt(f),
            Seen::Stranger { frame: FrameAt { frame, actor }, user } => {
                write!(
                    f,
                    "{frame} about {user} at {actor}, which has joined none of their conferences"
                )
            }
            Seen::Connected => f.write_str("\"CONNECTED\", which clients show as Connecting"),
            Seen::UpdateFirst { user } => write!(f, "ParticipantUpdated about {user}"),
            Seen::ParticipantStatus(status) => write!(f, "status {status}"),
            Seen::OnAirFirst => f.write_str("ON_AIR without CONNECTING before it"),
            Seen::FalseStatus { person, status, is_inside: true } => {
                write!(f, "{status} for {person}, who is in the conference")
            }
            Seen::FalseStatus { person, status, is_inside: false } => {
                write!(f, "{status} for {person}, who has joined no conference")
            }
            Seen::NotReplaced { actor } => write!(f, "one at {actor}, which nobody replaces"),
            Seen::Effect(frame) => frame.fmt(f),
            Seen::Client(seen) => seen.fmt(f),
            Seen::Excuse(excuse) => excuse.fmt(f),
            Seen::HarnessFault(fault) => fault.fmt(f),
        }
    }
}

fn share(missing: usize, of: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if of > 1 { write!(f, " at {missing} of {of} sessions") } else { Ok(()) }
}
