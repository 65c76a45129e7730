//! A client: its tokens, and what it does by itself as the real client does.

use crate::actor::Actor;
use invite_scenario::App;
use invite_spec::push::FrameType;
use invite_trace::{Content, Excuse, SocketEnd};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::mpsc;

/// One session of one person.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) identity: Identity,
    memory: Mutex<Memory>,
}

/// Who a session is. Tokens are pseudonyms.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) actor: Actor,
    pub(crate) app: App,
    /// Whether its client access token names its external id; without that an invitation need not
    /// reach it.
    pub(crate) is_verified: bool,
    pub(crate) client_id: String,
    pub(crate) client_token: String,
    pub(crate) session_token: String,
    /// The address of its WebSocket, and the path with the token by pseudonym: the same for every
    /// reconnect.
    pub(crate) socket_base: String,
    pub(crate) socket_path: String,
    /// Whether it acknowledges updates of permissions.
    pub(crate) acknowledges: bool,
}

/// What a client remembers.
#[derive(Debug, Default)]
struct Memory {
    /// Conference access tokens by conference: from creates and from invitations.
    stored: BTreeMap<String, String>,
    /// The one that is sent with every call: of the last join, or of the last update.
    current: Option<String>,
    /// The conference that it has joined and not left since, as the scenario spells its id.
    in_conference: Option<String>,
    /// Why a server may close the socket: its person was kicked, or it was replaced, since it opened. It
    /// may join again before the server gets round to that.
    may_close: Option<Excuse>,
    /// How many frames it has sent.
    messages: u64,
    socket: Option<Socket>,
    /// How the last socket ended, if it is gone.
    ended: Option<End>,
}

/// How a WebSocket ended.
#[derive(Debug, Clone)]
pub(crate) struct End {
    pub(crate) by: SocketEnd,
    pub(crate) code: Option<u16>,
    pub(crate) reason: String,
}

/// An open WebSocket.
#[derive(Debug, Clone)]
pub(crate) struct Socket {
    pub(crate) number: u32,
    pub(crate) commands: mpsc::UnboundedSender<SocketCommand>,
}

/// A command to the task that owns a WebSocket.
#[derive(Debug)]
pub(crate) enum SocketCommand {
    /// Send a close frame and close.
    Close,
    /// Close the connection without a close frame.
    Drop,
    /// Send this frame.
    Send(Value),
}

impl Session {
    pub(crate) fn new(identity: Identity) -> Session {
        Session { identity, memory: Mutex::default() }
    }

    fn with<R>(&self, change: impl FnOnce(&mut Memory) -> R) -> R {
        change(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The open socket, if there is one.
    pub(crate) fn socket(&self) -> Option<Socket> {
        self.with(|memory| memory.socket.clone())
    }

    pub(crate) fn set_socket(&self, socket: Socket) {
        self.with(|memory| {
            memory.socket = Some(socket);
            memory.may_close = None;
        });
    }

    /// Forgets a socket that is gone, unless another one has replaced it.
    pub(crate) fn lose_socket(&self, number: u32, end: &End) {
        self.with(|memory| {
            if memory.socket.as_ref().is_some_and(|socket| socket.number == number) {
                memory.socket = None;
                memory.ended = Some(end.clone());
            }
        });
    }

    /// How the socket ended, if it is gone and the scenario did not ask for that.
    pub(crate) fn lost(&self) -> Option<End> {
        self.with(|memory| {
            memory
                .ended
                .clone()
                .filter(|end| memory.socket.is_none() && end.by != SocketEnd::Client)
        })
    }

    /// The current conference access token.
    pub(crate) fn current(&self) -> Option<String> {
        self.with(|memory| memory.current.clone())
    }

    /// Makes a token the current one, as joining does.
    pub(crate) fn set_current(&self, token: String) {
        self.with(|memory| memory.current = Some(token));
    }

    /// Why a server may close the socket, if it may.
    pub(crate) fn may_close(&self) -> Option<Excuse> {
        self.with(|memory| memory.may_close.clone())
    }

    /// Whether it has joined a conference, and not left it since.
    pub(crate) fn is_in_conference(&self) -> bool {
        self.with(|memory| memory.in_conference.is_some())
    }

    /// Remembers that it joined a conference.
    pub(crate) fn note_join(&self, conference: &str) {
        self.with(|memory| memory.in_conference = Some(conference.to_owned()));
    }

    /// Remembers that it left a conference.
    pub(crate) fn note_leave(&self, conference: &str) {
        self.with(|memory| {
            memory.in_conference.take_if(|joined| joined == conference);
        });
    }

    /// The token that is kept for a conference.
    pub(crate) fn stored(&self, conference: &str) -> Option<String> {
        self.with(|memory| memory.stored.get(conference).cloned())
    }

    /// Remembers the owner's token of a conference that it created.
    pub(crate) fn learn_from_create(&self, answer: &Content) {
        let Some(answer) = answer.json() else { return };
        self.store(answer.get("conferenceId"), answer.get("ownerToken"));
    }

    /// Remembers the tokens of a frame, and returns the acknowledgement that is due, if any.
    pub(crate) fn learn_from_frame(&self, frame: &Value) -> Option<Value> {
        match FrameType::of(frame)? {
            FrameType::ParticipantKicked => {
                self.with(|memory| memory.may_close = Some(Excuse::ClosedAfterKick));
                None
            }
            FrameType::OwnParticipantSwitched => {
                self.with(|memory| memory.may_close = Some(Excuse::ClosedAfterSwitch));
                None
            }
            FrameType::ConferenceDestroyed => {
                self.with(|memory| memory.may_close = Some(Excuse::ClosedAfterEnd));
                None
            }
            FrameType::InvitationReceived => {
                self.store(frame.get("conferenceId"), frame.get("confToken"));
                None
            }
            FrameType::UpdateToken => {
                let token = frame.pointer("/content/access_token").and_then(Value::as_str);
                if let Some(token) = token {
                    self.set_current(token.to_owned());
                }
                // The real client decides on the raw spelling.
                let spelled = frame.get("type").and_then(Value::as_str);
                let is_exact = spelled == Some(FrameType::UpdateToken.as_str());
                let amu = frame.get("amu").filter(|_| is_exact)?;
                if !self.identity.acknowledges {
                    return None;
                }
                let id = self.next_message();
                Some(serde_json::json!({ "ackMessageUuid": amu, "message_id": id }))
            }
            _ => None,
        }
    }

    /// The number of the next frame that it sends.
    pub(crate) fn next_message(&self) -> u64 {
        self.with(|memory| {
            memory.messages += 1;
            memory.messages
        })
    }

    fn store(&self, conference: Option<&Value>, token: Option<&Value>) {
        if let (Some(conference), Some(token)) =
            (conference.and_then(Value::as_str), token.and_then(Value::as_str))
        {
            self.with(|memory| memory.stored.insert(conference.to_owned(), token.to_owned()));
        }
    }
}
