//! Whom a change hurts, and why: the same difference hurts one side in what a server sends and the
//! other in what a client sends.

use super::schema::{Difference, Effect, Kind};
use invite_spec::payload::Sender;
use serde::{Serialize, Serializer};

/// Whom a change breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Breaks {
    /// Servers and clients.
    Both,
    /// Servers that conformed before.
    Servers,
    /// Clients written for the old payloads.
    Clients,
    /// It cannot be told; to be treated as breaking both.
    Unknown,
    /// Nobody.
    Nobody,
}

impl Breaks {
    /// All of them, the gravest first.
    pub const ALL: [Breaks; 5] =
        [Breaks::Both, Breaks::Servers, Breaks::Clients, Breaks::Unknown, Breaks::Nobody];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Breaks::Both => "both",
            Breaks::Servers => "servers",
            Breaks::Clients => "clients",
            Breaks::Unknown => "unknown",
            Breaks::Nobody => "nobody",
        }
    }

    fn of(servers: bool, clients: bool) -> Breaks {
        match (servers, clients) {
            (true, true) => Breaks::Both,
            (true, false) => Breaks::Servers,
            (false, true) => Breaks::Clients,
            (false, false) => Breaks::Nobody,
        }
    }
}

impl std::fmt::Display for Breaks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// An endpoint.
    Endpoint,
    /// A frame type.
    Frame,
    /// A payload.
    Payload,
}

impl std::fmt::Display for About {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            About::Endpoint => "endpoint",
            About::Frame => "frame type",
            About::Payload => "payload",
        })
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it is about.
    pub about: About,
    /// The name of that: of a payload, an operation or a frame type.
    pub name: String,
    /// Who sends the payload; `None` for one that this build does not know, and for what is none.
    #[serde(serialize_with = "sender_name")]
    pub sender: Option<Sender>,
    /// The field, as a JSON Pointer into the payload, empty for all of it and for what is no payload. `*` stands for any item
    /// of an array, or any field that is not named.
    pub pointer: String,
    /// What kind of thing changed.
    pub kind: Kind,
    /// What changed, in a few words.
    pub what: String,
    /// How it was.
    pub old: String,
    /// How it is.
    pub new: String,
    /// Whom it breaks.
    pub breaks: Breaks,
    /// Why.
    pub why: String,
    /// The requirements that it touches.
    pub requirements: Vec<String>,
}

impl Change {
    /// Whether only the wording or form of a schema changed.
    pub fn is_editorial(&self) -> bool {
        self.kind == Kind::Editorial
    }

    /// Whether it breaks somebody, or may.
    pub fn is_breaking(&self) -> bool {
        self.breaks != Breaks::Nobody
    }

    /// What a difference of this payload means.
    pub(super) fn of(
        payload: &str,
        sender: Option<Sender>,
        requirements: Vec<&'static str>,
        difference: Difference,
    ) -> Change {
        let (breaks, mut why) = judge(sender, &difference);
        if let Some(note) = difference.note {
            why = format!("{why} {note}");
        }
        Change {
            about: About::Payload,
            name: payload.to_owned(),
            sender,
            pointer: difference.at,
            kind: difference.kind,
            what: difference.what,
            old: difference.old,
            new: difference.new,
            breaks,
            why,
            requirements: requirements.into_iter().map(str::to_owned).collect(),
        }
    }
}

/// Who sends a payload, for people.
pub(super) fn sent_by(sender: Option<Sender>) -> &'static str {
    match sender {
        Some(Sender::Client) => "sent by the client",
        Some(Sender::Server) => "sent by the server",
        None => "not known to this build, nor who sends it",
    }
}

fn sender_name<S: Serializer>(sender: &Option<Sender>, to: S) -> Result<S::Ok, S::Error> {
    match sender {
        Some(Sender::Client) => to.serialize_some("client"),
        Some(Sender::Server) => to.serialize_some("server"),
        None => to.serialize_none(),
    }
}

