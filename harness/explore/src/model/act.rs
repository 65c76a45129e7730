//! What can be done: the vocabulary of walks.

use super::names::{Person, Room, Session, Token};
use invite_spec::endpoint::Operation;
use invite_spec::permission::{Permission, PermissionSet};
use invite_spec::requirement::{RequirementId, id};
use invite_trace::Forgery;

/// One thing that happens, with a number that it keeps whatever is cut away around it.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// Its number.
    pub number: u16,
    /// What is done.
    pub act: Act,
    /// What is wrong with the request, if anything: then it must be refused.
    pub wrong: Option<Wrong>,
}

/// What is done.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// People open sessions.
    Open(Vec<Session>),
    /// A client logs out and closes its session.
    Close(Session),
    /// The connection of a session's socket is lost.
    Lose(Session),
    /// A lost socket comes back.
    Return(Session),
    /// An application server creates a conference.
    RestCreate {
        /// Its owner.
        owner: Person,
        /// Its alias, by number.
        alias: Option<u8>,
        /// Whether it outlives its participants.
        ttl: bool,
        /// Who is invited at once.
        invited: Vec<Invitee>,
    },
    /// A client creates a conference.
    SdkCreate {
        /// Who.
        by: Session,
        /// Its alias, by number.
        alias: Option<u8>,
        /// Whether it outlives its participants.
        ttl: bool,
    },
    /// An application server creates the alias of an existing conference again.
    RestCreateAgain {
        /// The conference.
        room: Room,
        /// Its alias, by number.
        alias: u8,
        /// The owner whom it names.
        owner: Person,
        /// Whether the alias is spelled in other letters.
        other_case: bool,
        /// Who is invited.
        invited: Vec<Invitee>,
    },
    /// A client creates the alias of an existing conference again.
    SdkCreateAgain {
        /// Who.
        by: Session,
        /// The conference.
        room: Room,
        /// Its alias, by number.
        alias: u8,
        /// Whether the alias is spelled in other letters.
        other_case: bool,
    },
    /// A session joins.
    Join {
        /// Who.
        by: Session,
        /// Which conference.
        room: Room,
        /// The token that is sent.
        token: Shown,
        /// Whether it only listens.
        listener: bool,
    },
    /// A session leaves.
    Leave {
        /// Who.
        by: Session,
        /// Which conference.
        room: Room,
        /// The token that is sent: leaving needs none.
        token: Shown,
    },
    /// An application server invites.
    RestInvite {
        /// To which conference.
        room: Room,
        /// Whom.
        invited: Vec<Invitee>,
    },
    /// A participant invites.
    SdkInvite {
        /// Who.
        by: Session,
        /// To which conference.
        room: Room,
        /// Whom.
        invited: Vec<Invitee>,
        /// The token that is sent.
        token: Shown,
    },
    /// An application server changes permissions.
    RestUpdate {
        /// In which conference.
        room: Room,
        /// Whose, and to what.
        grants: Vec<(Person, Grant)>,
    },
    /// A participant changes permissions.
    SdkUpdate {
        /// Who.
        by: Session,
        /// In which conference.
        room: Room,
        /// Whose, and to what.
        grants: Vec<(Person, Grant)>,
        /// The token that is sent.
        token: Shown,
    },
    /// An application server kicks.
    RestKick {
        /// From which conference.
        room: Room,
        /// Whom.
        people: Vec<Person>,
    },
    /// A participant kicks.
    SdkKick {
        /// Who.
        by: Session,
        /// From which conference.
        room: Room,
        /// Whom.
        person: Person,
        /// The token that is sent.
        token: Shown,
    },
    /// An application server sends a message.
    RestMessage {
        /// In which conference.
        room: Room,
        /// In whose name.
        from: Person,
        /// To whom; everybody when absent.
        to: Option<Vec<Person>>,
        /// Which text.
        text: Text,
    },
    /// A participant sends a message.
    Send {
        /// Who.
        by: Session,
        /// In which conference.
        room: Room,
        /// Which text.
        text: Text,
        /// The token that is sent.
        token: Shown,
    },
    /// An application server lists the participants.
    List {
        /// Of which conference.
        room: Room,
    },
    /// An application server ends a conference.
    Terminate {
        /// Which.
        room: Room,
    },
    /// A session subscribes.
    Subscribe {
        /// Who.
        by: Session,
        /// To the events of which alias, by number.
        alias: u8,
        /// Which events.
        topics: Vec<Topic>,
    },
    /// A session unsubscribes.
    Unsubscribe {
        /// Who.
        by: Session,
        /// From the events of which alias, by number.
        alias: u8,
        /// Which events.
        topics: Vec<Topic>,
    },
    /// Something that touches nobody else's state, by its place in the list of such things.
    Aside {
        /// Which.
        which: usize,
        /// Who, where a session is needed.
        by: Session,
        /// Somebody else.
        other: Person,
    },
}

