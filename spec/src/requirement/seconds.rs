//! Every number of seconds in the catalogue. Scenarios say which of them they wait for, so that
//! `list`, `explain` and the reports can say how far each was looked at.

use super::{RequirementId, id};
use crate::limits;
use crate::name::{name, unknown};

/// A number of seconds that a requirement names, or lets a request choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seconds {
    /// The lifetime of an API token or a client access token, while it lasts.
    TokenLives,
    /// The lifetime of an API token, when it is over.
    ApiTokenExpires,
    /// The lifetime of a client access token, when it is over.
    ClientTokenExpires,
    /// The lifetime of a client access token that was requested without one.
    ClientTokenDefault,
    /// How long a client may say nothing over its socket.
    IdleSocket,
    /// How long a client tries to reconnect.
    Reconnect,
    /// How long a new conference waits for its first participant.
    NewConference,
    /// How long an empty conference is kept.
    Ttl,
    /// The longest duration of a conference.
    ConferenceLimit,
    /// The lifetime of a conference access token.
    ConferenceTokenExpires,
    /// How long a participant without a socket remains one.
    LostSocket,
    /// After how long a participant without a socket is shown as gone.
    Vanished,
}

struct Row {
    name: &'static str,
    /// What it is the number of.
    subject: &'static str,
    /// What holds for so long, after the subject.
    predicate: &'static str,
    rows: &'static [RequirementId],
    /// What the specification says; `None` where the request chooses.
    number: Option<u64>,
}

impl Seconds {
    /// Every number, in the order of the catalogue.
    pub const ALL: [Seconds; 12] = [
        Seconds::TokenLives,
        Seconds::ApiTokenExpires,
        Seconds::ClientTokenExpires,
        Seconds::ClientTokenDefault,
        Seconds::IdleSocket,
        Seconds::Reconnect,
        Seconds::NewConference,
        Seconds::Ttl,
        Seconds::ConferenceLimit,
        Seconds::ConferenceTokenExpires,
        Seconds::LostSocket,
        Seconds::Vanished,
    ];

    const fn data(self) -> Row {
        let (name, subject, predicate, rows, number): (_, _, _, &[RequirementId], _) = match self {
            Seconds::TokenLives => {
                ("token_lives", "requested token", "accepted for", &[id::AUTH_020], None)
            }
            Seconds::ApiTokenExpires => {
                ("api_token_expires", "API token", "refused after", &[id::AUTH_005], None)
            }
            Seconds::ClientTokenExpires => (
                "client_token_expires",
                "client access token",
                "refused after",
                &[id::AUTH_010, id::AUTH_012],
                None,
            ),
            Seconds::ClientTokenDefault => (
                "client_token_default",
                "client access token by default",
                "accepted for",
                &[id::AUTH_011],
                Some(limits::CLIENT_ACCESS_TOKEN_SECONDS),
            ),
            Seconds::IdleSocket => {
                ("idle_socket", "silent client", "left connected for", &[id::SES_010], Some(30))
            }
            Seconds::Reconnect => {
                ("reconnect", "lost session", "taken back after", &[id::SES_009], Some(60))
            }
            Seconds::NewConference => (
                "new_conference",
                "new conference",
                "kept for",
                &[id::CNF_014],
                Some(limits::NEW_CONFERENCE_SECONDS),
            ),
            Seconds::Ttl => ("ttl", "ttl", "kept for", &[id::CNF_015], None),
            Seconds::ConferenceLimit => (
                "conference_limit",
                "conference",
                "ended after",
                &[id::CNF_019],
                Some(limits::CONFERENCE_SECONDS_MAX),
            ),
            Seconds::ConferenceTokenExpires => (
                "conference_token_expires",
                "conference access token",
                "refused after",
                &[id::TOK_009],
                Some(limits::CONFERENCE_SECONDS_MAX),
            ),
            Seconds::LostSocket => (
                "lost_socket",
                "participant without a socket",
                "kept for",
                &[id::PRT_012, id::PRT_019],
                Some(limits::LOST_SOCKET_SECONDS),
            ),
            Seconds::Vanished => (
                "vanished",
                "participant without a socket",
                "shown as gone after",
                &[id::PRT_013],
                Some(limits::LOST_SOCKET_SECONDS),
            ),
        };
        Row { name, subject, predicate, rows, number }
    }

    /// The name, as scenario files spell it.
    pub const fn as_str(self) -> &'static str {
        self.data().name
    }

    /// The number with this name; `None` for any other text.
    pub fn parse(text: &str) -> Option<Seconds> {
        Seconds::ALL.into_iter().find(|it| it.as_str() == text)
    }

    /// What it is the number of, such as `new conference`.
    pub const fn subject(self) -> &'static str {
        self.data().subject
    }

    /// What holds for so long, such as `kept for`.
    pub const fn predicate(self) -> &'static str {
        self.data().predicate
    }

    /// The requirements that name it, at least one.
    pub const fn requirements(self) -> &'static [RequirementId] {
        self.data().rows
    }

    /// What the specification says, in seconds; `None` where the request chooses.
    pub const fn number(self) -> Option<u64> {
        self.data().number
    }

    /// The numbers that a requirement names.
    pub fn of(id: RequirementId) -> impl Iterator<Item = Seconds> {
        Seconds::ALL.into_iter().filter(move |it| it.requirements().contains(&id))
    }
}

name! {
    Seconds: "A number of seconds in the catalogue.",
    title: |it: Seconds| it.subject(),
    unknown: |text: &str| {
        unknown("number of seconds", text, Seconds::ALL.into_iter().map(Seconds::as_str))
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirement::all;

    #[test]
    fn every_row_that_names_seconds_has_its_number() {
        for row in all() {
            let words = format!("{} {}", row.title, row.text);
            let names = words.contains("seconds") || words.contains("hour");
            // What a token says of its own lifetime is read, not waited for, and nobody's clock is wrong on purpose.
            let is_read = [id::AUTH_008, id::AUTH_019, id::AUTH_021].contains(&row.id);
            let has_number = Seconds::of(row.id).next().is_some();
            assert!(!names || is_read || has_number, "{} names seconds", row.id);
        }
    }

    #[test]
    fn a_name_is_read_as_it_is_written() {
        for it in Seconds::ALL {
            assert_eq!(Seconds::parse(it.as_str()), Some(it));
            assert!(!it.requirements().is_empty());
        }
    }
}
