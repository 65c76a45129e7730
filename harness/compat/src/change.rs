//! Whom a change breaks, and why: the same difference breaks one side if the server sends the payload,
//! and the other side if the client does.

use super::schema::{Difference, Effect, Kind};
use super::touches::Requirement;
use invite_spec::payload::Sender;
use invite_spec::requirement::RequirementId;
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
    /// Undecided; treated as breaking both.
    Unknown,
    /// Nobody.
    Nobody,
}

impl Breaks {
    /// All of them, the worst first.
    pub const ALL: [Breaks; 5] =
        [Breaks::Both, Breaks::Servers, Breaks::Clients, Breaks::Unknown, Breaks::Nobody];

    /// As reports spell it.
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
    /// What kind of thing changed.
    pub about: About,
    /// The name of the payload, operation or frame type, as the artefacts spell it.
    pub name: String,
    /// Who sends the payload; `None` for endpoints, frame types, and payloads that this build does not
    /// know.
    #[serde(serialize_with = "sender_name")]
    pub sender: Option<Sender>,
    /// The field, as a JSON Pointer into the payload; empty for the whole payload, endpoints and frame
    /// types. `*` is any item of an array, or any field that the schema does not name.
    pub pointer: String,
    /// What kind of thing changed.
    pub kind: Kind,
    /// What changed, in a few words.
    pub what: String,
    /// Before the change, in a few words; may be empty.
    pub old: String,
    /// After the change, in a few words; may be empty.
    pub new: String,
    /// Whom the change breaks.
    pub breaks: Breaks,
    /// Why it breaks them, as whole sentences.
    pub why: String,
    /// The requirements that it touches.
    pub requirements: Vec<Requirement>,
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
        requirements: Vec<RequirementId>,
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
            requirements: requirements.into_iter().map(Requirement::Known).collect(),
        }
    }
}

/// Who sends a payload, for people.
pub(super) fn sent_by(sender: Option<Sender>) -> &'static str {
    match sender {
        Some(Sender::Client) => "sent by the client",
        Some(Sender::Server) => "sent by the server",
        None => "unknown to this build",
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
        (Effect::None, _) => (Breaks::Nobody, "It accepts and rejects the same values.".to_owned()),
        (_, Kind::PayloadAdded) => added_payload(sender),
        (_, Kind::PayloadRemoved) => removed_payload(sender),
        (Effect::Added, _) => added_field(sender),
        (Effect::Removed { required, refused }, _) => removed_field(sender, *required, *refused),
        (Effect::Shift { narrows, widens }, kind) => shifted(sender, kind, *narrows, *widens),
        (Effect::Undecided(why), _) => {
            (Breaks::Unknown, format!("Undecided, so treated as breaking both: {why}."))
        }
    };
    (breaks, why)
}

/// Readers of this protocol ignore fields that they do not know: servers by requirement WIRE-012,
/// clients as observed.
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

/// Removing a field breaks clients in either direction: they read it in a response, and they ask for
/// something with it in a request.
fn removed_field(sender: Option<Sender>, required: bool, refused: bool) -> (Breaks, String) {
    match (sender, required, refused) {
        (Some(Sender::Server), _, false) => {
            (Breaks::Clients, "Clients that read it may no longer find it.".to_owned())
        }
        (Some(Sender::Server), _, true) => {
            let why = "Clients that read it may no longer find it, and servers that still send \
                it no longer conform.";
            (Breaks::Both, why.to_owned())
        }
        (Some(Sender::Client), required, refused) => {
            let fate = if refused {
                "Requests that still carry it are rejected"
            } else {
                "Servers no longer do what clients ask for with it"
            };
            if required {
                let why = format!(
                    "{fate}, and servers written for the old schema reject requests without it."
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
                "Servers that omit it conformed before and no longer do."
            } else {
                "Servers that conformed before may send values that are no longer allowed."
            },
            if presence {
                "Clients that rely on it may no longer find it."
            } else {
                "Clients may receive values that could not occur before."
            },
            Breaks::of(narrows, widens),
        ),
        Some(Sender::Client) => (
            if presence {
                "Requests that omit it were valid before and are rejected now."
            } else {
                "Requests that were valid before may be rejected now."
            },
            if presence {
                "Servers written for the old schema reject requests without it."
            } else {
                "Servers written for the old schema may reject requests that are valid now."
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

/// Servers must accept or send every payload of this specification. Clients do not break: as observed,
/// they ignore frames that they do not know, and they send nothing new by themselves.
fn added_payload(sender: Option<Sender>) -> (Breaks, String) {
    let why = match sender {
        Some(Sender::Server) => "Servers that conformed before do not send it; clients ignore it.",
        Some(Sender::Client) => {
            "Servers that conformed before do not accept it; clients need not send it."
        }
        None => "Servers that conformed before do not know it.",
    };
    (Breaks::Servers, why.to_owned())
}

fn removed_payload(sender: Option<Sender>) -> (Breaks, String) {
    let why = match sender {
        Some(Sender::Server) => "Clients that wait for it may never receive it.",
        Some(Sender::Client) => "Servers may no longer accept it from clients that send it.",
        None => {
            "Servers may no longer accept it, and clients that wait for it may never receive it."
        }
    };
    (Breaks::Clients, why.to_owned())
}

fn no_direction() -> (Breaks, String) {
    let why = "Undecided, so treated as breaking both: this build knows no payload of this name, so \
        it does not know who sends it.";
    (Breaks::Unknown, why.to_owned())
}
