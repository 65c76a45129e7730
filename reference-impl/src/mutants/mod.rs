//! Deliberately wrong servers (mutants): each differs from the right one in one point and breaks one
//! requirement.
//!
//! A conformance suite can be tested on them: it has to fail for each of them, for the requirement
//! that it breaks and for few others. Servers that are unusual, but allowed by the specification, do
//! not belong here.
//!
//! ```no_run
//! # fn run() -> Result<(), invite_reference::StartError> {
//! use invite_reference::{Server, Settings, mutants};
//!
//! for mutant in mutants::all() {
//!     let settings = Settings { rules: (mutant.rules)(), ..Settings::default() };
//!     let server = Server::start(settings)?;
//!     println!("{} breaks {}: {}", mutant.name, mutant.breaks, mutant.does);
//! }
//! # Ok(())
//! # }
//! ```

mod again;
mod aliases;
mod applications;
mod bodies;
mod calls;
mod conferences;
mod credentials;
mod crowds;
mod deliveries;
mod elsewhere;
mod errors;
mod frames;
mod halfway;
mod inviting;
mod joining;
mod kicking;
mod leaks;
mod letters;
mod messages;
mod news;
mod one_call;
mod permissions;
mod persons;
mod places;
mod races;
mod refusals;
mod request;
mod sessions;
mod settled;
mod subscriptions;
mod texts;
mod tokens;
mod truth;
mod unknown;
mod updates;
mod wire;

use crate::core::Rules;
use invite_spec::requirement::{RequirementId, id};
use std::sync::{Arc, LazyLock};

/// A wrong server.
#[derive(Debug, Clone, Copy)]
pub struct Mutant {
    /// The name, in kebab-case.
    pub name: &'static str,
    /// The requirement that it breaks.
    pub breaks: RequirementId,
    /// What it does wrong: a sentence with the server as its subject, which is left out.
    pub does: &'static str,
    /// Makes its rules.
    pub rules: fn() -> Arc<dyn Rules>,
}

/// Further requirements that a server cannot help breaking. Only servers that break a requirement
/// which is not binding are listed.
const ALSO: &[(&str, &[RequirementId])] = &[
    // The answer to its first create says that the conference is not new, too.
    ("never-new", &[id::CNF_006]),
    // It refuses an invite that must be accepted.
    ("only-who-is-online", &[id::INV_003]),
    // It accepts the invite, and nothing is delivered.
    ("early-invite-lost", &[id::INV_010, id::INV_029]),
    // It refuses an invite that must be accepted.
    ("refuses-what-it-did", &[id::INV_003]),
    // Its errors have no code, and so not that of a missing permission.
    ("problem-details-by-sdk", &[id::ERR_004]),
    // A message that is held back until somebody leaves is not delivered in time.
    ("second-message-last", &[id::MSG_002, id::MSG_008]),
    // By REST as well as by SDK.
    ("reserves-participants", &[id::INV_035]),
    // A missed invitation cannot be sent again.
    ("invites-once", &[id::INV_028]),
    // It updates a person whom it has never announced.
    ("silent-invite-unannounced", &[id::PRT_007]),
    ("reserved-unlisted", &[id::PRT_007]),
    // It makes a subscription for which nobody has asked in a way that counts.
    ("rubbish-after-sdk-body", &[id::SUB_009]),
    ("latin1-in-sdk-body", &[id::SUB_009]),
    ("comma-at-the-end-of-sdk-body", &[id::SUB_009]),
    ("truncated-sdk-body", &[id::SUB_009]),
    ("first-of-list-as-sdk-body", &[id::SUB_009]),
    ("text-as-sdk-body", &[id::SUB_009]),
    ("one-for-sdk-list", &[id::SUB_009]),
    ("half-of-a-subscription", &[id::SUB_009]),
    // What it delivers is one invitation too many, with permissions that nobody gave.
    ("refuses-over-grants-and-invites", &[id::INV_016, id::PRM_005]),
    // Its logout does nothing at all.
    ("outlives-its-logout", &[id::SES_016]),
];

/// The servers whose fault shows only after more time than a usual run takes.
const SLOW: &[&str] = &[
    "new-conference-waits-ten-seconds",
    "ttl-in-milliseconds-after-half-a-minute",
    "ttl-of-ten-seconds-at-most",
    "lost-participant-gone-after-eight-seconds",
    "silent-for-ten-seconds-closes-socket",
    "forgets-lost-sessions-after-ten-seconds",
    "tokens-of-ten-seconds-at-most",
    "ttl-counts-from-the-creation",
    "found-again-without-ttl",
];

impl Mutant {
    /// Whether its fault shows only after more time than a usual run takes.
    pub fn needs_slow(&self) -> bool {
        SLOW.contains(&self.name)
    }

    /// Further requirements that it cannot help breaking.
    pub fn also(&self) -> &'static [RequirementId] {
        ALSO.iter().find(|(name, _)| *name == self.name).map_or(&[], |(_, also)| also)
    }
}

/// Every wrong server, by subject.
pub fn all() -> &'static [Mutant] {
    static ALL: LazyLock<Vec<Mutant>> = LazyLock::new(|| SUBJECTS.concat());
    &ALL
}

/// The wrong server of this name.
pub fn find(name: &str) -> Option<&'static Mutant> {
    all().iter().find(|mutant| mutant.name == name)
}

