//! A client: its tokens, and what it does by itself as the real one does.

use invite_spec::push::FrameType;
use invite_trace::{Content, SocketEnd};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::mpsc;

/// One session of one person. Tokens stand here by pseudonym.
#[derive(Debug)]
pub(crate) struct Session {
    /// `bob`, or `bob/phone`.
    pub(crate) actor: String,
    /// `bob`.
    pub(crate) person: String,
    /// Whether the person belongs to the second application.
    pub(crate) second: bool,
    /// Whether its client access token names its external id; without that an invitation need not
    /// reach it.
    pub(crate) is_verified: bool,
    pub(crate) client_id: String,
    pub(crate) client_token: String,
    pub(crate) session_token: String,
    /// The address of its WebSocket, token by pseudonym: the same for every reconnect.
    pub(crate) socket_base: String,
    pub(crate) socket_path: String,
    pub(crate) acknowledges: bool,
    memory: Mutex<Memory>,
}

/// What a client remembers.
#[derive(Debug, Default)]
struct Memory {
    /// Conference access tokens by conference: from creating and from invitations.
    stored: BTreeMap<String, String>,
    /// The one that goes with every call: of the last join, or of the last update.
    current: Option<String>,
    /// The conference that it has joined and not left since, as the scenario names it.
    in_conference: Option<String>,
    /// Whether it was kicked last: a server may close its socket then.
    was_kicked: bool,
    /// Counts the frames that it sends.
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
    pub(crate) orders: mpsc::UnboundedSender<Order>,
}

/// What the task that owns a WebSocket is told.
#[derive(Debug)]
pub(crate) enum Order {
    /// Say goodbye and close.
    Close,
    /// Vanish without a word.
    Drop,
    /// Send this frame.
    Say(serde_json::Value),
}

/// Who a session is, for making one.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) actor: String,
    pub(crate) person: String,
    pub(crate) second: bool,
    pub(crate) is_verified: bool,
    pub(crate) client_id: String,
    pub(crate) client_token: String,
    pub(crate) session_token: String,
    pub(crate) socket_base: String,
    pub(crate) socket_path: String,
    pub(crate) acknowledges: bool,
}

impl Session {
    pub(crate) fn new(identity: Identity) -> Session {
        Session {
            actor: identity.actor,
            person: identity.person,
            second: identity.second,
            is_verified: identity.is_verified,
            client_id: identity.client_id,
            client_token: identity.client_token,
            session_token: identity.session_token,
            socket_base: identity.socket_base,
            socket_path: identity.socket_path,
            acknowledges: identity.acknowledges,
            memory: Mutex::default(),
        }
    }

    fn with<R>(&self, change: impl FnOnce(&mut Memory) -> R) -> R {
        change(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The open socket, if there is one.
    pub(crate) fn socket(&self) -> Option<Socket> {
        self.with(|memory| memory.socket.clone())
    }

    pub(crate) fn set_socket(&self, socket: Socket) {
        self.with(|memory| memory.socket = Some(socket));
    }

    /// Forgets a socket that is gone, unless another one took its place.
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

    /// Whether it was kicked, and has joined nothing since.
    pub(crate) fn was_kicked(&self) -> bool {
        self.with(|memory| memory.was_kicked)
    }

    /// Whether it has joined a conference, and not left it since.
    pub(crate) fn is_in_conference(&self) -> bool {
        self.with(|memory| memory.in_conference.is_some())
    }

    /// Takes note that it joined a conference.
    pub(crate) fn note_join(&self, conference: &str) {
        self.with(|memory| {
            memory.in_conference = Some(conference.to_owned());
            memory.was_kicked = false;
        });
    }

    /// Takes note that it left a conference.
    pub(crate) fn note_leave(&self, conference: &str) {
        self.with(|memory| {
            memory.in_conference.take_if(|joined| joined == conference);
        });
    }

    /// The token that is kept for a conference.
    pub(crate) fn stored(&self, conference: &str) -> Option<String> {
        self.with(|memory| memory.stored.get(conference).cloned())
    }

    /// Takes note of what a create answered.
    pub(crate) fn learn_from_create(&self, answer: &Content) {
        let Some(answer) = answer.json() else { return };
        self.store(answer.get("conferenceId"), answer.get("ownerToken"));
    }

    /// Takes note of a frame, and gives the acknowledgement that is due, if one is.
    pub(crate) fn learn_from_frame(&self, frame: &Value) -> Option<Value> {
        match FrameType::of(frame)? {
            FrameType::ParticipantKicked => {
                self.with(|memory| memory.was_kicked = true);
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
                if !self.acknowledges {
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
