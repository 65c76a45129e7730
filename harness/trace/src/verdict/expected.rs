//! What a check expected.

use super::ClientExpected;
use super::wanted::{Wanted, permissions};
use crate::{FramePattern, HarnessFault};
use invite_spec::endpoint::Operation;
use invite_spec::permission::PermissionSet;
use invite_spec::push::FrameType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// What a check expected. It makes sentences in one place, its [`fmt::Display`]; nothing reads them
/// back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// A call is accepted.
    Accepted(Operation),
    /// The CORS preflight of a call is accepted.
    PreflightAccepted(Operation),
    /// A call is refused.
    Refused(Operation),
    /// A call is refused, and has no effect.
    RefusedWithoutEffect(Operation),
    /// A call has a response.
    Answer(Operation),
    /// The response to a call has a text.
    Text {
        /// The call.
        operation: Operation,
        /// Where, as a JSON Pointer.
        pointer: String,
    },
    /// A response has a status.
    Status(WantedStatus),
    /// A refusal has a status from 400 to 499.
    ClientError,
    /// A value satisfies a matcher.
    Value(Wanted),
    /// A message has a value.
    ValueAt(String),
    /// A payload fits its schema.
    Schema {
        /// The payload's title.
        payload: String,
        /// What the schema asks for there, as the validator describes it.
        wanted: String,
    },
    /// A response body is JSON.
    Json {
        /// The payload's title.
        payload: String,
    },
    /// Exactly one of several expectations holds.
    ExactlyOneOf(usize),
    /// One of these outcomes is seen.
    Outcome(Vec<String>),

    /// A frame reaches a session.
    Frame {
        /// The frame.
        pattern: FramePattern,
        /// The session.
        actor: String,
    },
    /// A frame arrives.
    SomeFrame(FramePattern),
    /// A frame does not reach a session.
    NoFrame {
        /// The frame.
        pattern: FramePattern,
        /// The session.
        actor: String,
    },
    /// The invitation of a fence arrives.
    FenceArrives,
    /// A WebSocket opens.
    SocketOpens,
    /// A WebSocket opens again.
    SocketReopens,
    /// A WebSocket is refused.
    SocketIsRefused,
    /// A WebSocket stays open.
    SocketStaysOpen,
    /// A WebSocket can be listened to.
    UsableSocket,

    /// A response may be read by pages of this origin.
    AllowsOrigin(String),
    /// The body of a refusal is an object.
    ErrorObject,
    /// The body of a refusal has the fields of one of these shapes.
    ErrorFields(Vec<Vec<String>>),
    /// The body of a refusal says that it is one.
    ErrorType,
    /// A body is empty, or JSON.
    EmptyOrJson,
    /// A response says that it is JSON.
    JsonContentType,
    /// A frame is a JSON object.
    ObjectFrame,
    /// A frame that names its type.
    TypedFrame,
    /// The WebSocket's address is an origin.
    SocketOrigin,

    /// A token is a JWT.
    Jwt,
    /// A token is a JWT that lists its permissions.
    JwtWithAuthorities,
    /// A token is a JWT that says when it expires.
    JwtWithExpiry,
    /// A token lives no longer than was requested.
    RequestedLifetime,
    /// A token grants these permissions.
    Grants(PermissionSet),
    /// Somebody has a token of their own.
    OwnToken {
        /// Whose, by external id.
        external_id: String,
    },
    /// Nobody receives somebody else's token.
    NoForeignToken,
    /// An update of a token belongs to its recipient.
    UpdateOf {
        /// The recipient, by user id.
        user: String,
    },
    /// An update brings the recipient's own token.
    OwnTokenInUpdate,
    /// An update is spelled exactly so.
    ExactType(FrameType),
    /// An update that is repeated keeps its `amu`.
    SameAmu(Value),
    /// A different update has another `amu`.
    OtherAmu(Value),

    /// Nobody is invited who was not.
    NoUninvited,
    /// No notification is sent that the request did not ask for.
    NotNotified(Notification),
    /// An invitation arrives as often as it was sent.
    Invitations {
        /// How many were sent.
        sent: usize,
        /// Whether the surplus is explained by requests that do not mention `notification`.
        unsaid: bool,
    },
    /// An invitation reaches a session.
    InvitationArrives {
        /// The call that invited.
        operation: Operation,
        /// The session.
        actor: String,
    },
    /// No message leaves its conference.
    MessageStaysInside,
    /// Notifications reach subscribers only.
    OnlySubscribers,
    /// No news follows a kick.
    NoNewsAfterKick,
    /// Participant news reaches sessions that have joined only.
    OnlyJoined,
    /// Participant news reaches sessions of the same conference only.
    OnlySameConference,
    /// A connected participant is `ON_AIR`.
    OnAir,
    /// A participant was introduced before the update.
    IntroducedFirst,
    /// A kicked participant does not reconnect.
    NoReconnectAfterKick,
    /// A participant is `CONNECTING` before `ON_AIR`.
    ConnectingFirst,
    /// Only the session that was replaced is notified.
    OnlyReplaced,
    /// A refused call has no effect.
    NoEffect(Operation),
    /// A status is that of the person.
    TrueStatus,
    /// A user id and an external id are of one person.
    OneExternalId {
        /// The person's, by user id.
        user: String,
        /// The person's external id.
        external_id: String,
    },
    /// The alias of a conference, in any case.
    Alias(String),
    /// The id of the conference that was joined.
    JoinedConference(String),

    /// What a client owes a server.
    Client(ClientExpected),
    /// The scenario allows what happened.
    AllowedOutcome,
    /// The harness, or the scenario, can go on.
    FromHarness(HarnessFault),
}