/// Somebody who is invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitee {
    /// Who.
    pub person: Person,
    /// What may that person do.
    pub grant: Grant,
    /// What a REST request says about notifying: nothing, no or yes.
    pub notify: Option<bool>,
}

/// What a request says of permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// Nothing.
    Unsaid,
    /// `null`.
    Null,
    /// An empty object, as the client sends for a set.
    EmptyObject,
    /// An empty list: none, or the default.
    EmptyList,
    /// These.
    These(PermissionSet),
}

impl Grant {
    /// What it grants; `None` if more than one reading is right.
    pub fn set(&self) -> Option<PermissionSet> {
        match self {
            Grant::Unsaid | Grant::Null | Grant::EmptyObject => {
                Some(Permission::DEFAULT.into_iter().collect())
            }
            Grant::EmptyList => None,
            Grant::These(set) => Some(set.clone()),
        }
    }

    /// The requirement that says so, if no source settles it.
    pub fn rests_on(&self) -> Option<RequirementId> {
        matches!(self, Grant::Null | Grant::EmptyObject).then_some(id::PRM_004)
    }
}

/// The conference access token that a call shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// What a real client sends.
    Usual,
    /// None.
    Absent,
    /// This one.
    This(Token),
    /// A forged one, made out of this one.
    Forged(Token, Forgery),
    /// The application's API token.
    Api,
    /// The session's client access token.
    Client,
    /// The session's own token.
    OfSession,
}

/// The text of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// A short one, with a number.
    Short(u16),
    /// One with spaces around it.
    Spaced(u16),
    /// One with letters beyond ASCII, and beyond the basic plane.
    Letters(u16),
    /// One that is JSON, with spaces in it.
    Json(u16),
    /// 16,000 letters.
    Full,
    /// 8,000 letters of two bytes.
    FullWide,
    /// 16,000 quotes.
    FullQuotes,
}

impl Text {
    /// The text.
    pub fn text(self) -> String {
        match self {
            Text::Short(number) => format!("hello {number}"),
            Text::Spaced(number) => format!("  hello {number} \n"),
            Text::Letters(number) => format!("{number}: é ß Ж 漢字 🦊"),
            Text::Json(number) => format!("{{ \"hello\" : [{number} ,1.0] }}"),
            Text::Full => "${filler:16000}".to_owned(),
            Text::FullWide => "${filler:8000:é}".to_owned(),
            Text::FullQuotes => "${filler:16000:\"}".to_owned(),
        }
    }

    /// Whether it is as long as a message may be.
    pub fn is_full(self) -> bool {
        matches!(self, Text::Full | Text::FullWide | Text::FullQuotes)
    }
}

/// What one can subscribe to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// A conference is created.
    Created,
    /// It ends.
    Ended,
    /// Somebody joins.
    Joined,
    /// Somebody leaves.
    Left,
}

impl Topic {
    /// Each.
    pub const ALL: [Topic; 4] = [Topic::Created, Topic::Ended, Topic::Joined, Topic::Left];

    /// As the wire spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Topic::Created => "Conference.Created",
            Topic::Ended => "Conference.Ended",
            Topic::Joined => "Participant.Joined",
            Topic::Left => "Participant.Left",
        }
    }
}

/// What is wrong with a request that is right otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// The credential in `Authorization`.
    Bearer(Credential),
    /// The session's token in `X-Token`.
    SessionToken(Credential),
    /// The body.
    Body(Form),
    /// The conference: no such one exists.
    UnknownRoom,
    /// One of the permissions: no such one exists.
    UnknownPermission,
    /// The application: another one asks.
    OtherApplication,
    /// Nobody owns the conference.
    NoOwner,
    /// The message is longer than 16 KB.
    TooLong,
}

/// A wrong credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Credential {
    /// None.
    Absent,
    /// No token at all.
    Garbage,
    /// The right one with a letter more.
    Longer,
    /// The application's API token.
    Api,
    /// This session's client access token.
    Client(Session),
    /// This session's own token.
    Session(Session),
    /// A conference access token.
    Conference(Token),
    /// One whose scopes do not allow the call.
    Narrow,
}

/// A wrong form of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A second value follows.
    SecondValue,
    /// Rubbish follows.
    Rubbish,
    /// The last brace is missing.
    Truncated,
    /// A comma after the last field.
    Comma,
    /// ISO 8859-1 instead of UTF-8.
    Latin1,
    /// A list around it.
    List,
    /// A text around it.
    Text,
    /// `null`.
    Null,
    /// Nothing.
    Nothing,
    /// The field that matters has another type.
    WrongType,
    /// One of several entries has another type.
    HalfWrong,
    /// The field that matters stands in a list, or is the first of the list that it should be.
    Wrapped,
}