fn judge(sender: Option<Sender>, difference: &Difference) -> (Breaks, String) {
    let (breaks, why) = match (&difference.effect, difference.kind) {
        (Effect::None, _) => (Breaks::Nobody, "It accepts and refuses the same.".to_owned()),
        (_, Kind::PayloadAdded) => added_payload(sender),
        (_, Kind::PayloadRemoved) => removed_payload(sender),
        (Effect::Added, _) => added_field(sender),
        (Effect::Removed { required, refused }, _) => removed_field(sender, *required, *refused),
        (Effect::Shift { narrows, widens }, kind) => shifted(sender, kind, *narrows, *widens),
        (Effect::Undecided(why), _) => {
            (Breaks::Unknown, format!("Not decided, so held to break both: {why}."))
        }
    };
    (breaks, why)
}

/// Readers of this protocol leave alone what they do not know (requirement WIRE-012 for servers;
/// the clients were seen to).
fn added_field(sender: Option<Sender>) -> (Breaks, String) {
    let why = match sender {
        Some(Sender::Server) => {
            "Clients ignore fields that they do not know; servers need not send it."
        }
        Some(Sender::Client) => {
            "Servers ignore fields that they do not know; clients need not send it."
        }
        None => "Readers ignore fields that they do not know; senders need not send it.",
    };
    (Breaks::Nobody, why.to_owned())
}

/// A field that goes hurts clients either way: it is they who read it in an answer, and they who
/// ask for something with it in a request.
fn removed_field(sender: Option<Sender>, required: bool, refused: bool) -> (Breaks, String) {
    match (sender, required, refused) {
        (Some(Sender::Server), _, false) => {
            (Breaks::Clients, "Clients that read it may look for it in vain.".to_owned())
        }
        (Some(Sender::Server), _, true) => {
            let why = "Clients that read it may look for it in vain, and servers that still send \
                it as before do not conform.";
            (Breaks::Both, why.to_owned())
        }
        (Some(Sender::Client), required, refused) => {
            let fate = if refused {
                "Requests that have it as before are refused"
            } else {
                "What clients ask for with it is not heeded any more"
            };
            if required {
                let why = format!(
                    "{fate}, and servers written for the old schema refuse requests without it."
                );
                (Breaks::Both, why)
            } else {
                (Breaks::Clients, format!("{fate}."))
            }
        }
        (None, ..) => no_direction(),
    }
}

fn shifted(sender: Option<Sender>, kind: Kind, narrows: bool, widens: bool) -> (Breaks, String) {
    let presence = kind == Kind::Required;
    let (narrowed, widened, breaks) = match sender {
        Some(Sender::Server) => (
            if presence {
                "Servers that leave it out conformed before and do not now."
            } else {
                "Servers that conformed before may send what is not allowed now."
            },
            if presence {
                "Clients that rely on it may not find it."
            } else {
                "Clients may receive what could not come before."
            },
            Breaks::of(narrows, widens),
        ),
        Some(Sender::Client) => (
            if presence {
                "Clients that leave it out were right before and are refused now."
            } else {
                "Clients may send what was right before and is refused now."
            },
            if presence {
                "Servers written for the old schema refuse what comes without it."
            } else {
                "Servers written for the old schema may refuse what is allowed now."
            },
            Breaks::of(widens, narrows),
        ),
        None => return no_direction(),
    };
    let why = match (narrows, widens) {
        (true, true) => format!("{narrowed} {widened}"),
        (true, false) => narrowed.to_owned(),
        _ => widened.to_owned(),
    };
    (breaks, why)
}

/// Every payload of this specification is one that servers must serve or send. That clients are
/// not hurt is seen: they ignore frames that they do not know, and send nothing new by themselves.
fn added_payload(sender: Option<Sender>) -> (Breaks, String) {
    let why = match sender {
        Some(Sender::Server) => "Servers that conformed before do not send it; clients ignore it.",
        Some(Sender::Client) => {
            "Servers that conformed before do not take it; clients need not send it."
        }
        None => "Servers that conformed before do not know it.",
    };
    (Breaks::Servers, why.to_owned())
}

fn removed_payload(sender: Option<Sender>) -> (Breaks, String) {
    let why = match sender {
        Some(Sender::Server) => "Clients that wait for it may wait in vain.",
        Some(Sender::Client) => "Clients that send it may not be understood any more.",
        None => "Clients that send it may not be understood, and those that read it wait in vain.",
    };
    (Breaks::Clients, why.to_owned())
}

fn no_direction() -> (Breaks, String) {
    let why = "Not decided, so held to break both: this build knows no payload of this name, so it \
        cannot be told who sends it.";
    (Breaks::Unknown, why.to_owned())
}
