//! The glossary: the words that the documents use in a sense of their own.
//!
//! `SPECIFICATION.md` opens with the terms of the protocol. The README shows all of them, as
//! [`markdown`] writes them.

use std::fmt::Write as _;

/// A word, and what it means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The word, in lower case unless it is a name.
    pub term: &'static str,
    /// What it means: one sentence or two, in Markdown with inline code only.
    pub meaning: &'static str,
    /// Which documents need it.
    pub field: Field,
}

/// Which documents need a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The specification, and everything built on it.
    Protocol,
    /// Only the conformance suite.
    Suite,
}

const fn protocol(term: &'static str, meaning: &'static str) -> Term {
    Term { term, meaning, field: Field::Protocol }
}

const fn suite(term: &'static str, meaning: &'static str) -> Term {
    Term { term, meaning, field: Field::Suite }
}

/// Every term: each one uses only terms above it.
pub const GLOSSARY: &[Term] = &[
    protocol(
        "application",
        "A customer of the platform, with a key and a secret. Everything below belongs to one \
         application.",
    ),
    protocol("application server", "The program of an application that calls the REST API."),
    protocol("client", "A program that a person uses: a web page or an app with the SDK."),
    protocol("external id", "The name by which an application knows a person."),
    protocol("user id", "The name by which the server knows a person. Clients see this one."),
    protocol(
        "session",
        "The connection of one client to the server. It opens with the call `sdk.identify` and \
         has one WebSocket. A person can have several sessions.",
    ),
    protocol("frame", "One WebSocket message: a JSON object with a `type`."),
    protocol(
        "plane",
        "A group of calls with the same caller and the same kind of credential. The REST plane \
         takes calls of application servers, the SDK plane those of clients.",
    ),
    protocol("API token", "The credential of an application server on the REST plane."),
    protocol("client access token", "The credential of a client on the SDK plane."),
    protocol(
        "protected conference",
        "A conference that nobody can join without a token of their own.",
    ),
    protocol(
        "conference access token",
        "The token with which one person can join one protected conference. It lists that person's \
         permissions.",
    ),
    protocol("owner", "The person in whose name a conference was created."),
    protocol("participant", "A person who has joined a conference and has not left it."),
    protocol("Reserved", "The status of a person who is invited and has not joined yet."),
    protocol(
        "requirement",
        "A numbered rule for servers, such as INV-012. Its level is MUST, SHOULD or MAY, as in \
         RFC 2119.",
    ),
    protocol(
        "basis",
        "How a requirement is known: `documented` by the vendor, `observed` in a real client, or \
         `chosen` by this specification because no source settles it.",
    ),
    protocol(
        "profile",
        "The part of the protocol that a requirement belongs to. `rest` needs no WebSocket; `sdk` \
         does.",
    ),
    protocol(
        "scenario",
        "A scripted conversation with a server, and what each step must bring about.",
    ),
    protocol("law", "A rule that is checked against all traffic of a run, in every scenario."),
    suite("target", "The server under test."),
    suite(
        "fence",
        "A harmless later event on the same connection. When it arrives, everything sent earlier \
         has arrived too, so a missing frame was not sent.",
    ),
    suite(
        "twin",
        "The same call in a form that must be accepted. It shows that a refusal has the expected \
         cause.",
    ),
];

/// The terms of the specification document.
pub fn of_protocol() -> impl Iterator<Item = &'static Term> {
    GLOSSARY.iter().filter(|term| term.field == Field::Protocol)
}

/// All terms as a Markdown table, with a line end at its end.
pub fn markdown() -> String {
    let mut table = String::from("| term | meaning |\n| --- | --- |\n");
    for Term { term, meaning, .. } in GLOSSARY {
        let _ = writeln!(table, "| {term} | {meaning} |");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn terms_are_unique_and_explained_in_sentences() {
        let mut seen = BTreeSet::new();
        for Term { term, meaning, .. } in GLOSSARY {
            assert!(seen.insert(term), "{term} twice");
            assert!(meaning.ends_with('.') && !meaning.contains(['|', '\n']), "{term}");
        }
        assert_eq!(markdown().lines().count(), GLOSSARY.len() + 2);
    }

    #[test]
    fn terms_are_introduced_before_they_are_used() {
        for (place, Term { term, meaning, .. }) in GLOSSARY.iter().enumerate() {
            for later in &GLOSSARY[place + 1..] {
                let is_used = meaning
                    .split(|letter: char| !letter.is_alphanumeric() && letter != ' ')
                    .any(|part| format!(" {part} ").contains(&format!(" {} ", later.term)));
                assert!(!is_used, "`{term}` uses `{}` before it is explained", later.term);
            }
        }
    }
}