impl Form {
    /// Each.
    pub const ALL: [Form; 12] = [
        Form::SecondValue,
        Form::Rubbish,
        Form::Truncated,
        Form::Comma,
        Form::Latin1,
        Form::List,
        Form::Text,
        Form::Null,
        Form::Nothing,
        Form::WrongType,
        Form::HalfWrong,
        Form::Wrapped,
    ];

    /// Whether it is JSON at all.
    pub fn is_json(self) -> bool {
        !matches!(
            self,
            Form::SecondValue | Form::Rubbish | Form::Truncated | Form::Comma | Form::Latin1
        )
    }
}

impl Act {
    /// The operation of the call, if it is one.
    pub fn operation(&self) -> Option<Operation> {
        Some(match self {
            Act::Open(_) | Act::Close(_) | Act::Lose(_) | Act::Return(_) | Act::Aside { .. } => {
                return None;
            }
            Act::RestCreate { .. } | Act::RestCreateAgain { .. } => Operation::RestCreate,
            Act::SdkCreate { .. } | Act::SdkCreateAgain { .. } => Operation::SdkCreate,
            Act::Join { .. } => Operation::SdkJoin,
            Act::Leave { .. } => Operation::SdkLeave,
            Act::RestInvite { .. } => Operation::RestInvite,
            Act::SdkInvite { .. } => Operation::SdkInvite,
            Act::RestUpdate { .. } => Operation::RestPermissions,
            Act::SdkUpdate { .. } => Operation::SdkPermissions,
            Act::RestKick { .. } => Operation::RestKick,
            Act::SdkKick { .. } => Operation::SdkKick,
            Act::RestMessage { .. } => Operation::RestMessage,
            Act::Send { .. } => Operation::SdkSend,
            Act::List { .. } => Operation::RestParticipants,
            Act::Terminate { .. } => Operation::RestTerminate,
            Act::Subscribe { .. } => Operation::Subscribe,
            Act::Unsubscribe { .. } => Operation::Unsubscribe,
        })
    }

    /// The session that calls, if a client does.
    pub fn caller(&self) -> Option<Session> {
        match self {
            Act::Close(by) | Act::Lose(by) | Act::Return(by) => Some(*by),
            Act::SdkCreate { by, .. }
            | Act::SdkCreateAgain { by, .. }
            | Act::Join { by, .. }
            | Act::Leave { by, .. }
            | Act::SdkInvite { by, .. }
            | Act::SdkUpdate { by, .. }
            | Act::SdkKick { by, .. }
            | Act::Send { by, .. }
            | Act::Subscribe { by, .. }
            | Act::Unsubscribe { by, .. }
            | Act::Aside { by, .. } => Some(*by),
            _ => None,
        }
    }

    /// The conference that it is about, if there is one already.
    pub fn room(&self) -> Option<Room> {
        match self {
            Act::RestCreateAgain { room, .. }
            | Act::SdkCreateAgain { room, .. }
            | Act::Join { room, .. }
            | Act::Leave { room, .. }
            | Act::RestInvite { room, .. }
            | Act::SdkInvite { room, .. }
            | Act::RestUpdate { room, .. }
            | Act::SdkUpdate { room, .. }
            | Act::RestKick { room, .. }
            | Act::SdkKick { room, .. }
            | Act::RestMessage { room, .. }
            | Act::Send { room, .. }
            | Act::List { room }
            | Act::Terminate { room } => Some(*room),
            _ => None,
        }
    }

    /// The people whom it is about, besides the caller.
    pub fn concerned(&self) -> Vec<Person> {
        let invited = |all: &[Invitee]| all.iter().map(|it| it.person).collect();
        let granted = |all: &[(Person, Grant)]| all.iter().map(|it| it.0).collect();
        match self {
            Act::RestCreate { invited: all, .. }
            | Act::RestCreateAgain { invited: all, .. }
            | Act::RestInvite { invited: all, .. }
            | Act::SdkInvite { invited: all, .. } => invited(all),
            Act::RestUpdate { grants, .. } | Act::SdkUpdate { grants, .. } => granted(grants),
            Act::RestKick { people, .. } => people.clone(),
            Act::SdkKick { person, .. } => vec![*person],
            Act::RestMessage { to, .. } => to.clone().unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// The conference access token that it shows.
    pub fn shown(&self) -> Option<Shown> {
        match self {
            Act::Join { token, .. }
            | Act::Leave { token, .. }
            | Act::SdkInvite { token, .. }
            | Act::SdkUpdate { token, .. }
            | Act::SdkKick { token, .. }
            | Act::Send { token, .. } => Some(*token),
            _ => None,
        }
    }
}