const SUBJECTS: &[&[Mutant]] = &[
    credentials::WRONG,
    sessions::WRONG,
    conferences::WRONG,
    calls::WRONG,
    inviting::WRONG,
    deliveries::WRONG,
    tokens::WRONG,
    permissions::WRONG,
    updates::WRONG,
    joining::WRONG,
    news::WRONG,
    kicking::WRONG,
    messages::WRONG,
    subscriptions::WRONG,
    errors::WRONG,
    refusals::WRONG,
    frames::WRONG,
    wire::WRONG,
    applications::WRONG,
    truth::WRONG,
    leaks::WRONG,
    letters::WRONG,
    texts::WRONG,
    bodies::WRONG,
    places::WRONG,
    persons::WRONG,
    races::WRONG,
    halfway::WRONG,
    settled::WRONG,
    again::WRONG,
    aliases::WRONG,
    one_call::WRONG,
    elsewhere::WRONG,
    unknown::WRONG,
    crowds::WRONG,
];

/// A wrong server: its name, the requirement that it breaks and what it does, followed by what it
/// remembers, if anything, the figure that it sets wrong, if any, and the rules that differ, each
/// under its subject.
macro_rules! wrong {
    (
        $name:literal breaks $breaks:ident: $does:literal,
        $(remembers { $($field:ident: $type:ty),+ $(,)? })?
        $(sets $figure:ident: $value:expr;)?
        $(in $subject:ident: $(
            fn $rule:ident ($($argument:tt)*) $(-> $output:ty)? $body:block
        )+)*
    ) => {{
        #[derive(Debug, Default)]
        struct Wrong { $($($field: $type),+)? }
        $(impl $subject for Wrong {
            $(fn $rule($($argument)*) $(-> $output)? $body)+
        })*
        impl $crate::core::Rules for Wrong {
            $(fn policy(&self, configured: $crate::core::Policy) -> $crate::core::Policy {
                $crate::core::Policy { $figure: $value, ..configured }
            })?
            $($crate::mutants::decides! { $subject })*
        }
        $crate::mutants::Mutant {
            name: $name,
            breaks: invite_spec::requirement::id::$breaks,
            does: $does,
            rules: || std::sync::Arc::new(Wrong::default()),
        }
    }};
}
use wrong;

/// The method of [`Rules`] that names the server itself as the one that decides a subject.
macro_rules! decides {
    (Access) => {
        $crate::mutants::decides! { access: Access }
    };
    (Announcements) => {
        $crate::mutants::decides! { announcements: Announcements }
    };
    (Conferences) => {
        $crate::mutants::decides! { conferences: Conferences }
    };
    (Hooks) => {
        $crate::mutants::decides! { hooks: Hooks }
    };
    (Inviting) => {
        $crate::mutants::decides! { inviting: Inviting }
    };
    (Joining) => {
        $crate::mutants::decides! { joining: Joining }
    };
    (Messages) => {
        $crate::mutants::decides! { messages: Messages }
    };
    (Permissions) => {
        $crate::mutants::decides! { permissions: Permissions }
    };
    (Sessions) => {
        $crate::mutants::decides! { sessions: Sessions }
    };
    (Subscriptions) => {
        $crate::mutants::decides! { subscriptions: Subscriptions }
    };
    (Tokens) => {
        $crate::mutants::decides! { tokens: Tokens }
    };
    (Wire) => {
        $crate::mutants::decides! { wire: Wire }
    };
    ($method:ident: $subject:ident) => {
        fn $method(&self) -> &dyn $crate::core::rules::$subject {
            self
        }
    };
}
use decides;

/// A wrong server that serves some calls without asking whether the session has joined and without
/// a conference access token.
macro_rules! skips_access_checks {
    (
        $name:literal breaks $breaks:ident: $does:literal,
        |$call:ident, $conference:pat_param, $session:pat_param| $skips:block
    ) => {
        wrong! {
            $name breaks $breaks: $does,
            in Access: fn requires_joining(
                &self,
                $call: &Call,
                conference: &Conference,
                session: &Session,
            ) -> bool {
                let ($conference, $session) = (conference, session);
                !$skips && Standard.requires_joining($call, conference, session)
            }
            fn requires_conference_token(
                &self,
                $call: &Call,
                conference: &Conference,
                session: &Session,
            ) -> bool {
                let ($conference, $session) = (conference, session);
                !$skips && Standard.requires_conference_token($call, conference, session)
            }
        }
    };
}
use skips_access_checks;

#[cfg(test)]
mod tests {
    use super::*;
    use invite_spec::requirement;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_in_kebab_case_and_each_does_something_wrong() {
        let mut names = BTreeSet::new();
        let mut deeds = BTreeSet::new();
        for mutant in all() {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(mutant.name.chars().all(plain), "{}", mutant.name);
            assert!(names.insert(mutant.name), "duplicate {}", mutant.name);
            assert!(deeds.insert(mutant.does), "{}: another one does the same", mutant.name);
            assert!(mutant.does.ends_with('.'), "{}: the sentence has no full stop", mutant.name);
        }
    }

    #[test]
    fn what_they_break_can_be_tested() {
        for mutant in all() {
            for id in [mutant.breaks].iter().chain(mutant.also()) {
                assert!(id.row().excluded.is_none(), "{}: {id} is excluded", mutant.name);
            }
        }
        for name in SLOW {
            assert!(find(name).is_some(), "no {name}");
        }
        for (name, _) in ALSO {
            let mutant = find(name).unwrap_or_else(|| panic!("no {name}"));
            assert!(!mutant.breaks.row().is_binding(), "{name}: its own row binds");
        }
    }

    #[test]
    fn every_binding_requirement_that_can_be_tested_has_a_wrong_server() {
        let broken: BTreeSet<_> = all().iter().map(|mutant| mutant.breaks).collect();
        let rows = requirement::all().filter(|row| row.is_binding() && row.excluded.is_none());
        let without: Vec<_> = rows.map(|row| row.id).filter(|id| !broken.contains(id)).collect();
        assert!(without.is_empty(), "no wrong server breaks {without:?}");
    }
}