/// What a request says about notifying open sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Notification {
    /// `notification` is false.
    No,
    /// It does not say.
    Unsaid,
}

/// A status that a scenario expects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WantedStatus {
    /// From 200 to 299.
    Accepted,
    /// 400 or more.
    Refused,
    /// One of these.
    OneOf(Vec<u16>),
}

impl Expected {
    /// Whether something was not to happen.
    pub fn is_absence(&self) -> bool {
        matches!(
            self,
            Expected::NoFrame { .. }
                | Expected::NoUninvited
                | Expected::NotNotified(_)
                | Expected::MessageStaysInside
                | Expected::NoNewsAfterKick
                | Expected::NoForeignToken
        )
    }

    /// Whether a call was to be refused.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Expected::Refused(_) | Expected::RefusedWithoutEffect(_))
    }
}

impl fmt::Display for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Notification::No => "with `notification` false",
            Notification::Unsaid => "without `notification`",
        })
    }
}

impl fmt::Display for WantedStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WantedStatus::Accepted => f.write_str("a status from 200 to 299"),
            WantedStatus::Refused => f.write_str("a status of 400 or more"),
            WantedStatus::OneOf(codes) => {
                let codes: Vec<_> = codes.iter().map(u16::to_string).collect();
                write!(f, "status {}", codes.join(" or "))
            }
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expected::Accepted(operation) => {
                write!(f, "{operation} is accepted (a status from 200 to 299)")
            }
            Expected::PreflightAccepted(operation) => {
                write!(f, "the preflight of {operation} is accepted (a status from 200 to 299)")
            }
            Expected::Refused(operation) => {
                write!(f, "{operation} is refused (a status of 400 or more)")
            }
            Expected::RefusedWithoutEffect(operation) => {
                write!(f, "{operation} is refused and has no effect")
            }
            Expected::Answer(operation) => write!(f, "{operation} is answered"),
            Expected::Text { operation, pointer } => {
                write!(f, "the response to {operation} has a text at {pointer}")
            }
            Expected::Status(wanted) => wanted.fmt(f),
            Expected::ClientError => f.write_str("a status from 400 to 499"),
            Expected::Value(wanted) => wanted.fmt(f),
            Expected::ValueAt(pointer) => write!(f, "a value at {pointer}"),
            Expected::Schema { payload, wanted } => write!(f, "{payload}: {wanted}"),
            Expected::Json { payload } => write!(f, "{payload}, as JSON"),
            Expected::ExactlyOneOf(count) => write!(f, "exactly one of {count} to hold"),
            Expected::Outcome(names) => write!(f, "one of these outcomes: {}", names.join(", ")),
            Expected::Frame { pattern, actor } => write!(f, "{pattern} at {actor}"),
            Expected::SomeFrame(pattern) => pattern.fmt(f),
            Expected::NoFrame { pattern, actor } => write!(f, "no {pattern} at {actor}"),
            Expected::FenceArrives => {
                f.write_str("an invitation to a throw-away conference arrives")
            }
            Expected::SocketOpens => f.write_str("the WebSocket opens"),
            Expected::SocketReopens => {
                f.write_str("the WebSocket opens again with the same address and token")
            }
            Expected::SocketIsRefused => f.write_str("the WebSocket is refused"),
            Expected::SocketStaysOpen => f.write_str("the WebSocket stays open"),
            Expected::UsableSocket => f.write_str("a WebSocket that can be listened to"),
            Expected::AllowsOrigin(origin) => write!(
                f,
                "Access-Control-Allow-Origin: {origin} and Access-Control-Allow-Credentials: true"
            ),
            Expected::ErrorObject => f.write_str("an error object, which the client reads"),
            Expected::ErrorFields(shapes) => {
                let shapes: Vec<String> = shapes.iter().map(|fields| fields.join(", ")).collect();
                write!(f, "an object with {}", shapes.join(", or with "))
            }
            Expected::ErrorType => f.write_str("\"ErrorResponse\""),
            Expected::EmptyOrJson => f.write_str("an empty body, or JSON"),
            Expected::JsonContentType => f.write_str("content type application/json"),
            Expected::ObjectFrame => f.write_str("one JSON object"),
            Expected::TypedFrame => f.write_str("a frame that names its kind in `type`"),
            Expected::SocketOrigin => {
                f.write_str("an origin such as wss://host, because the client appends the path")
            }
            Expected::Jwt => f.write_str("a token that is a JWT"),
            Expected::JwtWithAuthorities => {
                f.write_str("a JWT whose payload lists the permissions in `authorities`")
            }
            Expected::JwtWithExpiry => f.write_str("a JWT with an `exp` in seconds"),
            Expected::RequestedLifetime => {
                f.write_str("a token that lives no longer than was requested")
            }
            Expected::Grants(set) if set.is_empty() => f.write_str("a token that grants nothing"),
            Expected::Grants(set) => {
                write!(f, "a token that grants exactly {}", permissions(set))
            }
            Expected::OwnToken { external_id } => write!(f, "a token of {external_id}'s own"),
            Expected::NoForeignToken => f.write_str("no token of another person"),
            Expected::UpdateOf { user } => write!(f, "an UpdateToken of {user}"),
            Expected::OtherAmu(amu) => {
                write!(f, "another amu than {amu}, which an update of other permissions has")
            }
            Expected::OwnTokenInUpdate => f.write_str("a token of the recipient's own"),
            Expected::ExactType(frame) => write!(f, "\"{frame}\""),
            Expected::SameAmu(amu) => write!(f, "amu {amu}, as before"),
            Expected::NoUninvited => f.write_str("no invitation for somebody who was not invited"),
            Expected::NotNotified(notification) => {
                write!(f, "no invitation because of a request {notification}")
            }
            Expected::Invitations { sent, unsaid: true } => {
                write!(f, "{sent} in one session, none for a request without `notification`")
            }
            Expected::Invitations { sent, unsaid: false } => {
                write!(f, "{sent} in one session, one for each that was sent")
            }
            Expected::InvitationArrives { operation, actor } => {
                write!(f, "the invitation of {operation} reaches {actor}")
            }
            Expected::MessageStaysInside => f.write_str("no message outside the conference"),
            Expected::OnlySubscribers => f.write_str("notifications reach only subscribers"),
            Expected::NoNewsAfterKick => {
                f.write_str("no news about the conference after ParticipantKicked")
            }
            Expected::OnlyJoined => {
                f.write_str("participant news reaches only sessions that have joined")
            }
            Expected::OnlySameConference => {
                f.write_str("participant news reaches only sessions in the same conference")
            }
            Expected::OnAir => f.write_str("\"ON_AIR\""),
            Expected::IntroducedFirst => {
                f.write_str("ParticipantAdded before it, or presence in the join response")
            }
            Expected::NoReconnectAfterKick => {
                f.write_str("a kicked participant does not reconnect")
            }
            Expected::ConnectingFirst => f.write_str("CONNECTING before ON_AIR"),
            Expected::OnlyReplaced => {
                f.write_str("OwnParticipantSwitched reaches only the session that was replaced")
            }
            Expected::NoEffect(operation) => {
                write!(f, "{operation}, which was refused, has no effect")
            }
            Expected::TrueStatus => f.write_str("a status that is true"),
            Expected::OneExternalId { user, external_id } => {
                write!(f, "{external_id} as the external id of {user}")
            }
            Expected::Alias(alias) => write!(f, "\"{alias}\" as the alias, in any case"),
            Expected::JoinedConference(id) => {
                write!(f, "\"{id}\", the conference that was joined")
            }
            Expected::Client(expected) => expected.fmt(f),
            Expected::AllowedOutcome => f.write_str("an outcome that the scenario allows"),
            Expected::FromHarness(HarnessFault::Unbound { .. }) => {
                f.write_str("every reference has a value")
            }
            Expected::FromHarness(HarnessFault::TooMuchReceived { most_bytes }) => {
                write!(f, "at most {most_bytes} bytes in one scenario")
            }
            Expected::FromHarness(HarnessFault::NoSession { .. }) => {
                f.write_str("an open session: open it first")
            }
            Expected::FromHarness(HarnessFault::ForeignHost { .. }) => f.write_str(
                "a WebSocket on a host of the target, or on one that its description allows \
                 (`hosts`)",
            ),
            Expected::FromHarness(HarnessFault::Adapter { .. }) => {
                f.write_str("an adapter that does what it is asked: see `adapter smoke`")
            }
            Expected::FromHarness(HarnessFault::OutOfDescriptors) => f.write_str(
                "a file descriptor for each connection: raise `ulimit -n`, or lower `--jobs`",
            ),
        }
    }
}
